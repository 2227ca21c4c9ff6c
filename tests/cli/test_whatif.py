"""``patrolsim whatif``: the shipped district, whose estate has one jammed gate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.scenarios.miaoshan_files import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Call = Callable[..., Said]

GATE = ("whatif", FOLDER, "--intervention", "open_gate", "--given", "jammed_gate")


def test_the_opened_gate_of_the_estate_saves_a_quarter_of_an_hour(patrolsim: Call) -> None:
    said = patrolsim(*GATE, "--to", "health_centre", "--json")
    assert (said.code, said.err) == (0, "")
    riders = json.loads(said.out)["modes"]["e-bike"]
    assert riders["doors_changed"] == riders["doors_sooner_somewhere"] == 57
    assert riders["doors_later_somewhere"] == 0
    assert 14 * 60 < riders["most_s_saved"] < 21 * 60
    assert riders["after"]["share_within"] > riders["before"]["share_within"]
    assert sum(area["doors_changed"] for area in riders["by_area"].values()) == 57
    assert sum(area["doors"] for area in riders["by_area"].values()) == riders["doors"]


def test_the_page_tells_each_mode_place_and_area(patrolsim: Call) -> None:
    said = patrolsim(*GATE, "--to", "bus_hub", "--within", "10 min")
    assert said.out.startswith("What open_gate would do to travel times, given jammed_gate\n")
    for words in ("foot: of 1,544 doors", "e-bike: of 1,544 doors", "bus_hub", "within 10:00 min"):
        assert words in said.out
    assert said.out.endswith("at their usual speed; nothing was simulated.\n")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--intervention", "open_gat"], 2, "did you mean 'open_gate'?"),
        (["--to", "markt"], 2, "there is no place called 'markt' (did you mean 'market'?)"),
        (["--within", "soon"], 2, "--within 'soon'"),
    ],
)
def test_what_is_not_there_is_told(
    patrolsim: Call, words: list[str], code: int, message: str
) -> None:
    said = patrolsim("whatif", FOLDER, *words)
    assert (said.code, said.out) == (code, "")
    assert message in said.err


def test_a_scenario_without_interventions_has_nothing_to_ask(
    patrolsim: Call, town: object
) -> None:
    said = patrolsim("whatif", town)
    assert said.code == 2
    assert "there is no intervention to judge" in said.err
