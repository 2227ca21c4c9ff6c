"""Incidents come as theory says: piecewise Poisson, with Gamma days, keyed numbers uniform.

Seeds are fixed; a test that is right fails by chance for one seed in a thousand.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from patrolsim.demand.arrivals import draw_arrivals, weekly_rate
from patrolsim.streams import RandomStreams

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.demand.arrivals import WeeklyRate

    Times = npt.NDArray[np.int64]

LEAST_P = 0.001
HOUR_S, DAY_S, WEEK_S = 3600, 86_400, 604_800
US = 1_000_000
A_DAY = 24.0
WEEKS = 200
EVENING, NIGHT = (18.5 * HOUR_S, 21 * HOUR_S), (22 * HOUR_S, 2 * HOUR_S)
BUSY = weekly_rate(A_DAY / DAY_S, {EVENING: 3.0, NIGHT: 0.25}, {(5, 6): 1.5})
FLAT = weekly_rate(A_DAY / DAY_S, {}, {})


def profile(minute: int) -> float:
    """Return how much more often than usual it happens in a minute of the week, by hand."""
    day, second = divmod(minute * 60, DAY_S)
    factor = 1.5 if day >= 5 else 1.0
    factor *= 3.0 if EVENING[0] <= second < EVENING[1] else 1.0
    return factor * (0.25 if second >= NIGHT[0] or second < NIGHT[1] else 1.0)


PROFILE = np.array([profile(minute) for minute in range(WEEK_S // 60)])
PER_MINUTE = PROFILE / PROFILE.sum() * 7 * A_DAY
"""Expected incidents of each minute of the week."""


def weeks(rate: WeeklyRate, *, name: str = "theft", day_effect: float = 0.0) -> list[Times]:
    return [
        draw_arrivals(
            rate,
            name=name,
            start_s=0.0,
            horizon_us=WEEK_S * US,
            day_effect=day_effect,
            streams=RandomStreams(20, replication),
        )
        for replication in range(WEEKS)
    ]


def counts(drawn: list[Times], span_s: int) -> npt.NDArray[np.int64]:
    """Return the incidents of each span of each week; shape (n_weeks, n_spans)."""
    return np.stack(
        [np.bincount(week // (span_s * US), minlength=WEEK_S // span_s) for week in drawn]
    )


@pytest.fixture(scope="module")
def busy() -> list[Times]:
    return weeks(BUSY)


def test_counts_of_each_hour_of_the_week_are_those_expected(busy: list[Times]) -> None:
    observed = counts(busy, HOUR_S).sum(axis=0)
    expected = PER_MINUTE.reshape(168, 60).sum(axis=1) * WEEKS
    chi2 = float(((observed - expected) ** 2 / expected).sum())
    assert LEAST_P < stats.chi2.sf(chi2, len(expected)) < 1 - LEAST_P


def test_counts_of_each_hour_vary_as_poisson_counts_do(busy: list[Times]) -> None:
    observed = counts(busy, HOUR_S)
    means = observed.mean(axis=0)
    chi2 = float(((observed - means) ** 2 / means).sum())
    freedom = observed.size - observed.shape[1]
    assert LEAST_P < stats.chi2.sf(chi2, freedom) < 1 - LEAST_P


def test_counts_of_neighbouring_hours_and_of_weeks_are_independent(busy: list[Times]) -> None:
    observed = counts(busy, HOUR_S)
    scaled = (observed - observed.mean(axis=0)) / observed.std(axis=0)
    for one, other in ((scaled[:, :-1], scaled[:, 1:]), (scaled[:-1], scaled[1:])):
        z = float((one * other).sum() / np.sqrt(one.size))
        assert abs(z) < stats.norm.isf(LEAST_P / 2)


def test_gaps_in_expected_time_are_exponential(busy: list[Times]) -> None:
    cumulative = np.concatenate([[0.0], np.cumsum(PER_MINUTE)])
    minutes = np.arange(len(cumulative))
    # One clock through all weeks: gaps that a week's end cuts off are whole again.
    clocks = [np.interp(week / (60 * US), minutes, cumulative) for week in busy]
    whole = np.concatenate([clock + 7 * A_DAY * number for number, clock in enumerate(clocks)])
    assert stats.kstest(np.diff(whole), "expon").pvalue > LEAST_P


@pytest.mark.parametrize("day_effect", [0.25, 0.5])
def test_a_day_effect_spreads_daily_counts_as_gamma_days_do(day_effect: float) -> None:
    observed = counts(weeks(FLAT, day_effect=day_effect), DAY_S).ravel()
    shape = 1 / day_effect**2
    ratio = observed.var(ddof=1) / observed.mean()
    assert ratio == pytest.approx(1 + A_DAY / shape, rel=0.15)
    days = stats.nbinom(shape, shape / (shape + A_DAY))
    assert observed.mean() == pytest.approx(A_DAY, abs=4 * days.std() / np.sqrt(len(observed)))
    edges = [-1, *sorted({int(days.ppf(share)) for share in np.linspace(0.05, 0.95, 19)}), 10**6]
    found = [int(((observed > low) & (observed <= high)).sum()) for low, high in pairwise(edges)]
    chances = [float(days.cdf(high) - days.cdf(low)) for low, high in pairwise(edges)]
    expected = np.array(chances) * len(observed)
    assert stats.chisquare(found, expected).pvalue > LEAST_P


def test_without_a_day_effect_daily_counts_are_poisson() -> None:
    observed = counts(weeks(FLAT), DAY_S).ravel()
    chi2 = float(((observed - A_DAY) ** 2 / A_DAY).sum())
    assert LEAST_P < stats.chi2.sf(chi2, len(observed)) < 1 - LEAST_P


@pytest.mark.parametrize("day_effect", [0.0, 0.5])
def test_days_and_kinds_share_no_chance(day_effect: float) -> None:
    first = counts(weeks(FLAT, day_effect=day_effect), DAY_S)
    second = counts(weeks(FLAT, name="brawl", day_effect=day_effect), DAY_S)
    pairs = ((first.ravel(), second.ravel()), (first[:, :-1].ravel(), first[:, 1:].ravel()))
    for one, other in pairs:
        assert stats.pearsonr(one, other).pvalue > LEAST_P


def test_keyed_numbers_are_uniform_and_neighbours_share_nothing() -> None:
    ids = np.arange(20_000, dtype=np.int64)
    drawn = RandomStreams(3, 1).uniforms("place/theft", ids)
    others = [
        drawn[1:],
        RandomStreams(3, 2).uniforms("place/theft", ids)[1:],
        RandomStreams(4, 1).uniforms("place/theft", ids)[1:],
        RandomStreams(3, 1).uniforms("place/brawl", ids)[1:],
    ]
    assert stats.kstest(drawn, "uniform").pvalue > LEAST_P
    for other in others:
        table = np.histogram2d(drawn[:-1], other, bins=10, range=[(0, 1), (0, 1)])[0]
        assert stats.chisquare(table.ravel()).pvalue > LEAST_P
