"""Maps of demand: shares of cells, the corners where they join, and maps that lie elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.towns import build_town, write_table, write_town

from patrolsim.errors import MisfitError, ScenarioError
from patrolsim.experiment.keys import scenario_digest
from patrolsim.experiment.placing import builder_of
from patrolsim.plugins import PluginHost
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.world.demand_maps import DemandCells

OFF_ROAD_MPS = 3.0 / 3.6


def cells(folder: Path, raster: str) -> DemandCells:
    builder = build_town(folder, demand_maps={"residents": {"raster": raster}})
    return builder.build(0).demand_maps["residents"]


def test_cells_have_shares_and_join_the_nearest_corner(tmp_path: Path) -> None:
    write_table(tmp_path / "cells.csv", "x,y,weight", "30,0,3", "100,90,0", "400,360,1")
    found = cells(tmp_path, "cells.csv")
    assert found.weight.tolist() == [0.75, 0.25]
    assert found.nodes.tolist() == [[0, 24]]
    expected_us = [round(30 / OFF_ROAD_MPS * 1e6), round(40 / OFF_ROAD_MPS * 1e6)]
    assert found.off_road_us[0].tolist() == expected_us


def test_a_grid_and_a_table_of_the_same_cells_are_the_same(tmp_path: Path) -> None:
    values = np.array([[0.0, 5.0], [15.0, 0.0]])
    transform = np.array([200.0, 0.0, 0.0, 0.0, 200.0, 0.0])
    np.savez(tmp_path / "grid.npz", values=values, transform=transform)
    write_table(tmp_path / "cells.csv", "x,y,weight", "300,100,5", "100,300,15")
    first, second = cells(tmp_path, "grid.npz"), cells(tmp_path, "cells.csv")
    for column in ("x", "y", "weight", "nodes", "off_road_us"):
        assert getattr(first, column).tolist() == getattr(second, column).tolist()


def test_nobody_can_write_to_a_map(tmp_path: Path) -> None:
    write_table(tmp_path / "cells.csv", "x,y,weight", "30,0,3")
    with pytest.raises(ValueError, match="read-only"):
        cells(tmp_path, "cells.csv").weight[0] = 1.0


def test_a_map_most_of_which_lies_off_the_streets_is_refused_at_its_line(tmp_path: Path) -> None:
    write_table(tmp_path / "cells.csv", "x,y,weight", "30,0,3", "90000,0,4")
    maps = {"residents": {"raster": "cells.csv"}}
    loaded = read_scenario(write_town(tmp_path, demand_maps=maps))
    with pytest.raises(ScenarioError, match="57% of the weight lies more than 1000 m") as caught:
        builder_of(loaded, PluginHost())
    (problem,) = caught.value.problems
    assert loaded.text.splitlines()[(problem.line or 0) - 1].strip() == "residents:"


def test_a_few_cells_may_lie_far_out(tmp_path: Path) -> None:
    write_table(tmp_path / "cells.csv", "x,y,weight", "30,0,3", "90000,0,1")
    assert cells(tmp_path, "cells.csv").weight.tolist() == [0.75, 0.25]


def test_a_file_outside_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="leaves the scenario's folder"):
        cells(tmp_path, "../cells.csv")


def test_a_scenario_without_maps_has_none(tmp_path: Path) -> None:
    assert build_town(tmp_path).build(0).demand_maps == {}


def test_what_stands_in_a_map_is_part_of_what_a_result_depends_on(tmp_path: Path) -> None:
    maps = {"residents": {"raster": "cells.csv"}}
    digests = []
    for weight in (3, 4):
        write_table(tmp_path / "cells.csv", "x,y,weight", f"30,0,{weight}", "0,0,1")
        loaded = read_scenario(write_town(tmp_path, demand_maps=maps))
        digests.append(scenario_digest(loaded.scenario))
    without = scenario_digest(read_scenario(write_town(tmp_path)).scenario)
    assert len({*digests, without}) == 3


def test_misfits_name_the_map(tmp_path: Path) -> None:
    write_table(tmp_path / "cells.csv", "x,y,weight", "90000,0,4")
    with pytest.raises(MisfitError) as caught:
        cells(tmp_path, "cells.csv")
    assert caught.value.loc == ("demand_maps", "residents")
