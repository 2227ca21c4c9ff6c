"""Exact values for servers in different places that are chosen by lists: Larson's hypercube."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


class Region(NamedTuple):
    """Groups of places that agree on whom they prefer.

    Attributes
    ----------
    rates
        Calls of each group per mean work.
    lists
        For each group all servers, the preferred first.
    """

    rates: tuple[float, ...]
    lists: tuple[tuple[int, ...], ...]

    @property
    def servers(self) -> int:
        """How many servers there are."""
        return len(self.lists[0])

    @property
    def rate(self) -> float:
        """Calls of all groups per mean work."""
        return sum(self.rates)


class Equilibrium(NamedTuple):
    """What happens in the long run.

    Attributes
    ----------
    workloads
        Share of the time that each server is busy.
    refused
        Share of the calls that find everybody busy: lost, or made to wait.
    waiting
        Mean number of calls that wait; 0 where they are lost.
    shares
        Of all calls that are served, the share that goes from server n to group j; shape
        (n_servers, n_groups).
    """

    workloads: Floats
    refused: float
    waiting: float
    shares: Floats

    def mean_wait(self, rate: float) -> float:
        """Return the mean wait of a call, by Little's law."""
        return self.waiting / rate


def solve(region: Region, *, loses: bool) -> Equilibrium:
    """Return the equilibrium of the chain over the 2^N sets of busy servers.

    Work is exponential with mean 1; a call that finds everybody busy is lost, or waits first
    come first served for whoever is free next.

    References
    ----------
    Larson, R. C. (1974), A hypercube queuing model for facility location and redistricting in
    urban emergency services, Computers and Operations Research 1, 67-95.
    """
    n, rate = region.servers, region.rate
    p = _stationary(region, _generator(region))
    full = len(p) - 1
    waiting = 0.0
    queue = 0.0
    if not loses:
        load = rate / n
        queue = p[full] * load / (1 - load)
        p, queue = p / (1 + queue), queue / (1 + queue)
        waiting = queue / (1 - load)
    busy = np.array([[state >> server & 1 for state in range(len(p))] for server in range(n)])
    refused = float(p[full]) + queue
    return Equilibrium(
        workloads=busy @ p + queue,
        refused=refused,
        waiting=float(waiting),
        shares=_shares(region, p, refused, loses=loses),
    )


def preferred(region: Region, group: int, state: int) -> int | None:
    """Return the first server of a group's list that is free in a state; None if all are busy."""
    return next((who for who in region.lists[group] if not state >> who & 1), None)


def _generator(region: Region) -> Floats:
    """Return the rates between the sets of busy servers; bit n says that server n is busy."""
    n = region.servers
    rates = np.zeros((2**n, 2**n))
    for state in range(2**n):
        for group, rate in enumerate(region.rates):
            who = preferred(region, group, state)
            if who is not None:
                rates[state, state | 1 << who] += rate
        for who in range(n):
            if state >> who & 1:
                rates[state, state & ~(1 << who)] += 1.0
    rates -= np.diag(rates.sum(axis=1))
    return rates


def _stationary(region: Region, rates: Floats) -> Floats:
    size = 2**region.servers
    balance = rates.T.copy()
    balance[-1] = 1.0
    right = np.zeros(size)
    right[-1] = 1.0
    return np.linalg.solve(balance, right).astype(np.float64)


def _shares(region: Region, p: Floats, refused: float, *, loses: bool) -> Floats:
    shares = np.zeros((region.servers, len(region.rates)))
    for group, rate in enumerate(region.rates):
        for state, chance in enumerate(p.tolist()):
            who = preferred(region, group, state)
            if who is not None:
                shares[who, group] += chance * rate / region.rate
    if loses:
        return shares / (1 - refused)
    of_group = np.array(region.rates) / region.rate
    shares += refused * of_group / region.servers
    return shares
