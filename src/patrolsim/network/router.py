"""Who gets there first, and by which way: exact answers in whole microseconds.

Short questions are answered by a bounded search in plain Python, wide ones by a row of all
times from scipy; rows of places that are asked for again are kept. Times are unique, and the
way is defined by the times alone, so it does not matter which method found them.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.network.kernels import (
    ReverseArcs,
    Seed,
    rank_by_times,
    search_all,
    search_from_any,
    search_nearest,
)
from patrolsim.network.streets import CLOSED_US, UNREACHABLE_US

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    from scipy.sparse import csr_array

    from patrolsim.network.streets import Streets

__all__ = ["Route", "Router", "Seed"]

NODES_PER_SETTLED = 20
"""A row of all times costs as much as a search in plain Python of one node in so many (measured
on 3,000, 17,000 and 155,000 nodes: 14 to 22). A search stops there, and the row is solved."""
LARGEST_EXACT = 2**53
"""Below it float64 holds every whole number; beyond it rows are solved in plain Python."""


class Route(NamedTuple):
    """A fastest way.

    Attributes
    ----------
    total_us
        Time of the start, the way and the target; `UNREACHABLE_US` when there is none.
    start_index
        Which of the starts it begins at.
    target_index
        Which of the targets it ends at.
    arcs
        The arcs in the order in which they are walked.
    """

    total_us: int
    start_index: int
    target_index: int
    arcs: list[int]


class Router:
    """Answers questions about the fastest ways on some streets.

    Parameters
    ----------
    streets
        The compiled streets.
    memory_bytes
        How much memory rows of travel times may take; the least recently used go first.
    settle_bound
        Nodes that a bounded search may settle before a row of all times is solved instead; 0
        forces rows, a large number forces searches. Left out: a twentieth of the nodes.
    """

    def __init__(
        self,
        streets: Streets,
        *,
        memory_bytes: int = 256 * 2**20,
        settle_bound: int | None = None,
    ) -> None:
        self._streets = streets
        self._n = len(streets.x)
        self._bound = self._n // NODES_PER_SETTLED if settle_bound is None else settle_bound
        self._rows: OrderedDict[tuple[int, int], npt.NDArray[np.int64]] = OrderedDict()
        self._max_rows = max(1, memory_bytes // (8 * max(1, self._n)))
        self._arcs: dict[int, ReverseArcs] = {}
        self._matrices: dict[int, csr_array] = {}
        self._head: list[int] = streets.head.tolist()
        self._out_start: list[int] = streets.out_start.tolist()
        self._weight_us: list[list[int]] = streets.weight_us.tolist()

    def times_to(self, node: int, mode: int) -> npt.NDArray[np.int64]:
        """Return the travel time from every node to a node, int64, shape (n,)."""
        key = (node, mode)
        if key in self._rows:
            self._rows.move_to_end(key)
            return self._rows[key]
        row = self._solve_row(node, mode)
        self._rows[key] = row
        if len(self._rows) > self._max_rows:
            self._rows.popitem(last=False)
        return row

    def nearest(
        self,
        targets: Sequence[tuple[int, int]],
        seeds: Sequence[Seed],
        *,
        mode: int,
        count: int,
    ) -> list[tuple[int, int]]:
        """Return who is first at the targets, as (arrival, candidate id), by (arrival, id).

        Parameters
        ----------
        targets
            Pairs (node, time from the node to the place).
        seeds
            The candidates.
        mode
            Index of the mode in which all of them move.
        count
            How many are wanted; fewer come back when fewer can get there.
        """
        if not seeds or count < 1:
            return []
        if self._is_search_short(targets, len(seeds), count, mode):
            arcs = self._reverse_arcs(mode)
            found = search_nearest(arcs, targets, seeds, count, self._bound)
            if found is not None:
                return found
        return rank_by_times(seeds, self._times_of_seeds(targets, seeds, mode), count)

    def route(
        self, starts: Sequence[tuple[int, int]], targets: Sequence[tuple[int, int]], *, mode: int
    ) -> Route:
        """Return the fastest way from the best of some starts to the best of some targets.

        Starts and targets are pairs (node, time before or after it). Equal targets and starts:
        the first. Equal ways: at each node the arc of the lowest number among those that lie on
        a fastest way.
        """
        best = Route(UNREACHABLE_US, 0, 0, [])
        for number, (target, extra_us) in enumerate(targets):
            time_of = self._times_of_starts(starts, target, mode)
            way_us, index = _best_start(starts, time_of)
            if way_us < UNREACHABLE_US and way_us + extra_us < best.total_us:
                way = self._follow(starts[index][0], target, mode, time_of)
                best = Route(way_us + extra_us, index, number, way)
        return best

    def time(
        self, starts: Sequence[tuple[int, int]], targets: Sequence[tuple[int, int]], *, mode: int
    ) -> int:
        """Return the time of the fastest way, as `route` would, without looking for the way."""
        times_us = [UNREACHABLE_US]
        for target, extra_us in targets:
            way_us = _best_start(starts, self._times_of_starts(starts, target, mode))[0]
            if way_us < UNREACHABLE_US:
                times_us.append(way_us + extra_us)
        return min(times_us)

    def _is_search_short(
        self, targets: Sequence[tuple[int, int]], people: int, count: int, mode: int
    ) -> bool:
        """Whether a search will likely find enough candidates before a row would be solved.

        Of candidates that lie anywhere, the first few are found in their share of all nodes.
        """
        if all((node, mode) in self._rows for node, _ in targets):
            return False
        return self._n * count <= self._bound * people

    def _times_of_seeds(
        self, targets: Sequence[tuple[int, int]], seeds: Sequence[Seed], mode: int
    ) -> list[int]:
        """Return the time from each seed's node to the nearest target."""
        nodes = [seed.node for seed in seeds]
        times_us = np.full(len(seeds), UNREACHABLE_US, np.int64)
        for node, extra_us in targets:
            way_us = self.times_to(node, mode)[nodes]
            reached = way_us < UNREACHABLE_US
            way_us[reached] += extra_us
            np.minimum(times_us, way_us, out=times_us)
        return times_us.tolist()

    def _times_of_starts(
        self, starts: Sequence[tuple[int, int]], target: int, mode: int
    ) -> Callable[[int], int]:
        """Return a function that knows the time to the target of every node that matters."""
        if (target, mode) not in self._rows:
            arcs = self._reverse_arcs(mode)
            near = search_from_any(arcs, target, {node for node, _ in starts}, self._bound)
            if near is not None:
                return lambda node: near.get(node, UNREACHABLE_US)
        return self.times_to(target, mode).item

    def _follow(
        self, node: int, target: int, mode: int, time_of: Callable[[int], int]
    ) -> list[int]:
        weight_us, head = self._weight_us[mode], self._head
        way: list[int] = []
        time_us = time_of(node)
        while node != target:
            for arc in range(self._out_start[node], self._out_start[node + 1]):
                arc_us = weight_us[arc]
                if arc_us <= time_us and time_of(head[arc]) == time_us - arc_us:
                    break
            way.append(arc)
            time_us -= weight_us[arc]
            node = head[arc]
        return way

    def _reverse_arcs(self, mode: int) -> ReverseArcs:
        if mode not in self._arcs:
            self._arcs[mode] = ReverseArcs(self._streets, mode)
        return self._arcs[mode]

    def _solve_row(self, node: int, mode: int) -> npt.NDArray[np.int64]:
        """Return all times to a node, exact though scipy adds in float64."""
        from scipy.sparse.csgraph import dijkstra

        if mode not in self._matrices:
            self._matrices[mode] = _reverse_matrix(self._streets, mode)
        times = dijkstra(self._matrices[mode], indices=[node])[0]
        is_reached = np.isfinite(times)
        if times.max(where=is_reached, initial=0.0) < LARGEST_EXACT:
            row = np.full(self._n, UNREACHABLE_US, np.int64)
            row[is_reached] = times[is_reached].astype(np.int64)
        else:
            row = np.array(search_all(self._reverse_arcs(mode), node), np.int64)
        row.flags.writeable = False
        return row


def _best_start(
    starts: Sequence[tuple[int, int]], time_of: Callable[[int], int]
) -> tuple[int, int]:
    """Return time and index of the best start; `UNREACHABLE_US` when no way leads on."""
    choices = [
        (time_us + cost_us, index)
        for index, (node, cost_us) in enumerate(starts)
        if (time_us := time_of(node)) < UNREACHABLE_US
    ]
    return min(choices, default=(UNREACHABLE_US, 0))


def _reverse_matrix(streets: Streets, mode: int) -> csr_array:
    """Return the reversed streets as a matrix; of parallel arcs the lightest."""
    from scipy.sparse import csr_array

    n = len(streets.x)
    arcs = np.flatnonzero(streets.weight_us[mode] != CLOSED_US)
    weight_us = streets.weight_us[mode][arcs]
    rows, columns = streets.head[arcs], streets.tail[arcs]
    order = np.lexsort((weight_us, columns, rows))
    rows, columns, weight_us = rows[order], columns[order], weight_us[order]
    first = np.ones(len(rows), np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    entries = (weight_us[first].astype(np.float64), (rows[first], columns[first]))
    return csr_array(entries, shape=(n, n))
