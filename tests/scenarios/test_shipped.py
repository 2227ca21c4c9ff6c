"""Every shipped scenario is checked, runs, and passes the audit under each of its strategies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from patrolsim.cli import main

ROOT = Path(__file__).parents[2] / "scenarios"
SCENARIOS = sorted(path.parent for path in ROOT.glob("*/scenario.yaml"))


def test_there_are_scenarios_to_run() -> None:
    assert SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_a_shipped_scenario_runs_and_the_auditor_finds_nothing(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    code = main(["run", str(scenario), "--replications", "1", "--audit", "--out", str(out)])
    shown = capsys.readouterr()
    assert code == 0, shown.err
    assert "nothing found" in shown.err
    assert {path.name for path in out.iterdir()} >= {
        "scenario.yaml",
        "run.json",
        "summary.csv",
        "incidents.parquet",
        "legs.parquet",
        "volunteers.parquet",
    }
    shutil.rmtree(out)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_numbers_that_the_report_gives_are_marked_as_given(scenario: Path) -> None:
    from patrolsim.scenario.reader import read_scenario

    notes = read_scenario(scenario).notes
    assert any(note.given and note.source for note in notes)
