"""Waits in queues by a recursion that shares no code with the simulator, and their exact truth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Poisson arrivals, first come first served, a mean service time of 1.

    Attributes
    ----------
    servers
        How many.
    load
        Customers per unit of time and server, below 1.
    stages
        Service is the sum of so many exponential times (Erlang); 1 for exponential. More than
        one only with a single server: else nothing exact is known.
    """

    servers: int = 1
    load: float
    stages: int = 1

    @property
    def name(self) -> str:
        """Kendall's name and the load."""
        kind = "M" if self.stages == 1 else f"E{self.stages}"
        return f"M/{kind}/{self.servers} at {self.load}"

    @property
    def mean_wait(self) -> float:
        """Exact mean wait: Erlang C, or Pollaczek and Khinchine."""
        if self.servers == 1:
            return self.load * (1 + 1 / self.stages) / (2 * (1 - self.load))
        return self._chance_to_wait / (self.servers * (1 - self.load))

    @property
    def p90_wait(self) -> float | None:
        """Exact 90th percentile of the wait; None where there is no closed form."""
        if self.stages > 1:
            return None
        # P(wait > t) = C exp(-(c - a) t); see Kleinrock (1975), Queueing Systems I, 3.5 and 5.
        return max(0.0, math.log(10 * self._chance_to_wait) / (self.servers * (1 - self.load)))

    @property
    def _chance_to_wait(self) -> float:
        lost = 1.0
        for k in range(1, self.servers + 1):
            lost = self.servers * self.load * lost / (k + self.servers * self.load * lost)
        return lost / (1 - self.load * (1 - lost))

    def waits(self, customers: int, draw: np.random.Generator) -> tuple[Floats, Floats]:
        """Return the times between arrivals and the waits of customers from an empty start."""
        gaps = draw.exponential(1 / (self.servers * self.load), customers)
        if self.stages == 1:
            work = draw.exponential(1.0, customers)
        else:
            work = draw.gamma(self.stages, 1 / self.stages, customers)
        return gaps, kiefer_wolfowitz(gaps, work, self.servers)


@numba.njit(cache=False)
def kiefer_wolfowitz(gaps: Floats, work: Floats, servers: int) -> Floats:
    """Return the wait of each customer: the least work that any server has left.

    References
    ----------
    Kiefer, J., Wolfowitz, J. (1955), On the theory of queues with many servers, Transactions of
    the American Mathematical Society 78, 1-18; with one server Lindley's recursion.
    """
    left = np.zeros(servers)
    waits = np.empty(len(gaps))
    for customer in range(len(gaps)):
        least = 0
        for server in range(servers):
            left[server] = max(0.0, left[server] - gaps[customer])
            if left[server] < left[least]:
                least = server
        waits[customer] = left[least]
        left[least] += work[customer]
    return waits
