"""What a replication amounts to, from logs written by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from tests.handmade import US, Row, make_log

from patrolsim.eventlog import Event, EventLog, Status
from patrolsim.incidents import Outcome
from patrolsim.metrics import measure
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets

if TYPE_CHECKING:
    from patrolsim.world import World

STREETS = make_streets([(0.0, 0.0), (2500.0, 0.0)], [Arc(0, 1, 60 * US), Arc(1, 0, 60 * US)])
KINDS = (
    replace(make_kind("noise"), target_s=100.0),
    replace(make_kind("fall"), target_s=60.0),
    make_kind("visit"),
)


def world(kinds: list[int], *, warm_up_s: int = 0) -> World:
    """Return a world with a call every 1,000 s at node 0; the kinds as given."""
    tiny = TinyWorld(
        calls=[Call(at_us=1000 * i * US, kind=kind) for i, kind in enumerate(kinds)],
        people=[Person(), Person()],
        horizon_us=100_000 * US,
        streets=STREETS,
        kinds=KINDS,
    )
    start = datetime(2025, 3, 10, 22, 50)  # noqa: DTZ001 - local time of nowhere
    return replace(tiny.build(), warm_up_us=warm_up_s * US, start=start)


def answered(incident: int, kind: int, response_s: float | None, end: Outcome | None) -> list[Row]:
    """Return the rows of a call that was reached after some time, or never."""
    at_s = 1000 * incident
    rows = [Row(at_s, Event.OCCURRED, incident, detail=kind), Row(at_s, Event.KNOWN, incident)]
    if response_s is not None:
        who = incident % 2
        rows.append(Row(at_s, Event.ASSIGNED, incident, who))
        rows.append(Row(at_s, Event.DEPARTED, incident, who))
        rows.append(Row(at_s + response_s, Event.ARRIVED, incident, who))
    if end is not None:
        rows.append(Row(at_s + 500, Event.CLOSED, incident, detail=end))
    return rows


def log(*calls: tuple[int, float | None, Outcome | None]) -> EventLog:
    rows = [row for number, call in enumerate(calls) for row in answered(number, *call)]
    rows.append(Row(0, Event.STATUS, volunteer=0, detail=Status.STANDING_BY))
    return make_log(rows, horizon_s=100_000, shifts=[(0, 0, 100_000)])


MIXED = (
    (0, 50.0, Outcome.SETTLED),
    (0, 150.0, Outcome.ESCALATED),
    (0, None, Outcome.GAVE_UP),
    (0, None, None),
)


def test_the_unserved_and_those_who_gave_up_miss_the_target() -> None:
    found = measure(log(*MIXED), world([0, 0, 0, 0])).responses
    assert (found.with_target, found.within_target) == (4, 1)
    assert found.share_within_target == 0.25
    assert (found.settled, found.escalated, found.gave_up, found.unserved) == (1, 1, 1, 1)


def test_quantiles_count_those_who_were_never_reached() -> None:
    found = measure(log(*MIXED), world([0, 0, 0, 0])).responses
    assert found.known == 4
    assert found.quantile_s(0.25) == 50.0
    assert found.quantile_s(0.5) == 150.0
    assert found.quantile_s(0.9) == math.inf


def test_the_mean_is_that_of_those_who_were_reached() -> None:
    assert measure(log(*MIXED), world([0, 0, 0, 0])).responses.mean_s == 100.0


def test_a_quantile_is_a_time_that_occurred() -> None:
    times = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0]
    calls = [(0, time, Outcome.SETTLED) for time in times]
    found = measure(log(*calls), world([0] * 10)).responses
    assert found.quantile_s(0.9) == 90.0
    assert found.quantile_s(0.5) == 50.0


def test_a_response_of_exactly_the_target_is_in_time() -> None:
    late = (1, 60.000001, Outcome.SETTLED)
    found = measure(log((1, 60.0, Outcome.SETTLED), late), world([1, 1])).responses
    assert found.within_target == 1


def test_kinds_without_a_target_have_no_share() -> None:
    found = measure(log((2, 50.0, Outcome.SETTLED)), world([2])).responses
    assert found.share_within_target is None
    assert found.known == 1


def test_the_warm_up_is_left_out() -> None:
    found = measure(log(*MIXED), world([0, 0, 0, 0], warm_up_s=1000))
    assert found.responses.known == 3
    assert (found.assigned, found.travel_s) == (1, 150.0)


def test_incidents_that_nobody_knows_of_are_counted_apart() -> None:
    rows = [Row(0, Event.OCCURRED, 0), *answered(1, 0, 50.0, Outcome.SETTLED)]
    found = measure(make_log(rows, horizon_s=100_000), world([0, 0]))
    assert (found.never_known, found.responses.known) == (1, 1)


def test_groups_split_the_whole() -> None:
    calls = [(0, 50.0, Outcome.SETTLED), (1, 150.0, Outcome.SETTLED), (1, None, None)]
    found = measure(log(*calls), world([0, 1, 1]))
    assert {name: one.known for name, one in found.by_kind.items()} == {"fall": 2, "noise": 1}
    assert {name: one.known for name, one in found.by_area.items()} == {"A1": 3}
    assert {name: one.known for name, one in found.by_team.items()} == {"team": 2}


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    found = measure(log(*MIXED), world([0, 0, 0, 0]))
    # Calls at 22:50, 23:06, 23:23 and 23:40.
    assert {name: one.known for name, one in found.by_hour.items()} == {"22": 1, "23": 3}


def test_without_incidents_there_are_no_times() -> None:
    found = measure(log(), world([]))
    assert found.responses.known == 0
    assert found.responses.mean_s is None
    assert found.responses.quantile_s(0.5) is None
    assert found.by_kind == {}


def test_the_workload_is_measured_too() -> None:
    found = measure(log(*MIXED), world([0, 0, 0, 0])).workload
    assert found is not None
    assert found.on_duty_s == pytest.approx(100_000)
    assert found.utilisation == 0.0
