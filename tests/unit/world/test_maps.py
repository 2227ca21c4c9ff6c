"""The map of a scenario has the modes of its teams, in the order in which they are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.towns import write_map, write_table, write_town

from patrolsim.errors import NetworkError
from patrolsim.network.tables import read_tables
from patrolsim.scenario.reader import read_scenario
from patrolsim.world.maps import modes_of, read_ground

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.network.maps import StreetMap
    from patrolsim.scenario.models import Scenario

TABLES = {"nodes": "nodes.csv", "edges": "edges.csv"}


def scenario(folder: Path, **parts: Any) -> Scenario:
    return read_scenario(write_town(folder, **parts)).scenario


def test_teams_that_name_no_mode_go_on_foot(tmp_path: Path) -> None:
    assert modes_of(scenario(tmp_path)) == ("foot",)


def test_modes_come_in_the_order_of_the_teams_with_those_by_priority(tmp_path: Path) -> None:
    teams = {
        "drivers": {"number": 2, "modes": {"car": "100%"}, "mode_by_priority": {1: "bike"}},
        "walkers": {"number": 2},
        "mixed": {"number": 4, "modes": {"e-bike": "50%", "bike": "50%"}},
    }
    town = scenario(tmp_path, teams=teams)
    assert modes_of(town) == ("car", "bike", "foot", "e-bike")
    streets = read_ground(town).streets
    assert tuple(mode.name for mode in streets.modes) == modes_of(town)


def test_a_mode_with_a_column_of_seconds_is_the_usual_one(tmp_path: Path) -> None:
    write_town(tmp_path)
    rows = (tmp_path / "edges.csv").read_text(encoding="utf-8").splitlines()
    timed = {"cart": {"column": "cart_s", "off_road": "3.6 km/h", "turns_round": True}}
    town = scenario(tmp_path, streets={**TABLES, "travel_times": timed})
    write_table(tmp_path / "edges.csv", f"{rows[0]},cart_s", *(f"{row},7.5" for row in rows[1:]))
    streets = read_ground(town).streets
    (cart,) = streets.modes
    assert (cart.name, cart.off_road_mps, cart.turns_round) == ("cart", 1.0, True)
    assert set(streets.weight_us[0].tolist()) == {7_500_000}


def test_speeds_of_the_scenario_reach_the_streets(tmp_path: Path) -> None:
    streets = {**TABLES, "speeds": {"foot": "3.6 km/h"}, "off_road": "1.8 km/h"}
    ground = read_ground(scenario(tmp_path, streets=streets))
    assert set(ground.streets.weight_us[0].tolist()) == {100_000_000}
    assert ground.streets.modes[0].off_road_mps == pytest.approx(0.5)


def test_a_map_in_metres_has_no_projection_and_one_in_degrees_has(tmp_path: Path) -> None:
    town = scenario(tmp_path)
    assert read_ground(town).projection is None
    write_map(tmp_path, is_in_degrees=True)
    projection = read_ground(town).projection
    assert projection is not None
    assert projection.to_metres(114.002, 30.002) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_a_mode_without_streets_is_named(tmp_path: Path) -> None:
    town = scenario(tmp_path, teams={"drivers": {"number": 1, "modes": {"car": "100%"}}})
    edges = tmp_path / "edges.csv"
    text = edges.read_text(encoding="utf-8").replace("residential", "footway")
    edges.write_text(text, encoding="utf-8")
    with pytest.raises(NetworkError, match="no street of the map is open to car"):
        read_ground(town)


def test_the_second_run_reads_no_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = scenario(tmp_path)
    first = read_ground(town)
    monkeypatch.setattr("patrolsim.world.maps.read_tables", None)
    second = read_ground(town)
    assert first.streets.node_ids == second.streets.node_ids
    assert first.streets.packed
    assert np.array_equal(first.streets.weight_us, second.streets.weight_us)


@pytest.mark.parametrize(
    "streets", [{"speeds": {"foot": "3.6 km/h"}}, {"off_road": "1 km/h"}, {"coords": "gcj02"}]
)
def test_other_rules_compile_the_map_again(tmp_path: Path, streets: dict[str, object]) -> None:
    compiled = []
    for rules in ({}, streets):
        town = scenario(tmp_path, streets={**TABLES, **rules})
        write_map(tmp_path, is_in_degrees=True)
        ground = read_ground(town)
        compiled.append(
            (ground.streets.weight_us.tolist(), ground.streets.modes, ground.projection)
        )
    assert compiled[0] != compiled[1]


def test_a_changed_map_is_compiled_again(tmp_path: Path) -> None:
    town = scenario(tmp_path)
    before = read_ground(town)
    rows = (tmp_path / "edges.csv").read_text(encoding="utf-8").splitlines()
    write_table(tmp_path / "edges.csv", *rows[:-1])
    assert len(read_ground(town).streets.tail) < len(before.streets.tail)


def test_a_map_that_changes_while_it_is_read_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_and_change(*files: Path, times: dict[str, str]) -> StreetMap:
        street_map = read_tables(*files, times=times)
        files[1].write_text(files[1].read_text(encoding="utf-8") + "\n", encoding="utf-8")
        return street_map

    monkeypatch.setattr("patrolsim.world.maps.read_tables", read_and_change)
    assert not read_ground(scenario(tmp_path)).streets.packed
    assert not (tmp_path / ".patrolsim").exists()


def test_a_read_only_map_is_kept_in_the_spare_folder(tmp_path: Path) -> None:
    folder, spare = tmp_path / "town", tmp_path / "spare"
    folder.mkdir()
    town = scenario(folder)
    folder.chmod(0o555)
    assert not read_ground(town).streets.packed
    assert read_ground(town, spare=spare).streets.packed
    assert not (folder / ".patrolsim").exists()
    folder.chmod(0o755)
