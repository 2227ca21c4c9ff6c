"""Estimates against scipy, against exact values, and against a truth that is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from patrolsim.output_analysis import (
    Estimand,
    Totals,
    estimate_difference,
    estimate_mean,
    estimate_quantile,
    estimate_ratio,
    estimate_ratio_difference,
    quantile,
    t_quantile,
)

VALUES = [24.9, 31.2, 18.4, 27.7, 22.0, 29.3, 25.1, 33.8, 20.6, 26.5, 24.0, 28.2]


def test_the_t_interval_is_that_of_scipy() -> None:
    found = estimate_mean(VALUES)
    low, high = stats.t.interval(
        0.95, len(VALUES) - 1, loc=np.mean(VALUES), scale=stats.sem(VALUES)
    )
    assert found is not None
    assert found.low == pytest.approx(low, rel=1e-12)
    assert found.high == pytest.approx(high, rel=1e-12)
    assert found.value == pytest.approx(np.mean(VALUES), rel=1e-12)
    assert found.estimand is Estimand.PER_REPLICATION


@pytest.mark.parametrize("degrees", [1, 2, 9, 29, 1000])
def test_t_quantiles_are_those_of_scipy(degrees: int) -> None:
    assert t_quantile(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-10)


def test_one_replication_has_a_value_and_no_interval() -> None:
    found = estimate_mean([4.2])
    assert found is not None
    assert (found.value, found.half_width, found.low, found.high) == (4.2, None, None, None)
    assert found.is_from_few


def test_no_replication_has_no_estimate() -> None:
    assert estimate_mean([]) is None
    assert estimate_ratio([], []) is None
    assert estimate_quantile([], 0.5) is None
    assert estimate_difference([None], [1.0]) is None
    assert (
        estimate_ratio_difference(
            Totals(sums=[0.0], counts=[0.0]), Totals(sums=[1.0], counts=[1.0])
        )
        is None
    )


@pytest.mark.parametrize(("n", "is_from_few"), [(2, True), (9, True), (10, False)])
def test_fewer_than_ten_replications_are_flagged(n: int, is_from_few: bool) -> None:  # noqa: FBT001
    found = estimate_mean([float(i) for i in range(n)])
    assert found is not None
    assert found.is_from_few is is_from_few
    assert (found.smallest, found.largest) == (0.0, float(n - 1))


def test_sums_do_not_lose_small_numbers_beside_large_ones() -> None:
    found = estimate_mean([1e16, 1.0, -1e16, 1.0])
    assert found is not None
    assert found.value == 0.5


def test_a_time_without_end_has_no_interval() -> None:
    found = estimate_mean([3.0, math.inf])
    assert found is not None
    assert (found.value, found.half_width) == (math.inf, None)


def test_an_estimate_without_interval_tells_no_direction() -> None:
    found = estimate_mean([3.0])
    assert found is not None
    assert not found.tells_direction


def test_a_difference_to_a_time_without_end_has_no_estimate() -> None:
    assert estimate_difference([3.0, math.inf], [1.0, 2.0]) is None


def test_the_ratio_estimator_follows_its_formula() -> None:
    sums, counts = [10.0, 30.0, 22.0], [2.0, 5.0, 3.0]
    found = estimate_ratio(sums, counts)
    errors = [(y - 6.2 * c) / (10 / 3) for y, c in zip(sums, counts, strict=True)]
    half_width = stats.t.ppf(0.975, 2) * np.std(errors, ddof=1) / math.sqrt(3)
    assert found is not None
    assert found.value == pytest.approx(6.2, rel=1e-12)
    assert found.half_width == pytest.approx(half_width, rel=1e-10)
    assert found.smallest == 5.0
    assert found.largest == pytest.approx(22 / 3)
    assert found.estimand is Estimand.PER_INCIDENT


def test_with_equal_counts_the_ratio_is_the_mean_of_means() -> None:
    ratio = estimate_ratio([7.0 * v for v in VALUES], [7.0] * len(VALUES))
    mean = estimate_mean(VALUES)
    assert ratio is not None
    assert mean is not None
    assert ratio.value == pytest.approx(mean.value, rel=1e-12)
    assert ratio.half_width == pytest.approx(mean.half_width, rel=1e-9)


def test_replications_without_incidents_count_in_a_ratio() -> None:
    found = estimate_ratio([0.0, 8.0], [0.0, 4.0])
    assert found is not None
    assert (found.value, found.n) == (2.0, 2)
    assert (found.smallest, found.largest) == (2.0, 2.0)


def test_a_paired_difference_is_that_of_scipy() -> None:
    control = [v + d for v, d in zip(VALUES, np.linspace(0.5, 2.0, len(VALUES)), strict=True)]
    found = estimate_difference(VALUES, control)
    expected = stats.ttest_rel(VALUES, control).confidence_interval(0.95)
    assert found is not None
    assert found.low == pytest.approx(expected.low, rel=1e-9)
    assert found.high == pytest.approx(expected.high, rel=1e-9)
    assert found.tells_direction


def test_pairs_without_a_value_are_left_out() -> None:
    found = estimate_difference([1.0, None, 5.0, 4.0], [0.0, 1.0, None, 1.0])
    assert found is not None
    assert (found.value, found.n) == (2.0, 2)


def test_equal_strategies_differ_by_exactly_nothing() -> None:
    totals = Totals(sums=[0.1, 0.7, 1.3], counts=[3.0, 7.0, 9.0])
    found = estimate_ratio_difference(totals, totals)
    assert found is not None
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
    assert not found.tells_direction


def test_pairing_takes_away_what_both_strategies_share() -> None:
    days = np.random.Generator(np.random.Philox(key=1)).normal(30, 10, 40)
    counts = [50.0] * 40
    totals = Totals(sums=[50 * day for day in days], counts=counts)
    slower = Totals(sums=[50 * (day + 1) for day in days], counts=counts)
    alone = estimate_ratio(slower.sums, slower.counts)
    paired = estimate_ratio_difference(slower, totals)
    assert alone is not None
    assert paired is not None
    assert paired.value == pytest.approx(1.0)
    assert (paired.half_width or 0.0) < 1e-6 < (alone.half_width or 0.0)


@pytest.mark.parametrize("order", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_quantiles_are_the_inverted_cdf_of_numpy(order: float) -> None:
    for n in (1, 2, 9, 10, 11, 100):
        values = np.sort(np.random.Generator(np.random.Philox(key=n)).random(n))
        expected = np.quantile(values, order, method="inverted_cdf")
        assert quantile(values, order) == expected


def test_woodruff_spans_the_quantile_and_says_for_whom() -> None:
    draw = np.random.Generator(np.random.Philox(key=5))
    found = estimate_quantile([draw.exponential(10, 60) for _ in range(20)], 0.9)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert found.low < 10 * math.log(10) < found.high
    assert found.estimand is Estimand.PER_INCIDENT


@pytest.mark.parametrize("n", [10, 30])
def test_intervals_cover_the_truth_as_often_as_they_promise(n: int) -> None:
    """Days differ, so the incidents of a day are alike: an interval over incidents would fail."""
    draw = np.random.Generator(np.random.Philox(key=7))
    trials, covered = 400, 0
    for _ in range(trials):
        rates = draw.gamma(16, 1 / 16, n)
        counts = draw.poisson(60 * rates)
        sums = [float(draw.exponential(10, c).sum()) for c in counts]
        found = estimate_ratio(sums, counts.astype(float).tolist())
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 10 <= found.high
    # Three standard errors of a share of 95 % in 400 trials are 3.3 points.
    assert 0.917 <= covered / trials <= 0.983
