"""Any estimate as a value and the pull of each replication on it: whence all differences come.

An estimate from independent replications is, but for terms that vanish faster, a constant plus
the mean of one number per replication. With these numbers the error of a difference of two
estimates on the same replications is the difference of their errors, replication by replication,
whatever is estimated. No resampling is needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.output_analysis.estimates import (
    LEVEL,
    Estimand,
    Estimate,
    quantile,
    ratio_errors,
    standard_error,
    t_quantile,
    with_t_interval,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

WIDEST, NARROWEST = 0.05, 0.01
"""How far to both sides of a quantile its slope is looked at, in orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """An estimate, linearised over replications.

    Attributes
    ----------
    value
        The estimate; finite.
    errors
        How far each replication pulls it; they add up to 0.
    estimand, method
        What is estimated, and how, in words.
    """

    value: float
    errors: tuple[float, ...]
    estimand: Estimand
    method: str

    @property
    def n(self) -> int:
        """On how many replications it rests."""
        return len(self.errors)

    @property
    def standard_error(self) -> float:
        """Standard error of the value; infinite with fewer than two replications."""
        return standard_error(self.errors) if self.n > 1 else math.inf

    def minus(self, other: Influence, factor: float = 1.0) -> Influence:
        """Return ``self - factor * other`` on the same replications.

        Raises
        ------
        ValueError
            If the two do not rest on as many replications, or estimate unlike things.
        """
        if self.n != other.n:
            raise ValueError(f"pairs need the same replications: got {self.n} and {other.n}")
        if self.estimand is not other.estimand:
            both = f"{self.estimand.value} and {other.estimand.value}"
            raise ValueError(f"pairs need the same estimand: got {both}")
        pairs = zip(self.errors, other.errors, strict=True)
        return Influence(
            value=self.value - factor * other.value,
            errors=tuple(one - factor * base for one, base in pairs),
            estimand=self.estimand,
            method=f"paired {self.method}",
        )

    def times(self, factor: float) -> Influence:
        """Return the estimate in another unit, or with the other sign."""
        return Influence(
            value=factor * self.value,
            errors=tuple(factor * error for error in self.errors),
            estimand=self.estimand,
            method=self.method,
        )

    def plus(self, constant: float) -> Influence:
        """Return the estimate moved by a known number."""
        return Influence(
            value=self.value + constant,
            errors=self.errors,
            estimand=self.estimand,
            method=self.method,
        )


def influence_of_mean(values: Sequence[float]) -> Influence | None:
    """Return the mean over replications; None without values, or with one that has no end."""
    if not values or not all(map(math.isfinite, values)):
        return None
    mean = math.fsum(values) / len(values)
    return Influence(
        value=mean,
        errors=tuple(value - mean for value in values),
        estimand=Estimand.PER_REPLICATION,
        method="t over replications",
    )


def influence_of_ratio(sums: Sequence[float], counts: Sequence[float]) -> Influence | None:
    """Return sum / count over all incidents; None when no replication has an incident.

    Parameters
    ----------
    sums, counts
        Per replication: the sum of the values (or the number of successes), and the number of
        incidents. A sum that has no end gives None too.

    References
    ----------
    Cochran, W. G. (1977), Sampling Techniques, 3rd ed., section 6.4: the ratio estimator.
    """
    if not math.fsum(counts) > 0 or not all(map(math.isfinite, sums)):
        return None
    ratio, errors = ratio_errors(sums, counts)
    return Influence(
        value=ratio,
        errors=tuple(errors),
        estimand=Estimand.PER_INCIDENT,
        method="ratio over replications",
    )


def influence_of_quantile(samples: Sequence[Floats], order: float) -> Influence | None:
    """Return a quantile of all incidents together.

    A replication with more values below the quantile than its share pulls it down, by as much
    as the quantile changes from one order to the next.

    Parameters
    ----------
    samples
        The values of each replication; infinite where the time never ended.
    order
        Order of the quantile, between 0 and 1.

    Returns
    -------
    Influence or None
        None where the quantile cannot be linearised: there are no values, it is infinite, or the
        values about it are all the same or have no end.

    References
    ----------
    Bahadur, R. R. (1966), A note on quantiles in large samples, Annals of Mathematical
    Statistics 37, 577-580; Francisco and Fuller (1991), Quantile estimation with a complex
    survey design, Annals of Statistics 19, 454-469.
    """
    pooled = np.sort(np.concatenate([np.empty(0), *samples]))
    slope = slope_of_quantile(pooled, order)
    if slope is None:
        return None
    value = quantile(pooled, order)
    below = [float(np.count_nonzero(sample <= value)) for sample in samples]
    _, errors = ratio_errors(below, [float(sample.size) for sample in samples])
    return Influence(
        value=value,
        errors=tuple(-slope * error for error in errors),
        estimand=Estimand.PER_INCIDENT,
        method="linearised quantile over replications",
    )


def slope_of_quantile(ordered: Floats, order: float) -> float | None:
    """Return how steeply the quantile rises with its order: one by the density there.

    It is the slope of the sample quantile over ``order +- h``, h = 2 / sqrt(number of values)
    but between 0.01 and 0.05. Where the upper end has no end, h is halved down to 0.01.

    Parameters
    ----------
    ordered
        Values, rising; the last may be infinite.
    order
        Between 0 and 1.

    Returns
    -------
    float or None
        None without values, and where the slope is 0 or infinite.
    """
    if not ordered.size:
        return None
    step = min(WIDEST, max(NARROWEST, 2 / math.sqrt(ordered.size)))
    while True:
        low, high = max(order - step, 0.0), min(order + step, 1.0)
        ends = quantile(ordered, low), quantile(ordered, high)
        if math.isfinite(ends[1]):
            slope = (ends[1] - ends[0]) / (high - low)
            return slope if slope > 0 else None
        if step <= NARROWEST:
            return None
        step = max(step / 2, NARROWEST)


def estimate_of(
    found: Influence, *, singles: Sequence[float] = (), level: float = LEVEL
) -> Estimate:
    """Return an estimate with its t interval.

    Parameters
    ----------
    found
        The linearised estimate.
    singles
        The values of single replications, of which the range is shown; left out: those that the
        linearisation gives.
    level
        Confidence level of the interval.
    """
    shown = singles or [found.value + error for error in found.errors]
    return with_t_interval(
        found.value,
        found.errors,
        shown,
        estimand=found.estimand,
        method=found.method,
        level=level,
    )


def difference(
    one: Influence,
    other: Influence,
    *,
    factor: float = 1.0,
    singles: Sequence[float] = (),
    level: float = LEVEL,
) -> Estimate:
    """Return ``one - factor * other``, paired on the same replications.

    Parameters
    ----------
    one, other
        The two estimates, of the same replications in the same order.
    factor
        What the second is multiplied by: 1.05 asks whether the first is 5 % larger.
    singles, level
        As in `estimate_of`.

    Raises
    ------
    ValueError
        If the two do not rest on as many replications, or estimate unlike things.
    """
    return estimate_of(one.minus(other, factor), singles=singles, level=level)


def estimate_quantile_difference(
    samples: Sequence[Floats], control: Sequence[Floats], order: float
) -> Estimate | None:
    """Return the paired difference of a quantile of all incidents together.

    Parameters
    ----------
    samples, control
        The values of each replication, of both sides in the same order.
    order
        Order of the quantile, between 0 and 1.

    Returns
    -------
    Estimate or None
        None where one of the two cannot be linearised, see `influence_of_quantile`.
    """
    one = influence_of_quantile(samples, order)
    base = influence_of_quantile(control, order)
    if one is None or base is None:
        return None
    pairs = zip(samples, control, strict=True)
    singles = [
        _quantile_of(x, order) - _quantile_of(y, order) for x, y in pairs if x.size * y.size
    ]
    return difference(one, base, singles=[gap for gap in singles if math.isfinite(gap)])


def _quantile_of(values: Floats, order: float) -> float:
    return quantile(np.sort(values), order)


def lower_bound(found: Influence, alpha: float) -> float:
    """Return what the true value exceeds with confidence ``1 - alpha``; one-sided.

    Minus infinity with fewer than two replications.
    """
    return -upper_bound(found.times(-1.0), alpha)


def upper_bound(found: Influence, alpha: float) -> float:
    """Return what the true value stays below with confidence ``1 - alpha``; one-sided.

    Infinite with fewer than two replications.
    """
    if found.n < 2:  # noqa: PLR2004 - one replication has no spread
        return math.inf
    return found.value + t_quantile(found.n - 1, 1 - 2 * alpha) * found.standard_error


def p_above_zero(found: Influence) -> float:
    """Return the one-sided p value against "the true value is 0 or less".

    A value that every replication shares is known exactly: its p value is 0 above 0, else 1.
    """
    from scipy.special import stdtr

    error = found.standard_error
    if error == 0:
        return 0.0 if found.value > 0 else 1.0
    return 1.0 if math.isinf(error) else float(stdtr(found.n - 1, -found.value / error))


def p_value(found: Estimate) -> float | None:
    """Return the two-sided p value against "the true value is 0"; None without an interval.

    A value that every replication shares is known exactly: its p value is 1 at 0, else 0.
    """
    from scipy.special import stdtr

    error = found.standard_error
    if error is None:
        return None
    if error == 0:
        return 1.0 if found.value == 0 else 0.0
    return float(2 * stdtr(found.n - 1, -abs(found.value) / error))


def variance_reduction(one: Influence, other: Influence) -> float:
    """Return by which factor pairing cuts the variance of a difference.

    That is (Var one + Var other) / Var(one - other); infinite when the difference is the same
    in every replication.

    Raises
    ------
    ValueError
        If the two do not rest on as many replications, or estimate unlike things.
    """
    paired = one.minus(other).standard_error
    if paired == 0:
        return math.inf
    return (one.standard_error**2 + other.standard_error**2) / paired**2
