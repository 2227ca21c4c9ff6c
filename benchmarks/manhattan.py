"""A scenario of Manhattan from the data of another simulator's city, which is not shipped.

The folder is one of a JEMSS city (docs/replay.md): streets, stations, hospitals, ambulances and
``demand_cells.csv.gz`` with the density of residents.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILES = (
    "city.yaml",
    "nodes.csv.gz",
    "edges.csv.gz",
    "stations.csv",
    "hospitals.csv",
    "ambulances.csv",
    "demand_cells.csv.gz",
)
SCENARIO = """\
name: Manhattan
streets: {city: city.yaml}
period: {from: 2019-01-01 08:00, length: 8 h}
teams:
  ambulances: {members: ambulances.csv}
incidents:
  urgent call:
    how often: 190 per day
    where: {raster: demand_cells.csv.gz}
    priority: 1
    reach within: 480 s
    stages:
      on scene: {where: scene, takes: about 456 s}
      handover: {where: nearest hospitals, takes: about 240 s}
  ordinary call:
    how often: 262 per day
    where: {raster: demand_cells.csv.gz}
    priority: 3
    reach within: 630 s
    stages:
      on scene: {where: scene, takes: about 456 s}
      handover: {where: nearest hospitals, takes: about 240 s}
"""
"""Rates, targets and mean durations are of the city's own file; all calls end in hospital."""


def write_scenario(city: Path, folder: Path) -> Path:
    """Put a scenario beside copies of the city's files, and return its folder.

    Raises
    ------
    FileNotFoundError
        If a file of the city is missing.
    """
    for name in FILES:
        shutil.copyfile(city / name, folder / name)
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    return folder
