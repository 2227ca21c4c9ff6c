"""The integer programs: equal to trying everything."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolsim.siting import CoverAim, MedianAim, solve_exactly
from patrolsim.siting.exact import MOST_PAIRS

seeds = st.integers(0, 2**32 - 1)


def draws_of(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(1, 6), st.integers(1, 8))
def test_no_layout_has_a_smaller_mean_time(seed: int, sites: int, places: int) -> None:
    draws = draws_of(seed)
    times = draws.integers(0, 6, (sites, places)).astype(np.float64)
    aim = MedianAim(times=times, weights=draws.integers(0, 4, places).astype(np.float64))
    for posts in range(1, sites + 1):
        best = min(aim.value(chosen) for chosen in combinations(range(sites), posts))
        layout = solve_exactly(aim, posts)
        assert layout is not None
        assert layout.value == pytest.approx(best)
        assert len(set(layout.sites)) == posts


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([0.0, 0.2, 0.6]), st.integers(1, 3))
def test_no_layout_covers_more(seed: int, busy: float, posts: int) -> None:
    draws = draws_of(seed)
    aim = CoverAim(covers=draws.random((5, 7)) < 0.4, weights=draws.random(7), busy=busy)
    every = combinations_with_replacement(range(5), posts)
    layout = solve_exactly(aim, posts)
    assert layout is not None
    assert layout.value == pytest.approx(min(aim.value(chosen) for chosen in every))


def test_a_case_that_is_too_large_is_left_alone() -> None:
    aim = MedianAim(times=np.zeros((MOST_PAIRS // 10 + 1, 10)), weights=np.ones(10))
    assert solve_exactly(aim, 1) is None


def test_more_posts_than_sites_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot place 3 posts on 2 sites"):
        solve_exactly(MedianAim(times=np.zeros((2, 2)), weights=np.ones(2)), 3)
