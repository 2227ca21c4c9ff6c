"""A made district: avenues round walled super-blocks, a lake, a park, a campus, works.

Real maps carry licences, and a scenario that ships with the program should not need one. The
district is drawn from a seed and has what makes such a place hard to serve: walls with few
gates, a dual carriageway that cannot be crossed everywhere, a shore without streets, lanes where
no car may go, and openings that do not exist yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network import blocks
from patrolsim.network.blocks import Site
from patrolsim.network.drawing import Drawing, Point, Way
from patrolsim.network.town import COLUMN_LINES, ROW_LINES, Town

if TYPE_CHECKING:
    from collections.abc import Callable

    import networkx as nx

    from patrolsim.network.plan import Rect
    from patrolsim.network.town import Lot

HOMES_PER_HECTARE = {"estate": 34.0, "jammed": 38.0, "village": 26.0, "campus": 24.0}
TURN_COLUMNS = {0: "", 1: "closed", 2: "closed", 4: "", 5: "closed"}
"""Where vehicles turn round on the avenue between two crossings: open, or closed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictArea:
    """A named piece of the district.

    Attributes
    ----------
    name, kind
        Its name; estate, jammed, village, campus, school, works, park, lake, hill or fields.
    households
        How many live there (a room for four on the campus counts as one).
    ring
        Its outline in degrees, closed.
    middle
        Its centre in degrees.
    gates
        Where its lanes meet the streets, in degrees; openings that are still closed come last.
    """

    name: str
    kind: str
    households: int
    ring: tuple[Point, ...]
    middle: Point
    gates: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district.

    Attributes
    ----------
    graph
        Streets in OSMnx's conventions: nodes with x, y in degrees, edges with length in metres,
        highway, oneway and name. A street with ``access="closed"`` could be opened.
    places
        Named points in degrees.
    areas
        Its pieces.
    """

    graph: nx.MultiDiGraph[int]
    places: dict[str, Point]
    areas: tuple[DistrictArea, ...]


BUILDERS: dict[str, Callable[[Site], blocks.Gates]] = {
    "estate": partial(blocks.build_estate, gates=2),
    "jammed": blocks.build_jammed_estate,
    "village": blocks.build_village,
    "works": blocks.build_works,
    "campus": partial(blocks.build_campus, gates=4),
    "school": partial(blocks.build_campus, gates=2),
    "park": blocks.build_park,
    "lake": blocks.build_lake,
    "hill": blocks.build_hill,
    "fields": blocks.build_fields,
}


def generate_district(*, seed: int) -> District:
    """Return the district of a seed: about 3,000 nodes on 6 by 5 kilometres.

    Parameters
    ----------
    seed
        Any whole number of 0 or more; equal seeds give equal districts.
    """
    generator = np.random.Generator(np.random.Philox(key=seed))
    town = Town(generator)
    drawing = Drawing(generator, (COLUMN_LINES[-1], ROW_LINES[-1]))
    areas = tuple(_build(town, drawing, lot) for lot in town.lots)
    _draw_turns(town, drawing)
    town.plan.draw(drawing)
    drawing.graph.graph.update(crs="epsg:4326", simplified=True, seed=seed)
    return District(graph=drawing.graph, places=_places(town, drawing), areas=areas)


def _build(town: Town, drawing: Drawing, lot: Lot) -> DistrictArea:
    gates = BUILDERS[lot.kind](Site(drawing, town.plan, lot.rect, lot.name))
    hectares = lot.rect.width * lot.rect.height / 10_000
    return DistrictArea(
        name=lot.name,
        kind=lot.kind,
        households=round(HOMES_PER_HECTARE.get(lot.kind, 0.0) * hectares),
        ring=tuple(drawing.lonlat(point) for point in _outline(lot.rect.inset(15.0))),
        middle=drawing.lonlat(lot.rect.middle),
        gates=tuple(drawing.lonlat(gate) for gate in gates),
    )


def _outline(rect: Rect) -> list[Point]:
    """Return a closed ring round a rectangle; the streets beside it are bent, and so is it."""
    corners = [rect.at(*share) for share in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    ring = [
        (start[0] + (end[0] - start[0]) * part / 4, start[1] + (end[1] - start[1]) * part / 4)
        for start, end in pairwise(corners)
        for part in range(4)
    ]
    return [*ring, corners[0]]


def _draw_turns(town: Town, drawing: Drawing) -> None:
    """Draw places to turn round on the avenue, and walkers' crossings beside them."""
    for column, access in TURN_COLUMNS.items():
        above, below = town.rect((column, 3)), town.rect((column, 2))
        for share, way in (
            (0.48, Way(highway="primary_link", name=f"U-turn {column + 1}", access=access)),
            (0.55, Way(highway="footway", name=f"Crossing {column + 1}")),
        ):
            point = above.at(share, 0.0)
            ends = (town.plan.join(below, "north", point), town.plan.join(above, "south", point))
            if ends[0] is not None and ends[1] is not None:
                drawing.draw([ends[0], ends[1]], way)


def _places(town: Town, drawing: Drawing) -> dict[str, Point]:
    """Return the named points: each beside a street or in the middle of its block."""
    where = {
        "police_station": ((3, 2), 0.03, 0.80),
        "service_window": ((5, 4), 0.03, 0.45),
        "park_service_centre": ((4, 5), 0.97, 0.30),
        "health_centre": ((3, 4), 0.96, 0.06),
        "market": ((2, 2), 0.50, 0.50),
        "bus_hub": ((3, 2), 0.50, 0.03),
        "lakeside_square": ((4, 1), 0.97, 0.50),
        "night_street": ((5, 3), 0.30, 0.60),
        "food_court": ((3, 1), 0.10, 0.95),
        "delivery_station": ((3, 5), 0.05, 0.40),
    }
    return {
        name: drawing.lonlat(town.rect(cell).at(right, up))
        for name, (cell, right, up) in where.items()
    }
