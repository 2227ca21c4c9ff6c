"""Hours on duty: what few people can do at most, against brute force."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolsim.bounds.capacity import Duty, Jobs, least_cost

ALWAYS = Duty(start_us=np.array([0]), end_us=np.array([10**6]))


def jobs(rows: list[tuple[int, int, int]], *, slope: float = 0.0, absent: float = 1.0) -> Jobs:
    """Return jobs from earliest and latest begin and length."""
    earliest, latest, length = np.array(rows, np.int64).T
    return Jobs(
        earliest_us=earliest,
        latest_us=latest,
        length_us=length,
        absent=np.full(len(rows), absent),
        least=np.zeros(len(rows)),
        dear_from_us=earliest,
        slope=slope,
    )


def cheapest(drawn: Jobs, people: int) -> float:
    """Return the least cost of all ways to share and order the jobs."""
    n, found = len(drawn), []
    for owners in product(range(-1, people), repeat=n):
        for order in permutations(range(n)):
            free_us, cost = [0] * people, 0.0
            for number in order:
                who = owners[number]
                begins_us = max(free_us[who], int(drawn.earliest_us[number])) if who >= 0 else 0
                if who < 0 or begins_us > drawn.latest_us[number]:
                    cost += float(drawn.absent[number])
                    continue
                free_us[who] = begins_us + int(drawn.length_us[number])
                late_us = begins_us - int(drawn.dear_from_us[number])
                cost += min(drawn.slope * late_us, float(drawn.absent[number]))
            found.append(cost)
    return min(found)


def test_three_long_jobs_at_once_leave_two_of_one_person_undone() -> None:
    assert least_cost(jobs([(0, 5, 10)] * 3), ALWAYS) == 2


def test_jobs_one_after_the_other_cost_their_waiting() -> None:
    waiting = least_cost(jobs([(0, 100, 10)] * 3, slope=1.0, absent=1000.0), ALWAYS)
    assert 20 <= waiting <= 30


def test_nobody_on_duty_leaves_everything_undone() -> None:
    nobody = Duty(start_us=np.array([50]), end_us=np.array([60]))
    assert least_cost(jobs([(0, 5, 10)] * 3), nobody) == 3


def test_a_job_without_length_needs_nobodys_time() -> None:
    assert least_cost(jobs([(0, 0, 0)] * 9), ALWAYS) == 0


def test_a_job_that_cannot_begin_in_time_is_undone() -> None:
    assert least_cost(jobs([(6, 5, 1), (0, 5, 1)]), ALWAYS) == 1


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 15), st.integers(0, 12)),
        min_size=1,
        max_size=4,
    ),
    people=st.integers(1, 2),
    slope=st.sampled_from([0.0, 1.0]),
    cells=st.sampled_from([4, 10**4]),
)
def test_no_plan_costs_less_than_the_bound(
    rows: list[tuple[int, int, int]], people: int, slope: float, cells: int
) -> None:
    absent = 30.0 if slope else 1.0
    drawn = jobs([(a, a + slack, length) for a, slack, length in rows], slope=slope, absent=absent)
    duty = Duty(start_us=np.zeros(people, np.int64), end_us=np.full(people, 10**6))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("patrolsim.bounds.capacity.MOST_CELLS", cells)
        assert least_cost(drawn, duty) <= cheapest(drawn, people)
