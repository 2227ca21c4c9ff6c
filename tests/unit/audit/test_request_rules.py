"""The auditor finds every breach of the rules of requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.runs import run

from patrolsim.audit import audit
from patrolsim.eventlog import Event, EventLog, Release
from patrolsim.incidents import RequestRule
from patrolsim.testing import Call, Person, TinyWorld, make_kind
from patrolsim.testing.companions import FirstDueFirst
from patrolsim.units import US_PER_S, WeeklyHours

if TYPE_CHECKING:
    from patrolsim.world import World

HOUR_US = 3600 * US_PER_S
HOURS = WeeklyHours(days=(0,), opens_us=2 * HOUR_US, length_us=2 * HOUR_US, begins_us=0)


def day(*, windows: WeeklyHours | None = HOURS) -> tuple[World, EventLog]:
    rule = RequestRule(due_within_us=5 * HOUR_US, windows=windows)
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(HOUR_US,)), Call(at_us=1, work_us=(HOUR_US,))],
        people=[Person(), Person()],
        horizon_us=12 * HOUR_US,
        kinds=(replace(make_kind("form"), request=rule),),
    ).build()
    return world, run(world, appointments=FirstDueFirst())


def changed(log: EventLog, row: int, **values: int) -> EventLog:
    """Return a log in which a row says something else."""
    columns = {name: getattr(log.events, name).copy() for name in log.events.__slots__}
    for name, value in values.items():
        columns[name][row] = value
    return replace(log, events=type(log.events)(**columns))


def without(log: EventLog, row: int) -> EventLog:
    columns = {name: np.delete(getattr(log.events, name), row) for name in log.events.__slots__}
    return replace(log, events=type(log.events)(**columns))


def first(log: EventLog, event: Event, number: int = 0) -> int:
    return int(np.flatnonzero(log.events.event == event)[number])


def rules(findings: tuple[str, ...]) -> str:
    return "\n".join(findings)


def test_a_sound_day_is_sound() -> None:
    world, log = day()
    assert audit(world, log) == ()
    assert (log.events.event == Event.BOOKED).sum() == 2


def test_another_due_time_is_found() -> None:
    world, log = day()
    row = first(log, Event.DUE)
    wrong = changed(log, row, detail=int(log.events.detail[row]) + 1)
    assert "due as the rules say: incident 0 is due at" in rules(audit(world, wrong))


def test_a_missing_due_time_is_found() -> None:
    world, log = day()
    found = audit(world, without(log, first(log, Event.DUE)))
    assert "incident 0 has no due time" in rules(found)


def test_somebody_reserved_twice_is_found() -> None:
    world, log = day()
    wrong = changed(log, first(log, Event.BOOKED, 1), volunteer_id=0)
    assert "booked twice: volunteer 0 for incidents 0 and 1" in rules(audit(world, wrong))


def test_a_plan_outside_the_hours_is_found() -> None:
    world, log = day()
    wrong = changed(log, first(log, Event.BOOKED), detail=5 * HOUR_US)
    assert "within the hours: incident 0 is planned for 18000" in rules(audit(world, wrong))


def test_work_outside_the_hours_is_found() -> None:
    _, log = day()
    later = replace(HOURS, opens_us=3 * HOUR_US)
    world, _ = day(windows=later)
    assert "within the hours: incident 0 is worked on outside" in rules(audit(world, log))


def test_somebody_sent_without_a_reservation_is_found() -> None:
    world, log = day()
    found = audit(world, without(log, first(log, Event.BOOKED)))
    assert "sent unbooked: volunteer 0 to incident 0" in rules(found)


def test_a_reservation_that_is_forgotten_is_found() -> None:
    world, log = day()
    wrong = changed(log, first(log, Event.ASSIGNED), event=Event.DEPARTED, detail=0)
    found = rules(audit(world, wrong))
    assert "booked and forgotten: volunteer 0 does not leave for incident 0" in found


def test_a_lapse_without_a_reservation_or_a_reason_is_found() -> None:
    world, log = day()
    wrong = changed(log, first(log, Event.DUE), event=Event.UNBOOKED, volunteer_id=0, detail=0)
    assert "lapsed unbooked: volunteer 0, incident 0" in rules(audit(world, wrong))


def test_somebody_turned_away_from_an_open_door_is_found() -> None:
    world, log = day()
    wrong = changed(log, first(log, Event.RELEASED), detail=Release.TURNED_AWAY)
    assert "turned away: volunteer 0 could have waited at 0" in rules(audit(world, wrong))


def test_work_that_does_not_start_when_the_hours_begin_is_found() -> None:
    world, log = day()
    started = first(log, Event.STAGE_STARTED)
    late = changed(log, started, time_us=int(log.events.time_us[started]))
    found = audit(world, without(late, started))
    assert "waits with the people it needs" in rules(found)


@pytest.mark.parametrize("event", [Event.DUE, Event.BOOKED, Event.UNBOOKED])
def test_an_event_of_requests_concerns_an_incident(event: Event) -> None:
    world, log = day()
    wrong = changed(log, first(log, Event.DUE), event=event, incident_id=-1)
    assert "an incident: row" in rules(audit(world, wrong))
