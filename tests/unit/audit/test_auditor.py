"""A trace written by hand is sound; each way of breaking it is found and named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.audit.traces import Way, make_log

from patrolsim.audit import AuditRules, audit
from patrolsim.eventlog import Purpose
from patrolsim.network.streets import CLOSED_US
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.world import World

STRICT = AuditRules(queue="priority", nearest=True, work_conserving=True)
LINE = make_streets(
    [(0.0, 0.0), (100.0, 0.0), (300.0, 0.0)],
    [Arc(0, 1, 100), Arc(0, 2, CLOSED_US), Arc(1, 0, 100), Arc(1, 2, 200), Arc(2, 1, 200)],
)
WORLD = TinyWorld(
    calls=[
        Call(at_us=500, node=1, work_us=(300,)),
        Call(at_us=550, node=0, work_us=(100,), kind=1, patience_us=1000),
        Call(at_us=700, node=1, work_us=(50,), report_us=20),
        Call(at_us=720, node=0, work_us=(40,)),
    ],
    people=[Person(node=0, shifts=((0, 5000),)), Person(node=2, shifts=((800, 4000),))],
    horizon_us=6000,
    streets=LINE,
    kinds=(make_kind("help"), make_kind("dispute", needs=(("mediation", 1),))),
).build()
ROWS = """
0 SHIFT_STARTED v0
0 STATUS v0 STANDING_BY
500 OCCURRED i0 0
500 KNOWN i0
500 ASSIGNED i0 v0
500 DEPARTED i0 v0
500 STATUS v0 ON_THE_WAY
550 OCCURRED i1 1
550 KNOWN i1
550 QUEUED i1
600 ARRIVED i0 v0
600 STATUS v0 AT_WORK
600 QUORUM i0
600 STAGE_STARTED i0
700 OCCURRED i2 0
720 KNOWN i2
720 QUEUED i2
720 OCCURRED i3 0
720 KNOWN i3
720 QUEUED i3
800 SHIFT_STARTED v1
800 STATUS v1 STANDING_BY
800 ASSIGNED i2 v1
800 DEPARTED i2 v1
800 STATUS v1 ON_THE_WAY
900 STAGE_ENDED i0
900 RELEASED i0 v0 DONE
900 CLOSED i0 SETTLED
900 STATUS v0 STANDING_BY
900 ASSIGNED i3 v0
900 DEPARTED i3 v0
900 STATUS v0 ON_THE_WAY
1000 ARRIVED i2 v1
1000 STATUS v1 AT_WORK
1000 QUORUM i2
1000 STAGE_STARTED i2
1000 ARRIVED i3 v0
1000 STATUS v0 AT_WORK
1000 QUORUM i3
1000 STAGE_STARTED i3
1040 STAGE_ENDED i3
1040 RELEASED i3 v0 DONE
1040 CLOSED i3 SETTLED
1040 STATUS v0 STANDING_BY
1050 STAGE_ENDED i2
1050 RELEASED i2 v1 DONE
1050 CLOSED i2 SETTLED
1050 STATUS v1 STANDING_BY
1050 STATUS v1 GOING_TO_POST
1250 STATUS v1 STANDING_BY
1550 CLOSED i1 GAVE_UP
4000 SHIFT_ENDED v1
4000 STATUS v1 OFF_DUTY
5000 SHIFT_ENDED v0
5000 STATUS v0 OFF_DUTY
"""
WAYS = (
    Way(who=0, start_us=500, nodes=(0, 1), incident=0),
    Way(who=1, start_us=800, nodes=(2, 1), incident=2),
    Way(who=0, start_us=900, nodes=(1, 0), incident=3),
    Way(who=1, start_us=1050, nodes=(1, 2), purpose=Purpose.TO_POST),
)


def findings(text: str, ways: Sequence[Way] = WAYS) -> tuple[str, ...]:
    return audit(WORLD, make_log(WORLD, text, ways), rules=STRICT)


def test_a_sound_trace_gives_no_findings() -> None:
    assert findings(ROWS) == ()


BROKEN_ROWS = [
    ("500 OCCURRED i0 0", "490 OCCURRED i0 0", "occurs at its time"),
    ("500 OCCURRED i0 0", "500 OCCURRED i0 1", "occurs as drawn"),
    ("500 OCCURRED i0 0", "500 OCCURRED i0 0\n500 OCCURRED i0 0", "occurs twice"),
    ("500 OCCURRED i0 0", "500 OCCURRED i0 0\n500 OCCURRED i9 0", "invented"),
    ("550 OCCURRED i1 1\n550 KNOWN i1\n550 QUEUED i1\n", "", "none lost"),
    ("550 KNOWN i1", "551 KNOWN i1", "known at its time"),
    ("550 KNOWN i1", "550 KNOWN i1\n550 KNOWN i1", "known twice"),
    ("550 KNOWN i1", "550 KNOWN i1 1", "seen by patrols"),
    ("550 QUEUED i1", "", "conservation"),
    ("500 ASSIGNED i0 v0", "500 QUEUED i0\n500 ASSIGNED i0 v0\n500 QUEUED i0", "queued without"),
    ("500 ASSIGNED i0 v0", "500 ASSIGNED i0 v0 1", "number of the offer"),
    ("500 ASSIGNED i0 v0", "500 ASSIGNED i0 v0\n500 ASSIGNED i0 v0 1", "one job at a time"),
    ("500 DEPARTED i0 v0", "500 DEPARTED i0 v1", "departed unassigned"),
    ("500 STATUS v0 ON_THE_WAY", "500 STATUS v0 PATROLLING", "state and work"),
    ("500 STATUS v0 ON_THE_WAY", "500 STATUS v0 TURNING_OUT", "state and way"),
    ("600 ARRIVED i0 v0", "599 ARRIVED i0 v0", "arrives when the leg ends"),
    ("600 ARRIVED i0 v0", "", "does not arrive"),
    ("600 ARRIVED i0 v0", "600 ARRIVED i0 v0 1", "order of stages"),
    ("600 STATUS v0 AT_WORK", "600 STATUS v0 WAITING", "state and work"),
    ("600 QUORUM i0", "590 QUORUM i0", "quorum"),
    ("600 STAGE_STARTED i0", "590 STAGE_STARTED i0", "work without people"),
    ("600 STAGE_STARTED i0", "", "work and people"),
    ("900 STAGE_ENDED i0", "890 STAGE_ENDED i0", "service time"),
    ("900 STAGE_ENDED i0", "900 STAGE_PAUSED i0", "closed unfinished"),
    ("900 RELEASED i0 v0 DONE", "", "closed with people"),
    ("900 RELEASED i0 v0 DONE", "890 RELEASED i0 v0 DONE", "released as done"),
    ("900 RELEASED i0 v0 DONE", "900 RELEASED i0 v0 HANDED_OVER", "handed over"),
    ("900 RELEASED i0 v0 DONE", "900 RELEASED i0 v0 INTERRUPTED", "called away"),
    ("900 CLOSED i0 SETTLED", "", "closed when done"),
    ("900 CLOSED i0 SETTLED", "900 CLOSED i0 ESCALATED", "outcome"),
    ("900 CLOSED i0 SETTLED", "900 CLOSED i0 SETTLED\n900 CLOSED i0 SETTLED", "after its end"),
    ("1550 CLOSED i1 GAVE_UP", "1549 CLOSED i1 GAVE_UP", "gives up at patience"),
    ("1550 CLOSED i1 GAVE_UP", "", "gives up at patience"),
    ("550 QUEUED i1", "550 ASSIGNED i1 v1", "is off shift"),
    ("720 QUEUED i3", "720 QUEUED i3\n720 DECLINED i2 v1", "declined unasked"),
    ("800 SHIFT_STARTED v1", "801 SHIFT_STARTED v1", "shift of the roster"),
    ("4000 SHIFT_ENDED v1", "", "does not end the shift"),
    ("4000 SHIFT_ENDED v1", "3999 SHIFT_ENDED v1", "shift of the roster"),
    ("4000 STATUS v1 OFF_DUTY", "", "off duty after the shift"),
    ("4000 STATUS v1 OFF_DUTY", "3000 STATUS v1 OFF_DUTY", "on duty in the shift"),
    ("0 STATUS v0 STANDING_BY", "0 STATUS v0 STANDING_BY\n9 STATUS v0 STANDING_BY", "one state"),
    ("1050 STATUS v1 GOING_TO_POST", "", "state on the way"),
    ("1250 STATUS v1 STANDING_BY", "1200 STATUS v1 STANDING_BY", "state on the way"),
    ("550 QUEUED i1", "550 QUEUED i1\n560 ARRIVED i1 v0", "Little's law"),
    ("500 DEPARTED i0 v0", "", "arrived without a way"),
    ("700 OCCURRED i2 0", "700 OCCURRED i2 0\n710 ASSIGNED i2 v0", "assigned too early"),
    ("720 QUEUED i3", "720 QUEUED i3\n720 DECLINED i2 v1", "declined against habit"),
    ("550 QUEUED i1", "550 QUEUED i1\n560 RELEASED i0 v0 NOT_NEEDED", "leg of the released"),
    ("550 QUEUED i1", "550 QUEUED i1\n560 RELEASED i1 v0 DONE", "released unassigned"),
    ("900 RELEASED i0 v0 DONE\n900 CLOSED i0 SETTLED", "", "released when done"),
    ("900 RELEASED i0 v0 DONE", "900 RELEASED i0 v0 5", "did not give up"),
    ("800 SHIFT_STARTED v1", "", "does something before the first shift"),
    ("900 ASSIGNED i3 v0", "900 ASSIGNED i3 v0\n950 STAGE_PAUSED i3", "pause of nothing"),
    ("900 ASSIGNED i3 v0", "900 ASSIGNED i3 v0\n950 STAGE_ENDED i3", "work ends unstarted"),
    ("700 OCCURRED i2 0", "700 OCCURRED i2 0\n700 STAGE_STARTED i0", "work starts twice"),
    ("500 OCCURRED i0 0", "", "unknown incident"),
    ("5000 STATUS v0 OFF_DUTY", "6001 STATUS v0 OFF_DUTY", "nothing after the horizon"),
    ("500 KNOWN i0", "500 KNOWN", "an incident"),
    ("0 STATUS v0 STANDING_BY", "0 STATUS STANDING_BY", "a volunteer"),
    ("0 STATUS v0 STANDING_BY", "0 STATUS v7 STANDING_BY", "known volunteers"),
]


@pytest.mark.parametrize(("row", "instead", "rule"), BROKEN_ROWS)
def test_a_broken_row_is_found(row: str, instead: str, rule: str) -> None:
    assert row in ROWS
    assert any(rule in sentence for sentence in findings(ROWS.replace(row, instead, 1)))


BROKEN_WAYS = [
    (0, {"step_us": (90,)}, "no faster than possible"),
    (0, {"step_us": (101,)}, "time of a part of a street"),
    (0, {"arcs": (3,)}, "way on to the streets"),
    (0, {"nodes": (0, 1, 0, 1)}, "the fastest way"),
    (0, {"nodes": (0, 1, 2), "arcs": (0, 4)}, "steps connect"),
    (0, {"nodes": (0, 1, 2)}, "way to the place"),
    (0, {"end_us": 590}, "arrives when the leg ends"),
    (0, {"end_us": 650}, "end of a leg"),
    (0, {"origin": (5.0, 0.0)}, "starts where one is"),
    (0, {"nodes": (0, 1, 0, 1), "step_us": (100, -50, 50)}, "steps rise"),
    (0, {"nodes": (0, 1, 0, 1), "step_us": (100, 50, 50)}, "time of a street"),
    (0, {"arcs": (0, 2, 1), "nodes": (0, 2), "step_us": (100, 100, 1)}, "open to the mode"),
    (0, {"arcs": (0, -1, 2, 0), "step_us": (100, 0, 100, 100)}, "off the road at the ends"),
    (0, {"arcs": (0,), "nodes": (0, 2)}, "way off the streets"),
    (0, {"incident": 2}, "a departure for each leg"),
    (2, {"nodes": (2, 1, 0)}, "starts where one is"),
    (2, {"start_us": 901}, "a departure for each leg"),
    (3, {"start_us": 990}, "one way at a time"),
    (3, {"purpose": Purpose.PATROL}, "state on the way"),
    (3, {"who": 9}, "legs of known volunteers"),
    (3, {"arcs": (77,), "step_us": (200,)}, "legs on known arcs"),
]


@pytest.mark.parametrize(("number", "change", "rule"), BROKEN_WAYS)
def test_a_broken_way_is_found(number: int, change: dict[str, object], rule: str) -> None:
    ways = list(WAYS)
    ways[number] = replace(ways[number], **change)  # type: ignore[arg-type]
    assert any(rule in sentence for sentence in findings(ROWS, ways))


BROKEN_TABLES = [
    ("events", "time_us", 3, 10_000, "the clock never goes back"),
    ("events", "event", 0, 99, "known events"),
    ("legs", "mode", 0, 5, "legs of known modes"),
    ("legs", "start_us", 0, -5, "legs within the period"),
    ("legs", "first_step", 1, 0, "legs have steps"),
    ("shifts", "volunteer_id", 0, 9, "shifts of known volunteers"),
]


@pytest.mark.parametrize(("table", "column", "row", "value", "rule"), BROKEN_TABLES)
def test_a_table_that_cannot_be_read_is_refused(
    table: str, column: str, row: int, value: int, rule: str
) -> None:
    log = make_log(WORLD, ROWS, WAYS)
    getattr(getattr(log, table), column)[row] = value
    assert any(rule in sentence for sentence in audit(WORLD, log))


@pytest.mark.parametrize("column", ["event", "incident_id", "volunteer_id", "detail"])
@pytest.mark.parametrize("change", [-1, 1, 2, 3])
def test_no_single_wrong_number_breaks_the_auditor_itself(column: str, change: int) -> None:
    rows = range(len(ROWS.strip().splitlines()))
    logs = [make_log(WORLD, ROWS, WAYS) for _ in rows]
    for row, log in zip(rows, logs, strict=True):
        getattr(log.events, column)[row] += change
    found = [bool(audit(WORLD, log, rules=STRICT)) for log in logs]
    assert sum(found) > len(found) / 4
    assert all(found) or column != "event"


def test_a_log_of_another_period_is_refused() -> None:
    log = replace(make_log(WORLD, ROWS, WAYS), horizon_us=7000)
    assert any("horizon of the world" in sentence for sentence in audit(WORLD, log))


def world_of_one_call(person: Person, people: int = 1) -> World:
    return TinyWorld(
        calls=[Call(at_us=10, work_us=(50,))],
        people=[person],
        horizon_us=100,
        kinds=(make_kind(needs=((None, people),)),),
    ).build()


AT_WORK = """
0 SHIFT_STARTED v0
0 STATUS v0 STANDING_BY
10 OCCURRED i0 0
10 KNOWN i0
10 ASSIGNED i0 v0
10 DEPARTED i0 v0
10 ARRIVED i0 v0
10 STATUS v0 AT_WORK
10 QUORUM i0
10 STAGE_STARTED i0
"""


def test_work_beyond_the_overtime_is_found() -> None:
    rows = AT_WORK + "30 SHIFT_ENDED v0"
    for overtime_us, expected in ((0, True), (20, True), (80, False)):
        world = world_of_one_call(Person(shifts=((0, 30),), overtime_us=overtime_us))
        found = audit(world, make_log(world, rows, []))
        assert any("overtime" in sentence for sentence in found) is expected


def test_work_before_the_quorum_is_found() -> None:
    world = world_of_one_call(Person(), people=2)
    found = audit(world, make_log(world, AT_WORK, []))
    assert any("quorum before work" in sentence for sentence in found)


def test_two_shifts_at_once_are_found() -> None:
    world = world_of_one_call(Person(shifts=((0, 90), (20, 95))))
    found = audit(world, make_log(world, AT_WORK + "20 SHIFT_STARTED v0", []))
    assert any("one shift at a time" in sentence for sentence in found)


def test_a_person_sent_past_the_first_in_the_queue_is_found() -> None:
    rows = ROWS.replace("800 ASSIGNED i2", "800 ASSIGNED i3").replace(
        "0 DEPARTED i2", "0 DEPARTED i3"
    )
    assert any("past 2" in sentence for sentence in findings(rows))


def test_the_order_of_the_queue_counts_only_if_it_is_promised() -> None:
    rows = ROWS.replace("800 ASSIGNED i2", "800 ASSIGNED i3")
    found = audit(WORLD, make_log(WORLD, rows, WAYS))
    assert not any("order of the queue" in sentence for sentence in found)


def test_somebody_idle_while_work_waits_is_found() -> None:
    first, last = ROWS.index("900 ASSIGNED i3"), ROWS.index("1000 ARRIVED i2")
    found = findings(ROWS[:first] + ROWS[last:])
    assert any("volunteer 0 is free while incident 3 waits" in sentence for sentence in found)


def test_a_nearer_person_left_behind_is_found() -> None:
    world = TinyWorld(
        calls=[Call(at_us=10, node=1, work_us=(5,))],
        people=[Person(node=0), Person(node=2)],
        horizon_us=20,
        streets=LINE,
    ).build()
    rows = """
0 SHIFT_STARTED v0
0 STATUS v0 STANDING_BY
0 SHIFT_STARTED v1
0 STATUS v1 STANDING_BY
10 OCCURRED i0 0
10 KNOWN i0
10 ASSIGNED i0 v1
10 DEPARTED i0 v1
10 STATUS v1 ON_THE_WAY
20 SHIFT_ENDED v0
20 STATUS v0 OFF_DUTY
20 SHIFT_ENDED v1
"""
    log = make_log(world, rows, [Way(who=1, start_us=10, end_us=20, nodes=(2, 1), incident=0)])
    assert audit(world, log) == ()
    (found,) = audit(world, log, rules=STRICT)
    assert "volunteer 0 could be at incident 0 before 1" in found


def test_thousands_of_findings_of_one_rule_are_counted() -> None:
    rows = ROWS + "\n".join(f"{2000 + i} STATUS v0 STANDING_BY" for i in range(100))
    found = findings(rows)
    assert len(found) == 21
    assert found[-1] == "one state at a time: 80 more like these"
