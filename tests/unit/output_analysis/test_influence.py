"""Linearised estimates against scipy, by hand, and against what must not change them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolsim.output_analysis import (
    Estimand,
    Influence,
    Totals,
    difference,
    estimate_mean,
    estimate_of,
    estimate_quantile_difference,
    estimate_ratio,
    estimate_ratio_difference,
    influence_of_mean,
    influence_of_quantile,
    influence_of_ratio,
    lower_bound,
    p_above_zero,
    p_value,
    upper_bound,
    variance_reduction,
)
from patrolsim.output_analysis.influence import slope_of_quantile

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

A = [24.9, 31.2, 18.4, 27.7, 22.0, 29.3, 25.1, 33.8, 20.6, 26.5, 24.0, 28.2]
B = [23.1, 30.5, 18.9, 25.2, 21.4, 27.0, 25.6, 31.0, 19.9, 25.8, 22.7, 27.1]
COUNTS = [50.0, 61.0, 44.0, 58.0, 49.0, 63.0, 51.0, 70.0, 47.0, 55.0, 50.0, 59.0]
VALUES = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=12)


def rng(key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key))


def made(found: Influence | None) -> Influence:
    assert found is not None
    return found


def days(key: int, n: int = 20, *, scale: float = 10.0) -> list[Floats]:
    """Return days that differ: the incidents of a day are alike."""
    draw = rng(key)
    return [scale * draw.gamma(8, 1 / 8) * draw.exponential(1.0, 60) for _ in range(n)]


def test_a_mean_and_a_ratio_are_the_same_to_the_bit_as_when_estimated_alone() -> None:
    sums = [a * c for a, c in zip(A, COUNTS, strict=True)]
    for alone, linearised in (
        (estimate_mean(A), influence_of_mean(A)),
        (estimate_ratio(sums, COUNTS), influence_of_ratio(sums, COUNTS)),
    ):
        assert alone is not None
        again = estimate_of(made(linearised), singles=[alone.smallest, alone.largest])
        assert again == alone


def test_a_difference_of_means_is_the_paired_t_test_of_scipy() -> None:
    found = difference(made(influence_of_mean(A)), made(influence_of_mean(B)), level=0.9)
    expected = stats.ttest_rel(A, B)
    low, high = expected.confidence_interval(0.9)
    assert found.value == pytest.approx(np.mean(A) - np.mean(B), rel=1e-12)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9)
    assert p_value(found) == pytest.approx(expected.pvalue, rel=1e-9)
    assert (found.method, found.level) == ("paired t over replications", 0.9)


def test_the_range_of_a_difference_is_that_of_single_replications() -> None:
    found = difference(made(influence_of_mean(A)), made(influence_of_mean(B)))
    gaps = [a - b for a, b in zip(A, B, strict=True)]
    assert (found.smallest, found.largest) == pytest.approx((min(gaps), max(gaps)))


def test_a_difference_of_ratios_is_the_one_that_was_there_before() -> None:
    one = Totals(sums=[a * c for a, c in zip(A, COUNTS, strict=True)], counts=COUNTS)
    other = Totals(sums=[b * c for b, c in zip(B, COUNTS, strict=True)], counts=COUNTS)
    before = estimate_ratio_difference(one, other)
    assert before is not None
    pair = [made(influence_of_ratio(side.sums, side.counts)) for side in (one, other)]
    assert difference(*pair, singles=[before.smallest, before.largest]) == before


def test_a_factor_asks_whether_one_is_so_much_larger() -> None:
    found = made(influence_of_mean(A)).minus(made(influence_of_mean(B)), 1.05)
    gaps = [a - 1.05 * b for a, b in zip(A, B, strict=True)]
    assert found.value == pytest.approx(np.mean(gaps), rel=1e-12)
    assert found.standard_error == pytest.approx(stats.sem(gaps), rel=1e-12)


@pytest.mark.parametrize("alpha", [0.05, 0.0125, 0.001])
def test_one_sided_bounds_and_p_values_are_those_of_scipy(alpha: float) -> None:
    gaps = [a - b for a, b in zip(A, B, strict=True)]
    found = made(influence_of_mean(gaps))
    above = stats.ttest_1samp(gaps, 0.0, alternative="greater")
    low, high = stats.t.interval(1 - 2 * alpha, 11, np.mean(gaps), stats.sem(gaps))
    assert lower_bound(found, alpha) == pytest.approx(low, rel=1e-9)
    assert upper_bound(found, alpha) == pytest.approx(high, rel=1e-9)
    assert p_above_zero(found) == pytest.approx(above.pvalue, rel=1e-9)
    assert p_above_zero(found.times(-1.0)) == pytest.approx(1 - above.pvalue, rel=1e-9)


def test_the_p_value_says_what_the_interval_says() -> None:
    found = made(influence_of_mean([a - b for a, b in zip(A, B, strict=True)]))
    p = p_value(estimate_of(found))
    assert p is not None
    at_the_edge = estimate_of(found, level=1 - p)
    assert at_the_edge.low == pytest.approx(0.0, abs=1e-9)


def test_what_every_replication_shares_is_known_exactly() -> None:
    for value, above, two_sided in ((2.0, 0.0, 0.0), (0.0, 1.0, 1.0), (-2.0, 1.0, 0.0)):
        found = made(influence_of_mean([value] * 4))
        assert p_above_zero(found) == above
        assert p_value(estimate_of(found)) == two_sided
        assert lower_bound(found, 0.01) == upper_bound(found, 0.01) == value


def test_one_replication_proves_nothing() -> None:
    found = made(influence_of_mean([4.0]))
    assert (lower_bound(found, 0.05), upper_bound(found, 0.05)) == (-math.inf, math.inf)
    assert p_above_zero(found) == 1.0
    assert p_value(estimate_of(found)) is None
    assert estimate_of(found).standard_error is None


def test_nothing_is_linearised_without_values_or_with_values_without_end() -> None:
    assert influence_of_mean([]) is None
    assert influence_of_mean([1.0, math.inf]) is None
    assert influence_of_ratio([0.0], [0.0]) is None
    assert influence_of_ratio([math.inf, 1.0], [1.0, 1.0]) is None
    assert influence_of_quantile([], 0.5) is None
    assert influence_of_quantile([np.full(40, np.inf)], 0.5) is None


def test_unlike_things_are_not_subtracted() -> None:
    mean = made(influence_of_mean(A))
    with pytest.raises(ValueError, match="same replications: got 12 and 11"):
        mean.minus(made(influence_of_mean(B[:-1])))
    with pytest.raises(ValueError, match="got per replication and per incident"):
        mean.minus(made(influence_of_ratio(B, COUNTS)))


def test_the_errors_of_a_quantile_follow_their_formula() -> None:
    """Three replications of 10, 20 and 10 values; all 40 are 1 .. 40, h = .05."""
    samples = [np.arange(1.0, 11), np.arange(11.0, 31), np.arange(31.0, 41)]
    found = made(influence_of_quantile(samples, 0.75))
    slope = (32 - 28) / 0.1
    expected = [-slope * (b - 0.75 * c) / (40 / 3) for b, c in ((10, 10), (20, 20), (0, 10))]
    assert found.value == 30.0
    assert found.errors == pytest.approx(expected, rel=1e-12)
    assert found.estimand is Estimand.PER_INCIDENT


def test_the_slope_of_a_quantile_is_one_by_the_density() -> None:
    """Of an exponential time of mean 10 the density at the 90th percentile is 0.01."""
    values = np.sort(rng(3).exponential(10.0, 200_000))
    assert slope_of_quantile(values, 0.9) == pytest.approx(100.0, rel=0.05)


def test_equal_values_about_a_quantile_are_refused() -> None:
    assert slope_of_quantile(np.array([1.0] * 50 + [2.0] * 50), 0.25) is None
    assert slope_of_quantile(np.empty(0), 0.5) is None


def test_times_without_end_are_kept_out_of_the_slope_as_long_as_that_is_possible() -> None:
    """With 3 % without end the slope at 90 % is looked at nearer by; with 9.5 % it is not."""
    values = np.arange(400.0)
    few, many = values.copy(), values.copy()
    few[388:], many[362:] = np.inf, np.inf
    assert slope_of_quantile(few, 0.95) == pytest.approx(400.0)
    assert slope_of_quantile(many, 0.9) is None


def test_a_difference_of_quantiles_names_its_range_and_method() -> None:
    one, base = days(1), days(2)
    found = estimate_quantile_difference(one, base, 0.9)
    assert found is not None
    gaps = [
        np.quantile(x, 0.9, method="inverted_cdf") - np.quantile(y, 0.9, method="inverted_cdf")
        for x, y in zip(one, base, strict=True)
    ]
    assert (found.smallest, found.largest) == (min(gaps), max(gaps))
    assert found.method == "paired linearised quantile over replications"


def test_a_day_without_incidents_or_end_only_leaves_the_range() -> None:
    one, base = days(1), days(2)
    one[0], base[1] = np.empty(0), np.full(3, np.inf)
    found = estimate_quantile_difference(one, base, 0.5)
    assert found is not None
    assert math.isfinite(found.smallest)
    assert math.isfinite(found.largest)
    assert found.n == 20


def test_a_difference_of_quantiles_that_cannot_be_linearised_is_none() -> None:
    flat = [np.ones(20)] * 10
    assert estimate_quantile_difference(days(1, 10), flat, 0.9) is None
    assert estimate_quantile_difference(flat, days(1, 10), 0.9) is None


def test_a_linearised_quantile_is_as_wide_as_woodruff() -> None:
    """Two ways to the same interval: they agree where the slope is steady."""
    from patrolsim.output_analysis import estimate_quantile

    samples = days(4, 200)
    one = estimate_of(made(influence_of_quantile(samples, 0.9)))
    woodruff = estimate_quantile(samples, 0.9)
    assert woodruff is not None
    assert woodruff.high is not None
    assert woodruff.low is not None
    width = (woodruff.high - woodruff.low) / 2
    assert one.half_width == pytest.approx(width, rel=0.1)


@pytest.mark.parametrize("order", [0.1, 0.5, 0.9])
def test_equal_sides_differ_by_exactly_nothing(order: float) -> None:
    found = estimate_quantile_difference(days(5), days(5), order)
    assert found is not None
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
    assert p_value(found) == 1.0


@given(VALUES)
def test_an_estimate_less_itself_is_exactly_nothing(values: list[float]) -> None:
    one = made(influence_of_mean(values))
    gap = one.minus(one)
    assert gap.value == 0.0
    assert set(gap.errors) == {0.0}


@given(VALUES, st.permutations(range(12)))
def test_the_order_of_replications_does_not_matter(values: list[float], order: list[int]) -> None:
    shuffled = [values[i] for i in order if i < len(values)]
    one, other = made(influence_of_mean(values)), made(influence_of_mean(shuffled))
    assert one.value == other.value
    assert one.standard_error == other.standard_error


@given(VALUES, st.sampled_from([0.5, 2.0, 1024.0]))
def test_another_unit_scales_value_and_errors_alike(values: list[float], unit: float) -> None:
    scaled = made(influence_of_mean([unit * value for value in values]))
    assert scaled == made(influence_of_mean(values)).times(unit)


@given(VALUES, st.floats(-100, 100))
def test_a_known_number_moves_an_estimate_and_not_its_error(
    values: list[float], constant: float
) -> None:
    one = made(influence_of_mean(values))
    assert one.plus(constant).value == one.value + constant
    assert one.plus(constant).errors == one.errors


def test_pairing_pays_as_the_variances_say() -> None:
    one, base = made(influence_of_mean(A)), made(influence_of_mean(B))
    gaps = np.subtract(A, B)
    expected = (np.var(A) + np.var(B)) / np.var(gaps)
    assert variance_reduction(one, base) == pytest.approx(expected, rel=1e-12)


def test_pairing_pays_without_end_when_the_difference_is_constant() -> None:
    one = made(influence_of_mean([1.0, 2.0, 4.0]))
    assert variance_reduction(one, made(influence_of_mean([2.0, 3.0, 5.0]))) == math.inf
