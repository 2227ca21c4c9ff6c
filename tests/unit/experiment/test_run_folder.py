"""What stands in a run folder, and that it appears whole or not at all."""

from __future__ import annotations

import csv
import json
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from tests.unit.experiment.conftest import CHOICES, TinyBuilder, TinyHost, tiny_world

from patrolsim.experiment import (
    Circumstances,
    Conduct,
    Listener,
    Part,
    Results,
    RunFolder,
    RunFolderError,
    run_experiment,
)
from patrolsim.experiment.run_folder import SUMMARY_HEADER, free_name, slug
from patrolsim.plugins import Offer, Origin
from patrolsim.policy import PolicySpec, Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolsim.experiment import Finished, Task
    from patrolsim.experiment.design import Tables
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.world import World

STABLE = [
    *("strategy", "replication", "incident_id", "kind", "priority", "x", "y", "occurred_s"),
    *("known_s", "queued_s", "assigned_s", "departed_s", "first_on_scene_s", "quorum_s"),
    *("closed_s", "outcome", "volunteer_ids", "response_s", "travel_s"),
]
"""The columns that scripts rely on, in their order."""
ORIGIN = Origin(plugin="tiny", source="a test", sha256="ab" * 32)


def offers() -> dict[tuple[str, str], Offer]:
    used = {(role, one.policy) for chosen in CHOICES.values() for role, one in chosen.items()}
    return {
        (role, name): Offer(
            spec=PolicySpec(name=name, role=Role(role), build=lambda _values: None), origin=ORIGIN
        )
        for role, name in used
    }


def run_and_tell(
    loaded: LoadedScenario, tell: Callable[[Task, Finished, Tables | None], None]
) -> Results:
    """Run the experiment, and tell of each task with its tables."""
    conduct = Conduct(parts=frozenset({Part.TABLES}))
    listener = Listener(on_result=tell)
    return run_experiment(loaded, CHOICES, TinyHost(), conduct=conduct, listener=listener)


def write(loaded: LoadedScenario, target: Path, *, fail_after: int = 10) -> Path:
    """Run the experiment and write its folder; interrupt it after some tasks."""
    with RunFolder.open(target) as folder:
        added = []

        def add(task: Task, _done: Finished, tables: Tables | None) -> None:
            folder.add(task, tables or {})
            added.append(task)
            if len(added) > fail_after:
                raise KeyboardInterrupt

        results = run_and_tell(loaded, add)
        about = Circumstances(choices=CHOICES, offers=offers(), started_at="2025-03-10T12:00:00")
        folder.finish(results, loaded, about)
    return target


def rows(file: Path, columns: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
    return ask(f"SELECT {columns} FROM '{file}' WHERE {where}")  # noqa: S608 - our own words


def ask(statement: str) -> list[tuple[Any, ...]]:
    return duckdb.connect().execute(statement).fetchall()


def test_incidents_have_exactly_the_promised_columns(
    loaded: LoadedScenario, tmp_path: Path
) -> None:
    file = write(loaded, tmp_path / "run") / "incidents.parquet"
    described = ask(f"DESCRIBE SELECT * FROM '{file}'")  # noqa: S608
    types = {name: kind for name, kind, *_ in described}
    assert list(types)[: len(STABLE)] == STABLE
    assert list(types)[len(STABLE) :] == ["place_arrival_s", "place", "is_counted", "due_s"]
    assert {types[name] for name in STABLE if name.endswith("_s")} == {"DOUBLE"}
    assert (types["incident_id"], types["volunteer_ids"]) == ("VARCHAR", "BIGINT[]")


def test_an_incident_stands_there_in_seconds(loaded: LoadedScenario, tmp_path: Path) -> None:
    file = write(loaded, tmp_path / "run") / "incidents.parquet"
    (row,) = rows(
        file,
        "occurred_s, assigned_s, first_on_scene_s, closed_s, response_s, travel_s, outcome,"
        " volunteer_ids",
        "strategy = 'near' AND replication = 2 AND incident_id = '0'",
    )
    assert row == (102.0, 102.0, 162.0, 462.0, 60.0, 60.0, "settled", [0])


def test_what_did_not_happen_is_null(loaded: LoadedScenario, tmp_path: Path) -> None:
    file = write(loaded, tmp_path / "run") / "incidents.parquet"
    found = rows(
        file,
        "incident_id, outcome, queued_s, first_on_scene_s, closed_s, response_s, volunteer_ids",
        "strategy = 'near' AND replication = 0 AND incident_id <> '0'",
    )
    assert found == [
        ("1", "gave up", 200.0, None, 250.0, None, []),
        ("2", "unserved", None, 960.0, None, 60.0, [0]),
    ]


def test_rows_stand_by_strategy_replication_and_time(
    loaded: LoadedScenario, tmp_path: Path
) -> None:
    file = write(loaded, tmp_path / "run") / "incidents.parquet"
    found = rows(file, "strategy, replication, occurred_s")
    assert found == sorted(found)
    assert len(found) == 2 * 3 * 3


def test_legs_and_volunteers_are_written_too(loaded: LoadedScenario, tmp_path: Path) -> None:
    folder = write(loaded, tmp_path / "run")
    legs = rows(folder / "legs.parquet", "purpose, incident_id, start_s, end_s", "replication = 0")
    assert legs[0] == ("to scene", "0", 100.0, 160.0)
    states = "shift_s, standing_by_s, on_the_way_s, at_work_s, off_duty_s, assigned"
    (person,) = rows(
        folder / "volunteers.parquet", states, "strategy = 'near' AND replication = 0"
    )
    assert person[0] == sum(person[1:5]) == 2000.0
    assert person[-1] == 2


def test_the_planners_own_numbers_name_incidents_and_legs(
    loaded: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(_self: object, replication: int) -> World:
        world = tiny_world(replication)
        return replace(world, incidents=replace(world.incidents, label=("A-1", "", "A-3")))

    monkeypatch.setattr(TinyBuilder, "build", build)
    folder = write(loaded, tmp_path / "run")
    first = "strategy = 'near' AND replication = 0"
    found = rows(folder / "incidents.parquet", "incident_id", first)
    assert found == [("A-1",), ("1",), ("A-3",)]
    assert rows(folder / "legs.parquet", "incident_id", first) == [("A-1",), ("A-3",)]


def test_equal_runs_write_equal_bytes(loaded: LoadedScenario, tmp_path: Path) -> None:
    one, two = write(loaded, tmp_path / "one"), write(loaded, tmp_path / "two")
    for name in ("incidents.parquet", "legs.parquet", "volunteers.parquet", "summary.csv"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    assert (one / "run.json").read_bytes() == (two / "run.json").read_bytes()


def test_tasks_that_were_not_finished_are_not_written(
    loaded: LoadedScenario, tmp_path: Path
) -> None:
    folder = write(loaded, tmp_path / "run", fail_after=3)
    tasks = set(rows(folder / "incidents.parquet", "strategy, replication"))
    assert tasks == {("near", 0), ("wait", 0), ("near", 1)}
    record = json.loads((folder / "run.json").read_text())
    assert record["is_interrupted"] is True
    assert record["log_digests"]["wait"][1:] == [None, None]


def test_nothing_is_left_when_a_run_breaks(loaded: LoadedScenario, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())

    def add_and_break(task: Task, _done: Finished, tables: Tables | None) -> None:
        folder.add(task, tables or {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), RunFolder.open(tmp_path / "run") as folder:
        run_and_tell(loaded, add_and_break)
    assert sorted(tmp_path.iterdir()) == before


def test_the_folder_appears_only_when_it_is_whole(loaded: LoadedScenario, tmp_path: Path) -> None:
    target = tmp_path / "run"
    with RunFolder.open(target):
        assert not target.exists()
    assert not target.exists()
    assert sorted(entry.name for entry in write(loaded, target).iterdir()) == [
        "incidents.parquet",
        "legs.parquet",
        "results.bin",
        "run.json",
        "scenario.yaml",
        "streets.parquet",
        "summary.csv",
        "volunteers.parquet",
    ]


def test_a_folder_with_something_in_it_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="exists already"), RunFolder.open(tmp_path.parent):
        pass


def test_a_name_that_was_taken_meanwhile_costs_nothing(
    loaded: LoadedScenario, tmp_path: Path
) -> None:
    with RunFolder.open(tmp_path / "run") as folder:
        results = run_and_tell(loaded, lambda task, _done, tables: folder.add(task, tables or {}))
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "mine.txt").touch()
        about = Circumstances(choices=CHOICES, offers=offers(), started_at="2025-03-10T12:00:00")
        folder.finish(results, loaded, about)
    assert folder.target == tmp_path / "run-2"
    assert (tmp_path / "run-2" / "run.json").is_file()
    assert [entry.name for entry in (tmp_path / "run").iterdir()] == ["mine.txt"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(RunFolderError, match="cannot be written"),
        RunFolder.open(tmp_path / "file" / "run"),
    ):
        pass


def test_the_record_says_how_to_repeat_the_run(loaded: LoadedScenario, tmp_path: Path) -> None:
    record = json.loads((write(loaded, tmp_path / "run") / "run.json").read_text())
    assert record["seed"] == 2025
    assert record["scenario"]["digest"] == loaded.digest
    assert record["strategies"]["wait"]["dispatch"]["policy"] == "lazy"
    assert record["plugins"] == [{"plugin": "tiny", "source": "a test", "sha256": "ab" * 32}]
    assert {"path": "teams.wardens.acceptance", "value": 1.0} in record["defaults"]
    assert record["numbers"][0]["path"] == "teams.wardens.number"
    assert set(record["versions"]) >= {"patrolsim", "python", "numpy", "duckdb"}
    assert record["notices"] == ["a street is missing"]


def test_the_summary_has_a_row_per_strategy_and_measure(
    loaded: LoadedScenario, tmp_path: Path
) -> None:
    with (write(loaded, tmp_path / "run") / "summary.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert tuple(table[0]) == SUMMARY_HEADER
    found = {(row["strategy"], row["measure"], row["group"]): row for row in table}
    assert len(found) == len(table)
    row = found["near", "response_mean_s", "all"]
    assert (float(row["value"]), row["n"], row["estimand"]) == (60.0, "3", "per incident")
    assert row["note"] == "leaves out 3 incidents that nobody reached: a lower bound"
    assert found["near", "within_target", "kind=fall"]["value"] == str(2 / 3)
    assert found["wait", "response_median_s", "all"]["value"] == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Miaoshan evening patrol", "miaoshan-evening-patrol"),
        ("my_town", "my-town"),
        ("庙山", "48e3bb1f"),
        ("../../etc", "etc-"),
        ("a" * 200, "a" * 55 + "-"),
        ("Run: 1/2", "run-1-2-"),
    ],
)
def test_names_of_folders_are_harmless(name: str, expected: str) -> None:
    found = slug(name)
    assert found.startswith(expected) or len(found) == len("48e3bb1f")
    assert 1 <= len(found) <= 64
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_names_that_lose_something_stay_apart() -> None:
    assert len({slug(name) for name in ("庙山", "江夏", "a b", "a/b", "a:b")}) == 5


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    assert free_name(tmp_path, "run").name == "run"
    (tmp_path / "run").mkdir()
    (tmp_path / "run-2").mkdir()
    assert free_name(tmp_path, "run").name == "run-3"


def finish_interrupted(
    loaded: LoadedScenario, target: Path, monkeypatch: pytest.MonkeyPatch, *, times: int
) -> Results:
    """Write a run folder in the middle of which Ctrl-C is pressed."""
    put = RunFolder._put_in_place

    def interrupted(folder: RunFolder) -> None:
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        put(folder)

    monkeypatch.setattr(RunFolder, "_put_in_place", interrupted)
    with RunFolder.open(target) as folder:
        results = run_and_tell(loaded, lambda task, _done, tables: folder.add(task, tables or {}))
        about = Circumstances(choices=CHOICES, offers=offers(), started_at="2025-03-10T12:00:00")
        folder.finish(results, loaded, about)
    return results


def test_a_ctrl_c_inside_the_writing_waits_and_is_noted(
    loaded: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    results = finish_interrupted(loaded, tmp_path / "run", monkeypatch, times=1)
    assert results.is_interrupted
    assert {"run.json", "summary.csv", "incidents.parquet"} <= {
        file.name for file in (tmp_path / "run").iterdir()
    }
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_inside_the_writing_does_not_wait(
    loaded: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        finish_interrupted(loaded, tmp_path / "run", monkeypatch, times=2)
    assert not (tmp_path / "run").exists()
    assert signal.getsignal(signal.SIGINT) is before
