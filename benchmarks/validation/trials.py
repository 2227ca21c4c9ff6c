"""Counts how often intervals hold the truth, for truths that are known."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.output_analysis import (
    Totals,
    estimate_mean,
    estimate_quantile,
    estimate_quantile_difference,
    estimate_ratio,
    estimate_ratio_difference,
)
from patrolsim.output_analysis.precision import Precision, first_look_at, stops_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy.typing as npt
    from benchmarks.validation.queues import Queue

    from patrolsim.output_analysis import Estimate

    Floats = npt.NDArray[np.float64]
    Samples = Sequence[Floats]

WARM_UP, CUSTOMERS = 500, 4000
TARGET_S = 900.0


class Coverage(NamedTuple):
    """How often intervals held the truth."""

    covered: int
    trials: int

    @property
    def share(self) -> float:
        """The share of the trials."""
        return self.covered / self.trials

    def __str__(self) -> str:
        """Return percent with its standard error."""
        error = math.sqrt(self.share * (1 - self.share) / self.trials)
        return f"{100 * self.share:.1f} +- {100 * error:.1f}"


def count(trials: Iterator[dict[str, bool]]) -> dict[str, Coverage]:
    """Return the coverage by kind of interval."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for trial in trials:
        for name, hit in trial.items():
            hits[name].append(hit)
    return {name: Coverage(sum(found), len(found)) for name, found in hits.items()}


def holds(found: Estimate | None, truth: float) -> bool:
    """Return whether an interval holds the truth; an interval that is not there does not."""
    if found is None or found.low is None or found.high is None:
        return False
    return found.low <= truth <= found.high


def queue_trials(
    queue: Queue, trials: int, *, replications: int, seed: int
) -> Iterator[dict[str, bool]]:
    """Yield for each trial which intervals hold the exact value of a queue.

    The mean of a replication is over a fixed number of customers; the ratio is over all who
    arrive in a fixed time, as in a simulated shift.
    """
    draw = np.random.Generator(np.random.Philox(key=seed))
    span = CUSTOMERS / (queue.servers * queue.load)
    for _ in range(trials):
        runs = [_run(queue, span, draw) for _ in range(replications)]
        means = [float(waits[:CUSTOMERS].mean()) for waits, _ in runs]
        windows = [waits[:customers] for waits, customers in runs]
        sums = [float(waits.sum()) for waits in windows]
        ratio = estimate_ratio(sums, [float(waits.size) for waits in windows])
        hits = {
            "mean (t)": holds(estimate_mean(means), queue.mean_wait),
            "mean (ratio)": holds(ratio, queue.mean_wait),
        }
        if queue.p90_wait is not None:
            hits["p90 (Woodruff)"] = holds(estimate_quantile(windows, 0.9), queue.p90_wait)
        yield hits


def _run(queue: Queue, span: float, draw: np.random.Generator) -> tuple[Floats, int]:
    """Return the waits after the warm-up, and how many customers arrive within the span."""
    # So many more than expected that the span never outlasts them: ten standard deviations.
    gaps, waits = queue.waits(WARM_UP + CUSTOMERS + 10 * math.isqrt(CUSTOMERS), draw)
    arrivals = np.cumsum(gaps[WARM_UP:])
    return waits[WARM_UP:], int(np.searchsorted(arrivals, span))


def bank_trials(
    samples: Samples, trials: int, *, replications: int, seed: int
) -> Iterator[dict[str, bool]]:
    """Yield for each trial which intervals from a few days hold the value of all days."""
    draw = np.random.Generator(np.random.Philox(key=seed))
    truth = {name: measure(samples) for name, measure in POOLED.items()}
    means = [one.mean() for one in map(_reached, samples)]
    truth["mean of means (t)"] = float(np.mean(means))
    for _ in range(trials):
        days = draw.integers(0, len(samples), replications).tolist()
        drawn = [samples[day] for day in days]
        found = {name: estimate(drawn) for name, estimate in LEVELS.items()}
        found["mean of means (t)"] = estimate_mean([float(means[day]) for day in days])
        yield {name: holds(estimate, truth[name]) for name, estimate in found.items()}


def pair_trials(
    samples: Samples, control: Samples, trials: int, *, replications: int, seed: int
) -> Iterator[dict[str, bool]]:
    """Yield for each trial which paired intervals hold the difference over all days."""
    draw = np.random.Generator(np.random.Philox(key=seed))
    truth = {name: measure(samples) - measure(control) for name, measure in POOLED.items()}
    for _ in range(trials):
        days = draw.integers(0, len(samples), replications).tolist()
        one, base = [samples[day] for day in days], [control[day] for day in days]
        yield {name: holds(find(one, base), truth[name]) for name, find in DIFFERENCES.items()}


def stop_trials(
    samples: Samples, precision: Precision, trials: int, *, seed: int
) -> Iterator[tuple[bool, int]]:
    """Yield for each study that stops by itself whether its interval holds the truth, and n."""
    draw = np.random.Generator(np.random.Philox(key=seed))
    sums, counts = _totals([_reached(sample) for sample in samples])
    truth = math.fsum(sums) / math.fsum(counts)
    for _ in range(trials):
        days = draw.integers(0, len(samples), 400).tolist()
        y, c = [sums[day] for day in days], [counts[day] for day in days]
        first_look = first_look_at([total / n for total, n in zip(y, c, strict=True)])
        is_met: list[bool] = []
        stop = None
        while stop is None:
            n = len(is_met) + 1
            is_met.append(precision.is_met_by(estimate_ratio(y[:n], c[:n])))
            stop = stops_at(is_met, first_look=first_look)
        yield holds(estimate_ratio(y[:stop], c[:stop]), truth), stop


def _reached(sample: Floats) -> Floats:
    return sample[np.isfinite(sample)]


def _totals(samples: Samples) -> tuple[list[float], list[float]]:
    return [float(one.sum()) for one in samples], [float(one.size) for one in samples]


def _mean_totals(samples: Samples) -> Totals:
    sums, counts = _totals([_reached(sample) for sample in samples])
    return Totals(sums=sums, counts=counts)


def _share_totals(samples: Samples) -> Totals:
    within = [float(np.count_nonzero(sample <= TARGET_S)) for sample in samples]
    return Totals(sums=within, counts=[float(sample.size) for sample in samples])


def _ratio(totals: Totals) -> float:
    return math.fsum(totals.sums) / math.fsum(totals.counts)


def _p90(samples: Samples) -> float:
    return float(np.quantile(np.concatenate(samples), 0.9, method="inverted_cdf"))


MEAN, SHARE, P90 = "mean (ratio)", "share (ratio)", "p90 (Woodruff, linearised)"
POOLED: Mapping[str, Callable[[Samples], float]] = {
    MEAN: lambda samples: _ratio(_mean_totals(samples)),
    SHARE: lambda samples: _ratio(_share_totals(samples)),
    P90: _p90,
}
"""The truth: the value over all incidents of all days."""
LEVELS: Mapping[str, Callable[[Samples], Estimate | None]] = {
    MEAN: lambda samples: _estimate(_mean_totals(samples)),
    SHARE: lambda samples: _estimate(_share_totals(samples)),
    P90: lambda samples: estimate_quantile(samples, 0.9),
}
DIFFERENCES: Mapping[str, Callable[[Samples, Samples], Estimate | None]] = {
    MEAN: lambda one, base: estimate_ratio_difference(_mean_totals(one), _mean_totals(base)),
    SHARE: lambda one, base: estimate_ratio_difference(_share_totals(one), _share_totals(base)),
    P90: lambda one, base: estimate_quantile_difference(one, base, 0.9),
}


def _estimate(totals: Totals) -> Estimate | None:
    return estimate_ratio(totals.sums, totals.counts)
