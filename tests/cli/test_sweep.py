"""``patrolsim sweep``: which values, in which words, and what is made of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest
from tests.cli.conftest import SHORT, Said

from patrolsim.cli.sweep_values import points_of, read_axes, short_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Call = Callable[..., Said]


def names(*words: str) -> list[str]:
    return [point.name for point in points_of(read_axes(words))]


def test_values_stand_between_commas() -> None:
    assert names("teams.wardens.number=20, 40 ,60") == ["20", "40", "60"]


def test_a_semicolon_separates_values_that_hold_commas() -> None:
    assert names("teams.w.modes={foot: 50%, e-bike: 50%};{foot: 100%}") == [
        "{foot: 50%, e-bike: 50%}",
        "{foot: 100%}",
    ]


def test_a_semicolon_at_the_end_makes_one_value_of_all() -> None:
    (axis,) = read_axes(["a=[1, 2];"])
    assert axis.values == ("[1, 2]",)


def test_several_keys_give_all_combinations_the_last_moving_fastest() -> None:
    points = points_of(read_axes(["teams.w.number=1,2", "teams.w.patrols=10%,20%"]))
    assert [point.name for point in points] == [
        "number=1, patrols=10%",
        "number=1, patrols=20%",
        "number=2, patrols=10%",
        "number=2, patrols=20%",
    ]
    assert points[1].settings == {"teams.w.number": "1", "teams.w.patrols": "20%"}


def test_a_key_is_shortened_as_far_as_it_differs_from_the_others() -> None:
    assert short_keys(read_axes(["teams.a.number=1", "teams.b.number=1"])) == [
        "a.number",
        "b.number",
    ]
    assert short_keys(read_axes(["seed=1", "teams.b.number=1"])) == ["seed", "number"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["teams.wardens.number"], "is no key=values"),
        (["=1,2"], "is no key=values"),
        (["a=1,,2"], "has an empty value"),
        (["a="], "has an empty value"),
        (["a=1,2,1"], "has the value '1' twice"),
        (["a=1", "a=2"], "is there twice"),
        (["a=1"], "two values or more"),
        (["a=" + ",".join(map(str, range(61)))], "these are 61 combinations, more than 60"),
    ],
)
def test_what_is_no_sweep_is_explained(words: list[str], message: str) -> None:
    with pytest.raises(click.UsageError, match=message):
        points_of(read_axes(words))


@pytest.mark.slow
def test_a_sweep_shows_the_values_in_order_and_the_steps_between_them(
    patrolsim: Call, town: Path
) -> None:
    said = patrolsim("sweep", town, "teams.wardens.number=4,8,40", "-n", 10, *SHORT)
    assert said.code == 0
    assert '"number ' in said.out.splitlines()[0]
    lines = said.out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("number "))
    assert [line.split()[0] for line in lines[start + 1 : start + 4]] == ["4", "8", "40"]
    assert "Differences to 4, pair by pair" in said.out
    assert "\n4 to 8: " in said.out
    assert "\n8 to 40: " in said.out
    assert "not the same incidents" not in said.out


def test_the_control_and_the_strategy_can_be_chosen(patrolsim: Call, town: Path) -> None:
    words = ("--control", "8", "-s", "busy places", "--format", "json", "-q", "-n", 1)
    said = patrolsim("sweep", town, "teams.wardens.number=4,8", *words, *SHORT)
    found = json.loads(said.out)
    assert found["control"] == "8"
    assert [arm["name"] for arm in found["arms"]] == ["4", "8"]
    assert {arm["policies"]["patrol"] for arm in found["arms"]} != {"random_walk"}
    assert found["sweep"] == [{"key": "teams.wardens.number", "values": ["4", "8"]}]
    assert [(one["arm"], one["control"]) for one in found["comparisons"][:1]] == [("4", "8")]
    assert [(one["arm"], one["control"]) for one in found["neighbours"][:1]] == [("8", "4")]


def test_the_mistakes_of_all_values_are_shown_at_once(patrolsim: Call, town: Path) -> None:
    said = patrolsim("sweep", town, "teams.wardens.number=4,many,8,-3", "teams.wardens.patrols=1%")
    assert said.code == 3
    assert "--set teams.wardens.number=many" in said.err
    assert "--set teams.wardens.number=-3" in said.err
    assert "2 problems" in said.err


def test_two_strategies_are_refused(patrolsim: Call, town: Path) -> None:
    words = ("-s", "as today", "-s", "busy places")
    said = patrolsim("sweep", town, "teams.wardens.number=4,8", *words)
    assert (said.code, "one strategy" in said.err) == (2, True)


def test_an_unknown_control_is_explained(patrolsim: Call, town: Path) -> None:
    said = patrolsim("sweep", town, "teams.wardens.number=1000,1200", "--control", "12000")
    assert (said.code, "did you mean '1200'?" in said.err) == (2, True)
