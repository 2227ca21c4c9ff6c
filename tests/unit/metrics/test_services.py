"""How requests are judged: in time, late, open; and how long their stages took."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.handmade import Row, make_log

from patrolsim.eventlog import NEVER_US, Event
from patrolsim.incidents import Outcome, RequestRule
from patrolsim.metrics import incident_table, summarise
from patrolsim.testing import Call, Person, TinyWorld, make_kind
from patrolsim.units import US_PER_S

if TYPE_CHECKING:
    from patrolsim.metrics import Metrics
    from patrolsim.world import World

WITHIN = RequestRule(due_within_us=100 * US_PER_S, windows=None)
FIXED = RequestRule(due_within_us=None, windows=None)


def town(*calls: Call) -> World:
    kinds = (
        make_kind("help"),
        replace(make_kind("form: lock", places=(None, None)), request=WITHIN, item_of="form"),
        replace(make_kind("form: talk"), request=WITHIN, item_of="form"),
        replace(make_kind("drill"), request=FIXED),
    )
    world = TinyWorld(
        calls=calls, people=[Person()], horizon_us=1000 * US_PER_S, kinds=kinds
    ).build()
    table = world.incidents
    due_us = np.where(table.kind == 3, table.known_us + 50 * US_PER_S, NEVER_US)
    return replace(world, incidents=replace(table, due_us=due_us))


def known(number: int, kind: int, time_s: float) -> list[Row]:
    return [
        Row(time_s, Event.OCCURRED, number, detail=kind),
        Row(time_s, Event.KNOWN, number),
    ]


def measured(world: World, *rows: Row) -> Metrics:
    log = make_log(rows, horizon_s=1000)
    return summarise(incident_table(log, world), log, world)


def at(kind: int, time_s: float) -> Call:
    return Call(at_us=round(time_s * US_PER_S), kind=kind)


def test_requests_are_measured_apart_from_what_is_answered_at_once() -> None:
    metrics = measured(town(at(0, 5), at(1, 10)), *known(0, 0, 5), *known(1, 1, 10))
    assert (metrics.responses.known, metrics.services[""].known) == (1, 1)
    assert list(metrics.by_kind) == ["help"]


def test_a_request_is_in_time_up_to_its_due_time_and_late_after_it() -> None:
    world = town(at(2, 0), at(2, 0), at(2, 0))
    rows = [row for number in range(3) for row in known(number, 2, 0)]
    ends = [Row(100, Event.CLOSED, 0), Row(101, Event.CLOSED, 1), Row(140, Event.CLOSED, 2)]
    service = measured(world, *rows, *ends).services[""]
    assert (service.judged, service.in_time, service.late) == (3, 1, 2)
    assert service.late_s == pytest.approx(1 + 40, abs=1e-9)
    assert service.backlog == 0


def test_an_open_request_fails_once_it_is_due_and_is_not_judged_before() -> None:
    world = town(at(2, 200), at(2, 950))
    service = measured(world, *known(0, 2, 200), *known(1, 2, 950)).services[""]
    assert (service.known, service.judged, service.in_time) == (2, 1, 0)
    assert (service.backlog, service.overdue) == (2, 1)
    assert service.late_s == pytest.approx(1000 - 300, abs=1e-9)


def test_a_request_that_gave_up_is_late_even_before_its_time() -> None:
    rows = [*known(0, 2, 0), Row(30, Event.CLOSED, 0, detail=Outcome.GAVE_UP)]
    service = measured(town(at(2, 0)), *rows).services[""]
    assert (service.judged, service.in_time, service.late_s) == (1, 0, 0.0)


def test_a_fixed_appointment_is_in_time_when_it_begins_in_time() -> None:
    world = town(at(3, 0), at(3, 0))
    rows = [*known(0, 3, 0), *known(1, 3, 0)]
    work = [
        Row(50, Event.STAGE_STARTED, 0),
        Row(62, Event.STAGE_STARTED, 1),
        Row(300, Event.CLOSED, 0),
    ]
    service = measured(world, *rows, *work).services["drill"]
    assert (service.judged, service.in_time, service.late_s) == (2, 1, 12.0)


def test_a_stage_is_timed_from_the_end_of_the_one_before() -> None:
    rows = [
        *known(0, 1, 10),
        Row(40, Event.STAGE_ENDED, 0, detail=0),
        Row(90, Event.STAGE_ENDED, 0, detail=1),
        Row(90, Event.CLOSED, 0),
    ]
    service = measured(town(at(1, 10)), *rows).services["form: lock"]
    assert service.stages_s == {"stage 0": 30.0, "stage 1": 50.0}
    assert service.stages == {"stage 0": 1, "stage 1": 1}


def test_a_catalogue_has_a_group_beside_those_of_its_items() -> None:
    world = town(at(1, 0), at(2, 0), at(2, 0))
    rows = [row for number in range(3) for row in known(number, 1 if number == 0 else 2, 0)]
    services = measured(world, *rows).services
    counts = {name: one.known for name, one in services.items()}
    assert counts == {"": 3, "form": 3, "form: lock": 1, "form: talk": 2}


def test_a_world_without_requests_has_no_services() -> None:
    world = TinyWorld(calls=[Call(at_us=0)], people=[], horizon_us=1000 * US_PER_S).build()
    assert measured(world, *known(0, 0, 0)).services == {}
