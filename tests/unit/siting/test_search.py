"""Greedy choice and exchange: bounds that are known, ties, and what cannot be asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.siting import CoverAim, MedianAim, find_layout, solve_exactly

LINE = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))


def test_the_median_of_a_line_is_its_middle() -> None:
    layout = find_layout(MedianAim(times=LINE, weights=np.ones(5)), 1)
    assert layout == ((2,), 6.0, False)


def test_of_sites_as_good_the_lowest_is_taken() -> None:
    layout = find_layout(MedianAim(times=np.ones((3, 2)), weights=np.ones(2)), 2)
    assert layout.sites == (0, 1)


def test_an_exchange_mends_a_greedy_mistake() -> None:
    # Greedy takes site 0, which covers 4, and then can add 1 only; sites 1 and 2 cover 6.
    covers = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1]], np.bool_)
    layout = find_layout(CoverAim(covers=covers, weights=np.ones(6)), 2)
    assert layout == ((1, 2), -6.0, False)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.sampled_from([0.0, 0.3]))
def test_covering_reaches_what_greedy_choice_promises(seed: int, posts: int, busy: float) -> None:
    draws = np.random.Generator(np.random.PCG64(seed))
    aim = CoverAim(covers=draws.random((7, 9)) < 0.4, weights=draws.random(9), busy=busy)
    found, best = find_layout(aim, posts), solve_exactly(aim, posts)
    assert best is not None
    assert best.value - 1e-9 <= found.value <= (1 - 1 / np.e) * best.value + 1e-9


@pytest.mark.parametrize("posts", [0, 6])
def test_posts_that_cannot_be_placed_are_refused(posts: int) -> None:
    with pytest.raises(ValueError, match="cannot place"):
        find_layout(MedianAim(times=LINE, weights=np.ones(5)), posts)
