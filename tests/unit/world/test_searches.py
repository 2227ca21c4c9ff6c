"""Searches of a scenario: their streets, and the pace of those who search as a mode of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.towns import build_town

from patrolsim.errors import MisfitError
from patrolsim.incidents import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.world import WorldBuilder


def town(folder: Path, search: dict[str, object], **parts: object) -> WorldBuilder:
    stages = {"search": {"search": search, "starts with": "first"}, "home": {"takes": "5 min"}}
    incidents = {"lost": {"how often": "1 per day", "stages": stages}}
    return build_town(folder, incidents=incidents, **parts)


def test_those_who_search_walk_where_people_walk_at_the_speed_of_the_search(
    tmp_path: Path,
) -> None:
    world = town(tmp_path, {"speed": "3.6 km/h"}).build(0)
    ground = world.searches[0, 0]
    mode = world.streets.modes[ground.mode]
    assert (mode.name, ground.mode) == ("search at 3.6 km/h", 1)
    assert set(world.streets.weight_us[ground.mode].tolist()) == {100_000_000}
    assert len(ground.arc) == 40
    assert all(len(stop.nodes) == 2 for stop in world.incidents.stops)


def test_what_the_scenario_says_comes_to_the_stage(tmp_path: Path) -> None:
    search: dict[str, object] = {
        "prior": {"ring": "about 200 m", "places": {"hub": "3 times"}, "near": "120 m"},
        "sweep width": "10 m",
        "street width": "30 m",
        "passers by": "2 m",
        "subject": {"moves": "2 km/h", "until stuck": "30 min"},
        "give up after": "2 h",
        "find within": "1 h",
        "if not found": "gave up",
    }
    builder = town(tmp_path, search, places={"hub": {"node": "n22"}})
    stage = builder.build(0).kinds[0].stages[0]
    found = stage.search
    assert found is not None
    assert stage.takes.mean_s == 7200.0
    assert (found.ring_m, found.places, found.near_m) == (200.0, (("hub", 3.0),), 120.0)
    assert found.effort_of_searcher == pytest.approx(1 / 3)
    assert found.effort_of_passer_by == pytest.approx(1 / 15)
    assert found.movement is not None
    assert found.movement.lasts.mean_s == 1800.0
    assert (found.target_s, found.when_lost) == (3600.0, Outcome.GAVE_UP)
    assert builder.build(0).searches[0, 0].is_near.any()


def test_a_map_is_read_for_cars_where_paths_have_chances_of_their_own(tmp_path: Path) -> None:
    world = town(tmp_path, {"prior": {"roads": {"paths": "2 times"}}}).build(0)
    assert [mode.name for mode in world.streets.modes[:2]] == ["foot", "car"]


def test_a_town_without_a_search_has_no_mode_for_it(tmp_path: Path) -> None:
    world = build_town(tmp_path).build(0)
    assert ([mode.name for mode in world.streets.modes], dict(world.searches)) == (["foot"], {})


def test_chances_that_leave_no_street_are_refused_at_their_key(tmp_path: Path) -> None:
    roads = {"streets": "0 times", "paths": "1 times"}
    with pytest.raises(MisfitError, match="leaves no street on which anybody may be"):
        town(tmp_path, {"prior": {"roads": roads}})
