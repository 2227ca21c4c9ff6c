"""How many people an hour needs, and how few shifts cover that: arithmetic without a simulator.

Rules S1 and S2 of docs/policies.md.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def erlang_c(servers: int, load: float) -> float:
    """Return the share of incidents that wait in M/M/c; 1 where the load is not below `servers`.

    Parameters
    ----------
    servers
        People on duty.
    load
        Arrivals per unit of time, times the mean work of one.

    References
    ----------
    Erlang (1917), by the recursion of the loss formula: B(k) = a B(k-1) / (k + a B(k-1)).
    """
    if load <= 0:
        return 0.0
    if load >= servers:
        return 1.0
    loss = 1.0
    for k in range(1, servers + 1):
        loss = load * loss / (k + load * loss)
    return loss / (1 - load / servers * (1 - loss))


def late_share(servers: int, load: float, wait: float = 0.0) -> float:
    """Return the share that waits longer than `wait`, counted in mean works, in M/M/c."""
    if load >= servers:
        return 1.0 if load > 0 else 0.0
    return erlang_c(servers, load) * math.exp(-(servers - load) * wait)


def least_staff(load: float, share: float, wait: float = 0.0) -> int:
    """Return the least number of people with whom at most a share waits longer than `wait`.

    Parameters
    ----------
    load
        Arrivals of an hour, times the mean work of one in hours.
    share
        Share that may wait longer: above 0; from 1 on, enough people to carry the work.
    wait
        How long is too long, counted in mean works.

    References
    ----------
    Green, Kolesar and Soares (2001), Operations Research 49(4): the stationary independent
    period-by-period rule.
    """
    if share <= 0:
        raise ValueError(f"no number of people keeps the share at {share}: it must be above 0")
    if load <= 0:
        return 0
    servers = max(1, math.ceil(load))
    while late_share(servers, load, wait) > share:
        servers += 1
    return servers


def cover_shifts(
    required: Sequence[int], length: int, starts: Collection[int] | None = None
) -> tuple[int, ...]:
    """Return how many shifts start in each period, so that the fewest shifts cover the need.

    The periods are a cycle: a shift that starts in the last one goes on in the first. Among all
    coverings with the fewest shifts it is the lexicographically smallest.

    Parameters
    ----------
    required
        People needed in each period.
    length
        Length of every shift, in periods.
    starts
        Periods in which a shift may start; None for all.

    Raises
    ------
    ValueError
        If a shift is longer than the cycle, or no allowed shift covers a period with need.

    Notes
    -----
    With W shifts in all, let y(k) be the number that start before period k. Then all rules are
    differences of two y, and the least y is a longest path (Bellman-Ford); a positive cycle
    says that W shifts do not do. One more shift never hurts, so the least W is bisected.

    References
    ----------
    Bartholdi, Orlin and Ratliff (1980), Cyclic scheduling via integer programs with circular
    ones, Operations Research 28(5).
    """
    if not 1 <= length <= len(required):
        raise ValueError(f"a shift of {length} periods does not fit a cycle of {len(required)}")
    allowed = range(len(required)) if starts is None else starts
    least = max(-(-sum(required) // length), *required)
    most = sum(required)
    headcounts = range(least, max(least, most) + 1)
    found = bisect_left(headcounts, 1, key=lambda w: _started(required, length, allowed, w) != ())
    if found == len(headcounts):
        raise ValueError("no shift that is allowed covers some period with need")
    total = _started(required, length, allowed, headcounts[found])
    return tuple(after - before for before, after in pairwise(total))


class _Rule(NamedTuple):
    """At least `gap` more shifts have started before period `late` than before `early`."""

    early: int
    late: int
    gap: int


def _started(
    required: Sequence[int], length: int, starts: Collection[int], headcount: int
) -> tuple[int, ...]:
    """Return how many shifts start before each period, 0 to n; empty when it cannot be done."""
    n = len(required)
    rules = [_Rule(k, k + 1, 0) for k in range(n)]
    rules += [_Rule(k + 1, k, 0) for k in range(n) if k not in starts]
    rules += [_cover_rule(k, need, length, n, headcount) for k, need in enumerate(required)]
    rules += [_Rule(0, n, headcount), _Rule(n, 0, -headcount)]
    y = [0] * (n + 1)
    for _ in range(n + 2):
        changed = False
        for early, late, gap in rules:
            if y[early] + gap > y[late]:
                y[late] = y[early] + gap
                changed = True
        if not changed:
            return tuple(value - y[0] for value in y)
    return ()


def _cover_rule(period: int, need: int, length: int, n: int, headcount: int) -> _Rule:
    """Return the rule that enough of the shifts on hand started within the last `length`."""
    first = period + 1 - length
    if first >= 0:
        return _Rule(first, period + 1, need)
    return _Rule(first + n, period + 1, need - headcount)
