"""Real networks from their snapshots: the same day to the last bit, and little memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from patrolsim.network.snapshot import FOLDER

NETWORKS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "manhattan_jemss": ({"city": "city.yaml"}, ("nodes", "edges", "stations", "hospitals")),
    "jinan_osm": ({"nodes": "nodes.csv.gz", "edges": "edges.csv.gz"}, ("nodes", "edges")),
    "helsinki_osm": ({"nodes": "nodes.csv.gz", "edges": "edges.csv.gz"}, ("nodes", "edges")),
    "large_155k": ({"nodes": "nodes.csv.gz", "edges": "edges.csv.gz"}, ("nodes", "edges")),
}
MOST_PRIVATE_MB = 20
DIGEST = """
import sys
from pathlib import Path
from tests.runs import run
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder
world = WorldBuilder(read_scenario(Path(sys.argv[1])).scenario).build(0)
print(bool(world.streets.packed), world.incidents.digest(), run(world).digest())
"""
HOLD = """
import sys
from pathlib import Path
from patrolsim.network.snapshot import load_map
kept = load_map(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
WEIGH = (Path(__file__).parent / "private_memory.py").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


def town_of(data: Path, network: str, folder: Path) -> Path:
    """Write a scenario of a day on a copy of a network."""
    streets, tables = NETWORKS[network]
    for file in (data / "networks" / network).iterdir():
        if file.name.split(".")[0] in {*tables, "city"}:
            shutil.copyfile(file, folder / file.name)
    posts = {"posts": ["stations"]} if "city" in streets else {}
    scenario: dict[str, Any] = {
        "name": network,
        "streets": streets,
        "period": {"from": "2025-03-10 00:00", "length": "6 hours"},
        "teams": {"helpers": {"number": 60, **posts}},
        "incidents": {"help": {"how_often": "400 per day", "takes": "10 min"}},
    }
    (folder / "scenario.yaml").write_text(yaml.safe_dump(scenario), encoding="utf-8")
    return folder


def python(code: str, *words: object, cache: Path | None = None) -> list[str]:
    command = [sys.executable, "-c", code, *map(str, words)]
    env = os.environ if cache is None else {**os.environ, "XDG_CACHE_HOME": str(cache)}
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    return said.stdout.split()


@pytest.mark.parametrize("network", sorted(NETWORKS))
def test_a_day_is_the_same_with_and_without_a_snapshot(
    shared_data: Path, tmp_path: Path, network: str
) -> None:
    folder = town_of(shared_data, network, tmp_path)
    no_folder = folder / "scenario.yaml"
    folder.chmod(0o555)
    without = python(DIGEST, folder, cache=no_folder)
    folder.chmod(0o755)
    first, second = python(DIGEST, folder), python(DIGEST, folder)
    assert [day[0] for day in (without, first, second)] == ["False", "True", "True"]
    assert without[1:] == first[1:] == second[1:]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what memory is private")
def test_a_process_adds_little_private_memory_for_a_large_network(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = town_of(shared_data, "large_155k", tmp_path)
    python(DIGEST, folder)
    (snapshot,) = (folder / FOLDER).iterdir()
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(snapshot)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with held:
        assert held.stdout is not None
        assert held.stdout.readline() == "held\n"
        found = json.loads("".join(python(WEIGH, folder)))
        assert held.stdin is not None
        held.stdin.close()
    assert 0 < found["routing"] < MOST_PRIVATE_MB
    assert 0 < found["world"] < MOST_PRIVATE_MB
