"""The auditor's own shortest ways: scipy's Dijkstra on a matrix, not the engine's search."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    import numpy.typing as npt
    import scipy.sparse as sp

    from patrolsim.network.streets import Streets

KEPT = 256
"""How many answers are kept for the next question."""


class Ways:
    """Exact travel times to a node from everywhere, in microseconds.

    Sums of weights stay below 2**53, so that float64 holds them exactly.
    """

    def __init__(self, streets: Streets) -> None:
        self.streets = streets
        self._matrices: dict[int, sp.csr_array] = {}
        self._answers: OrderedDict[tuple[int, int], npt.NDArray[np.float64]] = OrderedDict()

    def times_to(self, node: int, mode: int) -> npt.NDArray[np.float64]:
        """Return the travel time from every node to one, infinite where no way leads there."""
        from scipy.sparse.csgraph import dijkstra

        key = node, mode
        if key not in self._answers:
            self._answers[key] = dijkstra(self._reversed(mode), indices=[node])[0]
            if len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        self._answers.move_to_end(key)
        return self._answers[key]

    def _reversed(self, mode: int) -> sp.csr_array:
        """Return the arcs turned round, the fastest of parallel ones, without the closed."""
        import scipy.sparse as sp

        if mode not in self._matrices:
            streets = self.streets
            weight_us = streets.weight_us[mode]
            order = np.lexsort((weight_us, streets.tail, streets.head))
            head, tail = streets.head[order], streets.tail[order]
            is_first = np.ones(len(order), np.bool_)
            is_first[1:] = (head[1:] != head[:-1]) | (tail[1:] != tail[:-1])
            kept = order[is_first & (weight_us[order] < CLOSED_US)]
            n = len(streets.x)
            self._matrices[mode] = sp.csr_array(
                (weight_us[kept].astype(np.float64), (streets.head[kept], streets.tail[kept])),
                shape=(n, n),
            )
        return self._matrices[mode]
