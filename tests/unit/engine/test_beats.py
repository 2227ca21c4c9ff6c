"""Patrols prevent incidents where they have been, if a scenario assumes so, and only there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from tests.handmade import US
from tests.runs import run

from patrolsim.audit import audit
from patrolsim.demand.deterrence import Deterrable, Elsewhere
from patrolsim.eventlog import NOBODY, Event
from patrolsim.metrics import measure
from patrolsim.policy import StateView, Visit
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_streets

if TYPE_CHECKING:
    from patrolsim.eventlog import EventLog
    from patrolsim.world import World

MINUTE_US = 60 * US
STREETS = make_streets(
    [(0.0, 0.0), (600.0, 0.0), (1200.0, 0.0)],
    [Arc(a, b, 10 * MINUTE_US) for a, b in ((0, 1), (1, 0), (1, 2), (2, 1))],
)
"""A minute for 60 m: a patrol from 0 is at 1 after ten minutes, at 2 after twenty."""


@dataclass
class There:
    """Walks to the far end, stays for 30 minutes, and walks back for good."""

    is_back: bool = False

    def next_patrol(self, _view: StateView, _volunteer_id: int) -> Visit | None:
        if self.is_back:
            return None
        self.is_back = True
        return Visit(2, dwell_s=1800.0)


def world(at_min: float, node: int, deterrable: Deterrable | None, *, calls: int = 1) -> World:
    call = Call(at_us=round(at_min * MINUTE_US), node=node, work_us=(MINUTE_US,))
    later = [replace(call, at_us=call.at_us + n * MINUTE_US) for n in range(calls)]
    tiny = TinyWorld(
        calls=later,
        people=[Person(patrols=True)],
        horizon_us=200 * MINUTE_US,
        streets=STREETS,
    ).build()
    found = None if deterrable is None else {0: deterrable}
    return replace(tiny, deterrable=found)


def prevents(radius_m: float = 100.0, minutes: float = 5.0) -> Deterrable:
    return Deterrable(radius_m, round(minutes * MINUTE_US), None)


def events(log: EventLog) -> list[Event]:
    of_it = log.events.incident_id == 0
    return [Event(code) for code in log.events.event[of_it].tolist()]


def is_prevented(one: World) -> bool:
    log = run(one, patrol=There())
    assert audit(one, log) == ()
    return events(log)[0] is Event.PREVENTED


@pytest.mark.parametrize(
    ("at_min", "node", "prevented"),
    [
        (8.0, 1, False),  # the patrol is 120 m short of it
        (8.5, 1, True),  # 90 m short
        (11.0, 1, True),  # it has just passed
        (16.0, 1, True),  # 100 m behind it at 11:40, within the last five minutes
        (16.8, 1, False),  # it left the circle more than five minutes ago
        (45.0, 2, True),  # it stays there
        (49.9, 2, True),
        (54.9, 2, True),  # its stay ended at 50:00
        (55.1, 2, False),
    ],
)
def test_an_incident_does_not_happen_where_a_patrol_was_lately(
    at_min: float,
    node: int,
    prevented: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    assert is_prevented(world(at_min, node, prevents())) is prevented


def test_a_patrol_passes_in_the_middle_of_a_street() -> None:
    one = world(17.0, 1, prevents(radius_m=10.0, minutes=7.5))
    assert is_prevented(one)


def test_a_patrol_that_was_called_away_has_not_been_farther_on() -> None:
    away = Call(at_us=5 * MINUTE_US, node=0, work_us=(100 * MINUTE_US,))
    late = Call(at_us=22 * MINUTE_US, node=2, work_us=(MINUTE_US,))
    tiny = TinyWorld(
        calls=[away, late],
        people=[Person(patrols=True)],
        horizon_us=200 * MINUTE_US,
        streets=STREETS,
    ).build()
    one = replace(tiny, deterrable={1: prevents(minutes=30.0)})
    log = run(one, patrol=There())
    assert audit(one, log) == ()
    assert Event.PREVENTED not in log.events.event


def test_a_prevented_incident_is_written_down_and_counted_and_nothing_else() -> None:
    one = world(11.0, 1, prevents())
    log = run(one, patrol=There())
    assert events(log) == [Event.PREVENTED]
    found = measure(log, one)
    assert (found.prevented, found.displaced, found.responses.known) == (1, 0, 0)
    assert log.events.volunteer_id[log.events.event == Event.PREVENTED].tolist() == [NOBODY]


def test_a_displaced_incident_happens_elsewhere() -> None:
    stop = world(11.0, 0, None).incidents.stops[0]
    one = world(11.0, 1, prevents()._replace(elsewhere=Elsewhere(0.0, 0.0, stop)))
    log = run(one, patrol=There())
    assert audit(one, log) == ()
    assert events(log)[:2] == [Event.DISPLACED, Event.OCCURRED]
    found = measure(log, one)
    assert (found.prevented, found.displaced, found.responses.known) == (0, 1, 1)
    # from 660 m on back to 0: eleven minutes
    assert found.responses.reached_s.tolist() == [660.0]


def test_without_the_assumption_nothing_is_counted() -> None:
    one = world(11.0, 1, None)
    found = measure(run(one, patrol=There()), one)
    assert (found.prevented, found.displaced) == (None, None)


def test_with_the_assumption_and_no_patrol_all_happens_as_drawn() -> None:
    one, plain = world(11.0, 1, prevents()), world(11.0, 1, None)
    assert run(one).digest() == run(plain).digest()
    assert measure(run(one), one).prevented == 0
