"""Recorded calls are read as they were, or refused with their line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from patrolsim.demand.replay import RecordedCall, read_replay
from patrolsim.demand.table import SKIPPED_US
from patrolsim.errors import Problem, ScenarioError
from patrolsim.testing import make_kind

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2025, 3, 10, 6, 0)  # noqa: DTZ001 - local time of nowhere
KINDS = {"theft": (0, make_kind("theft")), "fall": (1, make_kind("fall", places=(None, None)))}
US = 1_000_000
JEMSS = "call_id,priority,lon,lat,call_time_s,dispatch_delay_s,on_scene_s,transport,handover_s"


def read(folder: Path, *rows: str, own_kind: str | None = "theft") -> list[RecordedCall]:
    path = folder / "calls.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return read_replay(path, kinds=KINDS, own_kind=own_kind, start=START)


def problems(folder: Path, *rows: str, own_kind: str | None = "theft") -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        read(folder, *rows, own_kind=own_kind)
    return caught.value.problems


def test_a_row_of_few_words_is_a_call_of_the_kind_that_names_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, "time_s,x,y", "12.3456789,1,2") == [
        RecordedCall(
            line=2,
            kind=0,
            occurred_us=12_345_679,
            known_us=12_345_679,
            ready_us=12_345_679,
            priority=None,
            where=("xy", "1", "2"),
            stage_us=(None,),
            label="",
        )
    ]


def test_a_row_may_say_everything(tmp_path: Path) -> None:
    header = "incident_id,kind,priority,time_s,known_s,ready_s,node,stage 0,stage 1"
    (call,) = read(tmp_path, header, "A-7,fall,3,10,20,30,n1,40.5,")
    assert call == RecordedCall(
        line=2,
        kind=1,
        occurred_us=10 * US,
        known_us=20 * US,
        ready_us=30 * US,
        priority=3,
        where=("node", "n1", ""),
        stage_us=(40_500_000, SKIPPED_US),
        label="A-7",
    )


def test_an_empty_duration_does_not_happen_and_a_missing_column_is_drawn(tmp_path: Path) -> None:
    (call,) = read(tmp_path, "time_s,x,y,kind,stage 1", "0,0,0,fall,")
    assert call.stage_us == (None, SKIPPED_US)


def test_a_time_of_the_day_counts_from_the_start_of_the_period(tmp_path: Path) -> None:
    calls = read(tmp_path, "time,x,y", "2025-03-10 06:00:01.5,0,0", "2025-03-11,0,0")
    assert [call.occurred_us for call in calls] == [1_500_000, 18 * 3600 * US]


def test_a_table_may_mix_seconds_and_times(tmp_path: Path) -> None:
    calls = read(tmp_path, "time_s,time,x,y", "5,,0,0", ",2025-03-10T06:00:05,0,0")
    assert [call.occurred_us for call in calls] == [5 * US, 5 * US]


def test_calls_stay_in_the_order_of_the_file(tmp_path: Path) -> None:
    calls = read(tmp_path, "time_s,x,y", "9,0,0", "3,0,0", "6,0,0")
    assert [call.occurred_us // US for call in calls] == [9, 3, 6]


def test_columns_that_nobody_knows_are_ignored(tmp_path: Path) -> None:
    (call,) = read(tmp_path, "time_s,x,y,response_s,outcome", "1,0,0,77,settled")
    assert call.stage_us == (None,)


def test_a_call_of_a_jemss_city_is_known_by_its_header(tmp_path: Path) -> None:
    rows = (JEMSS, "17,3,-73.9,40.7,1.5,150.0,291.9545576,1,187.649477")
    (call,) = read(tmp_path, *rows, own_kind="fall")
    assert call.label == "17"
    assert call.priority == 3
    assert (call.occurred_us, call.known_us, call.ready_us) == (1_500_000, 1_500_000, 151_500_000)
    assert call.stage_us == (291_954_558, 187_649_477)


@pytest.mark.parametrize("word", ["0", "false", ""])
def test_without_transport_there_is_no_handover(tmp_path: Path, word: str) -> None:
    row = f"17,3,-73.9,40.7,1.5,150.0,291.9,{word},187.6"
    (call,) = read(tmp_path, JEMSS, row, own_kind="fall")
    assert call.stage_us == (291_900_000, SKIPPED_US)


def test_calls_of_a_jemss_city_need_two_stages(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, JEMSS, "17,3,-73.9,40.7,1.5,150.0,291.9,1,187.6")
    assert "needs two stages" in problem.message


@pytest.mark.parametrize(
    ("header", "row", "complaint"),
    [
        ("time_s,x,y", "-1,0,0", "time_s: '-1' is not a number"),
        ("time_s,x,y", "1e300,0,0", "time_s: '1e300' is not a number"),
        ("time_s,x,y", ",0,0", "time: '' is no time"),
        ("time,x,y", "noon,0,0", "time: 'noon' is no time"),
        ("time,x,y", "2025-03-10 05:59,0,0", "lies before the period"),
        ("time,x,y", "2025-03-10T07:00:00Z,0,0", "has a time zone"),
        ("time,x,y", "2025-03-10T07:00:00+08:00,0,0", "has a time zone"),
        ("time_s,x,y,kind", "1,0,0,riot", "there is no kind 'riot'"),
        ("time_s,x,y,priority", "1,0,0,0", "priority: '0'"),
        ("time_s,x,y,priority", "1,0,0,10", "priority: '10'"),
        ("time_s,x,y,priority", "1,0,0,high", "priority: 'high'"),
        ("time_s,x,y,known_s", "5,0,0,4", "known_s: 4 comes too early"),
        ("time_s,x,y,known_s,ready_s", "5,0,0,6,5.5", "ready_s: 5.5 comes too early"),
        ("time_s,x,y,stage 0", "5,0,0,ten", "stage 0: 'ten' is not a number"),
        ("time_s,x,y", "5,0", "2 cells; the table has 3 columns"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_line(
    tmp_path: Path, header: str, row: str, complaint: str
) -> None:
    (problem,) = problems(tmp_path, header, row)
    assert problem.line == 2
    assert complaint in problem.message


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, "time_s,x,y,kind", "soon,0,0,theft", "1,0,0,theft", "2,0,0,riot")
    assert [problem.line for problem in found] == [2, 4]


@pytest.mark.parametrize(
    ("header", "complaint"),
    [("x,y", "time_s (or time)"), ("time_s,x", "lon and lat"), ("time_s", "lon and lat")],
)
def test_a_missing_column_is_named(tmp_path: Path, header: str, complaint: str) -> None:
    (problem,) = problems(tmp_path, header)
    assert problem.line == 1
    assert complaint in problem.message


def test_in_a_shared_file_each_row_says_its_kind(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "time_s,x,y,kind", "1,0,0,fall", "1,0,0,", own_kind=None)
    assert problem.line == 3
    assert "each row must say" in problem.message
    assert problem.hint == "use one of 'theft', 'fall'"
