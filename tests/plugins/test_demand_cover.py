"""Relocation by a map of demand in an ordinary town: from the file to the log, audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.towns import write_table, write_town

from patrolsim.audit import audit
from patrolsim.cli.policies import load_plugins
from patrolsim.cli.preparing import read_and_choose
from patrolsim.engine import simulate
from patrolsim.errors import ScenarioError
from patrolsim.eventlog import Purpose
from patrolsim.experiment import build_policies
from patrolsim.experiment.placing import builder_of

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.eventlog import EventLog
    from patrolsim.world import World

WEST, EAST = (30.0, 210.0), (370.0, 190.0)
RULE = {
    "policy": "dmexclp",
    "demand": "residents",
    "within by priority": {1: "90 s", 3: "3 min"},
    "share by priority": {1: "30%", 3: "70%"},
    "posts": "posts",
}


def played(folder: Path, **changed: object) -> tuple[World, EventLog]:
    """Return a day of a town whose people all live in the west, and what happened."""
    write_table(folder / "posts.csv", "x,y", *(f"{x},{y}" for x, y in (WEST, EAST)))
    cells = [f"{x},{y},{1 + x // 100}" for x in range(10, 400, 60) for y in range(10, 400, 60)]
    write_table(folder / "cells.csv", "x,y,weight", *cells)
    parts: dict[str, Any] = {
        "period": {"from": "2025-03-10 00:00", "length": "1 day"},
        "places": {"posts": {"file": "posts.csv"}, "gate": {"node": "n00"}},
        "teams": {
            "helpers": {"number": 4, "posts": ["gate"], "mode_by_priority": {1: "bike"}},
        },
        "incidents": {
            "help": {"how_often": "40 per day", "takes": "10 min", "priority": 1},
            "chat": {"how_often": "40 per day", "takes": "10 min", "priority": 3},
        },
        "demand maps": {"residents": {"raster": "cells.csv"}},
        "strategies": {"relocation": {"standby": {**RULE, **changed}}},
    }
    host = load_plugins()
    loaded, choices = read_and_choose(write_town(folder, **parts), host, {})
    world = builder_of(loaded, host).build(0)
    (chosen,) = choices.values()
    return world, simulate(world, build_policies(chosen, host))


def ends_of_moves(log: EventLog) -> set[tuple[float, float]]:
    """Return where people went to wait."""
    legs = log.legs
    rows = (legs.purpose == Purpose.TO_POST).nonzero()[0].tolist()
    return {(float(legs.to_x[row]), float(legs.to_y[row])) for row in rows}


def test_people_wait_at_both_posts_and_nowhere_else(tmp_path: Path) -> None:
    world, log = played(tmp_path)
    assert audit(world, log) == ()
    assert ends_of_moves(log) == {WEST, EAST}


def test_those_who_have_not_worked_stay_at_their_base(tmp_path: Path) -> None:
    world, log = played(tmp_path, **{"before work": "base"})
    assert audit(world, log) == ()
    first: dict[int, Purpose] = {}
    for who, purpose in zip(log.legs.volunteer_id, log.legs.purpose, strict=True):
        first.setdefault(int(who), Purpose(int(purpose)))
    assert set(first.values()) == {Purpose.TO_SCENE}


def test_the_same_scenario_gives_the_same_day(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    _world, first = played(tmp_path)
    _world, second = played(tmp_path / "again")
    assert first.digest() == second.digest()


def test_what_a_scenario_does_not_have_is_told_with_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        played(tmp_path, demand="resident", posts="post")
    told = [(one.line is not None, one.message, one.hint) for one in caught.value.problems]
    assert told == [
        (True, "demand: the scenario has no demand map 'resident'", "did you mean 'residents'?"),
        (True, "posts: the scenario has no place 'post'", "did you mean 'posts'?"),
    ]
