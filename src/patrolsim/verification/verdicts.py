"""From replications to a verdict: does the value agree, and could it have disagreed.

Both questions count: an interval so wide that any value lies in it shows nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.output_analysis import estimate_mean, t_quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from patrolsim.verification.laboratory import Laboratory
    from patrolsim.verification.rows import Finding, Limits, Row

MOST_Z = 4.0
"""A row fails when the simulated value is farther off than this many standard errors."""


class Mean(NamedTuple):
    """A mean over replications, half of its 95 % interval, and its standard error."""

    value: float
    half_width: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came out for a row.

    Attributes
    ----------
    row
        The row.
    exact, simulated
        What theory says and what the simulator gave.
    half_width, limit
        Half the 95 % interval, and the most that it may be; None where equality is asked for.
    z
        Distance in standard errors; None where equality is asked for.
    replications
        How many the simulated value rests on.
    fault
        What is wrong, in words; empty when the row holds.
    """

    row: Row
    exact: float
    simulated: float
    half_width: float | None
    limit: float | None
    z: float | None
    replications: int
    fault: str

    @property
    def holds(self) -> bool:
        """Whether the row holds."""
        return not self.fault


def verify(
    rows: Iterable[Row], laboratory: Laboratory, report: Callable[[Verdict], None]
) -> list[Verdict]:
    """Look at rows one after the other; `report` is called with each verdict.

    Raises
    ------
    PatrolsimError
        If a scenario cannot be run at all.
    """
    verdicts = []
    for row in rows:
        verdict = judge(row, row.find(laboratory), is_quick=laboratory.is_quick)
        verdicts.append(verdict)
        report(verdict)
    return verdicts


def judge(row: Row, finding: Finding, *, is_quick: bool) -> Verdict:
    """Return the verdict on what was found for a row."""
    if row.limits is None:
        return _judge_equality(row, finding)
    mean = estimate(finding.values, finding.controls)
    limit = _limit(row.limits, finding.exact, is_quick=is_quick)
    z = _z(mean, finding.exact)
    return Verdict(
        row=row,
        exact=finding.exact,
        simulated=mean.value,
        half_width=mean.half_width,
        limit=limit,
        z=z,
        replications=len(finding.values),
        fault=_fault(mean, limit, z),
    )


def estimate(values: Sequence[float], controls: Sequence[Sequence[float]] = ()) -> Mean:
    """Return the mean over replications, less what controls of mean 0 explain.

    Parameters
    ----------
    values
        One per replication.
    controls
        Per replication as many numbers, each 0 on average; empty for none.

    Raises
    ------
    ValueError
        If there are too few replications for an interval.

    References
    ----------
    Lavenberg, S. S. and Welch, P. D. (1981), A perspective on the use of control variables,
    Management Science 27, 322-335: the intercept of the regression on the controls, with its
    standard error and n - 1 - k degrees of freedom.
    """
    known = np.asarray(controls, np.float64)
    if known.size == 0:
        return _plain_mean(values)
    design = np.column_stack([np.ones(len(values)), known])
    degrees = len(values) - design.shape[1]
    if degrees < 1:
        raise ValueError(f"{len(values)} replications are too few for {known.shape[1]} controls")
    y = np.asarray(values, np.float64)
    beta = np.linalg.lstsq(design, y, rcond=None)[0]
    residual = y - design @ beta
    spread = float(residual @ residual) / degrees
    error = math.sqrt(spread * float(np.linalg.pinv(design.T @ design)[0, 0]))
    return Mean(float(beta[0]), t_quantile(degrees) * error, error)


def _plain_mean(values: Sequence[float]) -> Mean:
    found = estimate_mean(values)
    if found is None or found.n == 1:
        raise ValueError(f"{len(values)} replications are too few for an interval")
    if found.half_width is None:
        return Mean(found.value, math.nan, math.nan)
    error = found.half_width / t_quantile(found.n - 1)
    return Mean(found.value, found.half_width, error)


def _judge_equality(row: Row, finding: Finding) -> Verdict:
    (value,) = finding.values
    is_equal = value == finding.exact
    return Verdict(
        row=row,
        exact=finding.exact,
        simulated=value,
        half_width=None,
        limit=None,
        z=None,
        replications=1,
        fault="" if is_equal else f"is not equal to {finding.exact:g}",
    )


def _limit(limits: Limits, exact: float, *, is_quick: bool) -> float:
    share = limits.quick if is_quick and limits.quick is not None else limits.full
    return share * (abs(exact) if limits.scale is None else limits.scale)


def _z(mean: Mean, exact: float) -> float:
    """Return the distance in standard errors; a mean without scatter has to be equal."""
    if mean.error != 0:
        return (mean.value - exact) / mean.error
    return 0.0 if mean.value == exact else math.copysign(math.inf, mean.value - exact)


def _fault(mean: Mean, limit: float, z: float) -> str:
    if not mean.half_width <= limit:
        return f"shows nothing: half-width {mean.half_width:.3g}, at most {limit:.3g} is allowed"
    if not abs(z) <= MOST_Z:
        return f"is {abs(z):.1f} standard errors off, at most {MOST_Z:g} are allowed"
    return ""
