"""What lies between the through streets of a made district: estates, works, a park, a lake."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import numpy as np

from patrolsim.network.drawing import Way
from patrolsim.network.plan import SIDES

if TYPE_CHECKING:
    from patrolsim.network.drawing import Drawing, Point
    from patrolsim.network.plan import Plan, Rect

    Lattice = list[list[Point]]
    Gates = list[Point]


class Site(NamedTuple):
    """A piece of land to be built on."""

    drawing: Drawing
    plan: Plan
    rect: Rect
    name: str


class Grain(NamedTuple):
    """How dense and how irregular the streets of a site are.

    Attributes
    ----------
    margin_m
        Distance between the through street and the outermost lane: walls stand there.
    across_m, up_m
        Usual distance of lanes.
    shift
        How far corners stray, as a share of that distance.
    """

    margin_m: float
    across_m: float
    up_m: float
    shift: float


ESTATE = Grain(margin_m=38.0, across_m=104.0, up_m=84.0, shift=0.06)
VILLAGE = Grain(margin_m=26.0, across_m=78.0, up_m=74.0, shift=0.30)
WORKS = Grain(margin_m=45.0, across_m=150.0, up_m=128.0, shift=0.03)
CAMPUS = Grain(margin_m=55.0, across_m=128.0, up_m=112.0, shift=0.22)


def build_estate(site: Site, *, gates: int) -> Gates:
    """Build a walled estate: a lane round it, a main lane, footways between rows of houses."""
    rows = _lattice(site, ESTATE)
    _draw_houses(site, rows)
    return _open_gates(site, rows, gates, Way(highway="residential", name=f"{site.name} Gate"))


def build_jammed_estate(site: Site) -> Gates:
    """Build an estate with one crowded way out in the south; an eastern one is a candidate."""
    rows = _lattice(site, ESTATE)
    _draw_houses(site, rows)
    south = Way(highway="residential", name=f"{site.name} South Gate", maxspeed=3)
    east = Way(highway="residential", name=f"{site.name} East Gate (candidate)", access="closed")
    return [
        *_open_gate(site, "south", rows[0][len(rows[0]) // 2], south),
        *_open_gate(site, "east", rows[len(rows) // 2][-1], east),
    ]


def build_village(site: Site) -> Gates:
    """Build an old village that the town has grown round: alleys, open on all sides."""
    rows = _lattice(site, VILLAGE)
    alley = Way(highway="living_street", name=f"{site.name} Alley")
    _draw_mesh(site, _numbered(rows), (alley, Way(highway="footway", name=alley.name)), 0.45)
    doors = [(side, point) for side in SIDES for point in _rim(rows, side)[1:-1:2]]
    return [gate for side, point in doors for gate in _open_gate(site, side, point, alley)]


def build_works(site: Site) -> Gates:
    """Build a walled part of the technology park: service roads, three gates."""
    rows = _lattice(site, WORKS)
    road = Way(highway="service", name=f"{site.name} Works Road")
    _draw_mesh(site, _numbered(rows), (road, road), 0.65)
    return _open_gates(site, rows, 3, Way(highway="service", name=f"{site.name} Gate"))


def build_campus(site: Site, *, gates: int) -> Gates:
    """Build a campus: gates, and inside only people on foot and on bicycles."""
    rows = _lattice(site, CAMPUS)
    points = _numbered(rows)
    stadium = (len(rows) // 3, len(rows[0]) // 4)
    if len(points) > 36:  # noqa: PLR2004 - a small school has no stadium
        del points[stadium], points[stadium[0], stadium[1] + 1]
    walk = Way(highway="pedestrian", name=f"{site.name} Walk")
    _draw_mesh(site, points, (walk, Way(highway="footway", name=f"{site.name} Path")), 0.6)
    return _open_gates(site, rows, gates, Way(highway="pedestrian", name=f"{site.name} Gate"))


def build_park(site: Site) -> Gates:
    """Build a park: two rings of paths round a pond, and ways in from all sides."""
    path = Way(highway="footway", name=f"{site.name} Path")
    outer = _ring(site, share=0.86, corners=16, swing=0.05)
    inner = _ring(site, share=0.42, corners=8, swing=0.10)
    for ring in (outer, inner):
        site.drawing.draw([*ring, ring[0]], path)
    for number, point in enumerate(inner):
        site.drawing.draw([point, outer[2 * number]], path)
    entries = zip(("east", "north", "west", "south"), outer[::4], strict=True)
    return [gate for side, point in entries for gate in _open_gate(site, side, point, path)]


def build_lake(site: Site) -> Gates:
    """Build a lake: no street crosses it, a greenway runs round it."""
    path = Way(highway="footway", name=f"{site.name} Greenway")
    shore = _ring(site, share=0.92, corners=36, swing=0.09)
    site.drawing.draw([*shore, shore[0]], path)
    doors = [("north", shore[10]), ("north", shore[6]), ("west", shore[16]), ("west", shore[21])]
    return [gate for side, point in doors for gate in _open_gate(site, side, point, path)]


def build_hill(site: Site) -> Gates:
    """Build a wooded hill: one path with steps that winds up from two sides."""
    path = Way(highway="path", name=f"{site.name} Path")
    shares = ((0.55, 0.10), (0.35, 0.25), (0.60, 0.38), (0.40, 0.52), (0.62, 0.60), (0.88, 0.55))
    winding = [site.rect.at(right, up) for right, up in shares]
    site.drawing.draw(winding, path)
    top = site.rect.at(0.42, 0.72)
    site.drawing.draw([winding[3], top], Way(highway="steps", name=f"{site.name} Steps"))
    return [
        *_open_gate(site, "south", winding[0], path),
        *_open_gate(site, "east", winding[-1], path),
    ]


def build_fields(site: Site) -> Gates:
    """Build fields: one track through them with a dead end."""
    track = Way(highway="track", name=f"{site.name} Track")
    shares = ((0.30, 0.86), (0.36, 0.55), (0.58, 0.42), (0.90, 0.48))
    bend = [site.rect.at(right, up) for right, up in shares]
    site.drawing.draw(bend, track)
    site.drawing.draw([bend[1], site.rect.at(0.22, 0.22)], track)
    return [
        *_open_gate(site, "north", bend[0], track),
        *_open_gate(site, "east", bend[-1], track),
    ]


def _draw_houses(site: Site, rows: Lattice) -> None:
    """Draw the lanes of an estate; each inner footway has a gap at most, so all hang together."""
    drawing, name = site.drawing, site.name
    ring = [*rows[0], *(row[-1] for row in rows[1:]), *rows[-1][-2::-1]]
    ring += [row[0] for row in rows[-2::-1]]
    drawing.draw(ring, Way(highway="service", name=f"{name} Ring"))
    main = len(rows[0]) // 2
    drawing.draw([row[main] for row in rows], Way(highway="residential", name=f"{name} Lane"))
    footway = Way(highway="footway", name=f"{name} Row")
    for row in rows[1:-1]:
        gap = int(drawing.generator.integers(2 * len(row)))
        for number, piece in enumerate(pairwise(row)):
            if number != gap:
                drawing.draw(piece, footway)
    for number, column in enumerate(zip(*rows, strict=True)):
        if number not in {0, main, len(rows[0]) - 1}:
            for piece in pairwise(column):
                if drawing.generator.random() < 0.4:  # noqa: PLR2004 - some rows are linked
                    drawing.draw(piece, footway)


def _draw_mesh(
    site: Site, points: dict[tuple[int, int], Point], ways: tuple[Way, Way], keep: float
) -> None:
    """Draw a random tree over neighbours as the first way, a share of the rest as the second."""
    generator = site.drawing.generator
    graph: nx.Graph[tuple[int, int]] = nx.Graph()
    for row, column in points:
        for neighbour in ((row + 1, column), (row, column + 1)):
            if neighbour in points:
                graph.add_edge((row, column), neighbour, weight=float(generator.random()))
    tree = {frozenset(edge) for edge in nx.minimum_spanning_edges(graph, data=False)}
    for u, v in graph.edges:
        if frozenset((u, v)) in tree:
            site.drawing.draw([points[u], points[v]], ways[0])
        elif generator.random() < keep:
            site.drawing.draw([points[u], points[v]], ways[1])


def _open_gates(site: Site, rows: Lattice, count: int, way: Way) -> Gates:
    """Open some gates, each in the middle of a side with a street, in random order of sides."""
    gates: Gates = []
    for number in site.drawing.generator.permutation(len(SIDES)).tolist():
        if len(gates) < count:
            rim = _rim(rows, SIDES[number])
            gates += _open_gate(site, SIDES[number], rim[len(rim) // 2], way)
    return gates


def _open_gate(site: Site, side: str, inside: Point, way: Way) -> Gates:
    """Join a point to the street along a side; return the gate, or nothing without a street."""
    outside = site.plan.join(site.rect, side, inside)
    if outside is None:
        return []
    site.drawing.draw([inside, outside], way)
    return [outside]


def _rim(rows: Lattice, side: str) -> list[Point]:
    if side in {"south", "north"}:
        return rows[0 if side == "south" else -1]
    return [row[0 if side == "west" else -1] for row in rows]


def _numbered(rows: Lattice) -> dict[tuple[int, int], Point]:
    return {(j, i): point for j, row in enumerate(rows) for i, point in enumerate(row)}


def _lattice(site: Site, grain: Grain) -> Lattice:
    """Return corners of lanes from the south up, each row from the west."""
    inner = site.rect.inset(grain.margin_m)
    columns = max(2, round(inner.width / grain.across_m) + 1)
    rows = max(2, round(inner.height / grain.up_m) + 1)
    chance = (site.drawing.generator.random((rows, columns, 2)) - 0.5) * 2 * grain.shift
    shift = np.round(chance * (grain.across_m, grain.up_m), 1).tolist()
    return [
        [
            (
                inner.west + inner.width * i / (columns - 1) + shift[j][i][0],
                inner.south + inner.height * j / (rows - 1) + shift[j][i][1],
            )
            for i in range(columns)
        ]
        for j in range(rows)
    ]


def _ring(site: Site, *, share: float, corners: int, swing: float) -> list[Point]:
    """Return an uneven ring round the middle of a site, from the east over the north."""
    phase = 2 * math.pi * float(site.drawing.generator.random())
    middle = site.rect.middle
    ring = []
    for corner in range(corners):
        angle = 2 * math.pi * corner / corners
        reach = share / 2 * (1 - swing * (1 + math.cos(3 * angle + phase)))
        ring.append(
            (
                middle[0] + reach * site.rect.width * math.cos(angle),
                middle[1] + reach * site.rect.height * math.sin(angle),
            )
        )
    return ring
