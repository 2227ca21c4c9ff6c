"""Writes the made-up maps of the benchmark scenarios anew.

``python benchmarks/scenarios/write_maps.py`` gives the same bytes each time: a baseline is
STALE as soon as a map differs.
"""

from __future__ import annotations

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


def write(folder: Path) -> None:
    """Write all maps below a folder."""
    nodes = write_csv(("node", "x", "y"), node_rows())
    edges = write_csv(("u", "v", "length_m", "highway", "oneway"), edge_rows())
    for name in TOWNS:
        _write(folder / name / "nodes.csv", nodes)
        _write(folder / name / "edges.csv", edges)
    district = generate_district(seed=DISTRICT_SEED)
    lived_in = [area for area in district.areas if area.kind in LIVED_IN]
    gates = [area.gates[0] for area in lived_in[::EVERY]]
    rows = [(f"gate {n + 1}", round(lon, 6), round(lat, 6)) for n, (lon, lat) in enumerate(gates)]
    _write(folder / "second-district" / "gates.csv", write_csv(("name", "lon", "lat"), rows))
    write_graphml(district.graph, folder / "second-district" / "map.graphml.gz")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(HERE)
