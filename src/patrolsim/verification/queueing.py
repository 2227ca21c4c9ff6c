"""Exact values of queueing theory; the mean work of a customer is the unit of time.

References
----------
Kleinrock (1975), Queueing Systems I; Larson and Odoni (1981), Urban Operations Research.
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def erlang_b(servers: int, load: float) -> float:
    """Return the share of customers lost in M/G/c/c, whatever the distribution of the work."""
    loss = 1.0
    for k in range(1, servers + 1):
        loss = load * loss / (k + load * loss)
    return loss


def erlang_c(servers: int, load: float) -> float:
    """Return the share of customers that wait in M/M/c."""
    loss = erlang_b(servers, load)
    return loss / (1 - load / servers * (1 - loss))


def mean_wait(servers: int, load: float) -> float:
    """Return the mean wait in M/M/c."""
    return erlang_c(servers, load) / (servers - load)


def late_share(servers: int, load: float, wait: float) -> float:
    """Return the share of customers of M/M/c that waits longer than `wait`."""
    return erlang_c(servers, load) * math.exp(-(servers - load) * wait)


def late_quantile(servers: int, load: float, share: float) -> float:
    """Return the wait in M/M/c that a share of the customers exceeds; 0 if fewer wait at all."""
    return max(0.0, math.log(erlang_c(servers, load) / share) / (servers - load))


def pollaczek_khinchine(load: float, scv: float) -> float:
    """Return the mean wait in M/G/1 for work with this squared coefficient of variation."""
    return load * (1 + scv) / (2 * (1 - load))


def poisson_up_to(mean: float, most: int) -> float:
    """Return the probability that a Poisson number is at most `most`."""
    return math.fsum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(most + 1))


def cobham(servers: int, rates: Sequence[float]) -> list[float]:
    """Return the mean wait by class in M/M/c with non-preemptive priorities.

    References
    ----------
    Cobham, A. (1954), Priority assignment in waiting line problems, Operations Research 2, 70-76.
    """
    load = math.fsum(rates)
    common = erlang_c(servers, load) / servers
    before = [0.0, *accumulate(rate / servers for rate in rates)]
    return [common / ((1 - before[k]) * (1 - before[k + 1])) for k in range(len(rates))]


def cobham_general(
    rates: Sequence[float], works: Sequence[float], squares: Sequence[float]
) -> list[float]:
    """Return the mean wait by class in M/G/1 with non-preemptive priorities.

    Parameters
    ----------
    rates, works, squares
        By class, the most urgent first: arrivals, mean work, and mean of the squared work.

    References
    ----------
    Cobham (1954), as in `cobham`.
    """
    residual = math.fsum(r * s for r, s in zip(rates, squares, strict=True)) / 2
    before = [0.0, *accumulate(r * w for r, w in zip(rates, works, strict=True))]
    return [residual / ((1 - before[k]) * (1 - before[k + 1])) for k in range(len(rates))]


def preemptive_stay(servers: int, rates: Sequence[float]) -> list[float]:
    """Return the mean time in system by class in M/M/c with preemptive-resume priorities.

    The classes down to k see an M/M/c of their own, so their common mean is that of M/M/c; the
    mean of one class follows by taking the classes above off. Work is memoryless and of one
    mean, so it does not matter who is interrupted.

    References
    ----------
    Buzen, J. P. and Bondi, A. B. (1983), The response times of priority classes under
    preemptive resume in M/M/m queues, Operations Research 31, 456-465.
    """
    stays, present_before = [], 0.0
    for total, rate in zip(accumulate(rates), rates, strict=True):
        present = total * (1 + mean_wait(servers, total))
        stays.append((present - present_before) / rate)
        present_before = present
    return stays


def erlang_a(servers: int, rate: float, impatience: float) -> tuple[float, float, float]:
    """Return P(wait), P(abandon) and the mean number waiting in M/M/c+M.

    Parameters
    ----------
    servers, rate
        How many serve, and arrivals per unit of time.
    impatience
        Rate at which a waiting customer leaves.

    References
    ----------
    Palm, C. (1957), Research on telephone traffic carried by full availability groups; the
    stationary distribution of a birth and death process.
    """
    weights = [1.0]
    # Beyond this many, the chance of being there is below the last digit of a float.
    for n in range(1, servers + 40 * (1 + round(rate / impatience))):
        down = min(n, servers) + max(0, n - servers) * impatience
        weights.append(weights[-1] * rate / down)
    total = math.fsum(weights)
    waits = math.fsum(weights[servers:]) / total
    number = math.fsum((n - servers) * w for n, w in enumerate(weights) if n > servers) / total
    return waits, impatience * number / rate, number
