"""The scenarios of the shipped suites run, break no rule, and have the maps that are written."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from patrolsim.cli.policies import choose_policies, load_plugins
from patrolsim.experiment import Part, Task, arms_of
from patrolsim.experiment.workshop import Workshop
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from types import ModuleType

SCENARIOS = Path(__file__).parents[2] / "benchmarks" / "scenarios"
NAMES = ("busy-town", "patrol-grid", "patrol-islands", "quiet-town", "second-district")
TURNED_TWICE = ("quiet-town", 49)
"""Somebody is called away twice on the way from a door to the middle of a street."""


def findings_of(name: str, replication: int, seed: int) -> list[str]:
    loaded = read_scenario(SCENARIOS / name, overrides={"seed": str(seed)})
    host = load_plugins()
    (arm,) = arms_of(loaded, choose_policies(loaded, host))
    shop = Workshop([arm], host, frozenset({Part.AUDIT}))
    return list(shop.do(Task(arm.name, replication)).findings())


def map_writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_maps", SCENARIOS / "write_maps.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_no_other_scenarios() -> None:
    assert tuple(sorted(f.parent.name for f in SCENARIOS.glob("*/scenario.yaml"))) == NAMES


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_of_a_suite_breaks_no_rule(name: str) -> None:
    assert findings_of(name, 0, 20240501) == []


@pytest.mark.slow
def test_who_turns_twice_off_the_road_is_where_the_auditor_looks() -> None:
    assert findings_of(*TURNED_TWICE, 20240501) == []


@pytest.mark.slow
def test_the_maps_are_those_that_the_script_writes(tmp_path: Path) -> None:
    map_writer().write(tmp_path)
    written = sorted(file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file())
    assert {file.parts[0] for file in written} == set(NAMES)
    different = [
        file
        for file in written
        if (tmp_path / file).read_bytes() != (SCENARIOS / file).read_bytes()
    ]
    assert different == []
