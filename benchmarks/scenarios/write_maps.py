"""Writes the made-up maps of the benchmark scenarios anew.

``python benchmarks/scenarios/write_maps.py`` gives the same bytes each time: a baseline is
STALE as soon as a map differs.
"""

from __future__ import annotations

import math
from pathlib import Path

from patrolsim.cli.town import edge_rows, node_rows
from patrolsim.experiment.csv_cells import write_csv
from patrolsim.network.district import generate_district
from patrolsim.network.graphml import write_graphml

HERE = Path(__file__).parent
TOWNS = ("quiet-town", "busy-town")
DISTRICT_SEED = 7
LIVED_IN = ("estate", "jammed", "village")
EVERY = 4
GRID_SIDE, GRID_BLOCK_M = 7, 100
ISLANDS, ISLAND_PLACES = 5, 10
ISLANDS_RADIUS_M, ISLAND_RADIUS_M = 400.0, 90.0
STREETS = ("u", "v", "length_m", "highway", "oneway")

Place = tuple[int, float, float]
Street = tuple[int, int, float, str, str]


def write(folder: Path) -> None:
    """Write all maps below a folder."""
    nodes = write_csv(("node", "x", "y"), node_rows())
    edges = write_csv(STREETS, edge_rows())
    for name in TOWNS:
        _write(folder / name / "nodes.csv", nodes)
        _write(folder / name / "edges.csv", edges)
    _write_streets(folder / "patrol-grid", *grid())
    _write_streets(folder / "patrol-islands", *islands())
    district = generate_district(seed=DISTRICT_SEED)
    lived_in = [area for area in district.areas if area.kind in LIVED_IN]
    gates = [area.gates[0] for area in lived_in[::EVERY]]
    rows = [(f"gate {n + 1}", round(lon, 6), round(lat, 6)) for n, (lon, lat) in enumerate(gates)]
    _write(folder / "second-district" / "gates.csv", write_csv(("name", "lon", "lat"), rows))
    write_graphml(district.graph, folder / "second-district" / "map.graphml.gz")


def grid() -> tuple[list[Place], list[Street]]:
    """Return corners and streets of a square grid: no place is far, none must be passed."""
    side, block_m = GRID_SIDE, GRID_BLOCK_M
    places: list[Place] = [
        (n, n % side * block_m, n // side * block_m) for n in range(side * side)
    ]
    east = [(n, n + 1) for n in range(side * side) if n % side < side - 1]
    north = [(n, n + side) for n in range(side * (side - 1))]
    return places, _streets(places, sorted(east + north))


def islands() -> tuple[list[Place], list[Street]]:
    """Return dense clusters of corners in a row, each joined to the next one by one bridge.

    Graphs of this form (islands) and grids are among those on which the literature compares
    patrols: Almeida and others (2004), SBIA 2004, LNCS 3171, 474-483.
    """
    places, pairs = [], []
    for island in range(ISLANDS):
        first = island * ISLAND_PLACES
        for place in range(ISLAND_PLACES):
            turn = 2 * math.pi * (place / ISLAND_PLACES)
            x = island * ISLANDS_RADIUS_M - ISLAND_RADIUS_M * math.cos(turn)
            places.append((first + place, round(x, 1), round(ISLAND_RADIUS_M * math.sin(turn), 1)))
            steps = (1, 3) if place % 2 == 0 else (1,)
            pairs += [(first + place, first + (place + step) % ISLAND_PLACES) for step in steps]
        if island:
            pairs.append((first - ISLAND_PLACES // 2, first))
    return places, _streets(places, pairs)


def _streets(places: list[Place], pairs: list[tuple[int, int]]) -> list[Street]:
    """Return a straight street of both directions between each pair of places."""
    return [
        (u, v, round(math.dist(places[u][1:], places[v][1:]), 1), "residential", "no")
        for u, v in pairs
    ]


def _write_streets(folder: Path, places: list[Place], streets: list[Street]) -> None:
    _write(folder / "nodes.csv", write_csv(("node", "x", "y"), places))
    _write(folder / "edges.csv", write_csv(STREETS, streets))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(HERE)
