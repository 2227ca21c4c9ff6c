"""Work at a window against theory: a batch of 35 cards, and a queue with c clerks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from tests.runs import Closest, Home, NoPatrol
from tests.towns import build_town
from tests.validation.queueing import estimate, mean_wait

from patrolsim.engine import Policies, simulate
from patrolsim.eventlog import NEVER_US, Event
from patrolsim.metrics import incident_table, summarise
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.units import DAY_S

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.eventlog import EventLog
    from patrolsim.world import World, WorldBuilder

CARDS, MINUTES = 35, 12


def window(folder: Path, clerks: int, **kind: object) -> WorldBuilder:
    """Return a town with one service window and one kind of request."""
    return build_town(
        folder,
        places={"window": {"x": 200.0, "y": 200.0}},
        teams={"clerks": {"number": clerks, "posts": ["window"]}},
        incidents={"cards": {"stages": {"card": {"where": "post", "takes": "12 min"}}, **kind}},
    )


def served(world: World) -> EventLog:
    host = PluginHost()
    host.load_installed()
    policy = host.build(Role.APPOINTMENTS, "earliest_due_date", {})
    return simulate(
        world,
        Policies(dispatch=Closest(), standby=Home(), patrol=NoPatrol(), appointments=policy),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("clerks", [1, 2, 3, 4, 5, 7, 35, 40])
def test_a_batch_is_done_after_the_rounds_that_the_clerks_need(
    tmp_path: Path, clerks: int
) -> None:
    cards = {
        "at": ["2025-03-12 09:00"],
        "batch": CARDS,
        "request": {"due_within": "4 h", "windows": {"hours": "09:00-17:00"}},
    }
    world = window(tmp_path, clerks, **cards).build(0)
    log = served(world)
    ends_us = log.events.time_us[log.events.event == Event.CLOSED]
    assert len(ends_us) == CARDS
    begins_us = int(world.incidents.occurred_us[0])
    assert (ends_us.max() - begins_us) / 60e6 == math.ceil(CARDS / clerks) * MINUTES


def test_half_a_day_is_enough_for_two_clerks_and_not_for_one(tmp_path: Path) -> None:
    cards = {"at": ["2025-03-12 09:00"], "batch": CARDS, "request": {"due_within": "4 h"}}
    shares = {}
    for clerks in (1, 2):
        (tmp_path / str(clerks)).mkdir()
        world = window(tmp_path / str(clerks), clerks, **cards).build(0)
        log = served(world)
        service = summarise(incident_table(log, world), log, world).services["cards"]
        shares[clerks] = (service.in_time, service.judged)
    assert shares == {1: (20, 35), 2: (35, 35)}


@pytest.mark.slow
@pytest.mark.parametrize(("clerks", "load"), [(1, 0.6), (2, 0.7)])
def test_the_wait_at_a_window_is_that_of_erlang(tmp_path: Path, clerks: int, load: float) -> None:
    work_s = 720.0
    builder = window(
        tmp_path,
        clerks,
        how_often=f"{clerks * load * DAY_S / work_s} per day",
        request={"due_within": "1 day"},
        stages={"card": {"where": "post", "takes": {"exponential": "12 min"}}},
    )
    waits_s = []
    for replication in range(12):
        world = builder.build(replication)
        rows = incident_table(served(world), world)
        reached = rows.first_on_scene_us < NEVER_US
        waits_s.append(float((rows.first_on_scene_us - rows.known_us)[reached].mean()) / 1e6)
    exact_s = mean_wait(clerks, clerks * load) * work_s
    estimate(waits_s).check(exact_s, relative_half_width=0.25)
