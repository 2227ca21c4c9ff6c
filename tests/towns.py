"""Scenario folders of a tiny town: a square grid of streets, 100 m apart, in metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 5
BLOCK_M = 100
LON0, LAT0 = 114.0, 30.0
DEGREES = 0.001
"""Streets of a town in degrees are this far apart."""


def write_town(folder: Path, **parts: object) -> Path:
    """Write a scenario folder; `parts` replace the top-level keys of the scenario."""
    write_map(folder, is_in_degrees=False)
    scenario: dict[str, object] = {
        "name": "A tiny town",
        "streets": {"nodes": "nodes.csv", "edges": "edges.csv"},
        "period": {"from": "2025-03-10 00:00", "length": "7 days"},
        "teams": {"helpers": {"number": 10}},
        "incidents": {"help": {"how_often": "20 per day", "takes": "10 min"}},
        **parts,
    }
    text = yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return folder


def build_town(folder: Path, **parts: object) -> WorldBuilder:
    """Write a scenario folder and return the builder of its worlds."""
    return WorldBuilder(read_scenario(write_town(folder, **parts)).scenario)


def write_map(folder: Path, *, is_in_degrees: bool) -> None:
    """Write the tables of nodes and edges; node ``n23`` is two east and three north."""
    names = [f"n{east}{north}" for east in range(SIDE) for north in range(SIDE)]
    rows = ["node,lon,lat" if is_in_degrees else "node,x,y"]
    for name in names:
        east, north = int(name[1]), int(name[2])
        if is_in_degrees:
            rows.append(f"{name},{LON0 + east * DEGREES:.3f},{LAT0 + north * DEGREES:.3f}")
        else:
            rows.append(f"{name},{east * BLOCK_M},{north * BLOCK_M}")
    write_table(folder / "nodes.csv", *rows)
    edges = [
        f"{name},{other},{BLOCK_M},no,residential"
        for name in names
        for other in (f"n{int(name[1]) + 1}{name[2]}", f"n{name[1]}{int(name[2]) + 1}")
        if other in names
    ]
    write_table(folder / "edges.csv", "u,v,length_m,oneway,highway", *edges)


def write_table(path: Path, *rows: str) -> Path:
    """Write lines of text."""
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
