"""Where incidents happen and people live: areas from which points are drawn by weight.

Each point is keyed by its own number, so one more point changes no other. Positions are rounded
to a micrometre, which hides the last bits in which processors differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.network.streets import Streets
    from patrolsim.streams import RandomStreams

    Floats = npt.NDArray[np.float64]
    Ids = npt.NDArray[np.int64]

DECIMALS = 6
LEAST_FILLING = 1e-3
"""A polygon must fill at least this share of the box around it, or points are not found in it."""
MOST_TRIES = 50_000
MOST_PAIRS = 200_000
"""So many pairs of an edge and a point are looked at in one step."""


class Area(Protocol):
    """Something from which points are drawn."""

    def sample(self, ids: Ids, purpose: str, streams: RandomStreams) -> tuple[Floats, Floats]:
        """Return x and y of one point per id, metres; shape as `ids`."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetArea:
    """Anywhere along the streets, by their length."""

    streets: Streets

    def sample(self, ids: Ids, purpose: str, streams: RandomStreams) -> tuple[Floats, Floats]:
        """Return points on the straight lines of the streets that some mode uses."""
        streets = self.streets
        usable = streets.usable[:, streets.tail] & streets.usable[:, streets.head]
        is_open = np.any(usable & (streets.weight_us != CLOSED_US), axis=0)
        # A street that is walked both ways is two arcs, and must not count twice.
        length_m = streets.length_m * np.where(streets.twin >= 0, 0.5, 1.0)
        arc = _choose(np.where(is_open, length_m, 0.0), ids, purpose, streams)
        share = streams.uniforms(f"{purpose}/along", ids)
        tail, head = streets.tail[arc], streets.head[arc]
        x = streets.x[tail] + share * (streets.x[head] - streets.x[tail])
        y = streets.y[tail] + share * (streets.y[head] - streets.y[tail])
        return _rounded(x, y)


@dataclass(frozen=True, slots=True, eq=False)
class PointArea:
    """Points with weights, possibly scattered by a normal distribution.

    Attributes
    ----------
    x, y, weight
        The points, metres; shape (n,).
    spread_m
        Standard deviation of the scatter in each direction.
    """

    x: Floats
    y: Floats
    weight: Floats
    spread_m: float

    def sample(self, ids: Ids, purpose: str, streams: RandomStreams) -> tuple[Floats, Floats]:
        """Return one of the points per id, scattered."""
        point = _choose(self.weight, ids, purpose, streams)
        x, y = self.x[point], self.y[point]
        if self.spread_m > 0:
            radius = np.sqrt(-2 * np.log(streams.uniforms(f"{purpose}/radius", ids)))
            angle = 2 * np.pi * streams.uniforms(f"{purpose}/angle", ids)
            x = x + self.spread_m * radius * np.cos(angle)
            y = y + self.spread_m * radius * np.sin(angle)
        return _rounded(x, y)


@dataclass(frozen=True, slots=True, eq=False)
class CellArea:
    """Square cells with weights; a point falls anywhere in a cell.

    Attributes
    ----------
    x, y, weight
        Centres of the cells, metres; shape (n,).
    width_m, height_m
        Size of each cell.
    """

    x: Floats
    y: Floats
    weight: Floats
    width_m: float
    height_m: float

    def sample(self, ids: Ids, purpose: str, streams: RandomStreams) -> tuple[Floats, Floats]:
        """Return a point in one of the cells per id."""
        cell = _choose(self.weight, ids, purpose, streams)
        east = streams.uniforms(f"{purpose}/east", ids) - 0.5
        north = streams.uniforms(f"{purpose}/north", ids) - 0.5
        return _rounded(self.x[cell] + east * self.width_m, self.y[cell] + north * self.height_m)


@dataclass(frozen=True, slots=True, eq=False)
class PolygonArea:
    """Polygons with holes and weights; a point falls anywhere inside one.

    Attributes
    ----------
    polygons
        Each a sequence of rings (outline first, then holes) of shape (k, 2), metres.
    weight
        Weight of each polygon.
    """

    polygons: Sequence[Sequence[Floats]]
    weight: Floats

    def sample(self, ids: Ids, purpose: str, streams: RandomStreams) -> tuple[Floats, Floats]:
        """Return a point per id: points of the surrounding box are drawn until one is inside."""
        chosen = _choose(self.weight, ids, purpose, streams)
        x, y = np.zeros(len(ids)), np.zeros(len(ids))
        for number in np.unique(chosen).tolist():
            rows = np.flatnonzero(chosen == number)
            x[rows], y[rows] = self.sample_one(number, ids[rows], purpose, streams)
        return x, y

    def sample_one(
        self, number: int, ids: Ids, purpose: str, streams: RandomStreams
    ) -> tuple[Floats, Floats]:
        """Return points inside one of the polygons."""
        return _rounded(*_inside(self.polygons[number], ids, purpose, streams))


def filling(rings: Sequence[Floats]) -> float:
    """Return the share that a polygon with holes fills of the box around it."""
    width, height = rings[0].max(axis=0) - rings[0].min(axis=0)
    return polygon_area(rings) / float(width * height) if width * height > 0 else 0.0


def polygon_area(rings: Sequence[Floats]) -> float:
    """Return the area of a polygon without its holes, square metres."""
    outline, *holes = rings
    return ring_area(outline) - sum(ring_area(hole) for hole in holes)


def ring_area(ring: Floats) -> float:
    """Return the area that a ring encloses, square metres (Gauss's formula)."""
    x, y = ring[:, 0], ring[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def contains(rings: Sequence[Floats], x: Floats, y: Floats) -> npt.NDArray[np.bool_]:
    """Say which points lie inside a polygon with holes (even-odd rule)."""
    inside = np.zeros(x.shape, np.bool_)
    edges = max(1, MOST_PAIRS // max(1, x.size))
    for ring in rings:
        ends = np.roll(ring, -1, axis=0)
        for first in range(0, len(ring), edges):
            some = slice(first, first + edges)
            crossings = _crossings(ring[some, :, None], ends[some, :, None], x, y)
            inside ^= crossings.sum(axis=0) % 2 == 1
    return inside


def _crossings(begins: Floats, ends: Floats, x: Floats, y: Floats) -> npt.NDArray[np.bool_]:
    """Say which edges the ray from each point to the west crosses; shape (edges, points)."""
    (ax, ay), (bx, by) = begins.swapaxes(0, 1), ends.swapaxes(0, 1)
    crosses = (ay > y) != (by > y)
    # Where an edge is almost level and the point is far from it the quotient has no meaning.
    with np.errstate(over="ignore", invalid="ignore"):
        at = ax + (y - ay) * (bx - ax) / np.where(by != ay, by - ay, 1.0)
    found: npt.NDArray[np.bool_] = crosses & (x < at)
    return found


def _inside(
    rings: Sequence[Floats], ids: Ids, purpose: str, streams: RandomStreams
) -> tuple[Floats, Floats]:
    low, high = rings[0].min(axis=0), rings[0].max(axis=0)
    x, y = np.full(len(ids), rings[0][0, 0]), np.full(len(ids), rings[0][0, 1])
    missing = np.arange(len(ids))
    for attempt in range(MOST_TRIES):
        if not len(missing):
            break
        east = streams.uniforms(f"{purpose}/east {attempt}", ids[missing])
        north = streams.uniforms(f"{purpose}/north {attempt}", ids[missing])
        at_x, at_y = low[0] + east * (high[0] - low[0]), low[1] + north * (high[1] - low[1])
        hit = contains(rings, at_x, at_y)
        x[missing[hit]], y[missing[hit]] = at_x[hit], at_y[hit]
        missing = missing[~hit]
    return x, y


def _choose(weight: Floats, ids: Ids, purpose: str, streams: RandomStreams) -> Ids:
    """Return one index per id, with probability proportional to the weights."""
    cumulative = np.cumsum(weight)
    u = streams.uniforms(f"{purpose}/which", ids) * cumulative[-1]
    index = np.searchsorted(cumulative, u, side="right")
    chosen: Ids = np.minimum(index, len(weight) - 1).astype(np.int64)
    return chosen


def _rounded(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return np.round(x, DECIMALS), np.round(y, DECIMALS)
