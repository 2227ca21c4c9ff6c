"""The life of an incident: stages, parties, hand-over, preemption, patience, acceptance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.runs import Closest, Home, rows, run

from patrolsim.errors import PolicyError
from patrolsim.eventlog import NEVER_US, Event, EventLog, Release, Status
from patrolsim.incidents import StartsWith
from patrolsim.policy import (
    Assignment,
    GoTo,
    Interruption,
    OpenIncident,
    Preemption,
    StateView,
)
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets

LINE = make_streets(
    [(0, 0), (100, 0), (200, 0)],
    [Arc(0, 1, 10), Arc(1, 0, 10), Arc(1, 2, 10), Arc(2, 1, 10)],
)


def events(log: EventLog, *wanted: Event) -> list[tuple[int, Event, int, int, int]]:
    """Return the rows of these events as (time, event, incident, volunteer, detail)."""
    table = log.events
    columns = (table.time_us, table.event, table.incident_id, table.volunteer_id, table.detail)
    return [
        (time_us, Event(event), incident, volunteer, detail)
        for time_us, event, incident, volunteer, detail in zip(
            *(column.tolist() for column in columns), strict=True
        )
        if event in wanted
    ]


def test_a_transport_goes_to_the_nearest_place_and_ends_there() -> None:
    kind = make_kind(places=(None, ("clinic",)))
    world = TinyWorld(
        calls=[Call(at_us=5, node=1, work_us=(7, 3))],
        people=[Person(node=0)],
        horizon_us=1000,
        streets=LINE,
        kinds=(kind,),
        places={"clinic": (2, 0)},
    ).build()
    log = run(world)
    clocks = [
        (time_us, event)
        for time_us, event, *_ in events(
            log,
            Event.DEPARTED,
            Event.ARRIVED,
            Event.STAGE_STARTED,
            Event.STAGE_ENDED,
            Event.CLOSED,
        )
    ]
    assert clocks == [
        (5, Event.DEPARTED),
        (15, Event.ARRIVED),
        (15, Event.STAGE_STARTED),
        (22, Event.STAGE_ENDED),
        (22, Event.DEPARTED),
        (32, Event.ARRIVED),
        (32, Event.STAGE_STARTED),
        (35, Event.STAGE_ENDED),
        (35, Event.CLOSED),
    ]


def test_a_stage_that_does_not_happen_is_skipped() -> None:
    kind = make_kind(places=(None, ("clinic",)))
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(7, -1))],
        people=[Person()],
        horizon_us=100,
        kinds=(kind,),
        places={"clinic": (0,)},
    ).build()
    assert rows(run(world))[0].closed_us == 7


@pytest.mark.parametrize(
    ("starts_with", "started_us"), [(StartsWith.FIRST, 10), (StartsWith.QUORUM, 20)]
)
def test_work_starts_with_the_first_person_or_with_the_quorum(
    starts_with: StartsWith, started_us: int
) -> None:
    kind = make_kind(needs=((None, 2),), starts_with=starts_with)
    world = TinyWorld(
        calls=[Call(at_us=0, node=1, work_us=(50,))],
        people=[Person(node=0), Person(node=0, shifts=((10, 1000),))],
        horizon_us=1000,
        streets=LINE,
        kinds=(kind,),
    ).build()
    log = run(world)
    assert events(log, Event.STAGE_STARTED)[0][0] == started_us
    assert events(log, Event.QUORUM) == [(20, Event.QUORUM, 0, -1, 0)]


def test_each_need_is_filled_by_somebody_with_the_skill() -> None:
    kind = make_kind(needs=(("mediation", 1), (None, 1)))
    skilled = frozenset({"mediation"})
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(5,))],
        people=[Person(), Person(), Person(skills=skilled)],
        horizon_us=100,
        kinds=(kind,),
    ).build()
    sent = [row[3] for row in events(run(world), Event.ASSIGNED)]
    assert sorted(sent) == [0, 2]


def test_work_is_handed_over_at_the_end_of_a_shift_and_nothing_is_lost() -> None:
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(100,))],
        people=[
            Person(shifts=((0, 60),), overtime_us=0),
            Person(shifts=((80, 1000),), overtime_us=0),
        ],
        horizon_us=1000,
    ).build()
    log = run(world)
    assert events(log, Event.STAGE_STARTED, Event.STAGE_PAUSED, Event.STAGE_ENDED) == [
        (0, Event.STAGE_STARTED, 0, -1, 0),
        (60, Event.STAGE_PAUSED, 0, -1, 0),
        (80, Event.STAGE_STARTED, 0, -1, 0),
        (120, Event.STAGE_ENDED, 0, -1, 0),
    ]
    assert events(log, Event.RELEASED)[0] == (60, Event.RELEASED, 0, 0, Release.HANDED_OVER)


@pytest.mark.parametrize(("overtime_us", "ended_us"), [(NEVER_US, 100), (50, 100), (20, None)])
def test_overtime_is_worked_as_far_as_the_rule_says(
    overtime_us: int, ended_us: int | None
) -> None:
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(100,))],
        people=[Person(shifts=((0, 60),), overtime_us=overtime_us)],
        horizon_us=1000,
    ).build()
    assert rows(run(world))[0].closed_us == ended_us


def test_a_person_in_overtime_goes_off_duty_when_the_work_is_done() -> None:
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(100,)), Call(at_us=70, work_us=(1,))],
        people=[Person(shifts=((0, 60),))],
        horizon_us=1000,
    ).build()
    log = run(world)
    assert events(log, Event.STATUS)[-1][:1] + events(log, Event.STATUS)[-1][4:] == (
        100,
        Status.OFF_DUTY,
    )
    assert rows(log)[1].assigned_us is None


@pytest.mark.parametrize(
    ("interruption", "closed_us"),
    [(Interruption.RESUME, 110), (Interruption.REPEAT, 140)],
)
def test_interrupted_work_is_resumed_or_repeated(
    interruption: Interruption, closed_us: int
) -> None:
    rules = Preemption(interrupt=frozenset({(3, 1)}), interruption=interruption)
    world = TinyWorld(
        calls=[
            Call(at_us=0, work_us=(100,), priority=3),
            Call(at_us=30, work_us=(10,), priority=1),
        ],
        people=[Person()],
        horizon_us=1000,
    ).build()
    found = rows(run(world, dispatch=Closest(preemption=rules)))
    assert (found[1].closed_us, found[0].closed_us) == (40, closed_us)


def test_a_person_on_the_way_is_turned_round_for_something_more_urgent() -> None:
    rules = Preemption(divert=frozenset({(3, 1)}))
    world = TinyWorld(
        calls=[
            Call(at_us=0, node=2, work_us=(1,), priority=3),
            Call(at_us=4, node=0, work_us=(1,), priority=1),
        ],
        people=[Person(node=0)],
        horizon_us=1000,
        streets=LINE,
    ).build()
    found = rows(run(world, dispatch=Closest(preemption=rules)))
    assert found[1].arrived_us == 8
    assert found[0].arrived_us == 9 + 20


def test_a_caller_gives_up_exactly_at_the_end_of_patience() -> None:
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(100,)), Call(at_us=10, work_us=(1,), patience_us=30)],
        people=[Person()],
        horizon_us=1000,
    ).build()
    closed = events(run(world), Event.CLOSED)
    assert closed[0][:3] == (40, Event.CLOSED, 1)


def test_whoever_arrives_at_the_last_moment_is_in_time() -> None:
    world = TinyWorld(
        calls=[Call(at_us=0, node=1, work_us=(5,), patience_us=10)],
        people=[Person(node=0)],
        horizon_us=1000,
        streets=LINE,
    ).build()
    assert rows(run(world))[0].closed_us == 15


def test_a_volunteer_who_declines_is_not_asked_again_and_another_one_goes() -> None:
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(5,))],
        people=[Person(acceptance=0.0), Person(acceptance=0.0), Person()],
        horizon_us=100,
    ).build()
    log = run(world)
    assert [row[3] for row in events(log, Event.DECLINED)] == [0, 1]
    assert rows(log)[0].volunteer == 2


def test_a_person_works_remotely_without_moving() -> None:
    world = TinyWorld(
        calls=[Call(at_us=0, node=2, work_us=(5,))],
        people=[Person(node=0)],
        horizon_us=100,
        streets=LINE,
        kinds=(make_kind(remote=True),),
    ).build()
    log = run(world)
    assert rows(log)[0].closed_us == 5
    assert len(log.legs.start_us) == 0


def test_what_is_open_at_the_horizon_stays_open() -> None:
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(500,))], people=[Person()], horizon_us=100
    ).build()
    log = run(world)
    assert rows(log)[0].closed_us is None
    assert int(log.events.time_us.max()) <= 100


class Rogue:
    """Answers whatever it was built with."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def dispatch(self, _view: StateView, _incident: OpenIncident) -> object:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("volunteer 1", "not an Assignment"),
        (Assignment(7, (0,)), "was asked about incident 0"),
        (Assignment(0, ()), "1 to 1 can be assigned"),
        (Assignment(0, (0, 1)), "1 to 1 can be assigned"),
        (Assignment(0, (99,)), "there is no volunteer 99"),
        (Assignment(0, (1,)), "is off duty"),
        (Assignment(0, (2,)), "no skill that is still needed"),
        (ZeroDivisionError("oops"), "ZeroDivisionError: oops"),
    ],
)
def test_an_illegal_decision_names_policy_time_incident_and_rule(
    answer: object, reason: str
) -> None:
    world = TinyWorld(
        calls=[Call(at_us=2_500_000, work_us=(5,))],
        people=[Person(skills=frozenset({"x"})), Person(shifts=((0, 1),)), Person()],
        horizon_us=10_000_000,
        kinds=(make_kind(needs=(("x", 1),)),),
    ).build()
    with pytest.raises(PolicyError, match=r"t=2\.5 s, incident 0") as caught:
        run(world, dispatch=Rogue(answer))
    assert reason in str(caught.value)


def test_pairs_that_could_steal_for_ever_are_refused() -> None:
    world = TinyWorld(calls=[Call(at_us=0)], people=[Person()], horizon_us=10).build()
    rules = Preemption(divert=frozenset({(3, 1), (1, 3)}))
    with pytest.raises(PolicyError, match="not more urgent"):
        run(world, dispatch=Closest(preemption=rules))


def test_the_same_world_gives_the_same_log_and_going_home_changes_it() -> None:
    calls = [Call(at_us=100 * i, node=i % 3, work_us=(30,)) for i in range(20)]
    world = TinyWorld(
        calls=calls, people=[Person(node=0), Person(node=2)], horizon_us=5000, streets=LINE
    ).build()
    assert run(world).digest() == run(world).digest()
    assert run(world).digest() != run(world, standby=Home()).digest()


def test_whoever_stands_by_gets_ready_first_and_whoever_is_just_free_leaves_at_once() -> None:
    world = TinyWorld(
        calls=[Call(at_us=5, work_us=(20,)), Call(at_us=10, node=1, work_us=(1,))],
        people=[Person(turnout_us=7)],
        horizon_us=1000,
        streets=LINE,
    ).build()
    departed = [row[0] for row in events(run(world), Event.DEPARTED)]
    assert departed == [5 + 7, 5 + 7 + 20]


class Wanderer:
    """Wants to wait at a place that is none."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def standby(self, _view: StateView, _volunteer_id: int) -> object:
        return self.answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(GoTo(float("nan"), 0.0), "is no position"), ("home", "is no GoTo, Base.OWN or None")],
)
def test_an_impossible_place_to_wait_names_the_policy_and_the_volunteer(
    answer: object, reason: str
) -> None:
    world = TinyWorld(calls=[], people=[Person()], horizon_us=10).build()
    with pytest.raises(PolicyError, match=r"'standby' at t=0\.0 s: volunteer 0") as caught:
        run(world, standby=Wanderer(answer))
    assert reason in str(caught.value)


def test_who_had_to_finish_a_stage_hands_the_next_one_over() -> None:
    kind = make_kind(places=(None, None))
    first, second = kind.stages
    kind = replace(kind, stages=(replace(first, can_hand_over=False), second))
    world = TinyWorld(
        calls=[Call(at_us=0, work_us=(100, 30))],
        people=[
            Person(shifts=((0, 60),), overtime_us=0),
            Person(shifts=((80, 1000),), overtime_us=0),
        ],
        horizon_us=1000,
        kinds=(kind,),
    ).build()
    log = run(world)
    assert [row[3] for row in events(log, Event.ARRIVED)] == [0, 1]
    assert events(log, Event.RELEASED)[0] == (100, Event.RELEASED, 0, 0, Release.HANDED_OVER)
    assert rows(log)[0].closed_us == 130
