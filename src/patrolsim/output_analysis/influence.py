"""Estimates linearised over replications: from these come differences, bounds and p values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.output_analysis.estimates import (
    Estimand,
    Estimate,
    _with_t_interval,
    quantile,
    t_quantile,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """An estimate and how far each replication pulls it."""

    value: float
    errors: Sequence[float]
    estimand: Estimand
    method: str


def influence_of_mean(values: Sequence[float]) -> Influence:
    mean = math.fsum(values) / len(values)
    return Influence(
        value=mean,
        errors=[v - mean for v in values],
        estimand=Estimand.PER_REPLICATION,
        method="t over replications",
    )


def influence_of_ratio(sums: Sequence[float], counts: Sequence[float]) -> Influence | None:
    if not math.fsum(counts) > 0:
        return None
    ratio = math.fsum(sums) / math.fsum(counts)
    mean = math.fsum(counts) / len(counts)
    return Influence(
        value=ratio,
        errors=[(y - ratio * c) / mean for y, c in zip(sums, counts, strict=True)],
        estimand=Estimand.PER_INCIDENT,
        method="ratio over replications",
    )


def influence_of_quantile(
    samples: Sequence[npt.NDArray[np.float64]], order: float
) -> Influence | None:
    pooled = np.sort(np.concatenate([np.empty(0), *samples]))
    if pooled.size == 0:
        return None
    value = quantile(pooled, order)
    h = min(0.05, max(0.01, 2 / math.sqrt(pooled.size)))
    low, high = max(order - h, 0.0), min(order + h, 1.0)
    slope = (quantile(pooled, high) - quantile(pooled, low)) / (high - low)
    if not (math.isfinite(slope) and slope > 0):
        return None
    counts = [float(s.size) for s in samples]
    below = [float(np.count_nonzero(s <= value)) for s in samples]
    share = math.fsum(below) / math.fsum(counts)
    mean = math.fsum(counts) / len(counts)
    return Influence(
        value=value,
        errors=[-(b - share * c) / mean * slope for b, c in zip(below, counts, strict=True)],
        estimand=Estimand.PER_INCIDENT,
        method="linearised quantile over replications",
    )


def variance_reduction(a: Influence, b: Influence) -> float:
    var_a, var_b = np.var(a.errors, ddof=1), np.var(b.errors, ddof=1)
    gap = np.var(np.subtract(a.errors, b.errors), ddof=1)
    return float((var_a + var_b) / gap) if gap > 0 else math.inf


def difference(a: Influence, b: Influence, singles: Sequence[float]) -> Estimate:
    errors = [x - y for x, y in zip(a.errors, b.errors, strict=True)]
    return _with_t_interval(a.value - b.value, errors, singles, a.estimand, f"paired {a.method}")


def estimate_quantile_difference(
    samples: Sequence[npt.NDArray[np.float64]],
    control: Sequence[npt.NDArray[np.float64]],
    order: float,
) -> Estimate | None:
    a, b = influence_of_quantile(samples, order), influence_of_quantile(control, order)
    if a is None or b is None:
        return None
    singles = [
        quantile(np.sort(x), order) - quantile(np.sort(y), order)
        for x, y in zip(samples, control, strict=True)
        if x.size and y.size
    ]
    finite = [single for single in singles if math.isfinite(single)]
    return difference(a, b, finite or [a.value - b.value])


def p_value(found: Estimate) -> float | None:
    from scipy.special import stdtr

    if found.half_width is None:
        return None
    if found.half_width == 0:
        return 1.0 if found.value == 0 else 0.0
    error = found.half_width / t_quantile(found.n - 1)
    return float(2 * stdtr(found.n - 1, -abs(found.value) / error))


def upper_bound(found: Estimate, level: float) -> float:
    """Return the one-sided upper bound; infinite without an interval."""
    from scipy.special import stdtrit

    if found.half_width is None:
        return math.inf
    error = found.half_width / t_quantile(found.n - 1)
    return found.value + float(stdtrit(found.n - 1, level)) * error
