"""The forms of ``patrolsim export``: each takes a run and a folder, and returns remarks."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from patrolsim.cli.geopackage import write_geopackage
from patrolsim.errors import PatrolsimError
from patrolsim.experiment.csv_cells import write_rows
from patrolsim.experiment.run_tables import TABLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from patrolsim.experiment.run_tables import RunTables

    Writer = Callable[[RunTables, Path], list[str]]
    Features = Callable[[RunTables], Iterator[dict[str, Any]]]

DIGITS = 7
"""Of degrees in GeoJSON: a centimetre (RFC 7946, section 11.2)."""
IN_METRES = "the map of this run is in metres and has no place on earth"


class ExportError(PatrolsimError):
    """A run cannot be written in the form that was asked for."""

    exit_code = 2


def write_csv_tables(run: RunTables, folder: Path) -> list[str]:
    """Write one CSV per table, and the summary."""
    for table in TABLE_NAMES:
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
            write_rows(out, run.columns(table), run.rows(table))
    # The summary was written with harmless cells already.
    (folder / "summary.csv").write_bytes((run.folder / "summary.csv").read_bytes())
    return []


def write_parquet_tables(run: RunTables, folder: Path) -> list[str]:
    """Write one Parquet file per table."""
    for table in TABLE_NAMES:
        run.write_parquet(table, folder / f"{table}.parquet")
    return [] if run.earth else [f"{IN_METRES}: the tables have x and y only"]


def write_geojson_files(run: RunTables, folder: Path) -> list[str]:
    """Write one GeoJSON per layer, in degrees.

    Raises
    ------
    ExportError
        If the map of the run has no place on earth.
    """
    if run.earth is None:
        raise ExportError(f"{IN_METRES}, GeoJSON needs degrees: take --to gpkg, csv or parquet")
    for name, features in GEOJSON_LAYERS.items():
        with (folder / f"{name}.geojson").open("w", encoding="utf-8") as out:
            out.write('{"type": "FeatureCollection", "features": [')
            for number, feature in enumerate(features(run)):
                text = json.dumps(feature, ensure_ascii=False, allow_nan=False)
                out.write(f"{',' if number else ''}\n{text}")
            out.write("\n]}\n")
    return [_write_trips(run, folder / "trips.geojson")]


def _write_trips(run: RunTables, file: Path) -> str:
    """Write the ways of the first replication for kepler.gl, if it can be lived through again."""
    from patrolsim.cli.view import stage_of
    from patrolsim.experiment.stored import read_run
    from patrolsim.report.playback import trips_geojson
    from patrolsim.report.playback.making import replay

    try:
        stored = read_run(run.folder)
        results = stored.results
        strategies = tuple(s for s in results.strategies if 0 in results.replications_of(s))
        runs = replay(stored, stage_of(stored), strategies, (0,))
        file.write_text(trips_geojson(runs), encoding="utf-8")
    except PatrolsimError as error:
        return f"{file.name} was not written: {error}"
    return f"{file.name} holds the first replication of each strategy"


def write_gpkg(run: RunTables, folder: Path) -> list[str]:
    """Write one GeoPackage with all tables; a map in metres keeps its metres."""
    write_geopackage(run, folder / "run.gpkg")
    return [] if run.earth else [f"{IN_METRES}: the layers have no reference system"]


def incident_features(run: RunTables) -> Iterator[dict[str, Any]]:
    """Yield every incident as a point."""
    for row in _records(run, "incidents"):
        where = _position(row.pop("lon"), row.pop("lat"))
        yield _feature("Point", where, row)


def leg_features(run: RunTables) -> Iterator[dict[str, Any]]:
    """Yield every leg as a straight line from its start to where it led."""
    for row in _records(run, "legs"):
        start = _position(row.pop("from_lon"), row.pop("from_lat"))
        end = _position(row.pop("to_lon"), row.pop("to_lat"))
        yield _feature("LineString", None if None in (start, end) else [start, end], row)


def _records(run: RunTables, table: str) -> Iterator[dict[str, Any]]:
    names = run.columns(table)
    for row in run.rows(table):
        yield {name: _plain(value) for name, value in zip(names, row, strict=True)}


def _plain(value: object) -> object:
    """Return a value as JSON holds it: a time without end is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _position(lon: float | None, lat: float | None) -> list[float] | None:
    return None if lon is None or lat is None else [round(lon, DIGITS), round(lat, DIGITS)]


def _feature(kind: str, coordinates: object, properties: dict[str, Any]) -> dict[str, Any]:
    shape = None if coordinates is None else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": shape, "properties": properties}


GEOJSON_LAYERS: dict[str, Features] = {"incidents": incident_features, "legs": leg_features}
"""The files of ``--to geojson`` that come from tables, by name."""
WRITERS: dict[str, Writer] = {
    "csv": write_csv_tables,
    "parquet": write_parquet_tables,
    "geojson": write_geojson_files,
    "gpkg": write_gpkg,
}
