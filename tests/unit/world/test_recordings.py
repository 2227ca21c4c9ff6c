"""Recorded calls in a world: as recorded, and drawn where nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.towns import build_town, write_table

from patrolsim.demand.table import SKIPPED_US
from patrolsim.errors import NetworkError, ScenarioError
from patrolsim.eventlog import NEVER_US

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.world import WorldBuilder

US = 1_000_000
STAGES = {"look": {"takes": "about 10 min"}, "mend": {"takes": "about 1 h"}}


def town(folder: Path, *rows: str, **parts: object) -> WorldBuilder:
    """Return the builder of a town whose thefts are recorded in these lines."""
    write_table(folder / "calls.csv", *rows)
    theft = {"replay": "calls.csv", "stages": STAGES, "priority": 4, "patience": "about 1 h"}
    return build_town(folder, **{"incidents": {"theft": theft}, **parts})


def test_calls_are_as_recorded_and_sorted_by_time(tmp_path: Path) -> None:
    world = town(
        tmp_path,
        "incident_id,time_s,node,priority,look,mend",
        "B,20,n11,,30,",
        "A,10.5,n00,1,60,90",
    ).build(0)
    first, second = world.incidents.row(0), world.incidents.row(1)
    assert (first.label, first.occurred_us, first.priority) == ("A", 10_500_000, 1)
    assert (second.label, second.occurred_us, second.priority) == ("B", 20 * US, 4)
    assert first.stage_us == (60 * US, 90 * US)
    assert second.stage_us == (30 * US, SKIPPED_US)
    assert (second.x, second.y) == (100.0, 100.0)


def test_what_is_not_recorded_is_drawn_anew_in_each_replication(tmp_path: Path) -> None:
    builder = town(tmp_path, "time_s,node,look", "10,n00,60", "20,n00,60")
    first, again, other = builder.build(0), builder.build(0), builder.build(1)
    assert first.incidents.digest() == again.incidents.digest()
    assert first.incidents.stage_us[:, 0].tolist() == [60 * US, 60 * US]
    assert len({*first.incidents.stage_us[:, 1].tolist()}) == 2
    assert (first.incidents.stage_us[:, 1] != other.incidents.stage_us[:, 1]).all()
    assert (first.incidents.patience_us != other.incidents.patience_us).all()
    assert (first.incidents.patience_us < NEVER_US).all()


def test_one_more_row_at_the_end_changes_no_other(tmp_path: Path) -> None:
    few = town(tmp_path, "time_s,node", "10,n00", "20,n00").build(0)
    more = town(tmp_path, "time_s,node", "10,n00", "20,n00", "30,n00").build(0)
    assert [more.incidents.row(i) for i in range(2)] == [few.incidents.row(i) for i in range(2)]


def test_calls_after_the_period_are_left_out_and_told(tmp_path: Path) -> None:
    period = {"from": "2025-03-10 00:00", "length": "1 h"}
    builder = town(tmp_path, "time_s,node", "10,n00", "3600,n00", "9000,n00", period=period)
    assert len(builder.build(0).incidents) == 1
    (notice,) = builder.notices
    assert "calls.csv: 2 of 3 calls come after the end of the period" in notice


def test_places_far_from_the_streets_are_told(tmp_path: Path) -> None:
    builder = town(tmp_path, "time_s,x,y", "10,50,-200", "20,50,-210", "30,0,0")
    (notice,) = builder.notices
    assert "half of the 3 points lie 200 m or more" in notice


def test_a_place_that_cannot_be_reached_is_refused_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"calls\.csv: 1 of 2 places"):
        town(tmp_path, "time_s,x,y", "10,0,0", "20,50000,0")


def test_wrong_places_are_refused_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        town(
            tmp_path,
            "time_s,node,x,y,lon,lat",
            "10,n99,,,,",
            "",
            "20,n00,,,,",
            "30,,,,,",
            "40,,north,1,,",
            "50,,1e300,1,,",
            "60,,,,114,30",
        )
    found = {problem.line: problem.message for problem in caught.value.problems}
    assert list(found) == [2, 5, 6, 7, 8]
    assert "no node 'n99'" in found[2]
    assert "does not say where" in found[5]
    assert "no position" in found[6]
    assert "no position" in found[7]
    assert "places need x and y" in found[8]


def test_a_file_may_serve_a_kind_that_does_not_name_it(tmp_path: Path) -> None:
    write_table(tmp_path / "calls.csv", "time_s,node,kind", "10,n00,theft", "20,n00,fire")
    world = build_town(
        tmp_path,
        incidents={"theft": {"replay": "calls.csv", "takes": "1 h"}, "fire": {"takes": "2 h"}},
    ).build(0)
    assert world.incidents.kind.tolist() == [0, 1]
    assert world.incidents.stage_us.tolist() == [[3600 * US], [7200 * US]]


def test_a_file_that_two_kinds_name_is_read_once(tmp_path: Path) -> None:
    write_table(tmp_path / "calls.csv", "time_s,node,kind", "10,n00,theft", "20,n00,fire")
    recorded = {"replay": "calls.csv", "takes": "1 h"}
    world = build_town(tmp_path, incidents={"theft": recorded, "fire": {**recorded}}).build(0)
    assert world.incidents.kind.tolist() == [0, 1]


def test_generated_incidents_stand_beside_recorded_ones(tmp_path: Path) -> None:
    write_table(tmp_path / "calls.csv", "time_s,node", "10,n00")
    generated = {"how_often": "20 per day", "takes": "about 1 h"}
    alone = build_town(tmp_path, incidents={"fire": generated}).build(0)
    both = build_town(
        tmp_path,
        incidents={"theft": {"replay": "calls.csv", "takes": "1 h"}, "fire": generated},
    ).build(0)
    assert len(both.incidents) == len(alone.incidents) + 1
    assert both.incidents.stage_us[1:].tolist() == alone.incidents.stage_us.tolist()


def test_recorded_kinds_are_not_in_the_forecast(tmp_path: Path) -> None:
    world = town(tmp_path, "time_s,node", "10,n00").build(0)
    assert not world.forecast.per_hour.any()
    assert not world.forecast.per_node.any()


def test_a_quiet_recording_is_a_quiet_period(tmp_path: Path) -> None:
    builder = town(tmp_path, "time_s,node")
    assert len(builder.build(0).incidents) == 0
    assert builder.notices == []
