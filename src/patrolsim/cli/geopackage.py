"""A run as a GeoPackage: one SQLite file that QGIS opens, written by the standard library.

References
----------
OGC 12-128r19, GeoPackage Encoding Standard 1.4 (2024): sections 1.1 and 2.1. OGC 06-103r4: WKB.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from patrolsim.experiment.run_tables import RunTables

APPLICATION_ID = int.from_bytes(b"GPKG", "big")
USER_VERSION = 10400
"""GeoPackage 1.4."""
WGS84, UNDEFINED_CARTESIAN = 4326, -1
POINT, LINE_STRING = 1, 2
_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AUTHORITY["EPSG","4326"]]'
)
_SYSTEMS = (
    ("WGS 84 geodetic", WGS84, "EPSG", 4326, _WKT, "longitude and latitude"),
    ("undefined cartesian", -1, "NONE", -1, "undefined", "metres of the map"),
    ("undefined geographic", 0, "NONE", 0, "undefined", "undefined"),
)
_FRAME = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A table of the package.

    Attributes
    ----------
    table
        Its name, here and in the run.
    about
        What QGIS shows of it.
    kind
        POINT or LINE_STRING; None for a table without a shape.
    ends
        Stems of the columns of each point: ``from_`` stands for from_x and from_y.
    """

    table: str
    about: str
    kind: int | None = None
    ends: tuple[str, ...] = ()


LAYERS = (
    Layer(table="incidents", about="Where incidents happened", kind=POINT, ends=("",)),
    Layer(
        table="legs",
        about="Straight lines from where legs began to where they led",
        kind=LINE_STRING,
        ends=("from_", "to_"),
    ),
    Layer(table="volunteers", about="What each volunteer did, in seconds"),
)


def write_geopackage(run: RunTables, file: Path) -> None:
    """Write all tables of a run to one new file."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {USER_VERSION}")
        database.executescript(_FRAME)
        database.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", _SYSTEMS)
        for layer in LAYERS:
            _write_layer(database, layer, run)


def _write_layer(database: sqlite3.Connection, layer: Layer, run: RunTables) -> None:
    names = run.columns(layer.table)
    shape = [] if layer.kind is None else ["geom"]
    columns = [f"{_name(name)} {_type(name)}" for name in names]
    database.execute(
        f"CREATE TABLE {_name(layer.table)} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,"
        f" {', '.join([*(f'{one} {_WORDS[layer.kind]}' for one in shape), *columns])})"
    )
    srs_id = None if layer.kind is None else _srs_of(run)
    extent = _Extent()
    marks = ", ".join("?" * (len(names) + len(shape)))
    listed = ", ".join(map(_name, [*shape, *names]))
    statement = f"INSERT INTO {_name(layer.table)} ({listed}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    database.executemany(statement, _rows(layer, run, names, extent))
    database.execute(
        "INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            layer.table,
            "attributes" if layer.kind is None else "features",
            layer.table,
            layer.about,
            _moment(run),
            *extent.corners,
            srs_id,
        ),
    )
    if layer.kind is not None:
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?,'geom',?,?,0,0)",
            (layer.table, _WORDS[layer.kind], srs_id),
        )


_WORDS = {POINT: "POINT", LINE_STRING: "LINESTRING", None: ""}


class _Extent:
    """The box round all points."""

    def __init__(self) -> None:
        self._points: list[tuple[float, float]] = []

    def add(self, points: Sequence[tuple[float, float]]) -> None:
        """Widen the box; it keeps its two corners only."""
        xs, ys = zip(*self._points, *points, strict=True)
        self._points = [(min(xs), min(ys)), (max(xs), max(ys))]

    @property
    def corners(self) -> tuple[float | None, ...]:
        """Least x and y, greatest x and y; None without points."""
        if not self._points:
            return (None, None, None, None)
        return (*self._points[0], *self._points[1])


def _rows(
    layer: Layer, run: RunTables, names: Sequence[str], extent: _Extent
) -> Iterator[list[Any]]:
    ends = [_columns_of(stem, names) for stem in layer.ends]
    srs_id = _srs_of(run)
    for row in run.rows(layer.table):
        values = [_plain(value) for value in row]
        if layer.kind is None:
            yield values
            continue
        points = [(row[x], row[y]) for x, y in ends if None not in (row[x], row[y])]
        if len(points) < len(ends):
            yield [None, *values]
            continue
        extent.add(points)
        yield [_blob(layer.kind, points, srs_id), *values]


def _columns_of(stem: str, names: Sequence[str]) -> tuple[int, int]:
    """Return where the columns of a point stand: degrees before metres."""
    pair = (f"{stem}lon", f"{stem}lat")
    if pair[0] not in names:
        pair = (f"{stem}x", f"{stem}y")
    return names.index(pair[0]), names.index(pair[1])


def _blob(kind: int, points: Sequence[tuple[float, float]], srs_id: int) -> bytes:
    """Return a geometry: the header of GeoPackage without an envelope, then WKB."""
    header = struct.pack("<2sBBi", b"GP", 0, 1, srs_id)
    numbers = [number for point in points for number in point]
    count = struct.pack("<I", len(points)) if kind == LINE_STRING else b""
    return (
        header + struct.pack("<BI", 1, kind) + count + struct.pack(f"<{len(numbers)}d", *numbers)
    )


def _moment(run: RunTables) -> str:
    """Return when the run was made, so that the same run gives the same bytes."""
    try:
        made = datetime.fromisoformat(str(run.record.get("started_at"))).astimezone(UTC)
    except ValueError:
        made = datetime.fromtimestamp(0, UTC)
    return made.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _srs_of(run: RunTables) -> int:
    return UNDEFINED_CARTESIAN if run.earth is None else WGS84


def _plain(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _type(name: str) -> str:
    """Return the type of a column, by what its name says."""
    if name == "is_counted":
        return "BOOLEAN"
    if name in _WHOLE:
        return "INTEGER"
    is_number = name.endswith(("_s", "lon", "lat", "_x", "_y")) or name in {"x", "y"}
    return "DOUBLE" if is_number else "TEXT"


_WHOLE = {"replication", "priority", "leg", "volunteer_id", "assigned"}
