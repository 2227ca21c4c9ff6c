"""Estimates with honest intervals; the replication is the sampling unit of every one of them.

Nothing here knows what was simulated: numbers per replication go in, estimates come out. Sums
are exact (`math.fsum`), so a difference between two equal strategies is exactly 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

LEVEL = 0.95
"""Confidence level of every interval."""
FEW = 10
"""With fewer replications the range is shown instead of the interval."""


class Estimand(Enum):
    """What an estimate is an estimate of."""

    PER_INCIDENT = "per incident"
    """Of all incidents, each counting the same."""
    PER_REPLICATION = "per replication"
    """The expected value of one simulated period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number estimated from replications.

    Attributes
    ----------
    value
        The estimate.
    half_width
        Half the width of the interval; None where there is none: fewer than two
        replications, or an interval that is not symmetric.
    low, high
        Ends of the interval; None without one.
    smallest, largest
        Range of the values of single replications (for a difference: of single differences).
    n
        How many replications it rests on.
    estimand, method
        What is estimated, and how the interval was made, in words.
    level
        Confidence level of the interval.
    """

    value: float
    half_width: float | None
    low: float | None
    high: float | None
    smallest: float
    largest: float
    n: int
    estimand: Estimand
    method: str
    level: float = LEVEL

    @property
    def is_from_few(self) -> bool:
        """Whether it rests on too few replications for its interval to be trusted."""
        return self.n < FEW

    @property
    def tells_direction(self) -> bool:
        """Whether the interval lies wholly on one side of 0, or the value is exactly known."""
        if self.low is None or self.high is None:
            return False
        return self.low > 0 or self.high < 0

    @property
    def standard_error(self) -> float | None:
        """Standard error of the value; None without a symmetric interval."""
        if self.half_width is None:
            return None
        return self.half_width / t_quantile(self.n - 1, self.level)


def estimate_mean(values: Sequence[float]) -> Estimate | None:
    """Return the mean over replications with its t interval; None without values."""
    if not values:
        return None
    mean = _mean(values)
    deviations = [value - mean for value in values]
    return with_t_interval(
        mean, deviations, values, estimand=Estimand.PER_REPLICATION, method="t over replications"
    )


def estimate_ratio(sums: Sequence[float], counts: Sequence[float]) -> Estimate | None:
    """Return sum / count over all incidents, with an interval over replications.

    Parameters
    ----------
    sums, counts
        Per replication: the sum of the values (or the number of successes), and the number of
        incidents.

    Returns
    -------
    Estimate or None
        None when no replication has an incident.

    References
    ----------
    Cochran, W. G. (1977), Sampling Techniques, 3rd ed., section 6.4: the ratio estimator.
    """
    if not math.fsum(counts) > 0:
        return None
    singles = [y / c for y, c in zip(sums, counts, strict=True) if c > 0]
    ratio, errors = ratio_errors(sums, counts)
    return with_t_interval(
        ratio,
        errors,
        singles,
        estimand=Estimand.PER_INCIDENT,
        method="ratio over replications",
    )


def estimate_difference(
    values: Sequence[float | None], control: Sequence[float | None]
) -> Estimate | None:
    """Return the mean paired difference ``values - control`` over the same replications.

    Pairs in which one of the two has no value are left out.
    """
    pairs = zip(values, control, strict=True)
    differences = [a - b for a, b in pairs if a is not None and b is not None]
    if not all(map(math.isfinite, differences)):
        return None
    found = estimate_mean(differences)
    return None if found is None else _named(found, "paired t over replications")


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Per replication: the sum over its incidents, and how many there are."""

    sums: Sequence[float]
    counts: Sequence[float]


def estimate_ratio_difference(totals: Totals, control: Totals) -> Estimate | None:
    """Return the paired difference of two ratios over the same replications.

    References
    ----------
    As `estimate_ratio`; the error of a difference is the difference of the errors, replication
    by replication.
    """
    if not (math.fsum(totals.counts) > 0 and math.fsum(control.counts) > 0):
        return None
    ratio, errors = ratio_errors(totals.sums, totals.counts)
    base, base_errors = ratio_errors(control.sums, control.counts)
    differences = [a - b for a, b in zip(errors, base_errors, strict=True)]
    singles = _single_differences(totals, control)
    return with_t_interval(
        ratio - base,
        differences,
        singles or [ratio - base],
        estimand=Estimand.PER_INCIDENT,
        method="paired ratio over replications",
    )


def estimate_quantile(samples: Sequence[Floats], order: float) -> Estimate | None:
    """Return a quantile of all incidents together, with Woodruff's interval.

    Parameters
    ----------
    samples
        The values of each replication; infinite where the time never ended.
    order
        Order of the quantile, between 0 and 1.

    References
    ----------
    Woodruff, R. S. (1952), Confidence intervals for medians and other position measures,
    Journal of the American Statistical Association 47, 635-646.
    """
    pooled = np.sort(np.concatenate([np.empty(0), *samples]))
    if pooled.size == 0:
        return None
    value = quantile(pooled, order)
    singles = [quantile(np.sort(sample), order) for sample in samples if sample.size]
    counts = [float(sample.size) for sample in samples]
    below = [float(np.count_nonzero(sample <= value)) for sample in samples]
    share = estimate_ratio(below, counts)
    width = None if share is None else share.half_width
    return Estimate(
        value=value,
        half_width=None,
        low=None if width is None else quantile(pooled, max(order - width, 0.0)),
        high=None if width is None else quantile(pooled, min(order + width, 1.0)),
        smallest=min(singles),
        largest=max(singles),
        n=len(samples),
        estimand=Estimand.PER_INCIDENT,
        method="Woodruff over replications",
    )


def quantile(ordered: Floats, order: float) -> float:
    """Return the smallest value below or at which at least this share of the values lies.

    Parameters
    ----------
    ordered
        Values, rising; at least one.
    order
        From 0 to 1. This is the estimator that numpy calls ``inverted_cdf``.
    """
    # The slack absorbs the rounding of order * n: 0.9 * 10 must be 9 values, not 10.
    rank = math.ceil(order * ordered.size - 1e-9)
    return float(ordered[min(max(rank, 1), ordered.size) - 1])


def with_t_interval(
    value: float,
    errors: Sequence[float],
    singles: Sequence[float],
    *,
    estimand: Estimand,
    method: str,
    level: float = LEVEL,
) -> Estimate:
    """Return a value with the t interval that its errors give it.

    Parameters
    ----------
    value
        The estimate.
    errors
        How far each replication pulls it; they add up to 0.
    singles
        The values of single replications, at least one.
    estimand, method
        What is estimated, and how, in words.
    level
        Confidence level of the interval, between 0 and 1.
    """
    n = len(errors)
    half_width = None
    if n > 1 and math.isfinite(value):
        half_width = t_quantile(n - 1, level) * standard_error(errors)
    return Estimate(
        value=value,
        half_width=half_width,
        low=None if half_width is None else value - half_width,
        high=None if half_width is None else value + half_width,
        smallest=min(singles),
        largest=max(singles),
        n=n,
        estimand=estimand,
        method=method if half_width is not None else _why_no_interval(n),
        level=level,
    )


def standard_error(errors: Sequence[float]) -> float:
    """Return the standard error of an estimate from its errors, two or more, which add up to 0."""
    n = len(errors)
    return math.sqrt(math.fsum(error * error for error in errors) / (n - 1) / n)


def _why_no_interval(n: int) -> str:
    return "none: the value has no end" if n > 1 else "none: fewer than two replications"


def t_quantile(degrees: int, level: float = LEVEL) -> float:
    """Return the two-sided t quantile at a level for the degrees of freedom, 1 or more."""
    # scipy.stats takes four times as long to import.
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + level) / 2))


def ratio_errors(sums: Sequence[float], counts: Sequence[float]) -> tuple[float, list[float]]:
    """Return the ratio of two totals, and how far each replication pulls it.

    Parameters
    ----------
    sums, counts
        Per replication; the counts add up to more than 0.
    """
    ratio = math.fsum(sums) / math.fsum(counts)
    mean_count = _mean(counts)
    return ratio, [(y - ratio * c) / mean_count for y, c in zip(sums, counts, strict=True)]


def _single_differences(totals: Totals, control: Totals) -> list[float]:
    rows = zip(totals.sums, totals.counts, control.sums, control.counts, strict=True)
    return [y / c - y0 / c0 for y, c, y0, c0 in rows if c > 0 and c0 > 0]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _named(found: Estimate, method: str) -> Estimate:
    from dataclasses import replace

    return replace(found, method=method if found.half_width is not None else found.method)
