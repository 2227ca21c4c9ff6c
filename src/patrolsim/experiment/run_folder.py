"""The folder that a run leaves behind: built beside its place, and put there in one step."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.csv_cells import write_csv
from patrolsim.experiment.estimates import estimate_all
from patrolsim.experiment.provenance import describe_run
from patrolsim.experiment.results_form import pack_results
from patrolsim.experiment.street_lines import street_lines
from patrolsim.experiment.tables import INCIDENT_TYPES, LEG_TYPES, VOLUNTEER_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

    from patrolsim.experiment.design import Tables
    from patrolsim.experiment.estimates import Line
    from patrolsim.experiment.provenance import Circumstances
    from patrolsim.experiment.results import Results, Task
    from patrolsim.scenario.loaded import LoadedScenario

RUNS = Path("runs")
"""Where run folders stand unless the user says where."""
MAX_SLUG = 64
RESULTS_FILE = "results.bin"
"""Everything that was measured, replication by replication, packed."""
STREETS_FILE = "streets.parquet"
"""The lines of the map, for drawing."""
TABLES: dict[str, tuple[Mapping[str, str], str]] = {
    "incidents": (INCIDENT_TYPES, "occurred_s, number"),
    "legs": (LEG_TYPES, "leg, number"),
    "volunteers": (VOLUNTEER_TYPES, "volunteer_id, number"),
}
"""The Parquet files: their columns, and in which order the rows stand."""
SUMMARY_HEADER = (
    "strategy",
    "measure",
    "group",
    "value",
    "unit",
    "half_width",
    "low",
    "high",
    "smallest",
    "largest",
    "n",
    "estimand",
    "method",
    "note",
)


class RunFolderError(PatrolsimError):
    """A run folder cannot be written."""


class RunFolder:
    """Collects the tables of a run, task by task, and writes them down at the end.

    Nothing stands at `target` before `finish` has put the whole folder there. Should something
    else stand there by then, the folder gets a number and `target` changes.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self._draft = target.with_name(f".patrolsim-{uuid4().hex}.part")
        self._tables = self._draft / "tables.duckdb"
        self._database: duckdb.DuckDBPyConnection | None = None

    @classmethod
    @contextmanager
    def open(cls, target: Path) -> Iterator[RunFolder]:
        """Give a folder to write; what is not finished at the end leaves no trace.

        Raises
        ------
        RunFolderError
            If something stands at `target` already, or nothing can be written there.
        """
        if target.exists() and not _is_empty_folder(target):
            raise RunFolderError(f"{target} exists already: remove it, or name another folder")
        folder = cls(target.absolute())
        try:
            with _as_run_folder_error(target):
                folder._prepare()
            yield folder
        finally:
            folder._close()
            shutil.rmtree(folder._draft, ignore_errors=True)

    def add(self, task: Task, tables: Tables) -> None:
        """Write down the tables of one task, by name and column.

        Raises
        ------
        KeyboardInterrupt
            If the user interrupts; the task then counts as not done.
        RunFolderError
            If it cannot be written.
        """
        import duckdb

        try:
            with _as_run_folder_error(self.target):
                for name in TABLES:
                    self._insert(name, task, tables[name])
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None

    def finish(
        self, results: Results, loaded: LoadedScenario, circumstances: Circumstances
    ) -> list[Line]:
        """Write everything down, put the folder in its place, return the lines of its summary.

        A Ctrl-C that arrives now waits until all is written, and is noted in the results; a
        second one does not wait.

        Raises
        ------
        RunFolderError
            If it cannot be written.
        """
        with _one_interrupt_waits() as waiting:
            lines = self._write_down(results, loaded, circumstances)
        results.is_interrupted |= bool(waiting)
        return lines

    def _write_down(
        self, results: Results, loaded: LoadedScenario, circumstances: Circumstances
    ) -> list[Line]:
        lines = estimate_all(results)
        texts = {
            "scenario.yaml": scenario_bytes(loaded),
            "run.json": _json_bytes(describe_run(results, loaded, circumstances)),
            RESULTS_FILE: pack_results(results),
            "summary.csv": write_csv(SUMMARY_HEADER, map(_summary_row, lines)).encode(),
        }
        with _as_run_folder_error(self.target):
            for name, content in texts.items():
                (self._draft / name).write_bytes(content)
            self._write_parquet(results)
            self._write_streets(loaded)
            self._put_in_place()
        return lines

    def _prepare(self) -> None:
        import duckdb

        self._draft.mkdir(parents=True)
        self._database = duckdb.connect(str(self._tables), config={"threads": 1})
        for name, (types, _order) in TABLES.items():
            columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
            self._execute(
                f"CREATE TABLE {name}"
                f" (strategy VARCHAR, replication BIGINT, number BIGINT, {columns})"
            )

    def _insert(self, name: str, task: Task, columns: Mapping[str, object]) -> None:
        database, (types, _order) = self._connection(), TABLES[name]
        database.register("chunk", dict(columns))
        casts = ", ".join(f"CAST({column} AS {kind})" for column, kind in types.items())
        # The names are those of the tables above, never from a scenario.
        database.execute(
            f"INSERT INTO {name} SELECT ?, ?, row_number() OVER (), {casts} FROM chunk",  # noqa: S608
            list(task),
        )
        database.unregister("chunk")

    def _write_parquet(self, results: Results) -> None:
        """Write the finished tasks, by strategy and replication as the scenario has them."""
        database = self._connection()
        database.execute("CREATE TABLE finished (strategy VARCHAR, replication BIGINT, rank INT)")
        ranks = {name: rank for rank, name in enumerate(results.strategies)}
        for task in results.finished:
            database.execute(
                "INSERT INTO finished VALUES (?, ?, ?)", [*task, ranks[task.strategy]]
            )
        for name, (types, order) in TABLES.items():
            columns = ", ".join(["strategy", "replication", *types])
            file = str(self._draft / f"{name}.parquet").replace("'", "''")
            self._execute(
                f"COPY (SELECT {columns} FROM {name} JOIN finished USING (strategy, replication)"  # noqa: S608
                f" ORDER BY rank, replication, {order})"
                f" TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
            )

    def _write_streets(self, loaded: LoadedScenario) -> None:
        lines = street_lines(loaded.scenario)
        if lines is None:
            return
        database = self._connection()
        database.register("lines", lines._asdict())
        file = str(self._draft / STREETS_FILE).replace("'", "''")
        self._execute(f"COPY lines TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
        database.unregister("lines")

    def _put_in_place(self) -> None:
        self._close()
        self._tables.unlink()
        for file in sorted(self._draft.iterdir()):
            _flush(file)
        _flush(self._draft)
        if _is_empty_folder(self.target):
            self.target.rmdir()
        elif self.target.exists():
            # Another run has taken the name meanwhile: never lose what took hours to make.
            self.target = free_name(self.target.parent, self.target.name)
        self._draft.rename(self.target)
        _flush(self.target.parent)

    def _execute(self, statement: str) -> None:
        self._connection().execute(statement)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._database is None:
            raise RunFolderError(f"{self.target} is not open for writing")
        return self._database

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


@contextmanager
def _one_interrupt_waits() -> Iterator[list[int]]:
    """Give a list that is empty until a Ctrl-C arrives; a second one raises as ever."""
    waiting: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield waiting
        return

    def note(number: int, _frame: object) -> None:
        if waiting:
            raise KeyboardInterrupt
        waiting.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield waiting
    finally:
        signal.signal(signal.SIGINT, before)


def new_target(name: str, started_at: str) -> Path:
    """Return where the folder of a run of a scenario will stand, unless the user says where.

    Parameters
    ----------
    name
        Of the scenario.
    started_at
        Local date and time, ISO 8601.
    """
    moment = started_at[:19].replace("-", "").replace(":", "")
    return free_name(RUNS, f"{slug(name)}-{moment}")


def slug(name: str) -> str:
    """Return a name for a folder: small letters, digits and hyphens, at most 64.

    What cannot be kept of the name is replaced by eight digits of its hash.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if plain == name.lower().replace(" ", "-").replace("_", "-") and len(plain) <= MAX_SLUG:
        return plain
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return "-".join(part for part in (plain[: MAX_SLUG - 9].strip("-"), digest) if part)


def free_name(folder: Path, name: str) -> Path:
    """Return a path in the folder at which nothing stands: the name, or the name with a number."""
    target = folder / name
    number = 2
    while target.exists():
        target = folder / f"{name}-{number}"
        number += 1
    return target


def scenario_bytes(loaded: LoadedScenario) -> bytes:
    """Return the scenario file as it was read, byte for byte."""
    try:
        raw = Path(loaded.source).read_bytes()
    except OSError:
        raw = b""
    # The file may have been saved again since; what counts is what was read.
    same = raw.decode("utf-8-sig", errors="replace") == loaded.text
    return raw if same else loaded.text.encode()


def _summary_row(line: Line) -> list[object]:
    found = line.estimate
    head: list[object] = [line.strategy, line.measure.name, line.group]
    if found is None:
        return [*head, None, line.measure.unit, *[None] * 8, line.note]
    numbers = [found.half_width, found.low, found.high, found.smallest, found.largest]
    return [
        *head,
        _finite(found.value),
        line.measure.unit,
        *map(_finite, numbers),
        found.n,
        found.estimand.value,
        found.method,
        line.note,
    ]


def _finite(number: float | None) -> float | None:
    """Return a number that a table can hold; a time without end is an empty cell."""
    return number if number is not None and abs(number) < float("inf") else None


def _json_bytes(document: Mapping[str, object]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return f"{text}\n".encode()


def _flush(path: Path) -> None:
    """Wait until a file or a folder is safe on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


@contextmanager
def _as_run_folder_error(target: Path) -> Iterator[None]:
    import duckdb

    try:
        yield
    except OSError as error:
        raise RunFolderError(f"{target} cannot be written: {error.strerror or error}") from error
    except duckdb.IOException as error:
        reason = " ".join(str(error).split())
        raise RunFolderError(f"{target} cannot be written: {reason}") from error
