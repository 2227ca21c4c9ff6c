"""Bounds of worlds so small that one can see what they must be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.runs import run

from patrolsim.bounds import (
    Roster,
    bound_columns,
    bound_lateness,
    bound_response,
    measured_lateness,
    measured_response,
)
from patrolsim.distributions import Fixed
from patrolsim.eventlog import NEVER_US
from patrolsim.metrics import incident_table
from patrolsim.network.streets import Stop
from patrolsim.testing import Call, Person, TinyWorld, make_kind

if TYPE_CHECKING:
    from patrolsim.incidents import Kind
    from patrolsim.world import World

US = 10**6
TARGET_S = 5.0


def aimed(kind: Kind) -> Kind:
    """Return a kind with a target of five seconds."""
    return replace(kind, target_s=TARGET_S)


def three_at_once(
    *, kinds: tuple[Kind, ...] = (aimed(make_kind()),), people: tuple[Person, ...] = (Person(),)
) -> World:
    """Return a world with three calls at one moment and place, ten seconds of work each."""
    calls = [Call(at_us=US, work_us=(10 * US,)) for _ in range(3)]
    return TinyWorld(calls=calls, people=people, horizon_us=100 * US, kinds=kinds).build()


def late(world: World, *, preempts: bool = False, roster: Roster = Roster.OWN) -> float:
    return bound_lateness(world, preempts=preempts, roster=roster).value


def test_one_person_reaches_one_of_three_calls_in_time() -> None:
    assert late(three_at_once()) == 2


def test_each_more_person_reaches_one_more() -> None:
    assert late(three_at_once(people=(Person(), Person()))) == 1


def test_work_of_one_priority_is_never_interrupted_so_it_counts_under_preemption_too() -> None:
    assert late(three_at_once(), preempts=True) == 2


def test_work_that_something_more_urgent_may_interrupt_holds_nobody() -> None:
    world = three_at_once()
    priority = world.incidents.priority.copy()
    priority[:2] = 2
    world = replace(world, incidents=replace(world.incidents, priority=priority))
    assert late(world) == 2
    assert late(world, preempts=True) < 2


def test_a_roster_that_ends_shifts_lets_people_hand_their_work_over() -> None:
    hands_over, finishes = (Person(overtime_us=us) for us in (0, NEVER_US))
    assert late(three_at_once(people=(hands_over,)), roster=Roster.ANY) == 0
    assert late(three_at_once(people=(finishes,)), roster=Roster.ANY) == 2
    assert late(three_at_once(people=(hands_over,))) == 2


def test_nobody_without_the_skill_or_off_duty_comes() -> None:
    skilled = (aimed(make_kind(needs=(("first aid", 1),))),)
    off_duty = Person(shifts=((50 * US, 90 * US),))
    assert late(three_at_once(kinds=skilled)) == 3
    assert late(three_at_once(people=(off_duty,))) == 3
    assert late(three_at_once(people=(off_duty,)), roster=Roster.ANY) == 2


def test_people_need_the_least_time_of_an_answer() -> None:
    world = three_at_once()
    slow = replace(world.volunteers[0], answers_after=Fixed(6.0))
    assert late(replace(world, volunteers=(slow,))) == 3


def test_the_way_from_the_street_to_the_door_is_never_saved() -> None:
    door = Stop(5.0, 5.0, (0,), (6 * US,))
    call = Call(at_us=US, stop=door)
    kinds = (aimed(make_kind()),)
    world = TinyWorld(calls=[call], people=[Person()], horizon_us=100 * US, kinds=kinds).build()
    assert late(world) == 1
    assert bound_response(world).value == 6.0


def test_a_wait_ends_when_the_caller_gives_up() -> None:
    call = Call(at_us=US, patience_us=3 * US)
    off_duty = Person(shifts=((50 * US, 90 * US),))
    world = TinyWorld(calls=[call], people=[off_duty], horizon_us=100 * US).build()
    found = bound_response(world, roster=Roster.OWN)
    log = run(world)
    assert (found.value, found.count) == (3.0, 1)
    assert measured_response(incident_table(log, world), world) == (3.0, 1)


def test_three_calls_for_one_person_wait_for_the_work_before_them() -> None:
    world = three_at_once()
    found = bound_response(world, preempts=False, roster=Roster.OWN)
    waited = measured_response(incident_table(run(world), world), world)
    assert 20.0 <= found.value <= waited[0] == 30.0


def test_what_is_not_counted_is_named() -> None:
    calls = [Call(at_us=US), Call(at_us=5 * US), Call(at_us=6 * US, report_us=NEVER_US)]
    world = TinyWorld(calls=calls, people=[Person()], horizon_us=100 * US).build()
    found = bound_lateness(replace(world, warm_up_us=2 * US))
    assert (found.count, found.n_incidents, found.per_incident) == (0, 3, None)
    assert found.left_out == (
        "1 incidents of the warm-up",
        "1 incidents that nobody reports within the period",
        "1 incidents without a target",
    )
    assert bound_response(replace(world, warm_up_us=2 * US)).count == 1


def test_a_large_day_gets_the_simple_bound_and_says_so() -> None:
    calls = [Call(at_us=US, work_us=(10 * US,)) for _ in range(301)]
    kinds = (aimed(make_kind()),)
    world = TinyWorld(calls=calls, people=[Person()], horizon_us=100 * US, kinds=kinds).build()
    found = bound_lateness(world, preempts=False, roster=Roster.OWN)
    assert found.value == 0
    assert found.method == "each incident by itself (more than 300 incidents: 301)"


@pytest.mark.parametrize("roster", list(Roster))
def test_a_day_on_which_nothing_happens_has_bounds_of_nothing(roster: Roster) -> None:
    world = TinyWorld(calls=[], people=[Person()], horizon_us=100 * US).build()
    assert bound_lateness(world, roster=roster).value == 0
    assert bound_response(world, roster=roster).value == 0


def test_bounds_of_several_replications_are_columns_of_sums_and_counts() -> None:
    worlds = [three_at_once(), three_at_once(people=(Person(), Person()))]
    lateness, waiting = bound_columns(worlds, preempts=False, roster=Roster.OWN)
    assert (lateness.sums, lateness.counts) == ((2.0, 1.0), (3.0, 3.0))
    assert waiting.counts == (3.0, 3.0)
    assert waiting.sums[0] > waiting.sums[1] >= 10.0


def test_what_is_measured_counts_late_incidents_as_the_bound_does() -> None:
    world = three_at_once()
    assert measured_lateness(incident_table(run(world), world), world) == (2.0, 3)


@pytest.mark.parametrize(("patrols", "expected"), [(True, 0), (False, 1)])
def test_a_patrol_may_answer_before_anybody_reports(patrols: bool, expected: int) -> None:  # noqa: FBT001 - by name
    calls = [
        Call(at_us=US, report_us=20 * US, work_us=(10 * US,)),
        Call(at_us=12 * US, report_us=9 * US, work_us=(10 * US,)),
    ]
    kinds = (aimed(make_kind(seen_by_patrols=True)),)
    people = [Person(patrols=patrols)]
    world = TinyWorld(calls=calls, people=people, horizon_us=100 * US, kinds=kinds).build()
    assert late(world) == expected
