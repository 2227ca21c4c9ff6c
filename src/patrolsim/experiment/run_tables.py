"""The tables of a run folder, read again, with the degrees of where things are."""

from __future__ import annotations

import json
import math
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim.experiment.run_folder import RunFolderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

RUN_FILE = "run.json"
TABLE_NAMES = ("incidents", "legs", "volunteers")
BATCH = 10_000
"""Rows that are held in memory at once."""
POINTS = (
    ("x", "y", "lon", "lat"),
    ("from_x", "from_y", "from_lon", "from_lat"),
    ("to_x", "to_y", "to_lon", "to_lat"),
)
"""Columns in metres of the map, and the columns in degrees that are worked out from them."""
_SCALES = ("lon0", "lat0", "x_scale", "y_scale")


class NoRunFolderError(RunFolderError):
    """What the user has named is no run folder."""

    exit_code = 2


class Earth(NamedTuple):
    """Where the map of a run lies: degrees (WGS-84) are metres by scale from a centre.

    Attributes
    ----------
    lon0, lat0
        Degrees of x = y = 0.
    x_scale, y_scale
        Metres to a degree.
    """

    lon0: float
    lat0: float
    x_scale: float
    y_scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTables:
    """The tables of a folder that `patrolsim run` has written.

    Attributes
    ----------
    folder
        Where it lies.
    record
        What ``run.json`` says.
    earth
        Where its map lies; None for a map in metres, or where the run does not say.
    """

    folder: Path
    record: Mapping[str, Any]
    earth: Earth | None

    @classmethod
    def open(cls, folder: Path) -> RunTables:
        """Return a run folder to read.

        Raises
        ------
        NoRunFolderError
            If it is none, or its tables are missing.
        """
        record = _read_record(folder)
        lost = [name for name in TABLE_NAMES if not (folder / f"{name}.parquet").is_file()]
        if lost:
            raise NoRunFolderError(
                f"{folder} lacks {', '.join(f'{name}.parquet' for name in lost)}: run it again"
            )
        return cls(folder=folder, record=record, earth=_earth_of(record))

    def columns(self, table: str) -> list[str]:
        """Return the names of the columns of a table, with those in degrees."""
        with self._reading(table) as (database, query):
            return [name for name, *_ in database.execute(f"DESCRIBE {query}").fetchall()]

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a table in their order; a missing value is None."""
        with self._reading(table) as (database, query):
            found = database.execute(query)
            while batch := found.fetchmany(BATCH):
                yield from batch

    def write_parquet(self, table: str, file: Path) -> None:
        """Write a table to a Parquet file, with the columns in degrees."""
        with self._reading(table) as (database, query):
            database.execute(
                f"COPY ({query}) TO {_text(str(file))} (FORMAT parquet, COMPRESSION zstd)"
            )

    def as_pandas(self, table: str) -> Any:
        """Return a table as a pandas DataFrame.

        Raises
        ------
        MissingPackageError
            If pandas is not installed.
        """
        _require("pandas")
        with self._reading(table) as (database, query):
            return database.sql(query).df()

    def as_arrow(self, table: str) -> Any:
        """Return a table as a pyarrow Table.

        Raises
        ------
        MissingPackageError
            If pyarrow is not installed.
        """
        _require("pyarrow")
        with self._reading(table) as (database, query):
            return database.sql(query).to_arrow_table()

    @contextmanager
    def _reading(self, table: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        """Give a database, and the query that a table with its degrees is the answer to."""
        import duckdb

        file = self.folder / f"{table}.parquet"
        source = f"read_parquet({_text(_without_wildcards(str(file)))})"
        try:
            with duckdb.connect() as database:
                found = database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608 - quoted above
                columns = _with_degrees([name for name, *_ in found], self.earth)
                yield database, f"SELECT {', '.join(columns)} FROM {source}"  # noqa: S608
        except duckdb.Error as error:
            reason = " ".join(str(error).split())
            raise RunFolderError(f"{file} cannot be read: {reason}") from error


class MissingPackageError(RunFolderError):
    """A package that this form needs is not installed."""


def _require(package: str) -> None:
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise MissingPackageError(
            f"{package} is not installed: pip install 'patrolsim[notebook]' brings it"
        )


def _read_record(folder: Path) -> Mapping[str, Any]:
    file = folder / RUN_FILE
    if not file.is_file():
        raise NoRunFolderError(
            f"{folder} is no run folder, it holds no {RUN_FILE}: name a folder that patrolsim run"
            " has written"
        )
    try:
        record = json.loads(file.read_bytes())
    except ValueError as error:
        raise NoRunFolderError(f"{file} is damaged ({error}): run the scenario again") from error
    if not isinstance(record, dict):
        raise NoRunFolderError(f"{file} is damaged (no object): run the scenario again")
    return record


def _earth_of(record: Mapping[str, Any]) -> Earth | None:
    """Return where the map lies, if the record says so in sound numbers."""
    told = record.get("projection")
    if not isinstance(told, dict):
        return None
    found = [told.get(name) for name in _SCALES]
    numbers = [float(one) for one in found if isinstance(one, int | float) and math.isfinite(one)]
    if len(numbers) < len(_SCALES) or 0.0 in numbers[2:]:
        return None
    return Earth(*numbers)


def _with_degrees(columns: Sequence[str], earth: Earth | None) -> Iterator[str]:
    """Yield what to select: each column, and degrees behind each pair of metres."""
    degrees = {} if earth is None else {pair[1]: pair for pair in POINTS}
    for column in columns:
        yield _name(column)
        if earth is not None and column in degrees and degrees[column][0] in columns:
            x, y, lon, lat = degrees[column]
            yield f"{x} / {_number(earth.x_scale)} + {_number(earth.lon0)} AS {lon}"
            yield f"{y} / {_number(earth.y_scale)} + {_number(earth.lat0)} AS {lat}"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _number(value: float) -> str:
    return f"CAST('{value!r}' AS DOUBLE)"


def _without_wildcards(path: str) -> str:
    """Return a path in which nothing is a pattern to DuckDB."""
    return re.sub(r"([\[*?])", r"[\1]", path)
