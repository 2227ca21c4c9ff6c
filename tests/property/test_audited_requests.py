"""Whatever the requests, the auditor finds nothing, and nothing of them is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs import Closest, Home, run

from patrolsim.audit import AuditRules, audit
from patrolsim.eventlog import NEVER_US, Event
from patrolsim.incidents import RequestRule
from patrolsim.metrics import incident_table, summarise
from patrolsim.policy import Appointment, Interruption, Later, Preemption, Visit
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets
from patrolsim.units import US_PER_S, WeeklyHours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.policy import Request, StateView
    from patrolsim.world import World

MINUTE_US = 60 * US_PER_S
HOUR_US = 60 * MINUTE_US
HORIZON_US = 30 * HOUR_US
LINE = make_streets(
    [(0, 0), (100, 0), (200, 0)],
    [Arc(a, b, 7 * MINUTE_US) for a, b in ((0, 1), (1, 0), (1, 2), (2, 1))],
)
SKILLS = ("mediation", "first aid")
URGENT = Preemption(interrupt=frozenset({(3, 1)}), divert=frozenset({(3, 1)}))


@dataclass
class Chancy:
    """Appoints people at random: now, in an hour or tomorrow, one person or a whole party."""

    def next_appointments(
        self, view: StateView, requests: Sequence[Request]
    ) -> Sequence[Appointment | Later]:
        reserved = {booking.volunteer_id for booking in view.bookings}
        request = requests[int(view.rng.integers(0, len(requests)))]
        people = [one for one in view.nearest(request.incident, 9) if one.leaves is None]
        free = [
            one
            for one in people
            if one.volunteer_id not in reserved
            and any(
                skill is None or skill in view.volunteer(one.volunteer_id).skills
                for skill in request.incident.skills
            )
        ]
        if not free or view.rng.random() < 0.3:
            return [Later(view.now_s + 600 * float(view.rng.integers(1, 40)))]
        who = free[int(view.rng.integers(0, len(free)))]
        wish_s = view.now_s + who.eta_s + float(view.rng.choice([0, 0, 900, 3600, 80_000]))
        start_s = request.next_start_s(wish_s)
        end_s = view.volunteer(who.volunteer_id).shift_end_s
        if end_s is None or start_s >= end_s:
            return ()
        number = request.incident.incident_id
        return [Appointment(number, (who.volunteer_id,), start_s)]


@dataclass
class Wander:
    """Walks to and fro."""

    def next_patrol(self, view: StateView, _volunteer_id: int) -> Visit:
        return Visit(int(view.rng.integers(0, 3)), float(view.rng.integers(1, 1800)))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    kinds = [make_kind("emergency")]
    for number in range(2):
        kind = make_kind(
            f"request {number}",
            needs=draw(st.sampled_from([((None, 1),), (("mediation", 1), (None, 1))])),
            places=draw(st.sampled_from([(None,), (("window",), None), (None, None)])),
            can_hand_over=draw(st.booleans()),
        )
        hours = draw(st.sampled_from([None, (9 * 3600.0, 12 * 3600.0), (20 * 3600.0, 3600.0)]))
        windows = hours and WeeklyHours(
            days=(0, 1),
            opens_us=int(hours[0]) * US_PER_S,
            length_us=int((hours[1] - hours[0]) % 86400) * US_PER_S,
            begins_us=0,
        )
        kinds.append(
            replace(kind, request=RequestRule(due_within_us=4 * HOUR_US, windows=windows))
        )
    fixed = replace(make_kind("drill"), request=RequestRule(due_within_us=None, windows=None))
    calls = draw(st.lists(_calls(), max_size=8))
    town = TinyWorld(
        calls=calls,
        people=draw(st.lists(_people(), min_size=1, max_size=4)),
        horizon_us=HORIZON_US,
        streets=LINE,
        kinds=(*kinds, fixed),
        places={"window": (2,)},
    ).build()
    table = town.incidents
    lead_us = draw(st.integers(0, 5)) * 50 * MINUTE_US
    due_us = np.where(table.kind == 3, table.known_us + lead_us, NEVER_US)
    return replace(town, incidents=replace(table, due_us=due_us))


@st.composite
def _calls(draw: st.DrawFn) -> Call:
    kind = draw(st.integers(0, 3))
    return Call(
        at_us=draw(st.integers(0, 90)) * 20 * MINUTE_US,
        node=draw(st.integers(0, 2)),
        work_us=(draw(st.integers(0, 90)) * MINUTE_US, draw(st.integers(-1, 40)) * MINUTE_US),
        kind=kind,
        priority=1 if kind == 0 else 3,
        patience_us=draw(st.sampled_from([NEVER_US, NEVER_US, 3 * HOUR_US])),
    )


@st.composite
def _people(draw: st.DrawFn) -> Person:
    return Person(
        node=draw(st.integers(0, 2)),
        skills=frozenset(draw(st.sets(st.sampled_from(SKILLS)))),
        patrols=draw(st.booleans()),
        acceptance=draw(st.sampled_from([1.0, 1.0, 0.6])),
        overtime_us=draw(st.sampled_from([0, NEVER_US, 40 * MINUTE_US])),
        turnout_us=draw(st.sampled_from([0, 3 * MINUTE_US])),
        shifts=draw(st.sampled_from([None, ((0, 11 * HOUR_US), (20 * HOUR_US, 25 * HOUR_US))])),
    )


@given(world=worlds(), interruption=st.sampled_from(list(Interruption)))
@settings(max_examples=150, deadline=None)
def test_nothing_that_happens_to_requests_breaks_a_rule(
    world: World, interruption: Interruption
) -> None:
    rules = replace(URGENT, interruption=interruption)
    policies = {"dispatch": Closest(rules), "standby": Home(), "patrol": Wander()}
    log = run(world, **policies, appointments=Chancy())
    promises = AuditRules(
        queue="priority",
        work_conserving=True,
        divert=rules.divert,
        interrupt=rules.interrupt,
        repeat=interruption is Interruption.REPEAT,
    )
    assert audit(world, log, rules=promises) == ()
    assert log.digest() == run(world, **policies, appointments=Chancy()).digest()


@given(world=worlds())
@settings(max_examples=60, deadline=None)
def test_every_request_is_judged_or_not_due_yet(world: World) -> None:
    log = run(world, appointments=Chancy(), standby=Home(), patrol=Wander())
    rows = incident_table(log, world)
    metrics = summarise(rows, log, world)
    service = metrics.services[""]
    assert service.known + metrics.responses.known == int((rows.known_us < NEVER_US).sum())
    assert service.in_time + service.late == service.judged <= service.known
    assert service.overdue <= service.backlog
    closed = int(np.isin(log.events.event, [Event.CLOSED]).sum())
    answered = metrics.responses.known - metrics.responses.unserved
    assert closed == answered + service.known - service.backlog
