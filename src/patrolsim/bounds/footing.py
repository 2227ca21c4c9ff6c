"""The least time between places, whatever people do on the way.

The streets and all places at which somebody may rest are one graph. An arc costs what it costs
in the fastest of the modes that a person has, and modes may change at every corner and place.
So no chain of legs is shorter than a way in this graph, where the rounding of the clock is
allowed for: whoever turns round in the middle of a street may gain part of a microsecond.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.network.joints import NO_ARC, both_directions, ways_in, ways_out
from patrolsim.network.streets import CLOSED_US, NO_NODE
from patrolsim.network.warp import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt
    from scipy.sparse import csr_array

    from patrolsim.network.streets import Stop, Streets

    Ints = npt.NDArray[np.int64]

ROUNDING_US = 10_000
"""Taken off each way where turning round is not exact: enough for so many turns between two
arrivals, each after an order of its own."""
AT_ONCE = 16
"""Searches that run together: bounds the memory on large streets."""
LARGEST_US = 2**52
"""Longer ways are cut here: below it float64 adds whole microseconds exactly."""
FAR_US = 2**60
"""Never, as a time that may be added to others; whatever is not less never happens."""


class PlainArcs(NamedTuple):
    """The streets as plain lists, as `patrolsim.network.joints` wants them."""

    tail: list[int]
    head: list[int]
    twin: list[int]
    weight_us: list[list[int]]


class Edge(NamedTuple):
    """A way between two points of the graph, and its time."""

    tail: int
    head: int
    us: int


class Exit(NamedTuple):
    """How a place joins the streets: its vertex, itself as it joins, and the time off the road."""

    vertex: int
    stop: Stop
    off_us: int


class Footing:
    """The points at which people rest, and the least times between them.

    Parameters
    ----------
    streets
        The compiled streets.
    stops
        All places at which somebody may be; those of one position are one point.
    is_steady
        Whether no street ever takes another time: whoever is on one that changes may gain the
        rounding of the clock.
    """

    def __init__(self, streets: Streets, stops: Iterable[Stop], *, is_steady: bool = True) -> None:
        self._streets = streets
        self._is_steady = is_steady
        lists = (streets.tail, streets.head, streets.twin, streets.weight_us)
        self._arcs = PlainArcs(*(column.tolist() for column in lists))
        self._number: dict[tuple[float, float], int] = {}
        self._stops: dict[int, set[Stop]] = defaultdict(set)
        for stop in stops:
            point = self._number.setdefault((stop.x, stop.y), len(self._number))
            self._stops[point].add(stop)
        corners = zip(streets.x.tolist(), streets.y.tolist(), strict=True)
        self._corners = [
            (node, self._number[at]) for node, at in enumerate(corners) if at in self._number
        ]

    def point(self, stop: Stop) -> int:
        """Return the number of the point at which a place lies."""
        return self._number[stop.x, stop.y]

    def corner_points(self) -> set[int]:
        """Return the points that lie exactly on a street node."""
        return {point for _node, point in self._corners}

    def least_times(
        self, targets: Sequence[int], modes: frozenset[int], *, fastest: int | None = None
    ) -> Ints:
        """Return the least time from every point to each target; `FAR_US` where no way leads.

        Parameters
        ----------
        targets
            Points.
        modes
            The modes that the person may use, in any order.
        fastest
            The highest speed of these modes at any hour, in thousandths of the usual one; None
            when all always have their usual speed.

        Returns
        -------
        ndarray of int64, shape (n_targets, n_points)
        """
        from scipy.sparse.csgraph import dijkstra

        first = len(self._streets.x)
        graph = self._reverse_graph(modes)
        # by the hour each turn rounds the work so far down to a whole microsecond
        is_exact = fastest is None and self._is_steady and self._turns_exactly(modes)
        loss_us = 0 if is_exact else ROUNDING_US
        found = np.empty((len(targets), len(self._number)), np.int64)
        for begin in range(0, len(targets), AT_ONCE):
            part = np.array(targets[begin : begin + AT_ONCE], np.int64) + first
            times = dijkstra(graph, indices=part)[:, first:]
            is_reached = np.isfinite(times)
            whole = np.minimum(np.where(is_reached, times, 0.0), LARGEST_US).astype(np.int64)
            lower = np.maximum(whole - loss_us, 0) * USUAL // (fastest or USUAL)
            found[begin : begin + AT_ONCE] = np.where(is_reached, lower, FAR_US)
        return found

    def _reverse_graph(self, modes: frozenset[int]) -> csr_array:
        """Return the graph with all edges turned round; of parallel edges the shortest."""
        from scipy.sparse import csr_array

        n = len(self._streets.x) + len(self._number)
        own = np.array(list(self._edges(modes)), np.int64).reshape(-1, 3)
        weight_us = self._streets.weight_us[sorted(modes)].min(axis=0)
        is_open = weight_us < CLOSED_US
        tail = np.concatenate([self._streets.tail[is_open], own[:, 0]])
        head = np.concatenate([self._streets.head[is_open], own[:, 1]])
        us = np.concatenate([weight_us[is_open], own[:, 2]])
        order = np.lexsort((us, tail, head))
        tail, head, us = tail[order], head[order], us[order]
        is_first = np.ones(len(us), np.bool_)
        is_first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        entries = (us[is_first].astype(np.float64), (head[is_first], tail[is_first]))
        return csr_array(entries, shape=(n, n))

    def _edges(self, modes: frozenset[int]) -> Iterator[Edge]:
        """Yield the ways between points and the streets, and along a street between points."""
        first = len(self._streets.x)
        for node, point in self._corners:
            yield Edge(node, first + point, 0)
            yield Edge(first + point, node, 0)
        for mode in sorted(modes):
            places = [
                (first + point, stop)
                for point, stops in self._stops.items()
                for stop in sorted(stops)
            ]
            exits = [
                Exit(vertex, _joined_as(stop, walked, mode), stop.off_road_us[walked])
                for vertex, stop in places
                for walked in sorted(modes)
                if stop.nodes[walked] != NO_NODE
            ]
            entries = [
                Exit(vertex, stop, stop.off_road_us[mode])
                for vertex, stop in places
                if stop.nodes[mode] != NO_NODE
            ]
            yield from self._joints(exits, entries, mode)
            yield from self._along_streets(exits, entries, mode)

    def _joints(self, exits: Sequence[Exit], entries: Sequence[Exit], mode: int) -> Iterator[Edge]:
        for vertex, stop, off_us in entries:
            for joint in ways_in(self._arcs, stop, mode):
                yield Edge(joint.node, vertex, joint.cost_us + off_us)
        for vertex, stop, off_us in exits:
            for joint in ways_out(self._arcs, stop, mode):
                # Whoever turns round at the moment of leaving stands on a whole microsecond.
                gained_us = 0 if joint.arc == NO_ARC else 1
                yield Edge(vertex, joint.node, max(joint.cost_us - gained_us, 0) + off_us)

    def _along_streets(
        self, exits: Sequence[Exit], entries: Sequence[Exit], mode: int
    ) -> Iterator[Edge]:
        """Yield the ways between two places on one street that meet no corner."""
        goals: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for vertex, stop, off_us in entries:
            for arc, along_us in self._on_arcs(stop, mode):
                goals[arc].append((along_us, vertex, off_us))
        for tail, stop, leave_us in exits:
            for arc, from_us in self._on_arcs(stop, mode):
                for to_us, head, enter_us in goals[arc]:
                    if to_us >= from_us and head != tail:
                        along_us = max(to_us - from_us - 1, 0)
                        yield Edge(tail, head, leave_us + along_us + enter_us)

    def _on_arcs(self, stop: Stop, mode: int) -> Iterator[tuple[int, int]]:
        """Yield the arcs on which a place lies, and the time along each to it."""
        spot = stop.spot(mode)
        if spot is not None:
            for here in both_directions(self._arcs, spot):
                whole_us = self._arcs.weight_us[mode][here.arc]
                if whole_us != CLOSED_US:
                    yield here.arc, here.along_us(whole_us)

    def _turns_exactly(self, modes: frozenset[int]) -> bool:
        """Whether turning round on the way loses no part of a microsecond.

        It does not where people have one mode, in which a street takes as long both ways.
        """
        if len(modes) != 1:
            return False
        (mode,) = modes
        if not self._streets.modes[mode].turns_round:
            return True
        twin = self._streets.twin
        here = self._streets.weight_us[mode]
        back = np.where(twin >= 0, here[twin], here)
        return bool(np.all((here == back) | (here >= CLOSED_US) | (back >= CLOSED_US)))


def _joined_as(stop: Stop, walked: int, mode: int) -> Stop:
    """Return a place that is left in one mode where another one joins the streets.

    Whoever is called off half-way to the street goes on in the mode of the new errand.
    """
    nodes, spots = list(stop.nodes), list(stop.spots)
    nodes[mode] = nodes[walked]
    if spots:
        spots[mode] = spots[walked]
    return stop._replace(nodes=tuple(nodes), spots=tuple(spots))
