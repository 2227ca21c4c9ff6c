"""Recorded runs from a folder of the user's."""

from __future__ import annotations

import gzip
import shutil
from typing import TYPE_CHECKING

import pytest

from patrolsim.errors import NetworkError
from patrolsim.verification import Laboratory, rows_of, verification_host, verify

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def recorded_run(shared_data: Path, tmp_path: Path) -> Path:
    """Return a folder with a city and a recorded run of 500 units."""
    city = shared_data / "networks" / "manhattan_jemss"
    oracle = shared_data / "oracles" / "jemss_manhattan"
    for name in ("city.yaml", "nodes.csv.gz", "edges.csv.gz", "hospitals.csv"):
        shutil.copyfile(city / name, tmp_path / name)
    for name in ("stations.csv", "ambulances.csv"):
        shutil.copyfile(oracle / "fleet_500" / name, tmp_path / name)
    shutil.copyfile(oracle / "calls_500_queue.csv.gz", tmp_path / "calls_500_queue.csv.gz")
    return tmp_path


def faults(folder: Path) -> list[str]:
    laboratory = Laboratory(verification_host(), is_quick=False)
    return [one.fault for one in verify(rows_of(folder), laboratory, lambda _verdict: None)]


@pytest.mark.slow
def test_a_recorded_run_comes_out_as_it_was(recorded_run: Path) -> None:
    assert faults(recorded_run / "city.yaml") == [""]


@pytest.mark.slow
def test_a_record_of_another_run_fails(recorded_run: Path) -> None:
    file = recorded_run / "calls_500_queue.csv.gz"
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    names = lines[0].split(",")
    cells = lines[1].split(",")
    place = names.index("arrived_s")
    cells[place] = str(float(cells[place]) + 0.01)
    file.write_bytes(gzip.compress("\n".join([lines[0], ",".join(cells), *lines[2:]]).encode()))
    (fault,) = faults(recorded_run)
    assert "is not equal" in fault


def test_a_folder_without_a_city_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"city\.yaml is missing"):
        rows_of(tmp_path)


def test_a_city_without_recorded_times_is_refused(tmp_path: Path) -> None:
    names = ("city.yaml", "nodes.csv", "edges.csv", "stations.csv", "hospitals.csv")
    for name in (*names, "ambulances.csv"):
        (tmp_path / name).touch()
    (tmp_path / "calls.csv").write_text("call_id,call_time_s\n1,3\n")
    with pytest.raises(NetworkError, match="recorded times"):
        rows_of(tmp_path)
