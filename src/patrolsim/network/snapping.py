"""Places join the streets: at the nearest corner, or in the middle of the nearest street."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.street_finder import StreetFinder
from patrolsim.network.streets import CLOSED_US, NO_NODE, SHARES, ClosedStreetsError, Spot, Stop

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy.spatial import cKDTree

    from patrolsim.network.streets import Streets

    Floats = npt.NDArray[np.float64]
    Nodes = npt.NDArray[np.int64]

BATCH = 20_000
"""Points looked at together."""
MOST_SHOWN = 10
MIDDLE = 0.5


class _Joined(NamedTuple):
    """Where each point joins the streets.

    Attributes
    ----------
    nodes
        The node, or the nearer end of the street.
    reach_m
        How far the point is from there, in metres.
    arcs, shares
        The arc and how far along it, in parts of `SHARES`; 0 or `SHARES` for a corner.
    """

    nodes: Nodes
    reach_m: Floats
    arcs: Nodes
    shares: Nodes


class Snapper:
    """Joins points to some streets; the indices are built once and kept.

    Parameters
    ----------
    streets
        The compiled streets.
    to
        ``node``: the nearest usable corner. ``edge``: the nearest point of the nearest street.
    limit_m
        A point farther than this from the nearest node (or street) of a mode cannot be reached
        by it.
    may_enter
        Nodes at which one can get on and off the network; None for all.
    """

    def __init__(
        self,
        streets: Streets,
        *,
        to: Literal["node", "edge"],
        limit_m: float,
        may_enter: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        self._streets = streets
        self._to = to
        self._limit_m = limit_m
        n = len(streets.x)
        entry = np.ones(n, np.bool_) if may_enter is None else may_enter
        self._usable = streets.usable & entry
        self._trees: dict[int, tuple[cKDTree, Nodes]] = {}
        self._finders: dict[int, StreetFinder] = {}
        self._alike = [self._first_like(mode) for mode in range(len(streets.modes))]

    def snap(self, x: Floats, y: Floats, *, is_strict: bool = True) -> list[Stop]:
        """Return one stop per point; points that were drawn need not keep the limit.

        The way off the road is the straight line between the point and its node or street, at
        the mode's speed off the road. A mode that has no street within the limit gets `NO_NODE`.

        Raises
        ------
        NetworkError
            If points are farther than the limit from the streets of every mode; lists the worst.
        """
        _check_finite(x, y)
        joined = {mode: self._nearest(mode, x, y) for mode in set(self._alike)}
        reach_m = np.stack([joined[mode].reach_m for mode in self._alike])
        if is_strict:
            self._check(x, y, reach_m.min(axis=0))
        speeds = np.array([[mode.off_road_mps] for mode in self._streets.modes])
        off_road_us = np.rint(reach_m / speeds * 1e6).astype(np.int64)
        is_far = reach_m > (self._limit_m if is_strict else np.inf)
        nodes = np.stack([joined[mode].nodes for mode in self._alike])
        spots = [_spots(joined[mode]) for mode in self._alike]
        return _stops(x, y, np.where(is_far, NO_NODE, nodes), off_road_us, spots)

    def distances_m(self, x: Floats, y: Floats) -> Floats:
        """Return how far each point is from the nearest street (or node) that any mode may use."""
        joined = [self._nearest(mode, x, y).reach_m for mode in sorted(set(self._alike))]
        nearest: Floats = np.stack(joined).min(axis=0)
        return nearest

    def _check(self, x: Floats, y: Floats, distance_m: Floats) -> None:
        far = np.flatnonzero(~(distance_m <= self._limit_m))
        if not len(far):
            return
        worst = far[np.argsort(-distance_m[far], kind="stable")][:MOST_SHOWN]
        places = "; ".join(
            f"({x[i]:.0f} m, {y[i]:.0f} m) is {distance_m[i]:.0f} m away" for i in worst.tolist()
        )
        raise NetworkError(
            f"{len(far)} of {len(x)} places are more than {self._limit_m:g} m from any usable"
            f" street: {places}. Check the coordinates, or raise snap_limit"
        )

    def _nearest(self, mode: int, x: Floats, y: Floats) -> _Joined:
        find = self._nearest_nodes if self._to == "node" else self._nearest_streets
        starts = range(0, len(x), BATCH)
        parts = [
            find(mode, x[start : start + BATCH], y[start : start + BATCH]) for start in starts
        ]
        if not parts:
            nothing = np.zeros(0, np.int64)
            return _Joined(nothing, np.zeros(0), nothing, nothing)
        return _Joined(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _nearest_nodes(self, mode: int, x: Floats, y: Floats) -> _Joined:
        """Return the nearest usable node of each point; ties: the lowest number."""
        tree, numbers = self._tree_of_nodes(mode)
        points = np.column_stack([x, y])
        distance, _ = tree.query(points)
        found = tree.query_ball_point(points, np.nextafter(distance, np.inf))
        nodes = np.array([numbers[min(near)] for near in found], np.int64)
        nothing = np.zeros(len(nodes), np.int64)
        return _Joined(nodes, np.asarray(distance, np.float64), nothing, nothing)

    def _first_like(self, mode: int) -> int:
        """Return the first mode with the same streets: bicycles of two kinds share an index."""
        closed = self._streets.weight_us == CLOSED_US
        for other in range(mode):
            is_same = np.array_equal(self._usable[other], self._usable[mode])
            if is_same and np.array_equal(closed[other], closed[mode]):
                return other
        return mode

    def _tree_of_nodes(self, mode: int) -> tuple[cKDTree, Nodes]:
        from scipy.spatial import cKDTree

        if mode not in self._trees:
            numbers = np.flatnonzero(self._usable[mode])
            if not len(numbers):
                name = self._streets.modes[mode].name
                raise ClosedStreetsError(f"nobody can get on the streets by {name}")
            points = np.column_stack([self._streets.x[numbers], self._streets.y[numbers]])
            self._trees[mode] = cKDTree(points), numbers
        return self._trees[mode]

    def _nearest_streets(self, mode: int, x: Floats, y: Floats) -> _Joined:
        """Return the nearest street of each point, and the spot on it; ties: the lowest arc."""
        if mode not in self._finders:
            self._finders[mode] = StreetFinder(self._streets, mode, self._usable[mode])
        distance, arc, share = self._finders[mode].nearest(x, y)
        ends = np.where(share <= MIDDLE, self._streets.tail[arc], self._streets.head[arc])
        shares = np.rint(share * SHARES).astype(np.int64)
        return _Joined(ends.astype(np.int64), distance, arc, shares)


def _spots(joined: _Joined) -> list[Spot | None]:
    return [
        Spot(arc, share) if 0 < share < SHARES else None
        for arc, share in zip(joined.arcs.tolist(), joined.shares.tolist(), strict=True)
    ]


def _stops(
    x: Floats, y: Floats, nodes: Nodes, off_road_us: Nodes, spots: list[list[Spot | None]]
) -> list[Stop]:
    """Return the stops of points from one row per mode; a mode without a node has no spot."""
    is_reached = nodes != NO_NODE
    times_us = np.where(is_reached, off_road_us, 0)
    spots_of = [
        [spot if reached else None for spot, reached in zip(row, flags, strict=True)]
        for row, flags in zip(spots, is_reached.tolist(), strict=True)
    ]
    columns = (x.tolist(), y.tolist(), nodes.T.tolist(), times_us.T.tolist())
    return [
        Stop(at_x, at_y, tuple(node), tuple(us), _unless_all_none(at))
        for at_x, at_y, node, us, at in zip(*columns, zip(*spots_of, strict=True), strict=True)
    ]


def _unless_all_none(spots: tuple[Spot | None, ...]) -> tuple[Spot | None, ...]:
    return spots if any(spot is not None for spot in spots) else ()


def _check_finite(x: Floats, y: Floats) -> None:
    wrong = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(wrong):
        first = int(wrong[0])
        raise NetworkError(f"place {first + 1} lies at ({x[first]}, {y[first]}), which is nowhere")
