"""The second load of a map: against reading the same bytes, and against compiling the map again.

A snapshot must give the arrays that compiling gives, or the figure counts for nothing.
"""

from __future__ import annotations

import shutil
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
import yaml

from patrolsim.network.snapshot import FOLDER
from patrolsim.scenario.reader import read_scenario
from patrolsim.world.maps import read_ground

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolsim.scenario.models import Scenario

TABLES = {"nodes": "nodes.csv.gz", "edges": "edges.csv.gz"}


@pytest.fixture(params=["jinan_osm", "large_155k"])
def scenario(request: pytest.FixtureRequest, shared_data: Path, tmp_path: Path) -> Scenario:
    for name in TABLES.values():
        shutil.copyfile(shared_data / "networks" / request.param / name, tmp_path / name)
    parts = {
        "name": request.param,
        "streets": TABLES,
        "period": {"from": "2025-03-10 00:00", "length": "1 day"},
        "teams": {"helpers": {"number": 10}},
        "incidents": {"help": {"how_often": "10 per day", "takes": "10 min"}},
    }
    (tmp_path / "scenario.yaml").write_text(yaml.safe_dump(parts), encoding="utf-8")
    return read_scenario(tmp_path).scenario


def least_s(action: Callable[[], object], times: int) -> float:
    """Return the shortest of several runs, in seconds."""
    costs = []
    for _ in range(times):
        start_s = perf_counter()
        action()
        costs.append(perf_counter() - start_s)
    return min(costs)


def test_a_second_load(
    scenario: Scenario, tmp_path: Path, report: Callable[[str, str, str], None]
) -> None:
    tmp_path.chmod(0o555)
    compiled = read_ground(scenario)
    compiling_s = least_s(lambda: read_ground(scenario), 1)
    tmp_path.chmod(0o755)
    mapped = read_ground(scenario)
    assert mapped.streets.packed
    assert np.array_equal(compiled.streets.weight_us, mapped.streets.weight_us)
    assert np.array_equal(compiled.streets.x, mapped.streets.x)
    (snapshot,) = (tmp_path / FOLDER).iterdir()
    reading_s = least_s(snapshot.read_bytes, 5)
    mapping_s = least_s(lambda: read_ground(scenario), 5)
    nodes = f"{len(mapped.streets.x):,} nodes"
    report(f"a second load of {nodes}", f"1/{compiling_s / mapping_s:.0f}", "of compiling the map")
    report(f"a second load of {nodes}", f"{mapping_s / reading_s:.1f}", "reading its bytes")
