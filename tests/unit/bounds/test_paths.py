"""Matchings and assignments of who comes from where, against brute force."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.bounds.footing import FAR_US
from patrolsim.bounds.paths import least_waiting_us, most_in_time

TIMES = st.sampled_from([0, 3, 5, 8, 13, FAR_US])


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    spells, n = draw(st.integers(0, 2)), draw(st.integers(1, 3))
    cells = draw(st.lists(TIMES, min_size=(spells + n) * n, max_size=(spells + n) * n))
    whole = np.array(cells, np.int64).reshape(spells + n, n)
    return whole[:spells], whole[spells:]


@given(drawn=tables(), deadline_us=st.integers(0, 14))
def test_the_most_in_time_is_the_best_choice_of_givers(
    drawn: tuple[np.ndarray, np.ndarray], deadline_us: int
) -> None:
    first_us, after_us = drawn
    whole = np.concatenate([first_us, after_us]) <= deadline_us
    rows, n = whole.shape
    best = max(
        sum(bool(whole[giver, case]) for case, giver in enumerate(givers))
        for givers in permutations(range(rows), n)
    )
    assert most_in_time(first_us, after_us, np.full(n, deadline_us)) == best


@given(drawn=tables(), nobody_us=st.integers(5, 14))
def test_the_least_waiting_is_the_best_choice_of_givers(
    drawn: tuple[np.ndarray, np.ndarray], nobody_us: int
) -> None:
    first_us, after_us = drawn
    n = first_us.shape[1]
    whole = np.clip(np.concatenate([first_us, after_us]) - 2, 1, nobody_us)
    best = min(
        sum(int(whole[giver, case]) for case, giver in enumerate(givers))
        for givers in permutations(range(len(whole)), n)
    )
    waiting = (np.full(n, 2), np.full(n, 1), np.full(n, nobody_us))
    assert least_waiting_us(first_us, after_us, waiting) == best
