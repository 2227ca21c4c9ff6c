"""Recorded runs of Manhattan through the whole engine, in bare SimPy events per incident."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

import pytest
from benchmarks.smoke.test_engine_pace import bare_event_s
from tests.validation.test_manhattan import replay_policies, scenario_folder

from patrolsim.engine import simulate
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("calls", "fleet", "rows"),
    [("calls_home", None, 150_782), ("calls_1500", "fleet_1500", 460_124)],
)
def test_a_replayed_call(
    calls: str,
    fleet: str | None,
    rows: int,
    shared_data: Path,
    tmp_path: Path,
    report: Callable[[str, str, str], None],
) -> None:
    folder = scenario_folder(shared_data, tmp_path / calls, calls, fleet)
    world = WorldBuilder(read_scenario(folder).scenario).build(0)
    spent_s = []
    for _ in range(2):
        begin = process_time()
        log = simulate(world, replay_policies())
        spent_s.append(process_time() - begin)
        assert len(log.events.event) == rows
    cost = min(spent_s) / len(world.incidents.incident_id) / bare_event_s()
    report(f"a call of the replay {calls}", f"{cost:.0f}", "bare SimPy events")
