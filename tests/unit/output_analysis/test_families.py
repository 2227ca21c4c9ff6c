"""Holm's procedure by hand, by its closed test, and by what it promises."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.output_analysis import holm, rejections

P_VALUES = st.lists(st.floats(0, 1), max_size=6)


def test_the_adjusted_p_values_of_a_textbook_case() -> None:
    """0.01, 0.04, 0.03, 0.005: times 3, 1, 2, 4, and never below the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_an_adjusted_p_value_is_at_most_one() -> None:
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_a_level_is_held_when_it_is_just_reached() -> None:
    assert rejections([0.025, 0.05], 0.05) == [True, True]
    assert rejections([0.026, 0.05], 0.05) == [False, False]


@given(P_VALUES, st.floats(0.001, 0.5))
def test_holm_rejects_what_the_closed_test_by_bonferroni_rejects(
    p_values: list[float], alpha: float
) -> None:
    """A question is decided when every set that holds it is, by its least p value."""
    indices = range(len(p_values))
    sets = [set(s) for size in indices for s in combinations(indices, size + 1)]
    closed = [
        all(min(p_values[j] for j in s) * len(s) <= alpha for s in sets if i in s) for i in indices
    ]
    assert rejections(p_values, alpha) == closed


@given(P_VALUES)
def test_adjusting_keeps_the_order_and_lowers_nothing(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(one >= p for one, p in zip(adjusted, p_values, strict=True))
    by_p = sorted(zip(p_values, adjusted, strict=True))
    assert [one for _, one in by_p] == sorted(adjusted)


@given(P_VALUES, st.integers(0, 5), st.floats(0, 1))
def test_a_smaller_p_value_makes_no_other_adjusted_one_larger(
    p_values: list[float], index: int, factor: float
) -> None:
    smaller = [p * factor if i == index else p for i, p in enumerate(p_values)]
    pairs = zip(holm(smaller), holm(p_values), strict=True)
    assert all(one <= before for one, before in pairs)


def test_a_family_of_nothing_raises_a_false_alarm_as_seldom_as_promised() -> None:
    draw = np.random.Generator(np.random.Philox(key=2))
    alarms = sum(any(rejections(draw.random(12).tolist(), 0.05)) for _ in range(2000))
    # Four standard errors of 5 % in 2,000 trials are 1.9 points.
    assert 0.031 <= alarms / 2000 <= 0.069
