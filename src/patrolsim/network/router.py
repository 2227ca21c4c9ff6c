"""Who gets there first, and by which way: exact answers in whole microseconds.

Questions are answered by a search that stops as soon as it can; places that are asked for again
and again get a row of all times, which is kept. Times are unique, and the way is defined by the
times alone, so it does not matter which method found them, nor whether numba compiled it.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.network.searches import (
    ReverseArcs,
    Seed,
    rank_by_times,
    search_all,
    search_nearest,
)
from patrolsim.network.searching import ModeSearch, Scratch, TooFarError
from patrolsim.network.streets import CLOSED_US, UNREACHABLE_US
from patrolsim.network.tiers import Tier, default_tier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    from scipy.sparse import csr_array

    from patrolsim.network.streets import Streets

    Times = npt.NDArray[np.int64]

__all__ = ["Route", "Router", "Seed"]

NODES_PER_SETTLED = 20
"""In the plain tier a row of all times from scipy costs as much as a search of one node in so
many (measured on 3,000, 17,000 and 155,000 nodes: 14 to 22). A search stops there, and the row is
solved."""
ASKED_AGAIN = 4
"""A place that is asked for so many times gets a row."""
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


NO_WAY = Route(UNREACHABLE_US, 0, 0, [])


class Router:
    """Answers questions about the fastest ways on some streets.

    Parameters
    ----------
    streets
        The compiled streets.
    tier
        Who runs the searches; left out: numba if it is installed.
    memory_bytes
        How much memory rows of travel times may take; the least recently used go first.
    settle_bound
        Nodes that a bounded search may settle before a row of all times is solved instead; 0
        forces rows, a large number forces searches. Left out: all nodes in the compiled tier, a
        twentieth of them in the plain one.
    """

    def __init__(
        self,
        streets: Streets,
        *,
        tier: Tier | None = None,
        memory_bytes: int = 256 * 2**20,
        settle_bound: int | None = None,
    ) -> None:
        self._streets = streets
        self._n = len(streets.x)
        self.tier = default_tier() if tier is None else tier
        usual = self._n if self.tier is Tier.COMPILED else self._n // NODES_PER_SETTLED
        self._bound = usual if settle_bound is None else settle_bound
        self._rows: OrderedDict[tuple[int, int], Times] = OrderedDict()
        self._max_rows = max(1, memory_bytes // (8 * max(1, self._n)))
        self._asked: Counter[tuple[int, int]] = Counter()
        self._scratch: Scratch | None = None
        self._searches: dict[int, ModeSearch | None] = {}
        self._arcs: dict[int, ReverseArcs] = {}
        self._matrices: dict[int, csr_array] = {}

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
        columns = [np.array(column, np.int64) for column in zip(*seeds, strict=True)]
        if not columns:
            return []
        ids, nodes, costs_us, deadlines_us = columns
        return self.nearest_of(
            targets, (ids, nodes, costs_us, deadlines_us), mode=mode, count=count
        )

    def nearest_of(
        self,
        targets: Sequence[tuple[int, int]],
        seeds: tuple[Times, Times, Times, Times],
        *,
        mode: int,
        count: int,
    ) -> list[tuple[int, int]]:
        """Return what `nearest` does, from columns: ids, nodes, costs and deadlines of the seeds.

        Costs are 0 or more.
        """
        people = len(seeds[0])
        if not people or not targets or count < 1:
            return []
        count = min(count, people)
        has_rows = all((node, mode) in self._rows for node, _extra_us in targets)
        if not has_rows and self._n * count <= self._bound * people:
            found = self._search_nearest(targets, seeds, mode, count)
            if found is not None:
                return found
        ranked = [Seed(*seed) for seed in zip(*(column.tolist() for column in seeds), strict=True)]
        return rank_by_times(ranked, self._times_of_seeds(targets, ranked, mode), count)

    def route(
        self, starts: Sequence[tuple[int, int]], targets: Sequence[tuple[int, int]], *, mode: int
    ) -> Route:
        """Return the fastest way from the best of some starts to the best of some targets.

        Starts and targets are pairs (node, time before or after it). Equal targets and starts:
        the first. Equal ways: at each node the arc of the lowest number among those that lie on
        a fastest way.
        """
        if not starts or not targets:
            return NO_WAY
        found = self._route_by_search(starts, targets, mode)
        return self._route_by_rows(starts, targets, mode) if found is None else found

    def time(
        self, starts: Sequence[tuple[int, int]], targets: Sequence[tuple[int, int]], *, mode: int
    ) -> int:
        """Return the time of the fastest way, as `route` would, without looking for the way."""
        if not starts or not targets:
            return UNREACHABLE_US
        time_of = self._search_times(starts, targets, mode)
        if time_of is None:
            time_of = self._times_by_rows(targets, mode)
        return _best_start(starts, time_of)[0]

    def _search_nearest(
        self,
        targets: Sequence[tuple[int, int]],
        seeds: tuple[Times, Times, Times, Times],
        mode: int,
        count: int,
    ) -> list[tuple[int, int]] | None:
        search = self._search_of(mode)
        try:
            if search is not None:
                return search.nearest(targets, seeds, count, self._bound)
        except TooFarError:
            pass
        ranked = [Seed(*seed) for seed in zip(*(column.tolist() for column in seeds), strict=True)]
        return search_nearest(self._reverse_arcs(mode), targets, ranked, count, self._bound)

    def _search_times(
        self, starts: Sequence[tuple[int, int]], targets: Sequence[tuple[int, int]], mode: int
    ) -> Callable[[int], int] | None:
        """Return the times to the targets by a search; None where rows are better."""
        search = self._search_of(mode)
        if search is None or self._are_rows_better(targets, mode):
            return None
        try:
            found = search.labels(targets, (node for node, _cost_us in starts), self._bound)
        except TooFarError:
            return None
        return search.time_us if found else None

    def _are_rows_better(self, targets: Sequence[tuple[int, int]], mode: int) -> bool:
        """Whether all targets have rows, or are asked for so often that they shall have them."""
        if not self._bound:
            return True
        for node, _extra_us in targets:
            self._asked[node, mode] += 1
        return all(
            (node, mode) in self._rows or self._asked[node, mode] >= ASKED_AGAIN
            for node, _extra_us in targets
        )

    def _route_by_search(
        self, starts: Sequence[tuple[int, int]], targets: Sequence[tuple[int, int]], mode: int
    ) -> Route | None:
        time_of = self._search_times(starts, targets, mode)
        search = self._search_of(mode)
        if time_of is None or search is None:
            return None
        total_us, start = _best_start(starts, time_of)
        if total_us == UNREACHABLE_US:
            return NO_WAY
        arcs, target = search.way(starts[start][0], targets)
        return Route(total_us, start, target, arcs)

    def _route_by_rows(
        self, starts: Sequence[tuple[int, int]], targets: Sequence[tuple[int, int]], mode: int
    ) -> Route:
        time_of = self._times_by_rows(targets, mode)
        total_us, start = _best_start(starts, time_of)
        if total_us == UNREACHABLE_US:
            return NO_WAY
        node, search = starts[start][0], self._search_of(mode)
        if len(targets) == 1 and search is not None and self.tier is Tier.COMPILED:
            target = targets[0][0]
            arcs = search.way_by_row(node, target, self.times_to(target, mode))
            return Route(total_us, start, 0, arcs)
        return Route(total_us, start, *self._follow(node, targets, mode, time_of))

    def _times_by_rows(
        self, targets: Sequence[tuple[int, int]], mode: int
    ) -> Callable[[int], int]:
        rows = [(self.times_to(node, mode), extra_us) for node, extra_us in targets]

        def time_of(node: int) -> int:
            times_us = [(int(row[node]), extra_us) for row, extra_us in rows]
            return min(
                (us + extra_us for us, extra_us in times_us if us < UNREACHABLE_US),
                default=UNREACHABLE_US,
            )

        return time_of

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

    def _follow(
        self,
        node: int,
        targets: Sequence[tuple[int, int]],
        mode: int,
        time_of: Callable[[int], int],
    ) -> tuple[int, list[int]]:
        """Return the target that the canonical way from a node ends at, and its arcs."""
        streets = self._streets
        weight_us, head = streets.weight_us[mode], streets.head
        way: list[int] = []
        time_us = time_of(node)
        while (node, time_us) not in targets:
            arc = int(streets.out_start[node])
            while time_of(int(head[arc])) != time_us - int(weight_us[arc]):
                arc += 1
            way.append(arc)
            time_us -= int(weight_us[arc])
            node = int(head[arc])
        return list(targets).index((node, time_us)), way

    def _search_of(self, mode: int) -> ModeSearch | None:
        """Return the search of a mode; None on streets too large for it."""
        if mode not in self._searches:
            if self._scratch is None:
                self._scratch = Scratch(self._streets, self.tier)
            try:
                search = ModeSearch(self._streets, mode, self.tier, self._scratch)
            except TooFarError:
                search = None
            self._searches[mode] = search
        return self._searches[mode]

    def _reverse_arcs(self, mode: int) -> ReverseArcs:
        if mode not in self._arcs:
            self._arcs[mode] = ReverseArcs(self._streets, mode)
        return self._arcs[mode]

    def _solve_row(self, node: int, mode: int) -> npt.NDArray[np.int64]:
        """Return all times to a node."""
        search = self._search_of(mode) if self.tier is Tier.COMPILED else None
        try:
            row = self._solve_by_scipy(node, mode) if search is None else search.row(node)
        except TooFarError:
            row = np.array(search_all(self._reverse_arcs(mode), node), np.int64)
        row.flags.writeable = False
        return row

    def _solve_by_scipy(self, node: int, mode: int) -> Times:
        """Return all times to a node, exact though scipy adds in float64."""
        from scipy.sparse.csgraph import dijkstra

        if mode not in self._matrices:
            self._matrices[mode] = _reverse_matrix(self._streets, mode)
        times = dijkstra(self._matrices[mode], indices=[node])[0]
        is_reached = np.isfinite(times)
        if times.max(where=is_reached, initial=0.0) >= LARGEST_EXACT:
            raise TooFarError
        row = np.full(self._n, UNREACHABLE_US, np.int64)
        row[is_reached] = times[is_reached].astype(np.int64)
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
