"""A made district: arterials round gated super-blocks, a lake, a park, a campus.

Real maps carry licences, and a scenario that ships with the program should not. The district is
drawn from a seed and has what makes such a place hard to serve: walls with few gates, a dual
carriageway that cannot be crossed, a shore without streets, footpaths where no car may go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

LON0, LAT0 = 114.35, 30.405
METRES_PER_DEGREE = (95_905.0, 111_195.0)
"""Of longitude and latitude at 30.43 degrees north, on the sphere."""
COLUMNS, ROWS = 7, 6
AVENUE = 3
"""The arterial with two carriageways, counted from the south."""
BLOCK_M = (860.0, 830.0)
CARRIAGEWAY_M = 14.0
WALL_M = 55.0
"""Distance between an arterial and the streets behind the wall."""
Point = tuple[float, float]
Cell = tuple[int, int]

KINDS: dict[Cell, str] = {
    **dict.fromkeys(((5, 0), (6, 0), (6, 1)), "lake"),
    **dict.fromkeys(((0, 4), (1, 4), (0, 5)), "campus"),
    **dict.fromkeys(((5, 4), (6, 4), (5, 5), (6, 5)), "works"),
    **dict.fromkeys(((2, 0), (2, 2), (4, 1), (0, 2), (3, 5)), "village"),
    (3, 3): "park",
    (4, 2): "estate with a jam",
}
"""What lies in the blocks; the others are gated estates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district.

    Attributes
    ----------
    graph
        Streets in OSMnx's conventions: nodes with x, y in degrees, edges with length in metres,
        highway, oneway, access and name. A street with ``access="closed"`` could be opened.
    places
        Named points as (lon, lat).
    areas
        Named outlines as rings of (lon, lat), closed.
    """

    graph: nx.MultiDiGraph[int]
    places: dict[str, Point]
    areas: dict[str, tuple[Point, ...]]


@dataclass(slots=True)
class _Drawing:
    """Streets under construction, in metres from the south-west corner."""

    generator: np.random.Generator
    xs: list[float]
    ys: list[float]
    graph: nx.MultiDiGraph[int] = field(default_factory=nx.MultiDiGraph)
    nodes: dict[Point, int] = field(default_factory=dict)
    ways: int = 0

    def node(self, point: Point) -> int:
        """Return the node at a point, to the centimetre."""
        key = (round(point[0], 2), round(point[1], 2))
        if key not in self.nodes:
            self.nodes[key] = len(self.nodes) + 1
            lon, lat = degrees(key)
            self.graph.add_node(self.nodes[key], x=lon, y=lat)
        return self.nodes[key]

    def street(
        self,
        points: Sequence[Point],
        highway: str,
        name: str,
        *,
        oneway: bool = False,
        access: str = "",
    ) -> None:
        """Draw a street along some points, both ways unless it is one-way."""
        self.ways += 1
        facts = {"osmid": self.ways, "highway": highway, "name": name, "oneway": oneway}
        if access:
            facts["access"] = access
        for start, end in pairwise(points):
            u, v = self.node(start), self.node(end)
            length = round(float(np.hypot(end[0] - start[0], end[1] - start[1])), 2)
            self.graph.add_edge(u, v, length=length, reversed=False, **facts)
            if not oneway:
                self.graph.add_edge(v, u, length=length, reversed=True, **facts)


def generate_district(*, seed: int) -> District:
    """Return the district of a seed: about 3,000 nodes on 6 by 5 kilometres.

    Parameters
    ----------
    seed
        Any whole number of 0 or more; equal seeds give equal districts.
    """
    generator = np.random.Generator(np.random.Philox(key=seed))
    drawing = _Drawing(generator, _lines(generator, COLUMNS, 0), _lines(generator, ROWS, 1))
    _draw_arterials(drawing)
    gates = {
        cell: _draw_block(drawing, cell, KINDS.get(cell, "estate"))
        for cell in sorted((column, row) for column in range(COLUMNS) for row in range(ROWS))
    }
    graph = drawing.graph
    graph.graph.update(crs="epsg:4326", simplified=True, created_with="patrolsim", seed=seed)
    return District(graph=graph, places=_places(drawing, gates), areas=_areas(drawing))


def degrees(point: Point) -> Point:
    """Return longitude and latitude of a point in metres."""
    lon = LON0 + point[0] / METRES_PER_DEGREE[0]
    lat = LAT0 + point[1] / METRES_PER_DEGREE[1]
    return round(lon, 7), round(lat, 7)


def _lines(generator: np.random.Generator, blocks: int, axis: int) -> list[float]:
    """Return where the arterials of one direction run."""
    size = BLOCK_M[axis] * (1 + 0.16 * (generator.random(blocks) - 0.5))
    return [0.0, *np.round(np.cumsum(size), 1).tolist()]


def _draw_arterials(drawing: _Drawing) -> None:
    """Draw the arterials; none crosses the lake, and one avenue has two carriageways."""
    avenue = AVENUE
    for number, y in enumerate(drawing.ys):
        for column in range(COLUMNS):
            if _is_shore(((column, number - 1), (column, number))):
                continue
            start, end = (drawing.xs[column], y), (drawing.xs[column + 1], y)
            if number == avenue:
                _draw_avenue(drawing, start, end, column)
            else:
                highway = "secondary" if number % 2 else "tertiary"
                drawing.street(_split(start, end), highway, f"East Road {number + 1}")
    for number, x in enumerate(drawing.xs):
        for row in range(ROWS):
            if _is_shore(((number - 1, row), (number, row))):
                continue
            south = (x, drawing.ys[row] + (CARRIAGEWAY_M if row == avenue else 0.0))
            points = _split(south, (x, drawing.ys[row + 1]))
            highway = "primary" if number == avenue else "secondary"
            drawing.street(points, highway, f"Lake Road {number + 1}")


def _draw_avenue(drawing: _Drawing, start: Point, end: Point, column: int) -> None:
    """Draw two one-way carriageways that meet at crossings only, and a closed U-turn between."""
    south = _split(start, end)
    north = [(x, y + CARRIAGEWAY_M) for x, y in south]
    drawing.street(south, "primary", "Wenhua Avenue", oneway=True)
    drawing.street(north[::-1], "primary", "Wenhua Avenue", oneway=True)
    for crossing in {0, COLUMNS - 1} & {column} | {column}:
        side = 0 if crossing == column else -1
        drawing.street([south[side], north[side]], "primary", "Wenhua Avenue crossing")
    if column == COLUMNS - 1:
        drawing.street([south[-1], north[-1]], "primary", "Wenhua Avenue crossing")
    middle = len(south) // 2
    turn = [south[middle], north[middle]]
    drawing.street(turn, "primary", f"U-turn {column + 1}", access="closed")


def _draw_block(drawing: _Drawing, cell: Cell, kind: str) -> list[Point]:
    """Draw what lies inside a block; return its gates."""
    if kind == "lake":
        return []
    grid = _inner_grid(drawing, cell, spacing_m=150.0 if kind in {"park", "works"} else 112.0)
    highway = {"park": "footway", "campus": "pedestrian", "works": "service"}.get(
        kind, "residential"
    )
    name = f"{kind.capitalize()} {cell[0] + 1}-{cell[1] + 1}"
    for number, line in enumerate(grid):
        foot_only = kind.startswith("estate") and number % 3 == 1
        drawing.street(line, "footway" if foot_only else highway, f"{name} lane {number + 1}")
    for number, column in enumerate(zip(*grid, strict=True)):
        drawing.street(column, highway, f"{name} way {number + 1}")
    return _open_gates(drawing, cell, kind, grid, highway)


def _inner_grid(drawing: _Drawing, cell: Cell, *, spacing_m: float) -> list[list[Point]]:
    """Return the corners of the streets inside a block, row by row, a little irregular."""
    (west, east), (south, north) = _sides(drawing, cell)
    columns = max(2, round((east - west - 2 * WALL_M) / spacing_m) + 1)
    rows = max(2, round((north - south - 2 * WALL_M) / spacing_m) + 1)
    xs = np.linspace(west + WALL_M, east - WALL_M, columns)
    ys = np.linspace(south + WALL_M, north - WALL_M, rows)
    shift = np.round((drawing.generator.random((rows, columns, 2)) - 0.5) * 0.25 * spacing_m, 1)
    return [
        [(float(x + shift[j, i, 0]), float(y + shift[j, i, 1])) for i, x in enumerate(xs)]
        for j, y in enumerate(ys)
    ]


def _open_gates(
    drawing: _Drawing, cell: Cell, kind: str, grid: Sequence[Sequence[Point]], highway: str
) -> list[Point]:
    """Join a block to the arterials: a village on all sides, walls at a few gates."""
    edges = {
        "south": list(grid[0]),
        "north": list(grid[-1]),
        "west": [line[0] for line in grid],
        "east": [line[-1] for line in grid],
    }
    if kind == "village":
        doors = [(side, i) for side, line in edges.items() for i in range(0, len(line), 2)]
    elif kind == "estate with a jam":
        doors = [("south", 0)]
    else:
        sides = sorted(edges)
        count = 3 if kind in {"park", "campus"} else 2
        order = drawing.generator.permutation(len(sides))[:count].tolist()
        doors = [(sides[i], len(edges[sides[i]]) // 2) for i in order]
    gates = [_open_gate(drawing, cell, edges, door, highway) for door in doors]
    if kind == "estate with a jam":
        _open_gate(drawing, cell, edges, ("north", len(edges["north"]) - 1), highway, "closed")
    return [gate for gate in gates if gate is not None]


def _open_gate(
    drawing: _Drawing,
    cell: Cell,
    edges: dict[str, list[Point]],
    door: tuple[str, int],
    highway: str,
    access: str = "",
) -> Point | None:
    """Join one corner behind the wall to the nearest corner of the arterial on its side."""
    side, number = door
    inside = edges[side][number]
    line = _arterial_points(drawing, cell, side)
    on_map = [point for point in line if (round(point[0], 2), round(point[1], 2)) in drawing.nodes]
    if not on_map:
        return None
    outside = min(on_map, key=lambda point: np.hypot(point[0] - inside[0], point[1] - inside[1]))
    kind = "residential" if highway == "residential" else "service"
    drawing.street(
        [inside, outside], kind, f"Gate {cell[0] + 1}-{cell[1] + 1} {side}", access=access
    )
    return inside


def _arterial_points(drawing: _Drawing, cell: Cell, side: str) -> list[Point]:
    (west, east), (south, north) = _sides(drawing, cell)
    if side in {"south", "north"}:
        y = south if side == "south" else north
        points = _split((west, y), (east, y))
        lifted = [(x, y + CARRIAGEWAY_M) for x, y in points]
        return lifted if side == "south" and drawing.ys.index(y) == AVENUE else points
    x = west if side == "west" else east
    lift = CARRIAGEWAY_M if drawing.ys.index(south) == AVENUE else 0.0
    return _split((x, south + lift), (x, north))


def _split(start: Point, end: Point, step_m: float = 130.0) -> list[Point]:
    """Return points along a line, about a step apart."""
    parts = max(1, round(float(np.hypot(end[0] - start[0], end[1] - start[1])) / step_m))
    xs, ys = np.linspace(start[0], end[0], parts + 1), np.linspace(start[1], end[1], parts + 1)
    return [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]


def _sides(drawing: _Drawing, cell: Cell) -> tuple[Point, Point]:
    column, row = cell
    return (drawing.xs[column], drawing.xs[column + 1]), (drawing.ys[row], drawing.ys[row + 1])


def _is_shore(cells: Sequence[Cell]) -> bool:
    """Whether a stretch of arterial lies in the lake: all blocks beside it are water."""
    beside = [c for c in cells if 0 <= c[0] < COLUMNS and 0 <= c[1] < ROWS]
    return all(KINDS.get(cell) == "lake" for cell in beside)


def _places(drawing: _Drawing, gates: dict[Cell, list[Point]]) -> dict[str, Point]:
    """Return the named points."""
    corners = {
        "police_station": (3, 3),
        "service_window": (5, 4),
        "market": (2, 2),
        "bus_hub": (3, 2),
        "lakeside_square": (4, 1),
        "university_gate": (1, 4),
        "primary_school_1": (1, 1),
        "primary_school_2": (4, 4),
        "vocational_school": (2, 5),
        "health_centre": (4, 3),
    }
    places = {
        name: degrees((drawing.xs[column] + 40.0, drawing.ys[row] + 40.0))
        for name, (column, row) in corners.items()
    }
    jammed = next(cell for cell, kind in KINDS.items() if kind == "estate with a jam")
    places["south_gate"] = degrees(gates[jammed][0])
    return places


def _areas(drawing: _Drawing) -> dict[str, tuple[Point, ...]]:
    """Return the outlines of the blocks that have a name of their own."""
    areas = {}
    for cell, kind in sorted(KINDS.items()):
        (west, east), (south, north) = _sides(drawing, cell)
        ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        areas[f"{kind} {cell[0] + 1}-{cell[1] + 1}"] = tuple(degrees(point) for point in ring)
    return areas
