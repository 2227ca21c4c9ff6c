"""A pen for made districts: straight plans in metres, bent a little, onto a street graph."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from patrolsim.network.projection import local_projection

if TYPE_CHECKING:
    from collections.abc import Iterable

Point = tuple[float, float]
CENTRE = (114.38, 30.43)
"""Longitude and latitude of the middle of the plan."""
TURN = math.radians(-7.0)
"""How far the plan is turned against the compass."""
BENDS = ((62.0, 4300.0), (31.0, 2700.0))
"""Amplitude and wavelength of the waves that bend the straight lines of the plan, in metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What is known of a street.

    Attributes
    ----------
    highway
        Class of road, as in OpenStreetMap.
    name
        Its name.
    oneway
        Whether vehicles may only go as drawn.
    access
        ``closed`` for an opening that does not exist yet; empty for open.
    maxspeed
        Speed limit in km/h; None where the class of road says it.
    """

    highway: str
    name: str
    oneway: bool = False
    access: str = ""
    maxspeed: int | None = None


class Drawing:
    """A street graph under construction, from points of the plan.

    Parameters
    ----------
    generator
        The chance that bends and varies what is drawn.
    size
        Width and height of the plan, in metres from its south-west corner.
    """

    def __init__(self, generator: np.random.Generator, size: Point) -> None:
        self.generator = generator
        self.graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        self._middle = (size[0] / 2, size[1] / 2)
        self._phases = generator.random((2, len(BENDS))).tolist()
        self._nodes: dict[Point, int] = {}
        self._ways = 0
        lon, lat = (np.array([degrees]) for degrees in CENTRE)
        self._projection = local_projection(lon, lat)

    def draw(self, points: Iterable[Point], way: Way) -> None:
        """Draw a street through some points, both ways unless it is one-way."""
        self._ways += 1
        facts: dict[str, object] = {
            "osmid": self._ways,
            "highway": way.highway,
            "name": way.name,
            "oneway": way.oneway,
        }
        if way.access:
            facts["access"] = way.access
        if way.maxspeed is not None:
            facts["maxspeed"] = way.maxspeed
        for start, end in pairwise(points):
            self._draw_piece(start, end, facts, oneway=way.oneway)

    def lonlat(self, point: Point) -> Point:
        """Return longitude and latitude of a point of the plan, to the centimetre."""
        lon, lat = self._projection.to_degrees(*self._bend(point))
        return round(lon, 7), round(lat, 7)

    def _draw_piece(
        self, start: Point, end: Point, facts: dict[str, object], *, oneway: bool
    ) -> None:
        u, v = self._node(start), self._node(end)
        length = round(math.dist(self._bend(start), self._bend(end)), 2)
        self.graph.add_edge(u, v, length=length, reversed=False, **facts)
        if not oneway:
            self.graph.add_edge(v, u, length=length, reversed=True, **facts)

    def _node(self, point: Point) -> int:
        key = (round(point[0], 2), round(point[1], 2))
        if key not in self._nodes:
            self._nodes[key] = len(self._nodes) + 1
            lon, lat = self.lonlat(key)
            self.graph.add_node(self._nodes[key], x=lon, y=lat)
        return self._nodes[key]

    def _bend(self, point: Point) -> Point:
        """Return metres from the centre: each axis swings with the other, then all is turned."""
        x, y = point[0] - self._middle[0], point[1] - self._middle[1]
        east = x + _waves(y, self._phases[0])
        north = y + _waves(x, self._phases[1])
        return (
            east * math.cos(TURN) - north * math.sin(TURN),
            east * math.sin(TURN) + north * math.cos(TURN),
        )


def _waves(along_m: float, phases: list[float]) -> float:
    return sum(
        amplitude_m * math.sin(2 * math.pi * (along_m / wavelength_m + phase))
        for (amplitude_m, wavelength_m), phase in zip(BENDS, phases, strict=True)
    )
