"""The appointment desk: reservations, hours, fixed times, and emergencies that come first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.runs import Closest, Home, run

from patrolsim.audit import audit
from patrolsim.distributions import Fixed
from patrolsim.engine import ReasonBook
from patrolsim.errors import PolicyError, SimulationError
from patrolsim.eventlog import NEVER_US, NOBODY, Event, EventLog, Lapse, Release
from patrolsim.incidents import Help, RequestRule
from patrolsim.policy import (
    Appointment,
    GoTo,
    Later,
    Preemption,
    Request,
    Role,
    StateView,
    Visit,
)
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets
from patrolsim.units import US_PER_S, WeeklyHours

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolsim.incidents import Kind
    from patrolsim.world import World

MINUTE_US = 60 * US_PER_S
HOUR_US = 60 * MINUTE_US
LINE = make_streets(
    [(0, 0), (100, 0), (200, 0)],
    [Arc(a, b, 5 * MINUTE_US) for a, b in ((0, 1), (1, 0), (1, 2), (2, 1))],
)
HELP = make_kind("help")


def request(
    name: str = "form",
    *,
    due_us: int | None = 4 * HOUR_US,
    hours: tuple[int, int] | None = None,
    **parts: Any,
) -> Kind:
    """Return a kind of request; `hours` are those of every day, in whole hours."""
    windows = None
    if hours is not None:
        start = TinyWorld(calls=[], people=[], horizon_us=1).build().start
        windows = WeeklyHours.of(tuple(range(7)), (hours[0] * 3600.0, hours[1] * 3600.0), start)
    rule = RequestRule(due_within_us=due_us, windows=windows)
    return replace(make_kind(name, **parts), request=rule)


def town(calls: Sequence[Call], people: Sequence[Person], *kinds: Kind, **parts: Any) -> World:
    return TinyWorld(
        calls=calls, people=people, horizon_us=30 * HOUR_US, streets=LINE, kinds=kinds, **parts
    ).build()


def fixed(world: World, kind: int, at_us: int) -> World:
    """Return a world in which the incidents of a kind begin at a fixed time."""
    table = world.incidents
    due_us = np.where(table.kind == kind, at_us, NEVER_US)
    return replace(world, incidents=replace(table, due_us=due_us))


@dataclass
class Asked:
    """Answers by a function, and remembers the questions."""

    answer: Callable[[StateView, Sequence[Request]], Any]
    questions: list[tuple[float, tuple[Request, ...]]] = field(default_factory=list)

    def next_appointments(self, view: StateView, requests: Sequence[Request]) -> Any:
        self.questions.append((view.now_s, tuple(requests)))
        return self.answer(view, requests)


def now(view: StateView, requests: Sequence[Request]) -> list[Appointment]:
    """Start the first request with the first who is free and there."""
    first = requests[0]
    reserved = {one.volunteer_id for one in view.bookings}
    for one in view.nearest(first.incident, 9):
        if one.volunteer_id not in reserved:
            start_s = first.next_start_s(view.now_s + one.eta_s)
            return [Appointment(first.incident.incident_id, (one.volunteer_id,), start_s)]
    return []


def rows(log: EventLog, *wanted: Event) -> list[tuple[float, Event, int, int, int]]:
    """Return these events as (minute, event, incident, volunteer, detail)."""
    table = log.events
    columns = (table.time_us, table.event, table.incident_id, table.volunteer_id, table.detail)
    return [
        (time_us / MINUTE_US, Event(event), *rest)
        for time_us, event, *rest in zip(*(c.tolist() for c in columns), strict=True)
        if event in wanted
    ]


def minutes(log: EventLog, event: Event) -> list[float]:
    return [row[0] for row in rows(log, event)]


def test_a_request_is_due_from_the_moment_at_which_it_became_known() -> None:
    call = Call(at_us=10 * MINUTE_US, report_us=5 * MINUTE_US, work_us=(MINUTE_US,))
    log = run(town([call], [Person()], request()), appointments=Asked(now))
    assert rows(log, Event.DUE) == [(15.0, Event.DUE, 0, NOBODY, 15 * MINUTE_US + 4 * HOUR_US)]


def test_a_world_with_requests_needs_a_policy_for_them() -> None:
    with pytest.raises(SimulationError, match="needs an appointments policy"):
        run(town([], [Person()], request()))


def test_a_world_without_requests_never_asks_for_appointments() -> None:
    policy = Asked(now)
    log = run(town([Call(at_us=0, work_us=(MINUTE_US,))], [Person()], HELP), appointments=policy)
    assert policy.questions == []
    assert rows(log, Event.DUE, Event.BOOKED) == []


def test_an_emergency_of_the_same_moment_of_freedom_comes_first() -> None:
    calls = [
        Call(at_us=0, work_us=(10 * MINUTE_US,), kind=0),
        Call(at_us=MINUTE_US, work_us=(10 * MINUTE_US,), kind=1, priority=1),
        Call(at_us=2 * MINUTE_US, work_us=(10 * MINUTE_US,), kind=0, priority=3),
    ]
    log = run(town(calls, [Person()], HELP, request()), appointments=Asked(now))
    started = [(minute, incident) for minute, _, incident, *_ in rows(log, Event.STAGE_STARTED)]
    assert started == [(0.0, 0), (10.0, 2), (20.0, 1)]


def test_work_on_site_starts_when_the_window_opens_and_may_end_after_it_closes() -> None:
    call = Call(at_us=0, node=2, work_us=(3 * HOUR_US,))
    world = town([call], [Person()], request(hours=(2, 3)))
    log = run(world, appointments=Asked(now))
    assert minutes(log, Event.DEPARTED) == [110.0]
    assert minutes(log, Event.STAGE_STARTED) == [120.0]
    assert minutes(log, Event.STAGE_ENDED) == [300.0]
    assert audit(world, log) == ()


def test_remote_work_knows_no_hours() -> None:
    call = Call(at_us=0, work_us=(MINUTE_US,))
    kind = request(hours=(2, 3), remote=True)
    log = run(town([call], [Person()], kind), appointments=Asked(now))
    assert minutes(log, Event.STAGE_STARTED) == [0.0]


def test_a_fixed_appointment_begins_at_its_time_with_everybody_there() -> None:
    kind = request("drill", due_us=None, needs=((None, 2),))
    call = Call(at_us=0, node=2, work_us=(30 * MINUTE_US,))
    world = fixed(town([call], [Person(node=0), Person(node=1)], kind), 0, 2 * HOUR_US)
    log = run(world, appointments=Asked(now))
    assert minutes(log, Event.DEPARTED) == [110.0, 115.0]
    assert minutes(log, Event.STAGE_STARTED) == [120.0]
    assert audit(world, log) == ()


def test_whoever_patrols_leaves_in_time_however_far_they_walk() -> None:
    @dataclass
    class ToAndFro:
        def next_patrol(self, _view: StateView, _volunteer_id: int) -> Visit:
            node = 2 if _view.destination(_volunteer_id) == 0 else 0
            return Visit(node, 60.0)

    kind = request("drill", due_us=None)
    call = Call(at_us=0, node=0, work_us=(30 * MINUTE_US,))
    world = fixed(town([call], [Person(patrols=True)], kind), 0, 2 * HOUR_US)
    log = run(world, appointments=Asked(now), patrol=ToAndFro())
    (arrived,) = minutes(log, Event.ARRIVED)
    assert 119.5 <= arrived <= 120.0
    assert minutes(log, Event.STAGE_STARTED) == [120.0]
    assert audit(world, log) == ()


def test_a_reserved_person_goes_to_an_emergency_and_another_takes_over() -> None:
    kind = request("drill", due_us=None)
    calls = [
        Call(at_us=0, node=0, work_us=(30 * MINUTE_US,), kind=1, priority=3),
        Call(at_us=60 * MINUTE_US, node=0, work_us=(5 * HOUR_US,), kind=0),
    ]
    world = fixed(town(calls, [Person(node=0), Person(node=2)], HELP, kind), 1, 2 * HOUR_US)
    log = run(world, appointments=Asked(now))
    lapsed = rows(log, Event.UNBOOKED)
    assert [(row[3], row[4]) for row in lapsed] == [(0, Lapse.BUSY)]
    assert lapsed[0][0] <= 120.0
    assert [row[3] for row in rows(log, Event.BOOKED)] == [0, 1]
    assert audit(world, log) == ()


def test_somebody_far_away_after_an_emergency_is_looked_at_at_once() -> None:
    class ToTheEnd:
        def standby(self, _view: StateView, _volunteer_id: int) -> GoTo:
            return GoTo(0.0, 0.0)

    kind = request("drill", due_us=None)
    calls = [
        Call(at_us=0, node=0, work_us=(30 * MINUTE_US,), kind=1, priority=3),
        Call(at_us=95 * MINUTE_US, node=2, work_us=(5 * MINUTE_US,), kind=0),
    ]
    world = fixed(town(calls, [Person(node=0)], HELP, kind), 1, 2 * HOUR_US)
    log = run(world, appointments=Asked(now), standby=ToTheEnd())
    started = [row for row in rows(log, Event.STAGE_STARTED) if row[2] == 0]
    assert [row[0] for row in started] == [120.0]
    assert audit(world, log) == ()


def test_an_emergency_interrupts_a_request_that_then_waits_for_people_again() -> None:
    calls = [
        Call(at_us=0, work_us=(60 * MINUTE_US,), kind=1, priority=5),
        Call(at_us=20 * MINUTE_US, work_us=(10 * MINUTE_US,), kind=0, priority=1),
    ]
    world = town(calls, [Person()], HELP, request())
    rules = Preemption(interrupt=frozenset({(5, 1)}))
    log = run(world, dispatch=Closest(rules), appointments=Asked(now))
    assert [row[4] for row in rows(log, Event.RELEASED)] == [
        Release.INTERRUPTED,
        Release.DONE,
        Release.DONE,
    ]
    assert minutes(log, Event.CLOSED) == [30.0, 70.0]


def test_each_stage_of_a_request_is_an_appointment_of_its_own() -> None:
    kind = request(places=(None, ("office",)))
    call = Call(at_us=0, node=0, work_us=(10 * MINUTE_US, 10 * MINUTE_US))
    policy = Asked(now)
    world = town([call], [Person(node=0), Person(node=2)], kind, places={"office": (2,)})
    log = run(world, appointments=policy)
    assert [(row[0], row[3]) for row in rows(log, Event.ARRIVED)] == [(0.0, 0), (10.0, 1)]
    assert [questions[0].stage for _, questions in policy.questions] == ["stage 0", "stage 1"]
    assert audit(world, log) == ()


def test_whoever_comes_after_the_window_has_closed_leaves_and_comes_again() -> None:
    kind = request(hours=(1, 2))
    call = Call(at_us=90 * MINUTE_US, node=2, work_us=(10 * MINUTE_US,))
    slow = replace(
        town([call], [Person(node=0, turnout_us=5 * MINUTE_US)], kind).volunteers[0],
        turnout=_Longer(120.0),
    )
    world = replace(town([call], [Person(node=0)], kind), volunteers=(slow,))
    log = run(world, appointments=Asked(now), standby=Home())
    assert [row[4] for row in rows(log, Event.RELEASED)] == [Release.TURNED_AWAY, Release.DONE]
    (started,) = minutes(log, Event.STAGE_STARTED)
    assert 25 * 60 <= started < 26 * 60
    assert audit(world, log) == ()


class _Longer(Fixed):
    """Getting ready takes forty minutes for the first offer, else one."""

    def quantiles_s(self, u: np.ndarray) -> np.ndarray:
        return np.where(u == FIRST, 2400.0, 60.0)


FIRST = TinyWorld(calls=[], people=[], horizon_us=1).build().streams.uniform("turnout", 0, 0)


def test_a_policy_is_asked_again_when_it_wants_to_be() -> None:
    policy = Asked(lambda view, _requests: [Later(view.now_s + 600)] if view.now_s < 1800 else ())
    run(town([Call(at_us=0)], [Person()], request()), appointments=policy)
    assert [time_s for time_s, _ in policy.questions] == [0.0, 600.0, 1200.0, 1800.0]


def test_nobody_is_asked_while_nobody_free_could_do_it() -> None:
    policy = Asked(now)
    kind = request(needs=(("mediation", 1),))
    run(town([Call(at_us=0)], [Person()], kind), appointments=policy)
    assert policy.questions == []


def test_a_request_tells_expected_work_and_openings_and_never_the_drawn_work() -> None:
    policy = Asked(lambda _view, _requests: ())
    call = Call(at_us=0, work_us=(77 * MINUTE_US,))
    run(town([call], [Person()], request(hours=(2, 3))), appointments=policy)
    (asked,) = policy.questions[0][1]
    assert (asked.work_s, asked.left_s, asked.is_fixed, asked.teams) == (0.0, 0.0, False, ())
    assert asked.openings[0] == (7200.0, 10_800.0)
    assert asked.next_start_s(0.0) == 7200.0
    assert asked.next_start_s(10_800.0) == 7200.0 + 86_400.0


def test_the_view_shows_who_is_reserved() -> None:
    seen = []

    def look(view: StateView, _requests: Sequence[Request]) -> list[Appointment]:
        seen.append(tuple(view.bookings))
        reserved = {one.volunteer_id for one in view.bookings}
        return [] if 0 in reserved or view.now_s else [Appointment(0, (0,), 7200.0)]

    calls = [Call(at_us=0), Call(at_us=MINUTE_US)]
    run(town(calls, [Person(), Person()], request()), appointments=Asked(look))
    assert seen[0] == ()
    assert seen[1] == ((0, 0, 7200.0),)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Appointment(7, (0,)), "there is no request 7 that waits"),
        (Appointment(0, ()), "appoints 0 people where 1 to 1"),
        (Appointment(0, (0, 1)), "appoints 2 people where 1 to 1"),
        (Appointment(0, (5,)), "there is no volunteer 5"),
        (Appointment(0, (1,)), "volunteer 1 has no skill that is still needed"),
        (Appointment(0, (0,), 7000.0), "work may not start at 7000 s"),
        (Appointment(0, (0,), float("inf")), "a start at inf s is not possible"),
        (Appointment(0, (2,), 86_400.0 + 8000.0), "volunteer 2 is off duty when it starts"),
        ("tomorrow", "answered 'tomorrow', not an Appointment or a Later"),
    ],
)
def test_an_appointment_against_the_rules_is_refused_with_the_reason(
    answer: object, reason: str
) -> None:
    kind = request(hours=(2, 3), needs=(("forms", 1),))
    forms = frozenset({"forms"})
    people = [
        Person(skills=forms),
        Person(),
        Person(skills=forms, shifts=((0, 20 * HOUR_US),)),
    ]
    with pytest.raises(PolicyError, match=reason):
        run(town([Call(at_us=0)], people, kind), appointments=Asked(lambda *_: [answer]))


def test_nobody_can_be_reserved_twice() -> None:
    def greedy(_view: StateView, requests: Sequence[Request]) -> list[Appointment]:
        return [Appointment(one.incident.incident_id, (0,), 7200.0) for one in requests]

    calls = [Call(at_us=0), Call(at_us=0)]
    with pytest.raises(PolicyError, match="volunteer 0 is reserved for incident 0"):
        run(town(calls, [Person(), Person()], request()), appointments=Asked(greedy))


def test_a_request_that_gives_up_takes_its_reservations_along() -> None:
    call = Call(at_us=0, patience_us=HOUR_US)
    later = Asked(lambda *_: [Appointment(0, (0,), 7200.0)])
    log = run(town([call], [Person()], request()), appointments=later)
    assert [(row[0], row[4]) for row in rows(log, Event.UNBOOKED)] == [(60.0, Lapse.OVER)]


def test_reasons_can_be_asked_for_without_breaking_the_run() -> None:
    book = ReasonBook()
    run(town([Call(at_us=0)], [Person()], request()), appointments=Asked(now), reasons=book)
    found = [one.about for one in book.reasons if one.role is Role.APPOINTMENTS]
    assert found == [0]


def test_another_team_helps_with_a_request_once_its_time_has_come() -> None:
    kind = replace(
        request(), teams=("office",), helps=(Help(team="team", helped="office", after_us=HOUR_US),)
    )
    world = town([Call(at_us=0, work_us=(MINUTE_US,))], [Person()], kind)
    log = run(world, appointments=Asked(now))
    assert minutes(log, Event.STAGE_STARTED) == [60.0]
    assert audit(world, log) == ()
