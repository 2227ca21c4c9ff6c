"""A city of JEMSS brings its places, its modes and its redispatch with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.towns import write_map, write_table

from patrolsim.errors import ScenarioError
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.world import World

US = 1_000_000
CITY = """\
travel_modes:
  - {mode: lights, offroad_speed_kmh: 100}
  - {mode: plain, offroad_speed_kmh: 50}
travel_mode_by_priority: {highPriority: lights, medPriority: lights, lowPriority: plain}
map_scale_km_per_degree: {x: 96.0, y: 111.0}
redispatch: [[lowPriority, highPriority]]
"""
SCENARIO = """\
name: A city of five by five
streets: {city: city.yaml}
period: {from: 2019-01-01 00:00, length: 1 day}
teams:
  ambulances: {members: ambulances.csv}
incidents:
  call:
    replay: calls.csv
    stages:
      on scene: {where: scene}
      handover: {where: nearest hospitals}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_map(tmp_path, is_in_degrees=True)
    header, *nodes = (tmp_path / "nodes.csv").read_text().splitlines()
    write_table(tmp_path / "nodes.csv", f"{header},offroad_access", *(f"{n},1" for n in nodes))
    ways = [row.split(",")[:3] for row in (tmp_path / "edges.csv").read_text().splitlines()[1:]]
    both = [(u, v, m) for u, v, m in ways] + [(v, u, m) for u, v, m in ways]
    write_table(
        tmp_path / "edges.csv",
        "u,v,length_m,time_lights_s,time_plain_s",
        *(f"{u},{v},{m},5,10" for u, v, m in both),
    )
    write_table(tmp_path / "stations.csv", "index,lon,lat", "1,114.0,30.0", "2,114.004,30.004")
    write_table(tmp_path / "hospitals.csv", "index,lon,lat", "1,114.002,30.002")
    write_table(tmp_path / "ambulances.csv", "index,stationIndex", "1,2", "2,1", "3,2")
    write_table(
        tmp_path / "calls.csv",
        "call_id,priority,lon,lat,call_time_s,dispatch_delay_s,on_scene_s,transport,handover_s",
        "1,3,114.001,30.0,5.25,150,60,1,90",
        "2,1,114.0,30.001,9,150,70,0,80",
    )
    write_table(tmp_path / "city.yaml", CITY)
    write_table(tmp_path / "scenario.yaml", SCENARIO)
    return tmp_path


def build(folder: Path) -> World:
    return WorldBuilder(read_scenario(folder).scenario).build(0)


def test_stations_and_hospitals_are_groups_of_places(folder: Path) -> None:
    world = build(folder)
    assert {name: len(stops) for name, stops in world.places.items()} == {
        "stations": 2,
        "hospitals": 1,
    }


def test_ambulances_wait_at_their_station(folder: Path) -> None:
    world = build(folder)
    stations = world.places["stations"]
    assert [v.base for v in world.volunteers] == [stations[1], stations[0], stations[1]]
    assert [v.base_name for v in world.volunteers] == ["station 2", "station 1", "station 2"]


def test_modes_by_priority_and_redispatch_are_those_of_the_city(folder: Path) -> None:
    world = build(folder)
    names = [mode.name for mode in world.streets.modes]
    by_priority = world.volunteers[0].mode_by_priority
    assert {p: names[mode] for p, mode in by_priority.items()} == {
        1: "lights",
        2: "lights",
        3: "plain",
    }
    assert names[world.volunteers[0].mode] == "plain"
    assert world.diversions == {(3, 1)}


def test_calls_are_handled_after_their_delay(folder: Path) -> None:
    table = build(folder).incidents
    assert table.known_us.tolist() == [5_250_000, 9 * US]
    assert table.ready_us.tolist() == [155_250_000, 159 * US]
    assert table.stage_us.tolist() == [[60 * US, 90 * US], [70 * US, -1]]
    assert table.label == ("1", "2")


def test_a_station_that_does_not_exist_is_refused(folder: Path) -> None:
    write_table(folder / "ambulances.csv", "index,stationIndex", "1,3")
    with pytest.raises(ScenarioError, match="'3' is no station from 1 to 2"):
        build(folder)
