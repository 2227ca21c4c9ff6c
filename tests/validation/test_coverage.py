"""Intervals and the gate against known truths, and against three mistakes that are often made.

Reduced forms of `benchmarks/validation/coverage.py` and `gate_rates.py`, with a made-up scenario
whose truth is exact. A mistake is put in by a mistaken estimator: the very check that ours passes
must refuse it.

References
----------
Lomax, K. S. (1954), Business failures, Journal of the American Statistical Association 49,
847-852: an exponential time whose rate differs from day to day by a gamma distribution.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.validation.gate_rates import SCENARIOS, play_many
from benchmarks.validation.queues import Queue
from benchmarks.validation.suites import CELLS
from benchmarks.validation.trials import Coverage, count, holds, queue_trials
from scipy import stats

from patrolsim.output_analysis import (
    Influence,
    estimate_mean,
    estimate_quantile,
    estimate_quantile_difference,
    estimate_ratio,
    influence_of_ratio,
    variance_reduction,
)
from patrolsim.output_analysis.gate import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt
    from benchmarks.validation.suites import Samples

    from patrolsim.output_analysis import Estimate

    Floats = npt.NDArray[np.float64]

pytestmark = pytest.mark.slow

SHAPE, MEAN_S = 12.0, 400.0
"""Of the rates of days; the skewness of the mean of a day is 1.4, as of a loaded scenario."""
SCALE_S = MEAN_S * (SHAPE - 1)
INCIDENTS = 60
TRIALS = 400
SELDOM = 1e-4
"""So seldom a check fails for estimators that keep their promise just so."""


def rng(key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key))


def lomax_quantile(order: float) -> float:
    """Return the exact quantile over all incidents."""
    return SCALE_S * float((1 - order) ** (-1 / SHAPE) - 1)


def draw_days(draw: np.random.Generator, n: int) -> list[Floats]:
    """Return skewed days: the response times of a day have one mean, which nobody knows."""
    means = SCALE_S / draw.gamma(SHAPE, 1.0, n)
    return [mean * draw.exponential(1.0, draw.poisson(INCIDENTS)) for mean in means.tolist()]


def keeps(coverage: Coverage, *, low: float, high: float = 1.0) -> bool:
    """Return whether so many hits are credible if the true coverage is within these bounds."""
    covered, trials = coverage
    is_too_low = stats.binom.cdf(covered, trials, low) < SELDOM
    is_too_high = high < 1.0 and stats.binom.sf(covered - 1, trials, high) < SELDOM
    return not (is_too_low or is_too_high)


def cover(
    estimator: Callable[[Samples], Estimate | None], truth: float, *, n: int, key: int
) -> Coverage:
    """Return how often an estimator's interval from n days holds the truth."""
    draw = rng(key)
    hits = [holds(estimator(draw_days(draw, n)), truth) for _ in range(TRIALS)]
    return Coverage(sum(hits), TRIALS)


def mean_over_days(samples: Samples) -> Estimate | None:
    sums = [float(sample.sum()) for sample in samples]
    return estimate_ratio(sums, [float(sample.size) for sample in samples])


def p90_over_days(samples: Samples) -> Estimate | None:
    return estimate_quantile(samples, 0.9)


@pytest.mark.parametrize(
    "queue",
    [Queue(load=0.8), Queue(servers=3, load=0.8), Queue(load=0.8, stages=4)],
    ids=lambda queue: queue.name,
)
def test_intervals_of_queues_hold_the_exact_value_as_often_as_they_say(queue: Queue) -> None:
    for coverage in count(queue_trials(queue, 250, replications=20, seed=2)).values():
        assert keeps(coverage, low=0.93, high=0.97)


@pytest.mark.parametrize(
    ("servers", "load", "mean", "p90"),
    [
        (1, 0.8, 4.0, 10.397208),
        (2, 0.75, 1.285714, 3.721505),
        (3, 0.8, 1.078652, 3.112452),
    ],
)
def test_the_truth_of_the_queues_is_the_published_one(
    servers: int, load: float, mean: float, p90: float
) -> None:
    queue = Queue(servers=servers, load=load)
    assert queue.mean_wait == pytest.approx(mean, abs=1e-6)
    assert queue.p90_wait == pytest.approx(p90, abs=1e-6)
    assert Queue(load=0.8, stages=4).mean_wait == pytest.approx(2.5)


@pytest.mark.parametrize("n", [10, 20])
def test_intervals_on_skewed_days_hold_the_exact_percentile(n: int) -> None:
    assert keeps(cover(p90_over_days, lomax_quantile(0.9), n=n, key=n), low=0.92)


@pytest.mark.parametrize("n", [10, 20])
def test_intervals_of_paired_percentiles_hold_the_exact_difference(n: int) -> None:
    """The other plan makes every way 6 % longer, and its own chance makes days differ."""
    draw, hits = rng(n), []
    for _ in range(TRIALS):
        base = draw_days(draw, n)
        other = [1.06 * day * np.exp(draw.normal(0, 0.05, day.size)) for day in base]
        found = estimate_quantile_difference(other, base, 0.9)
        hits.append(holds(found, noisy_quantile() - lomax_quantile(0.9)))
    assert keeps(Coverage(sum(hits), TRIALS), low=0.925)


@cache
def noisy_quantile() -> float:
    """Return the exact 90th percentile of 1.06 times a time times lognormal noise of sd 0.05."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    factors = 1.06 * np.exp(0.05 * nodes)

    def tail(value: float) -> float:
        return float(((1 + value / factors / SCALE_S) ** -SHAPE) @ weights / weights.sum())

    low, high = 0.0, 10 * MEAN_S
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) > 0.1 else (low, middle)
    return low


def test_an_interval_over_incidents_is_refused() -> None:
    """Mistake 1: the incidents of a day are alike, so sixty of them are not sixty facts."""

    def mean_over_incidents(samples: Samples) -> Estimate | None:
        return estimate_mean(np.concatenate(samples).tolist())

    assert keeps(cover(mean_over_days, MEAN_S, n=20, key=3), low=0.9)
    assert not keeps(cover(mean_over_incidents, MEAN_S, n=20, key=3), low=0.9)


def test_dropping_those_whom_nobody_reached_is_refused() -> None:
    """Mistake 3: 5 % are never reached; the 90th percentile of all is not that of the rest."""
    limit_s = lomax_quantile(0.95)

    def censored(samples: Samples) -> list[Floats]:
        return [np.where(sample > limit_s, np.inf, sample) for sample in samples]

    def p90_with_all(samples: Samples) -> Estimate | None:
        return p90_over_days(censored(samples))

    def p90_of_the_rest(samples: Samples) -> Estimate | None:
        return p90_over_days([sample[np.isfinite(sample)] for sample in censored(samples)])

    truth = lomax_quantile(0.9)
    assert keeps(cover(p90_with_all, truth, n=20, key=4), low=0.92)
    assert not keeps(cover(p90_of_the_rest, truth, n=20, key=4), low=0.92)


@cache
def made_up_bank() -> Mapping[str, Sequence[Floats]]:
    """Return days under plans whose true change is exact: nothing, or every way 6 % longer."""
    draw = rng(5)
    base = draw_days(draw, 600)
    null = [day * np.exp(draw.normal(-0.005, 0.1, day.size)) for day in base]
    slower = [1.06 * day * np.exp(draw.normal(-0.00125, 0.05, day.size)) for day in base]
    return {"baseline": base, "null": null, "+6 %": slower}


def unpaired(bank: Mapping[str, Sequence[Floats]]) -> Mapping[str, Sequence[Floats]]:
    """Return the bank with each candidate on other days than the baseline: mistake 2."""
    return {
        name: [*days[1:], days[0]] if name != "baseline" else days for name, days in bank.items()
    }


def is_fit_to_gate(bank: Mapping[str, Sequence[Floats]]) -> bool:
    """Return whether a loss of 6 % is caught in 95 % of suites, by 25 replications on average."""
    suites = play_many(bank, ["+6 %"] * SCENARIOS, 30)
    means = [suite[scenario, "mean"] for suite in suites for scenario in range(SCENARIOS)]
    caught = sum(one.verdict is Verdict.FAIL for one in means)
    is_powerful = keeps(Coverage(caught, len(means)), low=0.95)
    return is_powerful and float(np.mean([one.n for one in means])) <= 25


def test_a_loss_is_caught_on_the_same_days_and_not_on_others() -> None:
    assert is_fit_to_gate(made_up_bank())
    assert not is_fit_to_gate(unpaired(made_up_bank()))


def test_other_noise_alarms_no_suite_and_is_decided() -> None:
    suites = play_many(made_up_bank(), ["null"] * SCENARIOS, 60)
    cells = [cell for suite in suites for cell in suite.values()]
    alarms = sum(any(c.verdict is Verdict.FAIL for c in suite.values()) for suite in suites)
    first = sum(any(c.first_verdict is Verdict.FAIL for c in suite.values()) for suite in suites)
    undecided = sum(cell.verdict is Verdict.INCONCLUSIVE for cell in cells)
    assert stats.binom.sf(first - 1, len(suites), 0.05) >= SELDOM
    assert alarms <= 1
    assert undecided / len(cells) <= 0.05


def test_equal_data_pass_every_cell_at_the_first_look() -> None:
    suites = play_many(made_up_bank(), ["baseline"] * SCENARIOS, 10)
    outcomes = {(cell.verdict, cell.n) for suite in suites for cell in suite.values()}
    assert outcomes == {(Verdict.PASS, 10)}
    assert len(suites[0]) == SCENARIOS * len(CELLS)


def test_pairing_pays_on_the_same_days_only() -> None:
    bank = made_up_bank()
    base = influence_of(bank["baseline"])
    assert variance_reduction(influence_of(bank["+6 %"]), base) > 10
    assert variance_reduction(influence_of(unpaired(bank)["+6 %"]), base) < 1.5


def influence_of(samples: Samples) -> Influence:
    found = influence_of_ratio([float(s.sum()) for s in samples], [float(s.size) for s in samples])
    assert found is not None
    return found
