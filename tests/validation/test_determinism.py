"""Equal inputs give equal bits: any hash seed, any order of plugins, any number of workers."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from patrolsim.cli.init import write_town

if TYPE_CHECKING:
    from pathlib import Path

PLUGIN = """
from patrolsim import Assignment, PolicySpec, Role, hookimpl

class Pick:
    def dispatch(self, view, incident):
        found = view.available(incident)
        return Assignment(incident.incident_id, (found[{index}],)) if found else None

@hookimpl
def patrolsim_policies():
    return [PolicySpec(name="{name}", role=Role.DISPATCH, build=lambda values: Pick())]
"""
FILES = ("summary.csv", "incidents.parquet", "legs.parquet", "volunteers.parquet")


def outcome(folder: Path, name: str, *, plugins: str, workers: int, hash_seed: str) -> list[bytes]:
    """Run the town in a process of its own, and return the bytes of its tables."""
    words = [
        *("run", "town", "-n", "3", "-q", "--out", name, "--ledger", f"{name}.sqlite"),
        *("--workers", str(workers)),
        *("--set", "period.from=2025-03-10 17:00", "--set", "period.length=6 h"),
        *(word for plugin in plugins for word in ("--plugin", f"{plugin}.py")),
    ]
    subprocess.run(
        [sys.executable, "-m", "patrolsim", *words],
        check=True,
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    return [(folder / name / file).read_bytes() for file in FILES]


@pytest.mark.slow
def test_hash_seeds_plugin_order_and_workers_change_no_bit(tmp_path: Path) -> None:
    write_town(tmp_path / "town")
    scenario = tmp_path / "town" / "scenario.yaml"
    text = scenario.read_text(encoding="utf-8")
    own = "\nstrategies:\n  a: {dispatch: pick_a}\n  b: {dispatch: pick_b}"
    scenario.write_text(text.replace("\nstrategies:", own, 1), encoding="utf-8")
    for name, index in (("a", 0), ("b", -1)):
        (tmp_path / f"{name}.py").write_text(PLUGIN.format(name=f"pick_{name}", index=index))
    first = outcome(tmp_path, "run-0", plugins="ab", workers=1, hash_seed="0")
    others = (("ba", 2, "1"), ("ab", 2, "2"), ("ba", 4, "0"))
    for number, (plugins, workers, hash_seed) in enumerate(others, 1):
        found = outcome(
            tmp_path, f"run-{number}", plugins=plugins, workers=workers, hash_seed=hash_seed
        )
        assert found == first
