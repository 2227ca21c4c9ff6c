"""A catalogue is spelled out: each item is a kind of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.towns import write_town

from patrolsim.scenario.catalogues import spelled_out
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.scenario.incident_models import IncidentModel

FORM = {
    "how_often": "10 per day",
    "request": {"due_within": "3 days"},
    "batch": 2,
    "stages": {
        "collect": {"where": "remote", "takes": "5 min"},
        "carry_out": {"takes": "30 min", "needs": 1},
    },
    "items": {
        "lock": {"share": "20%", "takes": "1 h", "needs": 2},
        "talk": {"share": "80%", "due_within": "1 day", "batch": "3-5"},
    },
}


def kinds(folder: Path, **incidents: object) -> dict[str, IncidentModel]:
    return spelled_out(read_scenario(write_town(folder, incidents=incidents)).scenario.incidents)


def test_each_item_has_its_share_of_the_rate_and_the_rest_of_its_kind(tmp_path: Path) -> None:
    found = kinds(tmp_path, form=FORM)
    assert list(found) == ["form: lock", "form: talk"]
    rates = [(one.how_often or 0.0) * 86400 for one in found.values()]
    assert rates == pytest.approx([2.0, 8.0], abs=1e-9)
    assert [one.batch for one in found.values()] == [(2, 2), (3, 5)]
    within = [one.request.due_within for one in found.values() if one.request is not None]
    assert within == [3 * 86400, 86400]


def test_what_an_item_takes_and_needs_is_that_of_the_last_stage(tmp_path: Path) -> None:
    lock, talk = kinds(tmp_path, form=FORM).values()
    assert [stage.needs for stage in lock.stages.values()] == [1, 2]
    times = [one.stages["carry_out"].takes for one in (lock, talk)]
    assert [one.mean_s for one in times if one is not None] == [3600.0, 1800.0]
    collect = lock.stages["collect"].takes
    assert collect is not None
    assert collect.mean_s == 300.0


def test_a_kind_without_a_catalogue_stays_the_same_object(tmp_path: Path) -> None:
    plain = {"how_often": "1 per day", "takes": "5 min"}
    scenario = read_scenario(write_town(tmp_path, incidents={"help": plain})).scenario
    assert spelled_out(scenario.incidents)["help"] is scenario.incidents["help"]
