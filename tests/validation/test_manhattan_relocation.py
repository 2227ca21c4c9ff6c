"""Manhattan with relocation, call for call: `dmexclp` as the YAML of a scenario describes it.

JEMSS counts cover by priority: calls of high priority are covered by units that drive with lights
for 330 s, those of low priority by units in ordinary traffic for 480 s; the ways between street
and door count, only stations are posts, and units move only when they become free. All of that
stands in the scenario; nothing here works out anything but what comes out of it.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.validation.test_manhattan import (
    SCENARIO,
    TOLERANCE_S,
    column,
    last_times,
    recorded,
    scenario_folder,
)

from patrolsim.engine import simulate
from patrolsim.eventlog import Event
from patrolsim.experiment import build_policies
from patrolsim.experiment.placing import builder_of
from patrolsim.plugins import PluginHost
from patrolsim.scenario.reader import read_scenario
from patrolsim.scenario.strategies import check_strategies

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.eventlog import EventLog

pytestmark = pytest.mark.slow

HOME = "  home: {dispatch: closest, standby: home}\n"
RELOCATION = """\
  relocation:
    dispatch: closest
    standby:
      policy: dmexclp
      demand: residents
      within by priority: {1: 330 s, 3: 480 s}
      share by priority: {1: 42%, 3: 58%}
      busy: 50%
      posts: stations
      before work: base
demand maps:
  residents: {raster: demand_raster.npz}
"""


def relocation_folder(shared_data: Path, tmp_path: Path) -> Path:
    """Put the files of the city beside a scenario with relocation."""
    folder = scenario_folder(shared_data, tmp_path / "relocation", "calls_dmexclp", None)
    city = shared_data / "networks" / "manhattan_jemss"
    shutil.copyfile(city / "demand_raster.npz", folder / "demand_raster.npz")
    assert HOME in SCENARIO
    text = SCENARIO.replace(HOME, RELOCATION)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return folder


def log_of(folder: Path) -> EventLog:
    """Return what happens under the only strategy of a scenario, as a user would run it."""
    host = PluginHost()
    host.load_installed()
    specs = {(spec.role.value, spec.name): spec.parameters for spec in host.specs()}
    loaded = read_scenario(folder, specs=specs)
    (chosen,) = check_strategies(loaded, specs).values()
    world = builder_of(loaded, host).build(0)
    return simulate(world, build_policies(chosen, host))


def test_every_call_comes_out_as_recorded_with_relocation(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = relocation_folder(shared_data, tmp_path)
    log, rows = log_of(folder), recorded(folder)
    taken = np.array([row["transport"] == "1" for row in rows])
    for name, event, stage in (
        ("dispatched_s", Event.ASSIGNED, None),
        ("arrived_s", Event.ARRIVED, 0),
        ("hospital_arrival_s", Event.ARRIVED, 1),
    ):
        mask = taken if stage == 1 else np.ones(len(rows), np.bool_)
        found = last_times(log, event, len(rows), stage=stage)[mask]
        error = np.abs(found - column(rows, name)[mask])
        wrong = np.flatnonzero(~(error <= TOLERANCE_S))
        assert not wrong.size, (name, int(wrong[0]), int(wrong.size), float(error[wrong[0]]))
