"""Alerts by hand-worked timelines: who is asked when, who goes, what is taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from tests.runs import Closest, run

from patrolsim.audit import AuditRules, audit
from patrolsim.errors import PolicyError
from patrolsim.eventlog import AlertEnd, Event, Release, Status
from patrolsim.policy import Alert, Assignment, OpenIncident, Preemption, StateView
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets
from patrolsim.volunteers.habits import Habits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolsim.eventlog import EventLog
    from patrolsim.world import World

LINE = make_streets(
    [(0, 0), (100, 0), (200, 0)],
    [Arc(0, 1, 10), Arc(1, 0, 10), Arc(1, 2, 10), Arc(2, 1, 10)],
)
SURE = Habits(answer_within_us=100)
"""Somebody who always hears and accepts, but has to be asked."""
DEAF = Habits(hears=1e-12, answer_within_us=30)
UNWILLING = 1e-12
ACCEPTED, DECLINED = AlertEnd.ACCEPTED, AlertEnd.DECLINED
NOT_HEARD, WITHDRAWN = AlertEnd.NOT_HEARD, AlertEnd.WITHDRAWN


@dataclass
class Ask:
    """Asks the nearest `people` while nobody's answer is waited for."""

    people: int
    next_s: float | None = None

    def alert(self, view: StateView, incident: OpenIncident) -> Alert | None:
        if view.alerted(incident).volunteer_ids:
            return None
        found = view.nearest(incident, self.people)
        return Alert(incident.incident_id, tuple(one.volunteer_id for one in found), self.next_s)


@dataclass
class AskAs:
    """Asks as a function says."""

    rule: Callable[[StateView, OpenIncident], object]

    def alert(self, view: StateView, incident: OpenIncident) -> object:
        return self.rule(view, incident)


def world(people: Sequence[Person], *calls: Call, needs: int = 1, until_us: int = 1000) -> World:
    return TinyWorld(
        calls=calls or (Call(at_us=0, node=0, work_us=(50,)),),
        people=people,
        horizon_us=until_us,
        streets=LINE,
        kinds=(make_kind(needs=((None, needs),)),),
    ).build()


def sure(node: int = 0, answers_us: int = 0, habits_: Habits = SURE, **more: object) -> Person:
    return Person(node=node, answers_us=answers_us, habits=habits_, **more)  # type: ignore[arg-type]


def played(place: World, policy: object, **roles: object) -> EventLog:
    """Return the log of a run; the auditor must find nothing in it."""
    log = run(place, alerts=policy, **roles)
    assert audit(place, log, rules=AuditRules(alerts=True)) == ()
    return log


def told(log: EventLog, *wanted: Event) -> list[tuple[int, Event, int, int]]:
    """Return rows as (time, event, volunteer, detail)."""
    table = log.events
    columns = (table.time_us, table.event, table.volunteer_id, table.detail)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(at, Event(event), who, detail) for at, event, who, detail in rows if event in wanted]


def ends(log: EventLog) -> list[tuple[int, int, AlertEnd]]:
    rows = told(log, Event.ALERT_ENDED)
    return [(at, who, AlertEnd(detail)) for at, _event, who, detail in rows]


def test_the_first_to_accept_goes_and_the_others_are_free_again() -> None:
    place = world([sure(1, 40), sure(2, 20), sure(2, 30)])
    log = played(place, Ask(3))
    assert told(log, Event.ALERTED, Event.ASSIGNED, Event.DEPARTED, Event.ARRIVED) == [
        (0, Event.ALERTED, 1, 0),
        (0, Event.ALERTED, 0, 1),
        (0, Event.ALERTED, 2, 2),
        (20, Event.ASSIGNED, 1, 0),
        (20, Event.DEPARTED, 1, 0),
        (40, Event.ARRIVED, 1, 0),
    ]
    assert ends(log) == [(20, 1, ACCEPTED), (20, 0, WITHDRAWN), (20, 2, WITHDRAWN)]
    states = [row for row in told(log, Event.STATUS) if row[2] == 0]
    assert [(at, Status(detail)) for at, _event, _who, detail in states] == [
        (0, Status.STANDING_BY),
        (0, Status.ALERTED),
        (20, Status.STANDING_BY),
        (1000, Status.OFF_DUTY),
    ]


def test_two_needs_are_filled_by_the_first_two() -> None:
    place = world([sure(1, 40), sure(2, 20), sure(2, 30)], needs=2)
    log = played(place, Ask(3))
    assert [(at, who) for at, _e, who, _d in told(log, Event.ASSIGNED)] == [(20, 1), (30, 2)]
    assert ends(log)[-1] == (30, 0, WITHDRAWN)


def test_of_two_who_accept_at_one_instant_only_one_goes() -> None:
    log = played(world([sure(1, 20), sure(1, 20)]), Ask(2))
    assert ends(log) == [(20, 0, ACCEPTED), (20, 1, WITHDRAWN)]


def test_who_declines_is_replaced_at_once() -> None:
    no = replace(sure(0, 20), acceptance=UNWILLING)
    log = played(world([no, sure(2, 5)]), Ask(1))
    assert ends(log) == [(20, 0, DECLINED), (25, 1, ACCEPTED)]


def test_who_does_not_hear_it_is_replaced_when_the_time_is_over() -> None:
    log = played(world([Person(node=0, habits=DEAF), sure(2, 5)]), Ask(1))
    assert ends(log) == [(30, 0, NOT_HEARD), (35, 1, ACCEPTED)]


def test_nobody_is_asked_twice_who_said_no() -> None:
    no = replace(sure(0), acceptance=UNWILLING)
    log = played(world([no, Person(node=0, habits=DEAF)]), Ask(1, next_s=1e-5))
    assert [who for _at, _e, who, _d in told(log, Event.ALERTED)] == [0, 1]


def test_the_policy_is_asked_again_after_the_time_that_it_wants() -> None:
    asked: list[float] = []

    def look(view: StateView, incident: OpenIncident) -> Alert:
        asked.append(view.now_s)
        return Alert(incident.incident_id, (), 4e-5 if len(asked) < 4 else None)

    played(world([sure()]), AskAs(look))
    assert asked == pytest.approx([0.0, 4e-5, 8e-5, 12e-5], abs=1e-9)


def test_those_who_always_go_are_sent_by_dispatch_and_first() -> None:
    place = world([Person(node=2), sure(0, 5)], needs=2)
    log = played(place, Ask(5))
    assert [(at, who) for at, _e, who, _d in told(log, Event.ASSIGNED)] == [(0, 0), (5, 1)]
    assert [who for _at, _e, who, _d in told(log, Event.ALERTED)] == [1]


def test_somebody_firm_who_becomes_free_makes_alerts_superfluous() -> None:
    late = Person(node=2, shifts=((15, 1000),))
    log = played(world([late, sure(0, 40)]), Ask(1))
    assert [(at, who) for at, _e, who, _d in told(log, Event.ASSIGNED)] == [(15, 0)]
    assert ends(log) == [(15, 1, WITHDRAWN)]


def test_an_incident_that_gives_up_takes_its_alerts_back() -> None:
    call = Call(at_us=0, node=0, work_us=(50,), patience_us=30)
    log = played(world([sure(0, 40)], call), Ask(1))
    assert ends(log) == [(30, 0, WITHDRAWN)]
    assert told(log, Event.RELEASED, Event.CLOSED) == [(30, Event.CLOSED, -1, 2)]


def test_a_shift_that_ends_takes_the_alert_back() -> None:
    log = played(world([sure(0, 40, shifts=((0, 30),))]), Ask(1))
    assert ends(log) == [(30, 0, WITHDRAWN)]
    assert [Status(d) for _at, _e, _who, d in told(log, Event.STATUS)][-1] is Status.OFF_DUTY


def test_an_answer_at_the_end_of_the_shift_comes_too_late() -> None:
    log = played(world([sure(0, 30, shifts=((0, 30),))]), Ask(1))
    assert ends(log) == [(30, 0, WITHDRAWN)]
    assert told(log, Event.ASSIGNED) == []


def test_who_was_needed_and_is_not_any_more_has_gone_for_nothing() -> None:
    call = Call(at_us=0, node=0, work_us=(50,), patience_us=30)
    log = played(world([sure(2, 20)], call), Ask(1))
    assert told(log, Event.DEPARTED, Event.RELEASED) == [
        (20, Event.DEPARTED, 0, 0),
        (30, Event.RELEASED, 0, Release.GAVE_UP),
    ]


def test_a_new_stage_takes_the_alerts_of_the_old_one_back() -> None:
    kind = make_kind(needs=((None, 2),), places=(None, ("clinic",)))
    kind = replace(
        kind,
        stages=tuple(
            replace(stage, starts_with=type(stage.starts_with).FIRST) for stage in kind.stages
        ),
    )
    place = TinyWorld(
        calls=[Call(at_us=0, node=0, work_us=(20, 50))],
        people=[sure(0, 5), sure(0, 60)],
        horizon_us=1000,
        streets=LINE,
        kinds=(kind,),
        places={"clinic": (2,)},
    ).build()
    log = played(place, Ask(2))
    assert ends(log) == [(5, 0, ACCEPTED), (25, 1, WITHDRAWN), (85, 1, ACCEPTED)]


def test_alerts_turn_nobody_round() -> None:
    calls = (
        Call(at_us=0, node=2, work_us=(50,), priority=3),
        Call(at_us=15, node=0, work_us=(50,), priority=1),
    )
    rules = Preemption(divert=frozenset({(3, 1)}))
    log = played(world([sure(0, 10)], *calls), Ask(1), dispatch=Closest(preemption=rules))
    assert Release.DIVERTED not in [d for _at, _e, _who, d in told(log, Event.RELEASED)]


def test_people_stop_while_they_think() -> None:
    place = world([sure(0, 20)], Call(at_us=5, node=0, work_us=(10,)))
    log = played(place, Ask(1))
    assert log.legs.start_us.tolist() == []
    assert told(log, Event.ARRIVED) == [(25, Event.ARRIVED, 0, 0)]


def test_the_view_of_alerts_has_those_who_may_decline_and_that_of_dispatch_the_others() -> None:
    seen: list[tuple[list[int], list[int]]] = []

    def look(view: StateView, incident: OpenIncident) -> None:
        near = [one.volunteer_id for one in view.nearest(incident, 9)]
        seen.append((list(view.available(incident)), near))

    class Looks(Closest):
        def dispatch(self, view: StateView, incident: OpenIncident) -> None:
            look(view, incident)

    place = world([sure(2), Person(node=1), Person(node=0, acceptance=0.5)])
    run(place, alerts=AskAs(look), dispatch=Looks())
    assert seen[:2] == [([1], [1]), ([0, 2], [2, 0])]


def test_the_view_says_who_was_asked_since_when() -> None:
    seen = []

    def look(view: StateView, incident: OpenIncident) -> Alert:
        seen.append(view.alerted(incident))
        first = view.available(incident)[:1]
        return Alert(incident.incident_id, tuple(first), 1e-5)

    played(world([sure(0, 90), sure(0, 90)], Call(at_us=30, work_us=(5,))), AskAs(look))
    assert [(one.volunteer_ids, one.sent) for one in seen[:3]] == [((), 0), ((0,), 1), ((0, 1), 2)]
    assert [one.since_s for one in seen[:2]] == [None, pytest.approx(30e-6)]


def test_the_chance_to_come_is_hearing_times_accepting() -> None:
    seen = []
    habits = Habits(hears=0.8, answer_within_us=10)

    def look(view: StateView, _incident: OpenIncident) -> None:
        seen.append(view.chance_to_come(0))

    run(world([Person(acceptance=0.5, habits=habits)]), alerts=AskAs(look))
    assert seen[0] == pytest.approx(0.4, rel=1e-12)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("help", "answered 'help', not an Alert or None"),
        (Alert(5), "was asked about incident 0, answered 5"),
        (Alert(0, (9,)), "there is no volunteer 9"),
        (Alert(0, (0, 0)), "volunteer 0 is alerted twice"),
        (Alert(0, (1,)), "volunteer 1 always goes: the dispatch policy sends them"),
        (Alert(0, (2,)), "volunteer 2 is off duty"),
        (Alert(0, (), 0.0), "wants to be asked again after 0.0 s"),
        (Alert(0, (), float("inf")), "wants to be asked again after inf s"),
    ],
)
def test_an_illegal_alert_is_refused_by_name(answer: object, reason: str) -> None:
    people = [sure(0, 50), Person(node=0), sure(0, 5, shifts=((500, 900),))]

    class Nobody(Closest):
        def dispatch(self, _view: StateView, _incident: OpenIncident) -> None:
            return None

    with pytest.raises(PolicyError) as caught:
        run(world(people), alerts=AskAs(lambda _view, _incident: answer), dispatch=Nobody())
    assert reason in str(caught.value)


def test_dispatch_may_not_send_who_may_decline() -> None:
    class Sends(Closest):
        def dispatch(self, _view: StateView, incident: OpenIncident) -> Assignment:
            return Assignment(incident.incident_id, (0,))

    with pytest.raises(PolicyError, match="may decline: the alerts policy asks them"):
        run(world([sure(0, 5)]), alerts=Ask(1), dispatch=Sends())


def test_without_a_role_for_alerts_people_are_sent_one_after_the_other() -> None:
    no = replace(sure(0, 20), acceptance=UNWILLING)
    place = world([no, Person(node=0, habits=DEAF), Person(node=1)])
    log = run(place)
    assert audit(place, log, rules=AuditRules(nearest=True, work_conserving=True)) == ()
    assert told(log, Event.ASSIGNED, Event.RELEASED) == [
        (0, Event.ASSIGNED, 1, 0),
        (30, Event.RELEASED, 1, Release.NOT_HEARD),
        (30, Event.ASSIGNED, 2, 1),
        (90, Event.RELEASED, 2, Release.DONE),
    ]
    assert told(log, Event.ALERTED) == []


def test_who_has_had_enough_for_the_week_is_asked_again_on_monday() -> None:
    limited = sure(0, habits_=Habits(answer_within_us=100, most_alerts=1))
    calls = (Call(at_us=0, work_us=(10,)), Call(at_us=50, work_us=(10,)))
    place = world([limited], *calls)
    place = replace(place, start=datetime(2025, 3, 9, 23, 59, 59, 999_600))  # noqa: DTZ001
    log = played(place, Ask(1))
    assert [at for at, _e, _who, _d in told(log, Event.ASSIGNED)] == [0, 400]


def test_who_has_worked_enough_for_the_week_is_not_asked() -> None:
    limited = sure(0, habits_=Habits(answer_within_us=100, most_work_us=20))
    calls = tuple(Call(at_us=at_us, work_us=(10,)) for at_us in (0, 50, 100))
    log = played(world([limited], *calls), Ask(1))
    assert [at for at, _e, _who, _d in told(log, Event.ASSIGNED)] == [0, 50]


def test_a_newcomer_is_sent_when_they_have_learnt_what_is_needed() -> None:
    newcomer = Person(skills=frozenset({"first aid"}), joins_us=100, learns_us=300)
    place = TinyWorld(
        calls=[Call(at_us=0, work_us=(10,))],
        people=[newcomer],
        horizon_us=1000,
        kinds=(make_kind(needs=(("first aid", 1),)),),
    ).build()
    log = run(place)
    assert audit(place, log, rules=AuditRules(work_conserving=True)) == ()
    assert told(log, Event.SHIFT_STARTED, Event.ASSIGNED) == [
        (100, Event.SHIFT_STARTED, 0, 0),
        (300, Event.ASSIGNED, 0, 0),
    ]


def test_each_accepted_alert_makes_the_next_less_likely() -> None:
    calls = [Call(at_us=at_us, work_us=(1,)) for at_us in range(0, 10_000, 10)]
    place = world([sure(0, habits_=Habits(tires=0.5))], *calls, until_us=10_000)
    log = played(place, Ask(1))
    # of 1,000 alerts the k-th yes comes after 2^(k - 1) of them on average: about log2(1000)
    accepted = sum(end is ACCEPTED for _at, _who, end in ends(log))
    assert 6 <= accepted <= 15
