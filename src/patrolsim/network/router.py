"""Who gets there first, and by which way: exact answers in whole microseconds.

Questions about what is near are answered by a search that stops as soon as it can. Once searches
have gone wide for long enough a hierarchy of the corners is made, which answers whatever is far.
Places that are asked for again and again get a row of all times, which is kept: of those to them,
or of those from them where people set out. Times are unique, and the way is defined by the times
alone, so it does not matter which method found them, nor whether numba compiled it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network.hierarchy import Hierarchy
from patrolsim.network.origins import Origins, OriginTimes, first_of
from patrolsim.network.packing import packed_arcs, turned_round
from patrolsim.network.rows import Rows, RowStreets, RowTimes, ScipyRows, rank_by_times
from patrolsim.network.searches import (
    ForwardArcs,
    ReverseArcs,
    Seed,
    search_all,
    search_nearest,
)
from patrolsim.network.searching import ModeSearch, Scratch, TooFarError
from patrolsim.network.streets import UNREACHABLE_US
from patrolsim.network.tiers import Tier, blank, default_tier
from patrolsim.network.ways import NO_WAY, Route, Trace, best_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.network.streets import PackedArcs, Streets
    from patrolsim.network.ways import Times

    Ints = npt.NDArray[np.int64]
    Targets = Sequence[tuple[int, int]]
    Seeds = tuple[Ints, Ints, Ints, Ints]

__all__ = ["Route", "Router", "Seed"]

NODES_PER_SETTLED = 20
"""In the plain tier a row of all times from scipy costs as much as a search of one node in so
many (measured on 3,000, 17,000 and 155,000 nodes: 14 to 22). A search stops there, and the row is
solved."""
NARROW = 150
"""A search of so many nodes costs as much as a question to a hierarchy (docs/performance.md)."""
ASKED_AGAIN, ASKED_OFTEN = 4, 64
"""A place that is asked for so many times gets a row: where there is no hierarchy, and where."""
PRICE = 40
"""A hierarchy costs as much as searches that settle each node so many times."""
ORIGIN_SHARE = 4
"""Rows of times from places may take so much less memory than those of times to places."""
CLIMB, WAY = 40, 500
"""In a hierarchy somebody is looked up, and a way found, in the time in which a search settles so
many nodes (docs/performance.md)."""
ROWS_EACH = 4
"""There is room for the rows of both corners of everybody's place, and of the next one."""


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
        Nodes that a bounded search may settle before another method takes over; 0 forces rows, a
        large number forces searches. Left out: all nodes in the compiled tier, a twentieth of
        them in the plain one.
    contracts
        Whether to answer by a hierarchy, made at the first question. Left out: the compiled tier
        makes one when its searches have cost as much as it will, unless there is a bound.
    origin_price
        A place from which people set out gets a row when more than so many nodes have been settled
        for it, and rows are looked at however near people are. Left out: when the row has paid,
        and for people who are far; not at all where another method is forced.

    Attributes
    ----------
    streets, tier
        The streets, and who runs the searches.
    """

    def __init__(
        self,
        streets: Streets,
        *,
        tier: Tier | None = None,
        memory_bytes: int = 256 * 2**20,
        settle_bound: int | None = None,
        contracts: bool | None = None,
        origin_price: int | None = None,
    ) -> None:
        self.streets = streets
        self._n = len(streets.x)
        self.tier = default_tier() if tier is None else tier
        is_compiled = self.tier is Tier.COMPILED
        usual = self._n if is_compiled else self._n // NODES_PER_SETTLED
        self._bound = usual if settle_bound is None else settle_bound
        may_contract = is_compiled and settle_bound is None
        self._contracts = (None if may_contract else False) if contracts is None else contracts
        self._rows = Rows(memory_bytes, self._solve_row, self._row_streets_of)
        self._rows_from = Rows(
            memory_bytes // ORIGIN_SHARE, self._solve_row_from, self._row_streets_of
        )
        chooses = settle_bound is None and contracts is None
        self._has_origins = chooses or origin_price is not None
        self._origin_bytes, self._origin_price = memory_bytes // ORIGIN_SHARE, origin_price
        self._origins: dict[int, Origins] = {}
        self._spent = 0
        self._row_streets: dict[int, RowStreets] = {}
        self._scratch: Scratch | None = None
        self._packed: dict[int, PackedArcs] = {}
        self._searches: dict[int, ModeSearch | None] = {}
        self._hierarchies: dict[int, Hierarchy | None] = {}
        self._arcs: dict[int, ReverseArcs] = {}
        self._matrices: dict[int, ScipyRows] = {}
        self._onward: dict[int, ModeSearch | ScipyRows] = {}

    def times_to(self, node: int, mode: int) -> Ints:
        """Return the travel time from every node to a node, int64, shape (n,)."""
        return self._rows.times_to(node, mode)

    def times_from(self, node: int, mode: int) -> Ints:
        """Return the travel time from a node to every node, int64, shape (n,), read-only."""
        return self._rows_from.times_to(node, mode)

    def nearest(
        self, targets: Targets, seeds: Sequence[Seed], *, mode: int, count: int
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
        self, targets: Targets, seeds: Seeds, *, mode: int, count: int
    ) -> list[tuple[int, int]]:
        """Return what `nearest` does, from columns: ids, nodes, costs and deadlines of the seeds.

        Costs are 0 or more.
        """
        people = len(seeds[0])
        if not people or not targets or count < 1:
            return []
        count, found = min(count, people), None
        if not self._rows.has_all(targets, mode):
            if self._has_origins and self._looks_up(people, count, mode):
                return self._look_up_nearest(targets, seeds, mode, count)
            found = self._search_nearest(targets, seeds, mode, count)
        return self._rank_by_rows(targets, seeds, mode, count) if found is None else found

    def route(self, starts: Targets, targets: Targets, *, mode: int) -> Route:
        """Return the fastest way from the best of some starts to the best of some targets.

        Starts and targets are pairs (node, time before or after it). Equal targets and starts:
        the first. Equal ways: at each node the arc of the lowest number among those that lie on
        a fastest way.
        """
        found = self.trace(starts, targets, mode=mode)
        return Route(*found[:3], found.arcs.tolist())

    def trace(self, starts: Targets, targets: Targets, *, mode: int) -> Trace:
        """Return the way of `route`, with its arcs in an array."""
        if not starts or not targets:
            return NO_WAY
        times = self._times(starts, targets, mode)
        total_us, start = best_start(starts, times.time_us)
        found = NO_WAY
        if total_us < UNREACHABLE_US:
            arcs, target = times.way(starts[start][0])
            found = Trace(total_us, start, target, arcs)
        self._charge(starts, mode)
        return found

    def time(self, starts: Targets, targets: Targets, *, mode: int) -> int:
        """Return the time of the fastest way, as `route` would, without looking for the way."""
        if not starts or not targets:
            return UNREACHABLE_US
        total_us, _start = best_start(starts, self._times(starts, targets, mode).time_us)
        self._charge(starts, mode)
        return total_us

    def _looks_up(self, people: int, count: int, mode: int) -> bool:
        """Whether to look at the rows of few people who are far: a search would go wide."""
        if self._origin_price is not None:
            return True
        is_far = self._n * count > NARROW * people
        return is_far and people * ROWS_EACH <= self._origins_of(mode).room

    def _look_up_nearest(
        self, targets: Targets, seeds: Seeds, mode: int, count: int
    ) -> list[tuple[int, int]]:
        """Answer by rows from places; people elsewhere who may be first by another method."""
        hierarchy, people = self._hierarchy_of(mode), len(seeds[0])
        each = self._n * count // people**2 + 1 if hierarchy is None else CLIMB
        found, left = self._origins_of(mode).nearest(targets, seeds, count, each)
        if left is None:
            return found
        if hierarchy is None:
            left = seeds  # with all of them a search stops sooner
        more = self._search_nearest(targets, left, mode, count)
        if more is None:
            more = self._rank_by_rows(targets, left, mode, count)
        return first_of(found, more, count)

    def _rank_by_rows(
        self, targets: Targets, seeds: Seeds, mode: int, count: int
    ) -> list[tuple[int, int]]:
        times_us = self._rows.times_from(seeds[1], targets, mode)
        return rank_by_times(times_us, seeds, count, self.tier)

    def _search_nearest(
        self, targets: Targets, seeds: Seeds, mode: int, count: int
    ) -> list[tuple[int, int]] | None:
        """Answer by a search while it stays narrow, then by the hierarchy; None: by rows."""
        people, hierarchy = len(seeds[0]), self._hierarchy_of(mode)
        bound = self._bound if hierarchy is None else self._narrow
        found = None
        try:
            if self._n * count <= bound * people:
                found = self._search_bounded(targets, seeds, mode, count, bound)
            if found is None and hierarchy is not None:
                found = hierarchy.nearest(targets, seeds, count)
        except TooFarError:
            ranked = [
                Seed(*seed) for seed in zip(*(column.tolist() for column in seeds), strict=True)
            ]
            found = search_nearest(self._reverse_arcs(mode), targets, ranked, count, self._bound)
        return found

    def _search_bounded(
        self,
        targets: Targets,
        seeds: Seeds,
        mode: int,
        count: int,
        bound: int,
    ) -> list[tuple[int, int]] | None:
        search = self._search_of(mode)
        if search is None:
            raise TooFarError
        return search.nearest(targets, seeds, count, bound)

    def _times(self, starts: Targets, targets: Targets, mode: int) -> Times:
        """Return the times to the targets, by the method that is best for them."""
        often = ASKED_AGAIN if self._hierarchy_of(mode) is None else ASKED_OFTEN
        if self._bound and not self._rows.are_wanted(targets, mode, often):
            nodes = [node for node, _cost_us in starts]
            if self._has_origins and all(node in self._origins_of(mode) for node in nodes):
                return OriginTimes(self._origins_of(mode), targets)
            try:
                found = self._search_times(nodes, targets, mode)
            except TooFarError:
                found = None
            if found is not None:
                return found
        return RowTimes(self._rows, targets, mode, self._row_streets_of(mode))

    def _search_times(self, nodes: list[int], targets: Targets, mode: int) -> Times | None:
        search, hierarchy = self._search_of(mode), self._hierarchy_of(mode)
        before = 0 if search is None else search.spent
        goes_on = hierarchy is None or (search is not None and search.has_asked(targets))
        bound = self._bound if hierarchy is None else self._narrow
        found: Times | None = None
        if search is not None and goes_on and search.labels(targets, nodes, bound):
            found = search
        elif hierarchy is not None:
            hierarchy.begin(targets)
            found = hierarchy
        self._spent = WAY if search is None or found is hierarchy else search.spent - before
        return found

    def _charge(self, starts: Targets, mode: int) -> None:
        """Let places pay for an answer, once it is out: rows are solved in the same room."""
        if self._has_origins and self._spent:
            self._origins_of(mode).charge([node for node, _cost_us in starts], self._spent)
            self._spent = 0

    @property
    def _narrow(self) -> int:
        """How far a search goes where there is a hierarchy; nowhere if that is forced."""
        return 0 if self._contracts else NARROW

    def _hierarchy_of(self, mode: int) -> Hierarchy | None:
        """Return the hierarchy of a mode; None where there is none, or none has paid so far."""
        if mode in self._hierarchies:
            return self._hierarchies[mode]
        search = self._search_of(mode)
        has_paid = search is not None and search.spent > PRICE * self._n
        if self._contracts or (self._contracts is None and has_paid):
            try:
                self._hierarchies[mode] = Hierarchy(self._packed_arcs(mode), self.tier)
            except TooFarError:
                self._hierarchies[mode] = None
            return self._hierarchies[mode]
        return None

    def _search_of(self, mode: int) -> ModeSearch | None:
        """Return the search of a mode; None on streets too large for it."""
        if mode not in self._searches:
            try:
                search = ModeSearch(self._packed_arcs(mode), self.tier, self._room())
            except TooFarError:
                search = None
            self._searches[mode] = search
        return self._searches[mode]

    def _room(self) -> Scratch:
        """Return the room that all searches share."""
        if self._scratch is None:
            self._scratch = Scratch(self._n, len(self.streets.tail), self.tier)
        return self._scratch

    def _packed_arcs(self, mode: int) -> PackedArcs:
        if mode not in self._packed:
            self._packed[mode] = packed_arcs(self.streets, mode)
        return self._packed[mode]

    def _reverse_arcs(self, mode: int) -> ReverseArcs:
        if mode not in self._arcs:
            self._arcs[mode] = ReverseArcs(self.streets, mode)
        return self._arcs[mode]

    def _solve_row(self, node: int, mode: int) -> Ints:
        """Return all times to a node."""
        search = self._search_of(mode) if self.tier is Tier.COMPILED else None
        try:
            return self._scipy_rows(mode).row(node) if search is None else search.row(node)
        except TooFarError:
            return np.array(search_all(self._reverse_arcs(mode), node), np.int64)

    def _row_streets_of(self, mode: int) -> RowStreets:
        if mode not in self._row_streets:
            packed, tier = self._packed_arcs(mode), self.tier
            way = blank(tier, self._n, np.int32)
            self._row_streets[mode] = RowStreets(packed, way, tier)
        return self._row_streets[mode]

    def _solve_row_from(self, node: int, mode: int) -> Ints:
        """Return all times from a node."""
        try:
            return self._onward_of(mode).row(node)
        except TooFarError:
            return np.array(search_all(ForwardArcs(self.streets, mode), node), np.int64)

    def _onward_of(self, mode: int) -> ModeSearch | ScipyRows:
        """Return what solves times from a node: times to it on the streets turned round."""
        if mode not in self._onward:
            packed = turned_round(self._packed_arcs(mode))
            self._onward[mode] = (
                ModeSearch(packed, self.tier, self._room())
                if self.tier is Tier.COMPILED
                else ScipyRows(packed)
            )
        return self._onward[mode]

    def _origins_of(self, mode: int) -> Origins:
        if mode not in self._origins:
            self._origins[mode] = Origins(
                self._row_streets_of(mode),
                self._origin_bytes,
                lambda node: self._solve_row_from(node, mode),
                self._origin_price,
            )
        return self._origins[mode]

    def _scipy_rows(self, mode: int) -> ScipyRows:
        if mode not in self._matrices:
            self._matrices[mode] = ScipyRows(self._packed_arcs(mode))
        return self._matrices[mode]
