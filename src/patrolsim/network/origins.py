"""Rows of all times from a place: for places from which people set out again and again.

People rest at few places: at stations, at home. Who of them is first is one look at the row of
each, and their way is read from it too. Whoever is under way has no row; the rows tell of most of
them that they cannot be first, and the others are left to another method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network.streets import UNREACHABLE_US
from patrolsim.network.tiers import Tier, blank, load_kernels, numbers, write_ends

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from patrolsim.network.cells import Ints32
    from patrolsim.network.rows import RowStreets

    Ints = npt.NDArray[np.int64]
    Targets = Sequence[tuple[int, int]]
    Seeds = tuple[Ints, Ints, Ints, Ints]

ENTRY_BYTES = 16
"""For each node of a row the time to it, and the arc by which it is reached."""
MOST_ROWS = 1024
"""Bounds look at each row: there are no more, however small the map is."""


class Origins:
    """Rows of one mode, within a limit of memory; the least recently used go first.

    Parameters
    ----------
    streets
        The streets of the mode.
    memory_bytes
        How much memory the rows may take.
    solve
        Returns the travel times from a node to all nodes.
    price
        A node gets a row when other methods have spent so much on it, in nodes settled by a
        search; left out: all nodes, which is what a row costs.

    Attributes
    ----------
    room
        How many rows there can be.
    """

    def __init__(
        self,
        streets: RowStreets,
        memory_bytes: int,
        solve: Callable[[int], Ints],
        price: int | None = None,
    ) -> None:
        packed, tier, n = streets.packed, streets.tier, len(streets.packed.out_first) - 1
        self.room = min(memory_bytes // (ENTRY_BYTES * n), MOST_ROWS)
        self._n, self._tier, self._solve = n, tier, solve
        self._price = n if price is None else price
        self._kernels = load_kernels(tier)
        self._arc_ids, self._way = packed.arcs, streets.way
        forward = packed.out_first, packed.out_end, packed.out_us
        backward = packed.in_first, packed.in_end, packed.in_us
        self._streets = tuple(
            tuple(numbers(tier, column) for column in columns) for columns in (forward, backward)
        )
        self._arcs = *self._streets[0], numbers(tier, packed.arcs)
        self._place: dict[int, int] = {}
        self._row = numbers(tier, np.full(n, -1, np.int64))
        self._table, self._back = (_unwritten(tier, n * self.room) for _ in range(2))
        self._spent, self._used = blank(tier, n), blank(tier, self.room)
        self._rows = self._row, self._table, self._spent, self._used
        self._work = blank(tier, n), blank(tier, 1), blank(tier, n), blank(tier, n + 1)
        self._left = blank(tier, 2)
        self._question = 1
        self._best: tuple[Any, Any] = blank(tier, 1), blank(tier, 1)
        self._ends: tuple[Any, Any] = blank(tier, 2), blank(tier, 2)

    def __contains__(self, node: int) -> bool:
        """Whether there is a row of a node."""
        return node in self._place

    def nearest(
        self, targets: Targets, seeds: Seeds, count: int, each: int
    ) -> tuple[list[tuple[int, int]], Seeds | None]:
        """Return the first candidates as (arrival, id), and the seeds that are not looked up.

        None when no other can be among the first. To look up one of them by another method costs
        as much as to settle so many nodes.
        """
        tier = self._tier
        columns = tuple(numbers(tier, column) for column in seeds)
        best, people = self._best_of(count), len(seeds[0])
        if len(self._left) < people + 2:
            self._left = blank(tier, 2 * people + 2)
        self._question += 1
        ends, limits = self._written(targets), (len(targets), self._question, each)
        number = self._kernels.look_up(ends, self._rows, columns, best, self._left, limits)
        found = [(int(best[1][place]), int(best[0][place])) for place in range(number)]
        left, dearest = int(self._left[0]), int(self._left[1])
        if dearest >= 0 and self._spent[dearest] > self._price:
            self._add(dearest)
        if not left:
            return found, None
        places = np.asarray(self._left[2 : left + 2], np.int64)
        ids, nodes, costs_us, deadlines_us = (column[places] for column in seeds)
        return found, (ids, nodes, costs_us, deadlines_us)

    def _best_of(self, count: int) -> tuple[Any, Any]:
        """Return room for so many of the first."""
        if len(self._best[0]) != count:
            self._best = blank(self._tier, count), blank(self._tier, count)
        return self._best

    def charge(self, nodes: Sequence[int], spent: int) -> None:
        """Take note that another method has spent so much on some nodes, in settled nodes."""
        for node in nodes:
            if node not in self._place:
                self._spent[node] += spent
                if self._spent[node] > self._price:
                    self._add(node)

    def time_us(self, node: int, targets: Targets) -> int:
        """Return the time from a node that has a row to the best of some targets."""
        self._question += 1
        place, best_us = self._place[node], UNREACHABLE_US
        self._used[place] = self._question
        first, table = place * self._n, self._table
        for target, extra_us in targets:
            time_us = int(table[first + target])
            if time_us < UNREACHABLE_US:
                best_us = min(best_us, time_us + extra_us)
        return best_us

    def way(self, node: int, targets: Targets) -> tuple[Ints32, int]:
        """Return the canonical way from a node that has a row, and which target it ends at."""
        first, table, target = self._place[node] * self._n, self._table, 0
        if len(targets) > 1:
            best = [int(table[first + end]) + extra_us for end, extra_us in targets]
            target = best.index(min(best))
            if best.count(best[target]) > 1:
                return self._retrace(node, targets)
        nodes, way = (node, targets[target][0]), self._way
        steps = self._kernels.walk_back(nodes, self._back, first, way)
        if steps < 0:
            return self._retrace(node, targets)
        return np.array(way[len(way) - steps :], np.int32), target

    def _retrace(self, node: int, targets: Targets) -> tuple[Ints32, int]:
        """Return the canonical way where there are several fastest ones."""
        first = self._place[node] * self._n
        ends, way = self._written(targets), self._work[3]
        steps = self._kernels.retrace(
            (node, first), self._table, ends, len(targets), self._streets, self._work
        )
        return self._arc_ids[np.asarray(way[:steps], np.int64)], int(way[steps])

    def _add(self, node: int) -> None:
        """Solve the row of a node; the least recently used leaves where there is no room."""
        if not self.room:
            return
        place = len(self._place)
        if place == self.room:
            place = min(range(place), key=self._used.__getitem__)
            (gone,) = (other for other, held in self._place.items() if held == place)
            del self._place[gone]
            self._row[gone], self._spent[gone] = -1, 0
        first = place * self._n
        row_us = numbers(self._tier, self._solve(node))
        self._table[first : first + self._n] = row_us
        if self._tier is Tier.PLAIN:
            self._back[first : first + self._n] = row_us
        self._kernels.point_back(row_us, self._arcs, self._back, first)
        self._place[node], self._row[node] = place, place
        self._used[place] = self._question

    def _written(self, targets: Targets) -> tuple[Any, Any]:
        """Return the nodes and the extra times of targets, written into room that is kept."""
        self._ends = write_ends(self._ends, targets, self._tier)
        return self._ends


class OriginTimes:
    """The answer of rows from places to the question for the times to some targets."""

    def __init__(self, origins: Origins, targets: Targets) -> None:
        self._origins, self._targets = origins, targets

    def time_us(self, node: int) -> int:
        """Return the time from a node to the targets, or `UNREACHABLE_US`."""
        return self._origins.time_us(node, self._targets)

    def way(self, node: int) -> tuple[Ints32, int]:
        """Return the canonical way from a node, and which target it ends at."""
        return self._origins.way(node, self._targets)


def first_of(
    found: list[tuple[int, int]], more: list[tuple[int, int]], count: int
) -> list[tuple[int, int]]:
    """Return the first of two lists of (arrival, id), each candidate once."""
    best: dict[int, int] = {}
    for arrival_us, candidate in (*found, *more):
        best[candidate] = min(arrival_us, best.get(candidate, arrival_us))
    return sorted((arrival_us, candidate) for candidate, arrival_us in best.items())[:count]


def _unwritten(tier: Tier, size: int) -> Any:
    """Return room that takes memory only where it is written to, in the compiled tier."""
    return np.empty(size, np.int64) if tier is Tier.COMPILED else []
