"""Whatever is asked of whom, the auditor finds nothing, and people answer as it was drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_worlds import PAIRS, Wander, tiny_worlds
from tests.runs import Closest, Home, run

from patrolsim.audit import AuditRules, audit
from patrolsim.eventlog import NEVER_US, AlertEnd, Event
from patrolsim.policy import Alert, OpenIncident, Preemption, StateView
from patrolsim.volunteers.habits import WEEK_US, Habits

if TYPE_CHECKING:
    from patrolsim.eventlog import EventLog
    from patrolsim.testing import Person, TinyWorld
    from patrolsim.world import World

BEFORE_MONDAY_US = 1_500
"""The period starts so shortly before a Monday: a week ends in the middle of it."""


@dataclass
class AskAnybody:
    """Alerts some of those who could be asked, and wants to be asked again, both by chance."""

    def alert(self, view: StateView, incident: OpenIncident) -> Alert | None:
        people = list(view.available(incident))
        chosen = tuple(who for who in people if view.rng.random() < 0.5)
        next_s = [None, 1e-5, 1e-4][int(view.rng.integers(0, 3))]
        if not chosen and view.rng.random() < 0.5:
            return None
        return Alert(incident.incident_id, chosen, next_s)


@st.composite
def habits(draw: st.DrawFn) -> Habits | None:
    if draw(st.booleans()):
        return None
    return Habits(
        hears=draw(st.sampled_from([1.0, 0.6])),
        answer_within_us=draw(st.sampled_from([20, 60])),
        tires=draw(st.sampled_from([0.0, 0.4])),
        most_alerts=draw(st.sampled_from([None, 1, 3])),
        most_work_us=draw(st.sampled_from([None, 100, 400])),
    )


@st.composite
def people_who_may_decline(draw: st.DrawFn, person: Person) -> Person:
    joins_us = draw(st.sampled_from([0, 0, 700]))
    return replace(
        person,
        acceptance=draw(st.sampled_from([1.0, 0.7, 0.4])),
        answers_us=draw(st.sampled_from([0, 10, 40])),
        turnout_us=draw(st.sampled_from([0, 15])),
        habits=draw(habits()),
        joins_us=joins_us,
        learns_us=joins_us + draw(st.sampled_from([0, 300])) if joins_us else 0,
    )


@st.composite
def alert_worlds(draw: st.DrawFn) -> World:
    tiny: TinyWorld = draw(tiny_worlds(off_road_us=(0, 7)))
    crew = [draw(people_who_may_decline(person)) for person in tiny.people]
    world = replace(tiny, people=crew).build()
    start = world.start.replace(day=9, hour=23, minute=59, second=59)
    return replace(world, start=start.replace(microsecond=1_000_000 - BEFORE_MONDAY_US))


PREEMPTIONS = [Preemption(), Preemption(divert=PAIRS, interrupt=PAIRS)]


def rules(preemption: Preemption, *, alerts: bool) -> AuditRules:
    return AuditRules(
        queue="priority",
        nearest=True,
        work_conserving=True,
        divert=preemption.divert,
        interrupt=preemption.interrupt,
        alerts=alerts,
    )


@settings(max_examples=120, deadline=None)
@given(world=alert_worlds(), preemption=st.sampled_from(PREEMPTIONS))
def test_the_auditor_finds_nothing_when_people_are_alerted(
    world: World, preemption: Preemption
) -> None:
    policies = {
        "dispatch": Closest(preemption=preemption),
        "standby": Home(),
        "patrol": Wander(),
        "alerts": AskAnybody(),
    }
    log = run(world, **policies)
    assert audit(world, log, rules=rules(preemption, alerts=True)) == ()
    assert run(world, **policies).digest() == log.digest()


@settings(max_examples=80, deadline=None)
@given(world=alert_worlds(), preemption=st.sampled_from(PREEMPTIONS))
def test_the_auditor_finds_nothing_when_they_are_sent_one_after_the_other(
    world: World, preemption: Preemption
) -> None:
    log = run(world, dispatch=Closest(preemption=preemption), standby=Home(), patrol=Wander())
    assert audit(world, log, rules=rules(preemption, alerts=False)) == ()


def answers(log: EventLog) -> dict[tuple[int, int], int]:
    """Return the first answer of each person to each incident: an `AlertEnd`."""
    events = log.events
    found: dict[tuple[int, int], int] = {}
    rows = zip(
        events.event.tolist(),
        events.incident_id.tolist(),
        events.volunteer_id.tolist(),
        events.detail.tolist(),
        strict=True,
    )
    for event, incident, who, detail in rows:
        if event == Event.ALERT_ENDED and detail != AlertEnd.WITHDRAWN:
            found.setdefault((incident, who), detail)
    return found


@settings(max_examples=40, deadline=None)
@given(world=alert_worlds(), seed=st.integers(0, 3))
def test_every_plan_meets_the_same_answers(world: World, seed: int) -> None:
    rested = [
        person
        if person.habits is None
        else replace(person, habits=replace(person.habits, tires=0.0))
        for person in world.volunteers
    ]
    day = replace(world, volunteers=tuple(rested))
    one = answers(run(day, alerts=AskAnybody()))
    other = answers(run(day, alerts=AskInTurn(seed)))
    both = one.keys() & other.keys()
    assert {key: one[key] for key in both} == {key: other[key] for key in both}


@dataclass
class AskInTurn:
    """Alerts one person at a time, another one first for another seed."""

    seed: int

    def alert(self, view: StateView, incident: OpenIncident) -> Alert | None:
        people = view.available(incident)
        if not people or view.alerted(incident).volunteer_ids:
            return None
        return Alert(incident.incident_id, (people[self.seed % len(people)],))


def test_a_week_is_longer_than_any_of_these_periods() -> None:
    assert 2 * BEFORE_MONDAY_US < WEEK_US < NEVER_US
