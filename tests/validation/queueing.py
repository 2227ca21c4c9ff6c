"""Exact values of queueing theory, and how a simulated mean is held against them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

SECOND_US = 1_000_000


def erlang_b(servers: int, load: float) -> float:
    """Return the share of customers lost in M/G/c/c, by the usual recursion."""
    loss = 1.0
    for k in range(1, servers + 1):
        loss = load * loss / (k + load * loss)
    return loss


def erlang_c(servers: int, load: float) -> float:
    """Return the probability of waiting in M/M/c."""
    loss = erlang_b(servers, load)
    return loss / (1 - load / servers * (1 - loss))


def mean_wait(servers: int, load: float) -> float:
    """Return the mean wait in M/M/c with a mean service time of 1."""
    return erlang_c(servers, load) / (servers - load)


def cobham(servers: int, rates: Sequence[float]) -> list[float]:
    """Return the mean wait by class in non-preemptive M/M/c, the most urgent class first."""
    load = sum(rates)
    common = erlang_c(servers, load) / servers
    waits, before = [], 0.0
    for rate in rates:
        after = before + rate / servers
        waits.append(common / ((1 - before) * (1 - after)))
        before = after
    return waits


class Estimate(NamedTuple):
    """A mean over replications and its standard error."""

    mean: float
    error: float

    def check(self, exact: float, *, relative_half_width: float) -> None:
        """Fail when the mean is off by 4 standard errors, or when it could not have shown it."""
        assert 1.96 * self.error <= relative_half_width * abs(exact), (self, exact)
        assert abs(self.mean - exact) <= 4 * self.error, (self, exact)


def estimate(values: Sequence[float]) -> Estimate:
    """Return the estimate from one value per replication."""
    array = np.asarray(values, np.float64)
    return Estimate(float(array.mean()), float(array.std(ddof=1) / math.sqrt(len(array))))


def estimate_with_control(
    values: Sequence[float], controls: Sequence[float], expected: float
) -> Estimate:
    """Return the estimate after taking off what a control of known mean explains.

    References
    ----------
    Law (2015), Simulation Modeling and Analysis, section 11.4 (control variates).
    """
    y, c = np.asarray(values, np.float64), np.asarray(controls, np.float64)
    slope = float(np.cov(y, c)[0, 1] / c.var(ddof=1))
    adjusted = y - slope * (c - expected)
    error = float(adjusted.std(ddof=2) / math.sqrt(len(adjusted)))
    return Estimate(float(adjusted.mean()), error)
