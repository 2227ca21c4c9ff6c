"""A run folder read again, and what is said of a folder that is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.told_runs import change_document, copied, write_run

from patrolsim.experiment import RunFolderError
from patrolsim.experiment.stored import read_run
from patrolsim.experiment.street_lines import street_lines
from patrolsim.scenario.reader import read_scenario
from patrolsim.world.maps import read_ground

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the run folder of the town on two evenings."""
    return write_run(tmp_path_factory.mktemp("stored") / "run", replications=2)


def test_a_folder_says_when_it_was_and_what_was_asked(folder: Path) -> None:
    run = read_run(folder)
    assert run.start.isoformat() == "2025-03-10T17:00:00"
    assert run.length_s == 6 * 3600
    assert run.settings == {"period.from": "2025-03-10 17:00", "period.length": "6 h"}
    assert run.results.strategies == ("as today", "busy places")
    assert run.scenario_text.endswith("2025\n")


def test_the_streets_are_those_of_the_map_each_once(folder: Path) -> None:
    town = read_scenario(folder.with_name("run-town")).scenario
    streets = read_ground(town).streets
    lines = read_run(folder).street_lines()
    assert lines is not None
    pairs = {tuple(sorted(pair)) for pair in zip(streets.tail, streets.head, strict=True)}
    assert lines.from_x.size == len(pairs)
    assert min(lines.from_x.min(), lines.to_x.min()) == pytest.approx(streets.x.min(), abs=0.05)


def test_a_map_that_is_gone_costs_the_lines_only(folder: Path, tmp_path: Path) -> None:
    town = copied(folder.with_name("run-town"), tmp_path / "town")
    scenario = read_scenario(town).scenario
    for file in town.glob("*"):
        if file.is_file():
            file.unlink()
    assert street_lines(scenario) is None


def test_a_folder_without_streets_has_none(folder: Path, tmp_path: Path) -> None:
    run = copied(folder, tmp_path / "copy")
    (run / "streets.parquet").unlink()
    assert read_run(run).street_lines() is None


def test_incidents_stand_by_replication_and_never_is_infinite(folder: Path) -> None:
    calls = read_run(folder).calls_of("as today")
    assert np.all(np.diff(calls.replication) >= 0)
    assert not np.isnan(calls.response_s).any()
    assert calls.known_s.size == calls.closed_s.size > 0


def test_a_name_with_a_quote_is_only_a_name(folder: Path) -> None:
    assert read_run(folder).calls_of("' OR 1=1 --").known_s.size == 0


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("run.json", "holds no run.json"),
        ("results.bin", "another version"),
        ("scenario.yaml", "cannot be read"),
    ],
)
def test_a_folder_that_lacks_a_file_is_refused_in_words(
    folder: Path, tmp_path: Path, missing: str, words: str
) -> None:
    run = copied(folder, tmp_path / "copy")
    (run / missing).unlink()
    with pytest.raises(RunFolderError, match=words):
        read_run(run)


def test_damage_is_refused_in_words(folder: Path, tmp_path: Path) -> None:
    run = copied(folder, tmp_path / "copy")
    (run / "results.bin").write_bytes(b"nothing")
    with pytest.raises(RunFolderError, match="cannot be read"):
        read_run(run)
    (run / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunFolderError, match="cannot be read"):
        read_run(run)
    (run / "run.json").write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(RunFolderError, match="another version"):
        read_run(run)


def test_another_form_of_the_record_is_refused(folder: Path, tmp_path: Path) -> None:
    run = copied(folder, tmp_path / "copy")
    change_document(run, lambda document: document.update(form=99))
    with pytest.raises(RunFolderError, match="another version"):
        read_run(run)


def test_a_table_that_is_gone_is_named(folder: Path, tmp_path: Path) -> None:
    run = copied(folder, tmp_path / "copy")
    (run / "incidents.parquet").unlink()
    with pytest.raises(RunFolderError, match=r"incidents\.parquet cannot be read"):
        read_run(run).calls_of("as today")


def test_no_folder_is_no_run_folder(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="there is no such folder"):
        read_run(tmp_path / "nothing")
