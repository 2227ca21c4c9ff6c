"""What is read of each incident, from logs written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.handmade import US, Row, Walk, make_log

from patrolsim.eventlog import NEVER_US, NOBODY, Event, Release
from patrolsim.incidents import FOLLOW_UP_STRIDE, Outcome
from patrolsim.metrics import IncidentRows, incident_table
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets

if TYPE_CHECKING:
    from patrolsim.world import World

STREETS = make_streets(
    [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)],
    [Arc(0, 1, 60 * US), Arc(1, 0, 60 * US), Arc(1, 2, 60 * US), Arc(2, 1, 60 * US)],
)


def world(**changes: object) -> World:
    parts: dict[str, object] = {
        "calls": [Call(at_us=10 * US, node=1), Call(at_us=500 * US, node=2, priority=3)],
        "people": [Person(), Person(node=2), Person(node=1)],
        "horizon_us": 4000 * US,
        "streets": STREETS,
        **changes,
    }
    return TinyWorld(**parts).build()  # type: ignore[arg-type]


def happens(incident: int, at_s: float, kind: int = 0) -> list[Row]:
    return [Row(at_s, Event.OCCURRED, incident, detail=kind), Row(at_s, Event.KNOWN, incident)]


def table(rows: list[Row], *walks: Walk, of: World | None = None) -> IncidentRows:
    log = make_log(rows, horizon_s=4000, walks=walks)
    return incident_table(log, world() if of is None else of)


SERVED = [
    *happens(0, 10),
    Row(12, Event.QUEUED, 0),
    Row(40, Event.ASSIGNED, 0, 1),
    Row(45, Event.DEPARTED, 0, 1),
    Row(105, Event.ARRIVED, 0, 1),
    Row(105, Event.QUORUM, 0),
    Row(705, Event.RELEASED, 0, 1, Release.DONE),
    Row(705, Event.CLOSED, 0, detail=Outcome.SETTLED),
]


def test_each_clock_shows_when_it_first_happened() -> None:
    found = table([*SERVED, Row(800, Event.ARRIVED, 0, 2), Row(800, Event.QUORUM, 0)])
    clocks = (
        found.occurred_us,
        found.known_us,
        found.queued_us,
        found.assigned_us,
        found.departed_us,
        found.first_on_scene_us,
        found.quorum_us,
        found.closed_us,
    )
    assert [int(clock[0]) // US for clock in clocks] == [10, 10, 12, 40, 45, 105, 105, 705]
    assert found.outcome.tolist() == [Outcome.SETTLED]


def test_response_runs_from_known_and_travel_from_the_departure() -> None:
    found = table(SERVED)
    assert found.response_us.tolist() == [95 * US]
    assert found.travel_us.tolist() == [60 * US]
    assert found.waiting_us.tolist() == [28 * US]


def test_an_incident_open_at_the_end_is_unserved_and_has_no_times() -> None:
    found = table(happens(0, 10))
    assert found.outcome.tolist() == [Outcome.UNSERVED]
    for clock in (found.assigned_us, found.first_on_scene_us, found.closed_us, found.travel_us):
        assert clock.tolist() == [NEVER_US]
    assert found.response_us.tolist() == [NEVER_US]
    assert found.first_volunteer.tolist() == [NOBODY]


def test_an_incident_that_nobody_knows_of_has_no_response() -> None:
    found = table([Row(10, Event.OCCURRED, 0)])
    assert found.known_us.tolist() == [NEVER_US]
    assert found.response_us.tolist() == [NEVER_US]


def test_incidents_that_had_not_occurred_do_not_appear() -> None:
    assert table(happens(0, 10)).incident_id.tolist() == [0]


def test_who_was_turned_round_is_not_among_those_who_came() -> None:
    rows = [
        *happens(0, 10),
        Row(20, Event.ASSIGNED, 0, 2),
        Row(20, Event.DEPARTED, 0, 2),
        Row(30, Event.RELEASED, 0, 2, Release.DIVERTED),
        Row(30, Event.ASSIGNED, 0, 0, 1),
        Row(30, Event.DEPARTED, 0, 0),
        Row(90, Event.ARRIVED, 0, 0),
    ]
    found = table(rows)
    assert found.volunteer_ids == ((0,),)
    assert found.travel_us.tolist() == [60 * US]
    assert found.departed_us.tolist() == [20 * US]


def test_who_is_still_on_the_way_at_the_end_belongs_to_the_incident() -> None:
    rows = [
        *happens(0, 10),
        Row(20, Event.ASSIGNED, 0, 2),
        Row(21, Event.ASSIGNED, 0, 0, 1),
        Row(50, Event.ARRIVED, 0, 0),
        Row(60, Event.RELEASED, 0, 0, Release.DONE),
        Row(60, Event.RELEASED, 0, 2, Release.DONE),
        Row(60, Event.CLOSED, 0, detail=Outcome.SETTLED),
    ]
    assert table(rows).volunteer_ids == ((2, 0),)
    assert table(rows[:-3]).volunteer_ids == ((2, 0),)


def test_who_declined_and_came_after_all_is_named_once() -> None:
    rows = [
        *happens(0, 10),
        Row(20, Event.ASSIGNED, 0, 2),
        Row(25, Event.RELEASED, 0, 2, Release.DECLINED),
        Row(40, Event.ASSIGNED, 0, 2, 1),
        Row(50, Event.DEPARTED, 0, 2),
        Row(60, Event.ARRIVED, 0, 2),
    ]
    found = table(rows)
    assert found.volunteer_ids == ((2,),)
    assert found.travel_us.tolist() == [10 * US]


def test_who_declined_is_not_named() -> None:
    rows = [
        *happens(0, 10),
        Row(20, Event.ASSIGNED, 0, 2),
        Row(25, Event.RELEASED, 0, 2, Release.DECLINED),
    ]
    assert table(rows).volunteer_ids == ((),)


def test_who_declined_at_the_very_end_is_not_named() -> None:
    rows = [
        *happens(0, 10),
        Row(20, Event.ASSIGNED, 0, 2),
        Row(60, Event.RELEASED, 0, 2, Release.DECLINED),
        Row(60, Event.CLOSED, 0, detail=Outcome.GAVE_UP),
    ]
    assert table(rows).volunteer_ids == ((),)


@pytest.mark.parametrize("queued", [[], [Row(45, Event.QUEUED, 0)]], ids=["never", "afterwards"])
def test_who_is_answered_at_once_has_not_waited(queued: list[Row]) -> None:
    rows = [*happens(0, 10), Row(40, Event.ASSIGNED, 0, 1), *queued]
    assert table(rows).waiting_us.tolist() == [0]


def test_who_left_early_without_arriving_is_not_named() -> None:
    rows = [
        *happens(0, 10),
        Row(20, Event.ASSIGNED, 0, 2),
        Row(25, Event.RELEASED, 0, 2, Release.DONE),
        Row(60, Event.CLOSED, 0, detail=Outcome.SETTLED),
    ]
    assert table(rows).volunteer_ids == ((),)


def test_a_follow_up_takes_place_and_kind_from_the_log() -> None:
    kinds = (make_kind("call"), replace(make_kind("visit"), priority=2))
    number = 1 + FOLLOW_UP_STRIDE
    rows = [*happens(0, 10), *happens(1, 500), *happens(number, 900, kind=1)]
    found = table(rows, of=world(kinds=kinds))
    assert found.incident_id.tolist() == [0, 1, number]
    assert found.kind.tolist() == [0, 0, 1]
    assert found.priority.tolist() == [1, 3, 2]
    assert found.x.tolist() == [100.0, 200.0, 200.0]


def test_the_label_of_a_replay_is_kept_but_not_for_follow_ups() -> None:
    here = world()
    incidents = replace(here.incidents, label=("A-17", "A-18"))
    rows = [*happens(0, 10), *happens(FOLLOW_UP_STRIDE, 900)]
    found = table(rows, of=replace(here, incidents=incidents))
    assert found.label == ("A-17", "")


def test_a_transport_names_the_place_and_when_it_was_reached() -> None:
    kinds = (make_kind("fall", places=(None, ("clinic",))),)
    here = world(kinds=kinds, places={"clinic": (0, 2)})
    goal = (200.0, 0.0)
    rows = [
        *SERVED[:-2],
        Row(705, Event.DEPARTED, 0, 1),
        Row(765, Event.ARRIVED, 0, 1, 1),
        Row(900, Event.CLOSED, 0, detail=Outcome.SETTLED),
    ]
    walk = Walk(1, 705, [(2, 765)], incident=0, to=goal)
    found = table(rows, walk, of=here)
    assert found.place_arrival_us.tolist() == [765 * US]
    assert found.place == ("clinic 2",)
    assert found.first_on_scene_us.tolist() == [105 * US]


def test_incidents_before_the_warm_up_are_not_counted() -> None:
    here = replace(world(), warm_up_us=500 * US)
    found = table([*happens(0, 10), *happens(1, 500)], of=here)
    assert found.is_counted.tolist() == [False, True]


def test_an_empty_log_has_an_empty_table() -> None:
    found = table([])
    assert found.incident_id.size == 0
    assert found.volunteer_ids == ()
    assert np.array_equal(found.travel_us, np.zeros(0, np.int64))
