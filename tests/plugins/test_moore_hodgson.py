"""Moore's rule against brute force over all orders and subsets."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs import run

from patrolsim.distributions import Fixed
from patrolsim.eventlog import Event
from patrolsim.incidents import RequestRule
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing import Call, Person, TinyWorld, make_kind
from patrolsim.units import US_PER_S
from patrolsim_policies.moore_hodgson import Job, on_time

MINUTE_US = 60 * US_PER_S
WEEK_US = 7 * 24 * 60 * MINUTE_US
OPT7 = [(4, 5), (3, 6), (2, 7), (5, 11), (6, 13), (2, 14)]
"""Work and due time of six jobs, of which four can be done in time."""


def most_in_time(jobs: list[tuple[int, int]]) -> int:
    """Return how many jobs can be done in time: of each subset in due order, which is the best."""
    for size in range(len(jobs), 0, -1):
        for chosen in combinations(sorted(jobs, key=lambda job: job[1]), size):
            end, is_in_time = 0, True
            for work, due in chosen:
                end += work
                is_in_time &= end <= due
            if is_in_time:
                return size
    return 0


def numbered(jobs: list[tuple[int, int]]) -> list[Job]:
    return [Job(work, due, number) for number, (work, due) in enumerate(jobs)]


def test_two_of_the_six_jobs_of_the_example_are_late() -> None:
    assert most_in_time(OPT7) == len(on_time(numbered(OPT7))) == 4


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 30)), min_size=7, max_size=7))
@settings(max_examples=300, deadline=None)
def test_no_set_of_more_jobs_can_be_done_in_time(jobs: list[tuple[int, int]]) -> None:
    kept = on_time(numbered(jobs))
    assert len(kept) == most_in_time(jobs)
    end = 0.0
    for job in kept:
        end += job.work
        assert end <= job.due


def test_of_equally_long_jobs_the_one_of_the_highest_number_is_given_up() -> None:
    assert [job.number for job in on_time(numbered([(2, 3), (2, 3), (2, 3)]))] == [0]


def done_in_time(jobs: list[tuple[int, int]], policy: str) -> int:
    """Return how many jobs one clerk finishes in time under a policy, in the whole simulator."""
    stage = make_kind().stages[0]
    kinds = tuple(
        replace(
            make_kind(f"job {number}"),
            stages=(replace(stage, takes=Fixed(60.0 * work)),),
            request=RequestRule(due_within_us=due * MINUTE_US + US_PER_S, windows=None),
        )
        for number, (work, due) in enumerate(jobs)
    )
    calls = [
        Call(at_us=0, work_us=(work * MINUTE_US,), kind=number)
        for number, (work, _due) in enumerate(jobs)
    ]
    world = TinyWorld(
        calls=calls, people=[Person(shifts=((1, WEEK_US),))], horizon_us=WEEK_US, kinds=kinds
    ).build()
    host = PluginHost()
    host.load_installed()
    log = run(world, appointments=host.build(Role.APPOINTMENTS, policy, {}))
    closed = log.events.event == Event.CLOSED
    ends = log.events.incident_id[closed].tolist(), log.events.time_us[closed].tolist()
    return sum(
        end_us <= jobs[number][1] * MINUTE_US + US_PER_S
        for number, end_us in zip(*ends, strict=True)
    )


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 30)), min_size=7, max_size=7))
@settings(max_examples=40, deadline=None)
def test_one_clerk_finishes_as_many_in_time_as_anybody_could(jobs: list[tuple[int, int]]) -> None:
    assert done_in_time(jobs, "moore_hodgson") == most_in_time(jobs)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 60)), min_size=6, max_size=6))
@settings(max_examples=40, deadline=None)
def test_by_due_date_all_are_in_time_whenever_all_can_be(jobs: list[tuple[int, int]]) -> None:
    is_possible = most_in_time(jobs) == len(jobs)
    assert (done_in_time(jobs, "earliest_due_date") == len(jobs)) is is_possible
