"""A run folder, read again: its results, its record, and its tables for whoever asks them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from patrolsim.experiment.packing import PackingError
from patrolsim.experiment.provenance import FORM
from patrolsim.experiment.results_form import unpack_results
from patrolsim.experiment.run_folder import RESULTS_FILE, STREETS_FILE, RunFolderError
from patrolsim.experiment.street_lines import StreetLines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.experiment.results import Results

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


class Calls(NamedTuple):
    """The known incidents of one strategy that count, of all replications; shape (n,).

    Attributes
    ----------
    replication
        In which each happened.
    known_s
        When it became known, seconds since the start of the period.
    response_s
        From known to first on scene; infinite where nobody came.
    closed_s
        When it ended; infinite where it was open at the end of the period.
    """

    replication: Ints
    known_s: Floats
    response_s: Floats
    closed_s: Floats


class StoredRun:
    """A run folder.

    Attributes
    ----------
    folder
        Where it stands.
    document
        What ``run.json`` says.
    scenario_text
        The scenario file as it was read for the run.
    results
        What was measured.
    """

    def __init__(
        self, folder: Path, document: Mapping[str, Any], scenario_text: str, results: Results
    ) -> None:
        self.folder = folder
        self.document = document
        self.scenario_text = scenario_text
        self.results = results

    @property
    def start(self) -> datetime:
        """Local date and time at which the period starts."""
        return datetime.fromisoformat(self.document["period"]["from"])

    @property
    def length_s(self) -> float:
        """Length of the period."""
        return float(self.document["period"]["length_s"])

    @property
    def settings(self) -> dict[str, str]:
        """The values that the command line put in the place of those of the file."""
        pairs = (text.partition("=") for text in self.document["scenario"]["settings"])
        return {path: value for path, _sign, value in pairs}

    def calls_of(self, strategy: str) -> Calls:
        """Return the incidents of a strategy, by replication and time; requests are left out.

        Raises
        ------
        RunFolderError
            If the table cannot be read.
        """
        found = self._columns(
            "incidents.parquet",
            "SELECT replication, known_s, coalesce(response_s, 'inf'::DOUBLE) AS response_s,"
            " coalesce(closed_s, 'inf'::DOUBLE) AS closed_s FROM table_of_the_file"
            " WHERE strategy = ? AND is_counted AND known_s IS NOT NULL AND due_s IS NULL"
            " ORDER BY replication, known_s, incident_id",
            [strategy],
        )
        return Calls(**found)

    def street_lines(self) -> StreetLines | None:
        """Return the lines of the map; None when the folder has none.

        Raises
        ------
        RunFolderError
            If the table cannot be read.
        """
        if not (self.folder / STREETS_FILE).is_file():
            return None
        names = ", ".join(StreetLines._fields)
        found = self._columns(STREETS_FILE, f"SELECT {names} FROM table_of_the_file", [])  # noqa: S608
        return StreetLines(**found)

    def _columns(
        self, name: str, statement: str, values: Sequence[object]
    ) -> dict[str, npt.NDArray[Any]]:
        """Return the columns that a statement finds in a file."""
        import duckdb

        file = str(self.folder / name)
        try:
            with duckdb.connect(config={"threads": 1}) as database:
                table = database.read_parquet(file)
                database.register("table_of_the_file", table)
                found = database.execute(statement, list(values)).fetchnumpy()
        except duckdb.Error as error:
            reason = " ".join(str(error).split())
            raise RunFolderError(f"{file} cannot be read: {reason}") from error
        return {column: np.asarray(cells) for column, cells in found.items()}


def read_run(folder: Path) -> StoredRun:
    """Return a run folder.

    Raises
    ------
    RunFolderError
        If it is none, or was written by another version of patrolsim.
    """
    if not folder.is_dir():
        raise RunFolderError(f"{folder} is no run folder: there is no such folder")
    document = _document(folder)
    file = folder / RESULTS_FILE
    try:
        results = unpack_results(file.read_bytes())
        text = (folder / "scenario.yaml").read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise RunFolderError(f"{error.filename} cannot be read: {error.strerror}") from error
    except PackingError as error:
        raise RunFolderError(f"{file} cannot be read: {error}") from error
    return StoredRun(folder, document, text, results)


def _document(folder: Path) -> dict[str, Any]:
    file = folder / "run.json"
    if not file.is_file():
        raise RunFolderError(f"{folder} is no run folder: it holds no run.json")
    try:
        document: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{file} cannot be read: {error}") from error
    is_known = isinstance(document, dict) and document.get("form") == FORM
    if not (is_known and "period" in document and (folder / RESULTS_FILE).is_file()):
        advice = "run the scenario again, what is finished stands in the ledger"
        raise RunFolderError(f"{folder} comes from another version of patrolsim: {advice}")
    return dict(document)
