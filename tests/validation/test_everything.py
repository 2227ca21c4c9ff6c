"""Everything at once in one small town: alerts, searches, requests, letters, weather, gates, jams.

Each feature is held against its own rules elsewhere; here they meet.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pytest
from tests.towns import write_map, write_table

from patrolsim.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[[str], list[tuple[Any, ...]]]

pytestmark = pytest.mark.slow

SCENARIO = Path(__file__).with_name("everything.yaml")
STRATEGIES = ("as today", "with alerts")
TABLES = ("incidents.parquet", "legs.parquet", "volunteers.parquet", "summary.csv")


class Folders(NamedTuple):
    """The scenario, the folder of its run, and the ledger that has recorded it."""

    town: Path
    out: Path
    ledger: Path


def run(folders: Folders, workers: int, *words: str) -> int:
    """Run the scenario with as many workers, audited."""
    _town, out, ledger = (str(path) for path in folders)
    options = ["--out", out, "--ledger", ledger, "--workers", str(workers), "--audit"]
    return main(["run", str(folders.town), *options, *words])


def write_streets(folder: Path) -> None:
    """Write the map of the tiny town with a gate that is closed."""
    write_map(folder, is_in_degrees=True)
    edges = folder / "edges.csv"
    head, *rows = edges.read_text(encoding="utf-8").splitlines()
    gate = "n00,n11,140,no,residential,no"
    write_table(edges, f"{head},access", *(f"{row}," for row in rows), gate)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Return what a run of both strategies by two workers has left."""
    town = tmp_path_factory.mktemp("everything")
    write_streets(town)
    shutil.copy(SCENARIO, town / "scenario.yaml")
    found = Folders(town, town / "out", town / "ledger.sqlite")
    assert run(found, 2, "-q") == 0
    return found


@pytest.fixture
def ask(folders: Folders) -> Ask:
    """Return a function that asks the table of incidents in SQL."""
    table = f"'{folders.out / 'incidents.parquet'}'"
    return lambda query: duckdb.connect().execute(query.format(table=table)).fetchall()


def test_the_auditor_finds_nothing(folders: Folders) -> None:
    told = json.loads((folders.out / "run.json").read_text(encoding="utf-8"))
    assert (told["is_audited"], told["findings"], told["failures"]) == (True, [], [])
    assert told["replications"]["finished"] == dict.fromkeys(STRATEGIES, 2)


def test_each_kind_happens_and_is_worked_on_under_each_strategy(
    ask: Ask,
) -> None:
    found = ask(
        "SELECT kind, count(DISTINCT strategy) FROM {table} WHERE first_on_scene_s IS NOT NULL"
        " OR outcome = 'settled' GROUP BY kind"
    )
    kinds = ["fall", "theft", "quarrel", "fraud", "letter", "form", "cards", "drill"]
    more = ["car push", "lost elder", "letter round", "household: lock", "household: talk"]
    assert dict(found) == dict.fromkeys([*kinds, *more], 2)


def test_both_strategies_meet_the_same_day_but_for_what_patrols_prevent(
    ask: Ask,
) -> None:
    unlike = ask(
        "SELECT replication, incident_id FROM {table} WHERE length(incident_id) < 9"
        " AND kind <> 'theft'"
        " GROUP BY ALL HAVING count(DISTINCT (kind, x, y, occurred_s)) > 1 OR count(*) <> 2"
    )
    assert unlike == []


def test_the_measures_of_each_feature_stand_in_the_summary(folders: Folders) -> None:
    rows = (folders.out / "summary.csv").read_text(encoding="utf-8")
    for measure in (
        "alerts_sent",
        "requests_in_time",
        "kept_safe",
        "search=lost elder",
        "prevented",
    ):
        assert measure in rows


def test_a_second_run_simulates_nothing_and_leaves_the_same_tables(
    folders: Folders, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = folders._replace(out=tmp_path / "again")
    assert run(again, 1, "--no-pages") == 0
    assert "4 of 4 runs stood in the ledger already" in capsys.readouterr().err
    for name in TABLES:
        assert (again.out / name).read_bytes() == (folders.out / name).read_bytes()


def test_one_worker_gives_the_bits_of_two(folders: Folders, tmp_path: Path) -> None:
    alone = folders._replace(out=tmp_path / "alone", ledger=tmp_path / "ledger.sqlite")
    assert run(alone, 1, "--no-pages", "-q") == 0
    for name in TABLES:
        assert (alone.out / name).read_bytes() == (folders.out / name).read_bytes()


def test_both_pages_are_made_and_lead_nowhere_else(folders: Folders) -> None:
    for page in ("report.html", "playback.html"):
        text = (folders.out / page).read_text(encoding="utf-8")
        assert all(strategy in text for strategy in STRATEGIES)
        assert 'src="http' not in text


@pytest.mark.parametrize("kind", ["fraud", "lost elder", "drill"])
def test_why_tells_of_an_incident_with_alerts_a_search_or_an_appointment(
    kind: str,
    folders: Folders,
    ask: Ask,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ids: dict[str, str] = dict(
        ask("SELECT kind, min(incident_id) FROM {table} WHERE replication = 0 GROUP BY kind")
    )
    words = ["why", str(folders.out), ids[kind], "--strategy", "with alerts"]
    assert main(words) == 0
    assert "is asked to go" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["csv", "parquet", "geojson", "gpkg"])
def test_it_can_be_exported(
    form: str, folders: Folders, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", str(folders.out), "--to", form, "--out", str(tmp_path / form)]
    assert main(words) == 0
    assert "was not written" not in "".join(capsys.readouterr())
    assert any((tmp_path / form).iterdir())


def test_another_day_can_be_viewed(folders: Folders, tmp_path: Path) -> None:
    page = tmp_path / "day.html"
    words = ["--replication", "2", "--day", "2", "--no-open", "--out", str(page)]
    assert main(["view", str(folders.out), *words]) == 0
    assert "lost elder" in page.read_text(encoding="utf-8")


def test_it_can_be_compared_without_running_again(
    folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["compare", str(folders.town), "--ledger", str(folders.ledger), "--workers", "1"]
    assert main(words) == 0
    said = capsys.readouterr()
    assert "4 of 4 runs stood in the ledger already" in said.err + said.out
    assert "with alerts" in said.out
