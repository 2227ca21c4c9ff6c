"""When a study stops: by hand, whatever comes after, and for metrics with a sign."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolsim.output_analysis import estimate_mean, estimate_quantile
from patrolsim.output_analysis.precision import (
    Advice,
    Precision,
    Progress,
    advise,
    all_met,
    first_look_at,
    skewness,
    stops_at,
)

SERIES = st.lists(st.booleans(), max_size=60)


def brute_force(is_met: list[bool], first_look: int) -> int | None:
    """Return the first n from which on six replications in a row are precise enough."""
    for n in range(first_look, len(is_met) - 4):
        if all(is_met[n - 1 : n + 5]):
            return n
    return None


@given(SERIES, st.sampled_from([3, 10, 20]))
def test_a_study_stops_where_the_next_five_agree(is_met: list[bool], first_look: int) -> None:
    assert stops_at(is_met, first_look=first_look) == brute_force(is_met, first_look)


@given(SERIES, SERIES)
def test_what_comes_after_the_stop_changes_nothing(before: list[bool], after: list[bool]) -> None:
    stop = stops_at(before)
    if stop is not None:
        assert stops_at(before + after) == stop
        assert stops_at(before[: stop + 5]) == stop


@given(SERIES, st.integers(1, 50))
def test_advice_never_asks_for_less_than_is_needed(is_met: list[bool], budget: int) -> None:
    """As many more as it says, all precise: then it stops, and not with one fewer."""
    now = advise(is_met, budget=budget)
    if now.progress is not Progress.GO_ON:
        assert now.more == 0
        return
    assert now.n == len(is_met)
    one_fewer = advise([*is_met, *[True] * (now.more - 1)], budget=budget)
    enough = advise([*is_met, *[True] * now.more], budget=budget)
    assert one_fewer.progress is Progress.GO_ON
    assert one_fewer.more == 1
    assert enough.progress is not Progress.GO_ON


@given(SERIES, st.integers(1, 50), st.integers(0, 20))
def test_replications_beyond_the_budget_are_not_looked_at(
    is_met: list[bool], budget: int, beyond: int
) -> None:
    inside = advise(is_met[:budget], budget=budget)
    assert inside.progress is Progress.GO_ON or inside == advise(
        is_met[:budget] + [True] * beyond, budget=budget
    )


def test_a_study_says_how_it_stands() -> None:
    assert advise([], budget=100) == Advice(progress=Progress.GO_ON, n=0, more=15)
    late = [False] * 11 + [True] * 3
    assert advise(late, budget=100) == Advice(progress=Progress.GO_ON, n=14, more=3)
    assert advise([False] * 12, budget=14) == Advice(progress=Progress.GO_ON, n=12, more=2)
    reached = [False] * 11 + [True] * 6
    assert advise(reached, budget=100) == Advice(progress=Progress.REACHED, n=12, more=0)
    assert advise(reached, budget=16) == Advice(progress=Progress.NOT_REACHED, n=16, more=0)


def test_several_metrics_are_met_together() -> None:
    assert all_met([True, True, False], [True, False, False]) == [True, False, False]


def test_an_interval_is_held_against_an_absolute_or_a_relative_width() -> None:
    found = estimate_mean([9.0, 10.0, 11.0] * 4)
    assert found is not None
    assert found.half_width == pytest.approx(0.5418, abs=1e-3)
    assert Precision(half_width=0.55).is_met_by(found)
    assert not Precision(half_width=0.53).is_met_by(found)
    assert Precision(half_width=0.055, is_relative=True).is_met_by(found)
    assert not Precision(half_width=0.053, is_relative=True).is_met_by(found)


def test_a_negative_mean_is_as_hard_to_know_as_a_positive_one() -> None:
    """A rule that divides by a signed mean stops at once below 0."""
    precision = Precision(half_width=0.1, is_relative=True)
    for values in ([-1.0, -60.0, 58.0] * 5, [1.0, 60.0, -58.0] * 5):
        assert not precision.is_met_by(estimate_mean(values))
    assert precision.is_met_by(estimate_mean([-100.0, -101.0, -99.0] * 5))


def test_nothing_is_precise_without_an_interval_or_an_end() -> None:
    precision = Precision(half_width=1.0)
    assert not precision.is_met_by(None)
    assert not precision.is_met_by(estimate_mean([1.0]))
    assert not precision.is_met_by(estimate_mean([1.0, math.inf]))


def test_of_an_uneven_interval_the_wider_side_counts() -> None:
    draw = np.random.Generator(np.random.Philox(key=1))
    found = estimate_quantile([draw.exponential(10.0, 60) for _ in range(20)], 0.9)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    wider = max(found.value - found.low, found.high - found.value)
    assert Precision(half_width=wider).is_met_by(found)
    assert not Precision(half_width=0.99 * wider).is_met_by(found)


@pytest.mark.parametrize("half_width", [0.0, -1.0, math.nan])
def test_a_precision_that_no_interval_has_is_refused(half_width: float) -> None:
    with pytest.raises(ValueError, match="need more than 0"):
        Precision(half_width=half_width)


def test_skewness_is_that_of_scipy() -> None:
    values = [1.0, 2.0, 2.5, 3.0, 11.0]
    assert skewness(values) == pytest.approx(stats.skew(values), rel=1e-12)
    assert skewness([2.0, 2.0]) == 0.0


def test_skewed_data_are_looked_at_later() -> None:
    even, skewed = [float(i) for i in range(10)], [1.0] * 8 + [2.0, 9.0]
    assert first_look_at(even) == 10
    assert first_look_at(skewed) == 20
    assert first_look_at([-value for value in skewed]) == 20
    assert first_look_at([*even, 1e9]) == 10
    assert first_look_at(even[:9]) == 20
    assert first_look_at([*even[:9], math.inf]) == 20


def test_normal_data_seldom_count_as_skewed() -> None:
    draw = np.random.Generator(np.random.Philox(key=4))
    late = [first_look_at(draw.normal(25, 5, 10).tolist()) == 20 for _ in range(2000)]
    assert 0.05 <= np.mean(late) <= 0.13
