"""Staff and shift covering against known tables, an integer program and brute force."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from patrolsim_policies import cover_shifts, erlang_c, least_staff
from patrolsim_policies.staffing import late_share

SHARES = (0.5, 0.2, 0.1, 0.05, 0.01)
LEAST_STAFF = {
    0.5: (1, 2, 3, 3, 4),
    1: (2, 3, 3, 4, 5),
    2: (3, 4, 5, 6, 7),
    4: (6, 7, 8, 9, 10),
    8: (10, 12, 13, 14, 16),
    10: (12, 14, 16, 17, 19),
    16: (19, 21, 23, 24, 27),
    25: (28, 31, 33, 35, 39),
    50: (54, 58, 61, 64, 68),
    100: (106, 111, 115, 119, 125),
}
POST_OFFICE = (17, 13, 15, 19, 14, 16, 11)


@pytest.mark.parametrize("load", LEAST_STAFF)
def test_the_least_staff_is_that_of_the_tables(load: float) -> None:
    assert tuple(least_staff(load, share) for share in SHARES) == LEAST_STAFF[load]


@pytest.mark.parametrize(
    ("servers", "rho", "share"),
    [(1, 0.5, 0.5), (2, 0.75, 0.642857), (3, 0.8, 0.647191), (10, 0.9, 0.668732)],
)
def test_erlang_c_is_that_of_the_tables(servers: int, rho: float, share: float) -> None:
    assert erlang_c(servers, servers * rho) == pytest.approx(share, abs=5e-7)


def test_the_share_that_waits_long_is_that_of_the_tables() -> None:
    assert late_share(3, 2.4, 1.0) == pytest.approx(0.355186, abs=5e-7)


def test_who_is_overloaded_keeps_everybody_waiting() -> None:
    assert erlang_c(2, 2.0) == late_share(2, 2.0, 9.0) == 1.0


def test_without_work_nobody_waits_and_nobody_is_needed() -> None:
    assert (erlang_c(0, 0.0), late_share(0, 0.0), least_staff(0.0, 0.05)) == (0.0, 0.0, 0)


def test_who_may_wait_longer_needs_fewer_people() -> None:
    assert [least_staff(10, 0.05, wait) for wait in (0.0, 0.5, 2.0)] == [17, 14, 12]


def test_when_everybody_may_wait_the_work_is_still_carried() -> None:
    assert least_staff(3.2, 1.0) == 4


def test_a_share_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        least_staff(1.0, 0.0)


def test_the_post_office_needs_23_people() -> None:
    found = cover_shifts(POST_OFFICE, 5)
    assert sum(found) == 23
    assert all(have >= need for have, need in zip(_covered(found, 5), POST_OFFICE, strict=True))


@settings(max_examples=200)
@given(st.data())
def test_the_fewest_shifts_are_those_of_an_integer_program(data: st.DataObject) -> None:
    required = data.draw(st.lists(st.integers(0, 6), min_size=1, max_size=9))
    periods = len(required)
    length = data.draw(st.integers(1, periods))
    starts = data.draw(st.lists(st.integers(0, periods - 1), min_size=1, unique=True))
    exact = _solve(required, length, starts)
    if exact is None:
        with pytest.raises(ValueError, match="no shift that is allowed"):
            cover_shifts(required, length, starts)
        return
    found = cover_shifts(required, length, starts)
    assert sum(found) == exact
    assert all(have >= need for have, need in zip(_covered(found, length), required, strict=True))
    assert all(number == 0 for start, number in enumerate(found) if start not in starts)


@given(st.lists(st.integers(0, 2), min_size=1, max_size=4), st.data())
def test_of_several_coverings_the_smallest_is_chosen(
    required: list[int], data: st.DataObject
) -> None:
    length = data.draw(st.integers(1, len(required)))
    found = cover_shifts(required, length)
    others = product(range(max(required) + 1), repeat=len(required))
    fit = [x for x in others if sum(x) == sum(found) and _is_enough(x, length, required)]
    assert found == min(fit)


def test_a_shift_longer_than_the_cycle_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        cover_shifts((1, 1), 3)


def _covered(starts: tuple[int, ...], length: int) -> list[int]:
    n = len(starts)
    return [sum(starts[(k - back) % n] for back in range(length)) for k in range(n)]


def _is_enough(starts: tuple[int, ...], length: int, required: list[int]) -> bool:
    return all(a >= b for a, b in zip(_covered(starts, length), required, strict=True))


def _solve(required: list[int], length: int, starts: list[int]) -> int | None:
    """Return the least number of shifts by HiGHS; None when the need cannot be covered."""
    n = len(required)
    cover = [[float((k - s) % n < length) for s in range(n)] for k in range(n)]
    most = [math.inf if s in starts else 0.0 for s in range(n)]
    solved = milp(
        np.ones(n),
        constraints=LinearConstraint(np.array(cover), np.array(required, float), np.inf),
        integrality=np.ones(n, np.int64),
        bounds=Bounds(0.0, np.array(most)),
    )
    return round(solved.fun) if solved.success else None
