"""Grids of demand: cells where the affine map puts them, and nothing that is no grid."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.demand.grids import read_grid
from patrolsim.errors import ScenarioError

if TYPE_CHECKING:
    from pathlib import Path

VALUES = np.array([[0.0, 2.0, 1.0], [0.0, 0.0, 3.0]])
TRANSFORM = np.array([10.0, 0.0, 100.0, 0.0, -20.0, 500.0])


def saved(folder: Path, **arrays: object) -> Path:
    file = folder / "demand.npz"
    np.savez(file, **{"values": VALUES, "transform": TRANSFORM, **arrays})  # type: ignore[arg-type]
    return file


def fault_of(file: Path, *, in_degrees: bool = False) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_grid(file, in_degrees=in_degrees)
    return "; ".join(problem.message for problem in caught.value.problems)


def test_cells_with_something_in_them_lie_at_their_middles(tmp_path: Path) -> None:
    grid = read_grid(saved(tmp_path), in_degrees=False)
    assert grid.row.tolist() == [1, 1, 2]
    assert grid.east.tolist() == [115.0, 125.0, 125.0]
    assert grid.north.tolist() == [490.0, 490.0, 470.0]
    assert grid.weight.tolist() == [2.0, 1.0, 3.0]


def test_a_grid_may_be_turned(tmp_path: Path) -> None:
    turned = saved(tmp_path, transform=np.array([0.0, 5.0, 0.0, 7.0, 0.0, 0.0]))
    grid = read_grid(turned, in_degrees=False)
    assert (grid.east.tolist(), grid.north.tolist()) == ([2.5, 2.5, 7.5], [10.5, 17.5, 17.5])


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"values": VALUES[0]}, "values: 3"),
        ({"values": -VALUES}, "not all are numbers"),
        ({"values": np.full((2, 2), np.nan)}, "not all are numbers"),
        ({"values": np.zeros((2, 2))}, "all are 0"),
        ({"transform": TRANSFORM[:4]}, "six numbers"),
        ({"transform": np.full(6, np.inf)}, "six numbers"),
        ({"values": np.array([["a", "b"]])}, "is no npz file with a grid"),
    ],
)
def test_a_wrong_grid_is_refused(tmp_path: Path, arrays: dict[str, object], said: str) -> None:
    assert said in fault_of(saved(tmp_path, **arrays))


def test_a_grid_in_another_system_is_refused_on_a_map_in_degrees(tmp_path: Path) -> None:
    file = saved(tmp_path, crs="EPSG:2451")
    assert "EPSG:2451" in fault_of(file, in_degrees=True)
    assert len(read_grid(file, in_degrees=False).row) == 3
    assert len(read_grid(saved(tmp_path, crs="EPSG:4326"), in_degrees=True).row) == 3


def test_an_array_that_is_missing_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "half.npz", values=VALUES)
    assert "has no array 'transform'" in fault_of(tmp_path / "half.npz")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("lon,lat,weight", encoding="utf-8")
    assert "is no npz file" in fault_of(tmp_path / "text.npz")


def test_objects_that_could_run_code_are_not_read(tmp_path: Path) -> None:
    objects = np.array([[{"a": 1}]], dtype=object)
    np.savez(tmp_path / "objects.npz", values=objects, transform=TRANSFORM)
    assert "is no npz file with a grid" in fault_of(tmp_path / "objects.npz")


def test_a_file_that_unpacks_to_far_too_much_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = saved(tmp_path)
    with zipfile.ZipFile(file) as packed:
        size = sum(member.file_size for member in packed.infolist())
    monkeypatch.setattr("patrolsim.demand.grids.MOST_BYTES", size - 1)
    assert "when unpacked" in fault_of(file)
