"""The nearest street of a point, exactly: of equally near ones that with the lowest number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.network.cells import counted
from patrolsim.network.packing import SAMPLE_M, street_cells
from patrolsim.network.streets import CLOSED_US, ClosedStreetsError

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.network.cells import Floats, Ints64
    from patrolsim.network.streets import Streets

SLACK_M = 1e-6
"""Distances closer than this are the same: then the street with the lower number counts."""
MOST_PAIRS = 200_000
"""Points and streets near them that are looked at together: bounds the memory."""


class Nearest(NamedTuple):
    """The nearest street of each point.

    Attributes
    ----------
    distance_m
        How far it is; infinite as long as none was found.
    arcs, shares
        Its number, and how far along it the nearest spot lies, from 0 to 1.
    """

    distance_m: Floats
    arcs: Ints64
    shares: Floats


class StreetFinder:
    """Finds the nearest open street of a mode between nodes that may be entered.

    Parameters
    ----------
    streets
        The compiled streets.
    mode
        Index of the mode.
    usable
        Nodes at which the mode can get on and off; shape (n,).

    Raises
    ------
    NetworkError
        If there is no such street.
    """

    def __init__(self, streets: Streets, mode: int, usable: npt.NDArray[np.bool_]) -> None:
        self._streets = streets
        self._cells = street_cells(streets)
        self._is_open = streets.weight_us[mode] != CLOSED_US
        self._is_open &= usable[streets.tail] & usable[streets.head]
        if not self._is_open.any():
            raise ClosedStreetsError(
                f"nobody can get on the streets by {streets.modes[mode].name}"
            )

    def nearest(self, x: Floats, y: Floats) -> Nearest:
        """Return the nearest street of each point.

        A street has a sample within half a step of its nearest spot, and the cells tell where the
        samples are: whatever lies in no cell so near is farther than what was found.
        """
        count = len(x)
        found = Nearest(np.full(count, np.inf), np.zeros(count, np.int64), np.zeros(count))
        left, radius_m = np.arange(count), self._cells.bounds_m(x, y)
        while len(left):
            self._look_round(left, radius_m, (x, y), found)
            needed_m = _reach_of_samples(found.distance_m[left])
            is_open = needed_m > radius_m
            left, needed_m, radius_m = left[is_open], needed_m[is_open], radius_m[is_open]
            # Whoever has found a street knows how far to look; the others look twice as far.
            radius_m = np.where(np.isfinite(needed_m), needed_m, 2 * radius_m)
        return found

    def _look_round(
        self, left: Ints64, radius_m: Floats, points: tuple[Floats, Floats], found: Nearest
    ) -> None:
        """Look at the streets in the cells round some points, given by their numbers."""
        owner, begin, count = self._cells.ranges(points[0][left], points[1][left], radius_m)
        if int(count.sum()) > MOST_PAIRS and len(left) > 1:
            half = len(left) // 2
            self._look_round(left[:half], radius_m[:half], points, found)
            self._look_round(left[half:], radius_m[half:], points, found)
            return
        self._look_at(left[np.repeat(owner, count)], counted(begin, count), points, found)

    def _look_at(
        self, owner: Ints64, places: Ints64, points: tuple[Floats, Floats], found: Nearest
    ) -> None:
        """Enter the nearest of some streets, by their places in the cells, for each owner."""
        arcs = self._cells.arcs[places].astype(np.int64)
        kept = self._is_open[arcs]
        owner, arcs = owner[kept], arcs[kept]
        distance, share = self._to_street(arcs, points[0][owner], points[1][owner])
        best = _first_of_nearest(owner, distance, arcs)
        whose = owner[best]
        for column, values in zip(found, (distance, arcs, share), strict=True):
            column[whose] = values[best]

    def _to_street(self, arcs: Ints64, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return distance to, and share along, the straight line of each arc."""
        streets = self._streets
        ax, ay = streets.x[streets.tail[arcs]], streets.y[streets.tail[arcs]]
        dx, dy = streets.x[streets.head[arcs]] - ax, streets.y[streets.head[arcs]] - ay
        square = dx * dx + dy * dy
        along = ((x - ax) * dx + (y - ay) * dy) / np.where(square > 0, square, 1.0)
        share = np.clip(along, 0.0, 1.0)
        return np.hypot(ax + share * dx - x, ay + share * dy - y), share


def _reach_of_samples(distance_m: Floats) -> Floats:
    """Return how far a sample of a street can be whose nearest spot is so far away."""
    reach: Floats = np.hypot(distance_m, SAMPLE_M / 2) + SLACK_M
    return reach


def _first_of_nearest(owner: Ints64, distance: Floats, arcs: Ints64) -> Ints64:
    """Return for each owner the place of its nearest arc; ties: the lowest arc.

    The entries of an owner stand together.
    """
    if not len(owner):
        return np.zeros(0, np.int64)
    is_first = np.concatenate([[True], owner[1:] != owner[:-1]])
    least = np.minimum.reduceat(distance, np.flatnonzero(is_first))[np.cumsum(is_first) - 1]
    near = np.flatnonzero(distance <= least + 2 * SLACK_M)
    near = near[np.lexsort((arcs[near], np.round(distance[near] / SLACK_M), owner[near]))]
    best: Ints64 = near[np.concatenate([[True], owner[near][1:] != owner[near][:-1]])]
    return best
