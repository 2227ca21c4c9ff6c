"""Demand against theory: a Poisson process in time, weights in space, chance of whole days.

Seeds are fixed. A test of fit fails below p = 0.001; an estimate must hold the exact value in
an interval of three standard errors, and that interval must be narrow enough to say something.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from patrolsim.demand.arrivals import WEEK_S, WeeklyRate, draw_arrivals, unroll, weekly_rate
from patrolsim.streams import RandomStreams

DAY_S, HOUR_S, US = 86_400.0, 3600.0, 1_000_000
LEAST_P = 1e-3
WEEKS = 400
START_S = 4 * DAY_S + 7 * HOUR_S + 600
"""The period starts on a Friday at 07:10."""
RATE = weekly_rate(
    40 / DAY_S,
    {(18 * HOUR_S, 21.5 * HOUR_S): 3.0, (23 * HOUR_S, 5 * HOUR_S): 0.25},
    {(5, 6): 1.5, (2,): 0.5},
)


def times_s(
    rate: WeeklyRate, *, seed: int, weeks: int = WEEKS, day_effect: float = 0.0
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    times_us = draw_arrivals(
        rate,
        name="theft",
        start_s=START_S,
        horizon_us=int(weeks * WEEK_S) * US,
        day_effect=day_effect,
        streams=RandomStreams(seed, 0),
    )
    return times_us / US


def hour_of_week(times: np.ndarray[tuple[int], np.dtype[np.float64]]) -> object:
    return ((times + START_S) % WEEK_S // HOUR_S).astype(int)


def expected_by_hour() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the integral of the rate over each hour of the week, minute by minute."""
    middles = (np.arange(7 * 24 * 60) + 0.5) * 60
    piece = np.searchsorted(RATE.breaks_s, middles, side="right") - 1
    by_hour: np.ndarray[tuple[int], np.dtype[np.float64]] = (
        (RATE.rate_per_s[piece] * 60).reshape(7 * 24, 60).sum(axis=1)
    )
    return by_hour


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_by_hour_of_the_week_follow_the_integrated_rate(seed: int) -> None:
    counts = np.bincount(hour_of_week(times_s(RATE, seed=seed)), minlength=168)  # type: ignore[arg-type]
    expected = WEEKS * expected_by_hour()
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    assert stats.chi2(168).sf(chi2) > LEAST_P
    assert stats.chi2(168).cdf(chi2) > LEAST_P


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_gaps_in_the_time_of_the_process_are_exponential(seed: int) -> None:
    times = times_s(RATE, seed=seed)
    breaks_s, rates = unroll(RATE, START_S, WEEKS * WEEK_S)
    cumulative = np.concatenate([[0.0], np.cumsum(rates * np.diff(breaks_s))])
    gaps = np.diff(np.interp(times, breaks_s, cumulative), prepend=0.0)
    assert stats.kstest(gaps, stats.expon.cdf).pvalue > LEAST_P
    assert abs(np.corrcoef(gaps[:-1], gaps[1:])[0, 1]) < 3 / math.sqrt(len(gaps))


def test_counts_of_hours_are_poisson_and_independent() -> None:
    flat = weekly_rate(120 / DAY_S, {}, {})
    n = 100 * 168
    dispersions, correlations = [], []
    for seed in range(60):
        times = times_s(flat, seed=seed, weeks=100)
        counts = np.bincount((times // HOUR_S).astype(int), minlength=n)
        dispersions.append((counts.var(ddof=1) / counts.mean() - 1) / math.sqrt(2 / n))
        correlations.append(np.corrcoef(counts[:-1], counts[1:])[0, 1] * math.sqrt(n))
    assert stats.kstest(dispersions, stats.norm.cdf).pvalue > LEAST_P
    assert stats.kstest(correlations, stats.norm.cdf).pvalue > LEAST_P


def test_kinds_and_replications_are_independent_of_each_other() -> None:
    def counts(name: str, replication: int) -> object:
        times_us = draw_arrivals(
            RATE,
            name=name,
            start_s=0.0,
            horizon_us=int(100 * WEEK_S) * US,
            day_effect=0.5,
            streams=RandomStreams(1, replication),
        )
        weeks = np.bincount((times_us // US // int(WEEK_S)).astype(int), minlength=100)
        return weeks - weeks.mean()

    rows = np.array([counts("a", 0), counts("b", 0), counts("a", 1), counts("b", 1)])
    correlation = np.corrcoef(rows)
    assert np.abs(correlation[np.triu_indices(4, 1)]).max() < 3.5 / math.sqrt(100)


@pytest.mark.parametrize(("cv", "mean"), [(0.2, 40.0), (0.5, 10.0), (1.0, 5.0)])
def test_a_day_effect_spreads_the_counts_of_days_as_gamma_mixtures_do(
    cv: float, mean: float
) -> None:
    weeks = 2000
    flat = weekly_rate(mean / DAY_S, {}, {})
    times = times_s(flat, seed=5, weeks=weeks, day_effect=cv)
    counts = np.bincount(((times + START_S) // DAY_S).astype(int))[5:-2]
    n = len(counts)
    exact = 1 + mean * cv**2
    dispersion = counts.var(ddof=1) / counts.mean()
    squares = (counts - counts.mean()) ** 2
    half_width = 3 * squares.std(ddof=1) / math.sqrt(n) / counts.mean()
    assert half_width < 0.15 * exact
    assert dispersion == pytest.approx(exact, abs=half_width)
    assert counts.mean() == pytest.approx(mean, abs=3 * counts.std() / math.sqrt(n))


def test_with_a_day_effect_days_are_still_independent_and_counts_negative_binomial() -> None:
    flat = weekly_rate(6 / DAY_S, {}, {})
    times = times_s(flat, seed=6, weeks=1000, day_effect=0.7)
    counts = np.bincount(((times + START_S) // DAY_S).astype(int))[5:-2]
    n = len(counts)
    assert abs(np.corrcoef(counts[:-1], counts[1:])[0, 1]) < 3 / math.sqrt(n)
    k = 1 / 0.7**2
    model = stats.nbinom(k, k / (k + 6))
    top = 20
    seen = np.bincount(np.minimum(counts, top), minlength=top + 1)
    expected = n * np.append(model.pmf(np.arange(top)), model.sf(top - 1))
    assert stats.chisquare(seen, expected).pvalue > LEAST_P


def test_the_hours_inside_a_day_keep_their_shape_under_a_day_effect() -> None:
    times = times_s(RATE, seed=7, day_effect=0.5)
    evening = ((times + START_S) % DAY_S >= 18 * HOUR_S) & (
        (times + START_S) % DAY_S < 21.5 * HOUR_S
    )
    exact = 3 * 3.5 / (3 * 3.5 + 0.25 * 6 + 14.5)
    share = evening.mean()
    assert share == pytest.approx(exact, abs=3 * math.sqrt(exact * (1 - exact) / len(times)))


def test_keyed_numbers_are_uniform_and_unrelated() -> None:
    streams = RandomStreams(11, 0)
    ids = np.arange(100_000, dtype=np.int64)
    first, second = streams.uniforms("work", ids), streams.uniforms("place", ids)
    assert stats.kstest(first, stats.uniform.cdf).pvalue > LEAST_P
    cells = np.bincount((first * 256).astype(int), minlength=256)
    assert stats.chisquare(cells).pvalue > LEAST_P
    pairs = np.bincount((first * 16).astype(int) * 16 + (second * 16).astype(int), minlength=256)
    assert stats.chisquare(pairs).pvalue > LEAST_P
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 3 / math.sqrt(len(ids))


def test_replications_are_unrelated() -> None:
    ids = np.arange(200, dtype=np.int64)
    rows = np.array([RandomStreams(1, r).uniforms("work", ids) for r in range(200)])
    correlation = np.corrcoef(rows)[np.triu_indices(200, 1)]
    assert correlation.mean() == pytest.approx(0, abs=3 * correlation.std() / math.sqrt(19_900))
    assert correlation.std() == pytest.approx(1 / math.sqrt(199), rel=0.03)
