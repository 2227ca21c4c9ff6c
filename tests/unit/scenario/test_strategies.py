"""Policies and their parameters, against the policies that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolsim.errors import ScenarioError
from patrolsim.policy import Parameter
from patrolsim.scenario.parameters import read_parameter
from patrolsim.scenario.strategies import ChosenPolicy, check_strategies
from patrolsim.units import UnitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.scenario.loaded import LoadedScenario

    Load = Callable[..., LoadedScenario]

SPECS = {
    ("dispatch", "closest"): {},
    ("standby", "home"): {},
    ("patrol", "random_walk"): {"dwell": Parameter(kind="durations", default="1-2 min")},
    ("patrol", "hotspot"): {
        "look_back": Parameter(kind="duration", default="7 days"),
        "order": Parameter(kind="text", default="near", choices=("near", "heavy")),
        "limit": Parameter(kind="count", default=None),
    },
}


def test_every_role_has_its_policy_with_all_parameters(load: Load, good: str) -> None:
    choices = check_strategies(load(good), SPECS)
    hotspot = {"look_back": 2_419_200.0, "order": "near", "limit": None}
    assert choices["hot-spot"] == {
        "dispatch": ChosenPolicy("closest", {}),
        "standby": ChosenPolicy("home", {}),
        "patrol": ChosenPolicy("hotspot", hotspot),
    }
    assert choices["today"]["patrol"] == ChosenPolicy("random_walk", {"dwell": (60.0, 120.0)})


def test_a_default_that_nobody_brings_is_left_out(load: Load, good: str) -> None:
    only = {key: value for key, value in SPECS.items() if key[0] == "patrol"}
    text = good.replace(", dispatch: closest", "")
    assert set(check_strategies(load(text), only)["today"]) == {"patrol"}


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        (
            "dispatch: closest",
            "dispatch: closets",
            (
                35,
                71,
                "there is no dispatch policy called 'closets'",
                "did you mean 'closest'? (ask)",
            ),
        ),
        (
            "policy: hotspot, look back: 28 days",
            "policy: closest",
            (
                35,
                31,
                "there is no patrol policy called 'closest'",
                "it is a dispatch policy (ask)",
            ),
        ),
        (
            "look back:",
            "lok back:",
            (35, 40, "this policy has no parameter 'lok_back'", "did you mean 'look_back'?"),
        ),
        ("28 days", "28", (35, 51, "look_back: '28' has no unit", "write 28 min")),
        (
            "look back: 28 days",
            "order: haevy",
            (35, 47, "order: 'haevy' is not one of near, heavy", "did you mean 'heavy'?"),
        ),
        (
            "dispatch: closest",
            "dispatch: {policy: closest, x: 1}",
            (35, 89, "this policy has no parameter 'x'", "it has no parameters"),
        ),
    ],
)
def test_a_wrong_policy_is_shown_at_its_place(
    right: str, wrong: str, expected: tuple[int, int, str, str], load: Load, good: str
) -> None:
    loaded = load(good.replace(right, wrong))
    with pytest.raises(ScenarioError) as caught:
        check_strategies(loaded, SPECS, hint="ask")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.message, problem.hint) == expected


def test_all_wrong_policies_are_shown_at_once(load: Load, good: str) -> None:
    text = good.replace("dispatch: closest", "dispatch: x").replace("28 days", "28")
    with pytest.raises(ScenarioError) as caught:
        check_strategies(load(text), SPECS)
    assert len(caught.value.problems) == 2


def test_a_wrong_parameter_of_the_command_line_is_shown_in_words(load: Load, good: str) -> None:
    loaded = load(good, **{"strategies.hot-spot.patrol.look_back": "4"})
    with pytest.raises(ScenarioError, match=r"--set strategies.hot-spot.patrol.look_back=4"):
        check_strategies(loaded, SPECS)


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        ("duration", "15 min", 900.0),
        ("durations", "10-16 min", (600.0, 960.0)),
        ("durations", "10 min", (600.0, 600.0)),
        ("share", "30%", 0.3),
        ("number", 2, 2.0),
        ("number", -0.5, -0.5),
        ("count", "30 times", 30),
        ("text", "near", "near"),
        ("pairs", [[3, 1], [2, 1]], ((3, 1), (2, 1))),
        ("pairs", [], ()),
        ("durations by priority", {"2": "10 min", "1": "6 min"}, ((1, 360.0), (2, 600.0))),
        ("shares by priority", {"1": "40%"}, ((1, 0.4),)),
        ("place", "red post", "red post"),
        ("demand map", "residents", "residents"),
    ],
)
def test_a_parameter_is_read_as_its_kind_says(kind: str, written: object, read: object) -> None:
    assert read_parameter(written, Parameter(kind=kind, default=None)) == read


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("duration", 15),
        ("durations", "10"),
        ("share", 0.3),
        ("number", "2"),
        ("number", True),
        ("count", 1.5),
        ("text", 7),
        ("pairs", [3, 1]),
        ("pairs", [[3, 1, 2]]),
        ("pairs", "3, 1"),
        ("durations by priority", {}),
        ("durations by priority", "6 min"),
        ("durations by priority", {"0": "6 min"}),
        ("durations by priority", {"high": "6 min"}),
        ("durations by priority", {"1": "6 min", "01": "7 min"}),
        ("shares by priority", {"1": 0.4}),
        ("place", 7),
    ],
)
def test_a_parameter_of_another_kind_is_refused(kind: str, written: object) -> None:
    with pytest.raises(UnitError):
        read_parameter(written, Parameter(kind=kind, default=None))


def test_names_that_the_scenario_does_not_declare_are_shown_with_the_nearest(
    load: Load, good: str
) -> None:
    specs = {
        **SPECS,
        ("standby", "posted"): {
            "posts": Parameter(kind="place", default=None),
            "demand": Parameter(kind="demand map", default=None),
        },
    }
    chosen = "today: {standby: {policy: posted, posts: red past, demand: pepole}}"
    maps = "demand maps: {people: {raster: residents.csv}}\n"
    text = good.replace("today: {}", chosen) + maps
    with pytest.raises(ScenarioError) as caught:
        check_strategies(load(text), specs)
    assert [(problem.message, problem.hint) for problem in caught.value.problems] == [
        ("posts: the scenario has no place 'red past'", "did you mean 'red post'?"),
        ("demand: the scenario has no demand map 'pepole'", "did you mean 'people'?"),
    ]
    mended = text.replace("red past", "red post").replace("pepole", "people")
    found = check_strategies(load(mended), specs)["today"]["standby"]
    assert found.parameters == {"posts": "red post", "demand": "people"}
