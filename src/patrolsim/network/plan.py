"""The plan of a made district: straight through streets, and where others join them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from patrolsim.network.drawing import Drawing, Point, Way

JOIN_M = 18.0
"""Streets that would join a through street nearer to each other than this join it together."""
STEP_M = 160.0
"""Longest piece of a through street between two nodes."""
SIDES = ("south", "east", "north", "west")


class Rect(NamedTuple):
    """A rectangle of the plan, in metres."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """Its extent from west to east."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """Its extent from south to north."""
        return self.north - self.south

    @property
    def middle(self) -> Point:
        """Its centre."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    def inset(self, margin_m: float) -> Rect:
        """Return the rectangle within, a margin away on all sides."""
        return Rect(
            self.west + margin_m,
            self.south + margin_m,
            self.east - margin_m,
            self.north - margin_m,
        )

    def at(self, right: float, up: float) -> Point:
        """Return the point at these shares of its width and height."""
        return self.west + right * self.width, self.south + up * self.height


class Line(NamedTuple):
    """A through street of the plan, along the parallel or the meridian ``at``.

    It runs from `start` up to `end`, or down when it is drawn backwards.
    """

    is_meridian: bool
    at: float
    start: float
    end: float
    way: Way
    is_backwards: bool = False

    def point(self, along: float) -> Point:
        """Return the point of the plan at this easting or northing."""
        return (self.at, along) if self.is_meridian else (along, self.at)


class Plan:
    """Through streets, with the nodes that they get from each other and from what joins them."""

    def __init__(self) -> None:
        self._lines: list[tuple[Line, list[float]]] = []

    def add(self, line: Line) -> None:
        """Add a through street; it crosses those that are there."""
        stops = [line.start, line.end]
        for other, other_stops in self._lines:
            if other.is_meridian != line.is_meridian and _meet(line, other):
                stops.append(other.at)
                other_stops.append(line.at)
        self._lines.append((line, stops))

    def join(self, rect: Rect, side: str, inside: Point) -> Point | None:
        """Return the node of the street along a side that is opposite a point; make it if needed.

        None when no street runs there.
        """
        is_meridian = side in {"east", "west"}
        at = getattr(rect, side)
        along = inside[1] if is_meridian else inside[0]
        for line, stops in self._lines:
            is_side = line.is_meridian == is_meridian and line.at == at
            if is_side and line.start <= along <= line.end:
                nearest = min(stops, key=lambda stop: (abs(stop - along), stop))
                if abs(nearest - along) > JOIN_M:
                    stops.append(along)
                    nearest = along
                return line.point(nearest)
        return None

    def draw(self, drawing: Drawing) -> None:
        """Draw all through streets, each from node to node."""
        for line, stops in self._lines:
            points = [line.point(along) for along in _filled(sorted(set(stops)))]
            drawing.draw(points[::-1] if line.is_backwards else points, line.way)


def _meet(one: Line, other: Line) -> bool:
    return min(one.start, one.end) <= other.at <= max(one.start, one.end) and min(
        other.start, other.end
    ) <= one.at <= max(other.start, other.end)


def _filled(stops: list[float]) -> list[float]:
    """Return the stops, and points between those that are far apart."""
    filled = stops[:1]
    for start, end in pairwise(stops):
        parts = max(1, round((end - start) / STEP_M))
        filled += [start + (end - start) * part / parts for part in range(1, parts)] + [end]
    return filled
