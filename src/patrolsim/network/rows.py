"""Rows of all times to a place: for places that are asked for again and again."""

from __future__ import annotations

from collections import Counter, OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from patrolsim.network.searching import TooFarError
from patrolsim.network.streets import UNREACHABLE_US
from patrolsim.network.tiers import Tier, blank, load_kernels, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    from scipy.sparse import csr_array

    from patrolsim.network.cells import Ints32
    from patrolsim.network.streets import PackedArcs

    Ints = npt.NDArray[np.int64]
    Targets = Sequence[tuple[int, int]]

LARGEST_EXACT = 2**53
"""Below it float64 holds every whole number; beyond it rows are solved in plain Python."""


class Rows:
    """Rows within a limit of memory; the least recently used go first.

    Parameters
    ----------
    memory_bytes
        How much memory the rows may take.
    solve
        Returns the travel times from all nodes to a node, given it and the mode.
    streets_of
        Returns the streets of a mode.
    """

    def __init__(
        self,
        memory_bytes: int,
        solve: Callable[[int, int], Ints],
        streets_of: Callable[[int], RowStreets],
    ) -> None:
        self._memory_bytes = memory_bytes
        self._solve, self._streets_of = solve, streets_of
        self._kept: OrderedDict[tuple[int, int], Ints] = OrderedDict()
        self._onward: dict[tuple[int, int], Any] = {}
        self._asked: Counter[tuple[int, int]] = Counter()

    def __contains__(self, key: tuple[int, int]) -> bool:
        """Whether there is a row of a (node, mode)."""
        return key in self._kept

    def times_to(self, node: int, mode: int) -> Ints:
        """Return the travel time from every node to a node, int64, shape (n,), read-only."""
        key = (node, mode)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        row = self._solve(node, mode)
        row.flags.writeable = False
        self._kept[key] = row
        rows = len(self._kept) + len(self._onward)
        if len(self._kept) > 1 and rows * row.nbytes > self._memory_bytes:
            gone, _row = self._kept.popitem(last=False)
            self._onward.pop(gone, None)
            del self._asked[gone]  # it has to pay again before it comes back
        return row

    def onward_to(self, node: int, mode: int) -> Any:
        """Return the arc on which the way to a node leaves each other one, -1 for none."""
        key = (node, mode)
        if key not in self._onward:
            self._onward[key] = _point_on(self.times_to(node, mode), self._streets_of(mode))
        return self._onward[key]

    def has_all(self, targets: Targets, mode: int) -> bool:
        """Whether there is a row of each target."""
        return all((node, mode) in self._kept for node, _extra_us in targets)

    def are_wanted(self, targets: Targets, mode: int, often: int) -> bool:
        """Whether all targets have rows, or have been asked for so often that they shall have."""
        kept, asked, wanted = self._kept, self._asked, True
        for node, _extra_us in targets:
            key = (node, mode)
            if key not in kept:
                asked[key] += 1
                if asked[key] < often:
                    wanted = False
        return wanted

    def times_from(self, nodes: Ints, targets: Targets, mode: int) -> Ints:
        """Return the time from each of some nodes to the best of some targets."""
        best_us = np.full(len(nodes), UNREACHABLE_US, np.int64)
        for node, extra_us in targets:
            times_us = self.times_to(node, mode)[nodes]
            times_us[times_us < UNREACHABLE_US] += extra_us
            np.minimum(best_us, times_us, out=best_us)
        return best_us


class RowStreets(NamedTuple):
    """The streets of a mode as ways are read from rows.

    Attributes
    ----------
    packed
        The arcs of the mode.
    way
        Room for the arcs of a way.
    tier
        Who runs the kernels.
    """

    packed: PackedArcs
    way: Any
    tier: Tier


class RowTimes:
    """The answer of rows to the question for the times to some targets.

    Parameters
    ----------
    rows
        Where there is, or can be, a row of each target.
    targets, mode
        The targets, one or more, and the index of the mode.
    streets
        The streets of the mode.
    """

    def __init__(self, rows: Rows, targets: Targets, mode: int, streets: RowStreets) -> None:
        self._rows, self._targets, self._mode, self._streets = rows, targets, mode, streets
        self._ends = [(rows.times_to(node, mode).item, extra_us) for node, extra_us in targets]

    def time_us(self, node: int) -> int:
        """Return the time from a node to the targets, or `UNREACHABLE_US`."""
        best_us: int = UNREACHABLE_US
        for time_to, extra_us in self._ends:
            time_us = time_to(node)
            if time_us < UNREACHABLE_US:
                best_us = min(best_us, time_us + extra_us)
        return best_us

    def way(self, node: int) -> tuple[Ints32, int]:
        """Return the canonical way from a node, and which target it ends at."""
        target = 0
        if len(self._ends) > 1:
            best = [time_to(node) + extra_us for time_to, extra_us in self._ends]
            target = best.index(min(best))
            if best.count(best[target]) > 1:
                return self._way_to_any(node)
        # No other target lies as near at any corner of the way: it would do so at its start.
        way, end = self._streets.way, self._targets[target][0]
        onward = self._rows.onward_to(end, self._mode)
        steps = load_kernels(self._streets.tier).walk_on(node, end, onward, way)
        return np.array(way[:steps], np.int32), target

    def _way_to_any(self, node: int) -> tuple[Ints32, int]:
        """Return the canonical way where several targets are equally near."""
        packed, tier, targets = self._streets.packed, self._streets.tier, self._targets
        n = len(packed.out_first) - 1
        times_us = self._rows.times_from(np.arange(n), targets, self._mode)
        nodes = np.array([target for target, _extra_us in targets], np.int64)
        extras_us = np.array([extra_us for _target, extra_us in targets], np.int64)
        forward = packed.out_first, packed.out_end, packed.out_us
        way = np.empty(n + 1, np.int64)
        ones = _ones(n)
        follow = load_kernels(tier).follow
        work = times_us, ones, ones, ones
        steps = follow(node, (nodes, extras_us), len(nodes), (forward, work), way)
        return packed.arcs[way[:steps]], int(way[steps])


def _point_on(row: Ints, streets: RowStreets) -> Any:
    """Return the arc on which the way to the node of a row leaves each other one."""
    packed, tier = streets.packed, streets.tier
    columns = packed.out_first, packed.out_end, packed.out_us, packed.arcs
    arcs = tuple(numbers(tier, column) for column in columns)
    onward = blank(tier, len(row))
    load_kernels(tier).point_on(numbers(tier, row), arcs, onward)
    return onward


@lru_cache(maxsize=2)
def _ones(size: int) -> Ints:
    """Return stamps of a question that has reached everything; never written to."""
    ones = np.ones(size, np.int64)
    ones.flags.writeable = False
    return ones


def rank_by_times(
    times_us: Ints, seeds: tuple[Ints, Ints, Ints, Ints], count: int, tier: Tier
) -> list[tuple[int, int]]:
    """Return the first candidates as (arrival, id), by (arrival, id).

    Parameters
    ----------
    times_us
        The travel time of each candidate; `UNREACHABLE_US` where no way leads.
    seeds
        Ids of the candidates, and for each a node, the time to it and a deadline.
    count
        How many are wanted.
    tier
        Who runs the kernels.
    """
    ids, _nodes, costs_us, deadlines_us = seeds
    columns = tuple(numbers(tier, column) for column in (ids, times_us, costs_us, deadlines_us))
    best = blank(tier, count), blank(tier, count)
    found = load_kernels(tier).rank(columns, best)
    return [(int(best[1][place]), int(best[0][place])) for place in range(found)]


class ScipyRows:
    """Rows solved by scipy, exact though it adds in float64."""

    def __init__(self, packed: PackedArcs) -> None:
        self._matrix = _reverse_matrix(packed)

    def row(self, node: int) -> Ints:
        """Return the times from every node to one.

        Raises
        ------
        TooFarError
            If a time is larger than float64 counts exactly.
        """
        from scipy.sparse.csgraph import dijkstra

        times = dijkstra(self._matrix, indices=[node])[0]
        is_reached = np.isfinite(times)
        if times.max(where=is_reached, initial=0.0) >= LARGEST_EXACT:
            raise TooFarError
        row = np.full(len(times), UNREACHABLE_US, np.int64)
        row[is_reached] = times[is_reached].astype(np.int64)
        return row


def _reverse_matrix(packed: PackedArcs) -> csr_array:
    """Return the reversed streets as a matrix; of parallel arcs the lightest."""
    from scipy.sparse import csr_array

    n = len(packed.out_first) - 1
    rows, weight_us = packed.out_end, packed.out_us
    columns = np.repeat(np.arange(n, dtype=np.int32), np.diff(packed.out_first))
    order = np.lexsort((weight_us, columns, rows))
    rows, columns, weight_us = rows[order], columns[order], weight_us[order]
    first = np.ones(len(rows), np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    entries: Any = (weight_us[first].astype(np.float64), (rows[first], columns[first]))
    return csr_array(entries, shape=(n, n))
