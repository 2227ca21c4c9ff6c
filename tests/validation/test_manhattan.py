"""Manhattan, call for call: recorded runs of another simulator, replayed through the engine.

JEMSS.jl (Ridler and others, Apache-2.0) simulated ambulances on this city; its calls come with
all their random draws. A replay has nothing random left, so every dispatch, arrival and arrival
at a hospital must come out at the recorded time. The folder of each replay is an ordinary
scenario: the city's own files and sixteen lines of YAML.
"""

from __future__ import annotations

import csv
import gzip
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.engine import Policies, simulate
from patrolsim.eventlog import Event, EventLog
from patrolsim.plugins import Origin, PluginHost
from patrolsim.policy import Role
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.world import World

pytestmark = pytest.mark.slow

TOLERANCE_S = 0.001
SCENARIO = """\
name: A recorded run of a JEMSS city
streets: {city: city.yaml}
period: {from: 2019-01-01 00:00, length: 60 days}
teams:
  ambulances: {members: ambulances.csv}
incidents:
  call:
    replay: calls.csv.gz
    stages:
      on scene: {where: scene}
      handover: {where: nearest hospitals}
strategies:
  home: {dispatch: closest, standby: home}
"""
CITY_FILES = ("city.yaml", "nodes.csv.gz", "edges.csv.gz", "stations.csv", "hospitals.csv")


def scenario_folder(shared_data: Path, folder: Path, calls: str, fleet: str | None) -> Path:
    """Put the files of a city, a fleet and recorded calls beside a scenario."""
    city = shared_data / "networks" / "manhattan_jemss"
    oracle = shared_data / "oracles" / "jemss_manhattan"
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*CITY_FILES, "ambulances.csv"):
        shutil.copyfile(city / name, folder / name)
    if fleet is not None:
        for name in ("stations.csv", "ambulances.csv"):
            shutil.copyfile(oracle / fleet / name, folder / name)
    shutil.copyfile(oracle / f"{calls}.csv.gz", folder / "calls.csv.gz")
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    return folder


def allow_redispatch(folder: Path) -> None:
    """Let units on the way to a call of low priority be sent to one of high priority."""
    city = folder / "city.yaml"
    text = city.read_text(encoding="utf-8")
    pairs = "redispatch: [[lowPriority, highPriority]]"
    city.write_text(text.replace("redispatch: []", pairs), encoding="utf-8")
    assert pairs in city.read_text(encoding="utf-8")


def replay(folder: Path) -> tuple[World, EventLog]:
    world = WorldBuilder(read_scenario(folder).scenario).build(0)
    return world, simulate(world, replay_policies())


def replay_policies() -> Policies:
    import patrolsim_policies

    host = PluginHost()
    host.register(patrolsim_policies, Origin(plugin="policies", source="tests"))
    chosen = {
        role: host.build(role, name, {})
        for role, name in (
            (Role.DISPATCH, "closest"),
            (Role.STANDBY, "home"),
            (Role.PATROL, "stand"),
        )
    }
    return Policies(
        dispatch=chosen[Role.DISPATCH],  # type: ignore[arg-type]  # checked by the host
        standby=chosen[Role.STANDBY],  # type: ignore[arg-type]
        patrol=chosen[Role.PATROL],  # type: ignore[arg-type]
    )


def last_times(log: EventLog, event: Event, calls: int, *, stage: int | None = None) -> np.ndarray:
    """Return the last time of an event for each call, in seconds; nan for never."""
    table = log.events
    mask = table.event == event
    if stage is not None:
        mask &= table.detail == stage
    times = np.full(calls, np.nan)
    times[table.incident_id[mask]] = table.time_us[mask] / 1e6
    return times


def recorded(folder: Path) -> list[dict[str, str]]:
    with gzip.open(folder / "calls.csv.gz", "rt", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: float(row["call_time_s"]))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


@pytest.mark.parametrize(
    ("calls", "fleet", "redispatch"),
    [
        ("calls_home", None, False),
        ("calls_500_queue", "fleet_500", False),
        ("calls_700_redispatch", "fleet_700", True),
    ],
)
def test_every_call_comes_out_as_recorded(
    calls: str,
    fleet: str | None,
    redispatch: bool,  # noqa: FBT001 - a parameter of the case
    shared_data: Path,
    tmp_path: Path,
) -> None:
    folder = scenario_folder(shared_data, tmp_path / calls, calls, fleet)
    if redispatch:
        allow_redispatch(folder)
    world, log = replay(folder)
    rows = recorded(folder)
    assert [row["call_id"] for row in rows] == list(world.incidents.label)
    number = len(rows)
    for name, event, stage in (
        ("dispatched_s", Event.ASSIGNED, None),
        ("arrived_s", Event.ARRIVED, 0),
        ("hospital_arrival_s", Event.ARRIVED, 1),
    ):
        found = last_times(log, event, number, stage=stage)
        wanted = column(rows, name)
        taken = np.array([row["transport"] == "1" for row in rows])
        mask = taken if stage == 1 else np.ones(number, np.bool_)
        error = np.abs(found[mask] - wanted[mask])
        assert error.max() <= TOLERANCE_S, (name, int(np.nanargmax(error)))
        assert np.isnan(found[~mask]).all()
    if "unit" in rows[0]:
        check_units(log, rows)


def check_units(log: EventLog, rows: list[dict[str, str]]) -> None:
    """Hold the unit of each call against the record: the last one that was sent."""
    table = log.events
    mask = table.event == Event.ASSIGNED
    sent = np.zeros(len(rows), np.int64)
    sent[table.incident_id[mask]] = table.volunteer_id[mask] + 1
    assert sent.tolist() == [int(row["unit"]) for row in rows]
