"""Metrics of a real run: what must hold whatever happened."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.runs import Closest, Home, NoPatrol

from patrolsim.cli.init import write_town
from patrolsim.engine import Policies, simulate
from patrolsim.eventlog import NEVER_US, Event
from patrolsim.metrics import incident_table, measure, plan_cover, volunteer_time
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import World, WorldBuilder

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.eventlog import EventLog


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, EventLog]:
    folder: Path = tmp_path_factory.mktemp("run") / "town"
    write_town(folder)
    settings = {"period.from": "2025-03-10 12:00", "period.length": "12 h"}
    scenario = read_scenario(folder, overrides=settings).scenario
    world = WorldBuilder(scenario).build(0)
    policies = Policies(dispatch=Closest(), standby=Home(), patrol=NoPatrol())
    return world, simulate(world, policies)


def test_the_states_of_everybody_add_up_to_their_shifts(happened: tuple[World, EventLog]) -> None:
    world, log = happened
    shifts = log.shifts
    length_us = shifts.end_us.clip(0, log.horizon_us) - shifts.start_us.clip(0, log.horizon_us)
    expected_us = np.zeros(len(world.volunteers), np.int64)
    np.add.at(expected_us, shifts.volunteer_id, length_us)
    found = volunteer_time(log, world)
    assert np.round(found.in_shift_s.sum(axis=1) * 1e6).tolist() == expected_us.tolist()


def test_every_incident_has_one_row(happened: tuple[World, EventLog]) -> None:
    world, log = happened
    rows = incident_table(log, world)
    assert rows.incident_id.tolist() == world.incidents.incident_id.tolist()
    assert rows.kind.tolist() == world.incidents.kind.tolist()


def test_the_clocks_of_an_incident_rise(happened: tuple[World, EventLog]) -> None:
    world, log = happened
    rows = incident_table(log, world)
    clocks = [rows.occurred_us, rows.known_us, rows.assigned_us, rows.departed_us]
    clocks += [rows.first_on_scene_us, rows.quorum_us, rows.closed_us]
    for before, after in itertools.pairwise(clocks):
        both = (before < NEVER_US) & (after < NEVER_US)
        assert (before[both] <= after[both]).all()


def test_sums_over_groups_are_the_whole(happened: tuple[World, EventLog]) -> None:
    world, log = happened
    found = measure(log, world, cover=plan_cover(world))
    for groups in (found.by_kind, found.by_area, found.by_hour):
        assert sum(group.known for group in groups.values()) == found.responses.known
    asked = int(np.count_nonzero(log.events.event == Event.ASSIGNED))
    assert found.workload is not None
    assert found.workload.assignments == asked
    assert found.cover is not None
    assert 0 <= found.cover.least <= found.cover.mean <= 1
