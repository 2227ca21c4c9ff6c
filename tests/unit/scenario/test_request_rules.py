"""Mistakes in requests are told with their line and how to mend them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.towns import write_town

from patrolsim.errors import ScenarioError
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = {"due_within": "3 days"}


def told(folder: Path, **kind: object) -> str:
    parts = {"how_often": "2 per day", "takes": "10 min", **kind}
    kept = {key: value for key, value in parts.items() if value is not None}
    with pytest.raises(ScenarioError) as caught:
        read_scenario(write_town(folder, incidents={"form": kept}))
    assert all(problem.line is not None for problem in caught.value.problems)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ({"request": {}}, "due_within"),
        ({"request": {"due_within": "soon"}}, "'soon'"),
        ({"request": {**REQUEST, "windows": {"days": "workdays"}}}, "hours"),
        ({"request": {**REQUEST, "window": {"hours": "09:00-17:00"}}}, "windows"),
        ({"request": REQUEST, "seen_by_patrols": True}, "not seen by patrols"),
        ({"at": ["2025-03-14 10:00"]}, "'how_often' cannot stand beside it"),
        ({"at": [], "how_often": None}, "it never happens"),
        ({"at": ["friday"], "how_often": None}, "is no date and time"),
        ({"at": {"days": "Fri", "hours": "late"}, "how_often": None}, "is no time of day"),
        (
            {"at": {"hours": "10:00"}, "how_often": None, "reach_within": "5 min"},
            "has no 'reach_within'",
        ),
        ({"notice": "1 day"}, "'notice' belongs to appointments"),
        (
            {"at": {"hours": "10:00"}, "how_often": None, "request": REQUEST, "notice": "1 h"},
            "have no notice",
        ),
        ({"batch": "0-5"}, "is no size of a batch"),
        ({"batch": "many"}, "many"),
        ({"batch": 20_000}, "too large a batch"),
        ({"items": {"a": {"share": "60%"}, "b": {"share": "30%"}}}, "add up to 90%, not 100%"),
        ({"items": {"a": {"share": "100%", "due_within": "1 day"}}}, "only items of a request"),
        ({"items": {"a": {}}}, "share"),
        ({"takes": None, "items": {"a": {"share": "100%"}}}, "how long 'form' takes"),
        (
            {"takes": None, "stages": {"card": {"where": "post", "takes": "5 min"}}},
            "no team that may answer has a post",
        ),
        (
            {"takes": None, "stages": {"card": {"where": "pst", "takes": "5 min"}}},
            "did you mean 'post'",
        ),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, kind: dict[str, object], text: str) -> None:
    assert text in told(tmp_path, **kind)


def test_an_appointment_cannot_grow_out_of_something_else(tmp_path: Path) -> None:
    drill = {"at": {"hours": "10:00"}, "takes": "1 h"}
    follow_up = {"kind": "drill", "chance": "50%", "after": "1 day"}
    help_ = {"how_often": "1 per day", "takes": "5 min", "follow_up": follow_up}
    with pytest.raises(ScenarioError, match="'drill' has 'at'"):
        read_scenario(write_town(tmp_path, incidents={"help": help_, "drill": drill}))


def test_items_may_say_how_long_the_last_stage_lasts(tmp_path: Path) -> None:
    form = {
        "how_often": "2 per day",
        "stages": {"collect": {"takes": "5 min"}, "carry_out": {}},
        "items": {"a": {"share": "40%", "takes": "1 h"}, "b": {"share": "60%", "takes": "2 h"}},
    }
    scenario = read_scenario(write_town(tmp_path, incidents={"form": form})).scenario
    assert list(scenario.incidents["form"].items) == ["a", "b"]
