"""``patrolsim export``: other programs read the same numbers."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import struct
from contextlib import closing
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from patrolsim.cli import main
from patrolsim.cli.init import write_town
from patrolsim.experiment.run_tables import RunTables
from patrolsim.network.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Call = Callable[..., Said]

CENTRE = (114.38, 30.43)
DEGREES = {"lon0": 114.38, "lat0": 30.43, "x_scale": 95_870.0, "y_scale": 111_195.0}
EVENING = ("--set", "period.from=2025-03-10 17:00", "--set", "period.length=6 h", "--seed", "7")


@pytest.fixture(scope="module")
def in_metres(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run whose map is in metres."""
    folder = tmp_path_factory.mktemp("export")
    write_town(folder / "town")
    ledger = folder / "ledger.sqlite"
    words = ["run", folder / "town", "-o", folder / "run", "-n", 1, "--ledger", ledger, "-q"]
    assert main([*map(str, words), *EVENING]) == 0
    return folder / "run"


@pytest.fixture
def run(in_metres: Path, tmp_path: Path) -> Path:
    """Return a copy of the run whose map lies on earth."""
    folder = tmp_path / "on-earth"
    shutil.copytree(in_metres, folder)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["projection"] = DEGREES
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def parquet(file: Path) -> list[dict[str, Any]]:
    found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(file)])
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def where(row: dict[str, Any]) -> tuple[float, float]:
    """Return the degrees of an incident, by the projection of the map."""
    lon, lat = Projection(*DEGREES.values()).to_degrees(row["x"], row["y"])
    return lon, lat


def test_csv_has_every_row_with_degrees(patrolsim: Call, run: Path) -> None:
    assert patrolsim("export", run, "--to", "csv").code == 0
    with (run / "csv" / "incidents.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    rows = parquet(run / "incidents.parquet")
    assert [row["incident_id"] for row in written] == [row["incident_id"] for row in rows]
    assert [float(row["lon"]) for row in written] == pytest.approx([where(r)[0] for r in rows])
    assert written[0]["volunteer_ids"] == " ".join(map(str, rows[0]["volunteer_ids"]))


def test_parquet_is_the_same_table_with_degrees(patrolsim: Call, run: Path) -> None:
    assert patrolsim("export", run, "--to", "parquet").code == 0
    written = parquet(run / "parquet" / "incidents.parquet")
    rows = parquet(run / "incidents.parquet")
    degrees = [(row.pop("lon"), row.pop("lat")) for row in written]
    assert degrees == [pytest.approx(where(row)) for row in rows]
    assert written == rows


def test_geojson_is_in_degrees_of_wgs84(patrolsim: Call, run: Path) -> None:
    assert patrolsim("export", run, "--to", "geojson").code == 0
    document = json.loads((run / "geojson" / "incidents.geojson").read_text(encoding="utf-8"))
    rows = parquet(run / "incidents.parquet")
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    points = [tuple(feature["geometry"]["coordinates"]) for feature in document["features"]]
    assert points == [pytest.approx(where(row), abs=1e-7) for row in rows]
    assert document["features"][0]["properties"]["kind"] == rows[0]["kind"]


@pytest.mark.slow
def test_ways_become_trips_where_the_map_lies_on_earth(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    file = town / "nodes.csv"
    _, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    lines = ["node,lon,lat"]
    lines += [
        f"{n},{CENTRE[0] + float(x) / 95870},{CENTRE[1] + float(y) / 111195}" for n, x, y in rows
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert patrolsim("run", town, "-n", 1, "-o", "run", "--no-pages", *EVENING).code == 0
    said = patrolsim("export", "run", "--to", "geojson")
    assert (said.code, "trips.geojson holds the first replication" in said.err) == (0, True)
    folder = tmp_path / "run" / "geojson"
    trips, legs = (
        json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
        for name in ("trips", "legs")
    )
    assert len(trips) == len(legs)
    points = [point for one in trips for point in one["geometry"]["coordinates"]]
    assert all(len(point) == 4 for point in points)
    for place in (0, 1):
        assert all(abs(point[place] - CENTRE[place]) < 0.05 for point in points)
    starts = [one["geometry"]["coordinates"][0][:2] for one in legs]
    assert starts == [pytest.approx(t["geometry"]["coordinates"][0][:2], abs=2e-4) for t in trips]


def test_legs_are_lines_in_geojson(patrolsim: Call, run: Path) -> None:
    patrolsim("export", run, "--to", "geojson")
    document = json.loads((run / "geojson" / "legs.geojson").read_text(encoding="utf-8"))
    assert len(document["features"]) == len(parquet(run / "legs.parquet"))
    assert all(len(one["geometry"]["coordinates"]) == 2 for one in document["features"])


def test_a_geopackage_has_the_signs_by_which_it_is_known(patrolsim: Call, run: Path) -> None:
    assert patrolsim("export", run, "--to", "gpkg").code == 0
    content = (run / "gpkg" / "run.gpkg").read_bytes()
    assert content[:16] == b"SQLite format 3\0"
    assert content[68:72] == b"GPKG"
    assert int.from_bytes(content[60:64], "big") == 10400


def test_a_geopackage_keeps_the_rules_of_its_standard(patrolsim: Call, run: Path) -> None:
    patrolsim("export", run, "--to", "gpkg")
    with closing(sqlite3.connect(run / "gpkg" / "run.gpkg")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        systems = database.execute("SELECT srs_id FROM gpkg_spatial_ref_sys ORDER BY 1")
        assert [row[0] for row in systems] == [-1, 0, 4326]
        kinds = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
        shapes = dict(
            database.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns")
        )
    assert kinds == {"incidents": "features", "legs": "features", "volunteers": "attributes"}
    assert shapes == {"incidents": "POINT", "legs": "LINESTRING"}


def test_the_points_of_a_geopackage_are_those_of_the_run(patrolsim: Call, run: Path) -> None:
    patrolsim("export", run, "--to", "gpkg")
    with closing(sqlite3.connect(run / "gpkg" / "run.gpkg")) as database:
        shapes = [row[0] for row in database.execute("SELECT geom FROM incidents ORDER BY fid")]
        box = database.execute(
            "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'incidents'"
        ).fetchone()
    heads = {struct.unpack("<2sBBi", shape[:8]) for shape in shapes}
    points = [struct.unpack("<BIdd", shape[8:])[2:] for shape in shapes]
    assert heads == {(b"GP", 0, 1, 4326)}
    rows = parquet(run / "incidents.parquet")
    assert points == [pytest.approx(where(row)) for row in rows]
    xs, ys = zip(*points, strict=True)
    assert box == (min(xs), min(ys), max(xs), max(ys))


def test_a_geopackage_of_the_same_run_has_the_same_bytes(
    patrolsim: Call, run: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        assert patrolsim("export", run, "--to", "gpkg", "--out", tmp_path / name).code == 0
    one, two = ((tmp_path / name / "run.gpkg").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_map_in_metres_has_no_place_in_geojson(
    patrolsim: Call, in_metres: Path, tmp_path: Path
) -> None:
    said = patrolsim("export", in_metres, "--to", "geojson", "--out", tmp_path / "out")
    assert said.code == 2
    assert "GeoJSON needs degrees: take --to gpkg, csv or parquet" in said.err
    assert not (tmp_path / "out").exists()
    assert [file.name for file in tmp_path.iterdir()] == []


def test_a_map_in_metres_keeps_its_metres_in_a_geopackage(
    patrolsim: Call, in_metres: Path, tmp_path: Path
) -> None:
    said = patrolsim("export", in_metres, "--to", "gpkg", "--out", tmp_path / "out")
    assert (said.code, "no reference system" in said.err) == (0, True)
    with closing(sqlite3.connect(tmp_path / "out" / "run.gpkg")) as database:
        (shape,) = database.execute("SELECT geom FROM incidents WHERE fid = 1").fetchone()
        (srs,) = database.execute(
            "SELECT srs_id FROM gpkg_contents WHERE table_name = 'legs'"
        ).fetchone()
    first = parquet(in_metres / "incidents.parquet")[0]
    assert struct.unpack("<BIdd", shape[8:])[2:] == (first["x"], first["y"])
    assert srs == -1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\tx"])
def test_no_cell_of_csv_starts_a_formula(patrolsim: Call, run: Path, text: str) -> None:
    file = run / "incidents.parquet"
    database = duckdb.connect()
    table = "CREATE TABLE t AS SELECT * REPLACE (? AS kind) FROM read_parquet(?)"
    database.execute(table, [text, str(file)])
    database.execute(f"COPY t TO '{file}' (FORMAT parquet)")
    assert patrolsim("export", run, "--to", "csv").code == 0
    with (run / "csv" / "incidents.csv").open(encoding="utf-8", newline="") as written:
        assert {row["kind"] for row in csv.DictReader(written)} == {f"'{text}"}


def test_nothing_is_written_over(patrolsim: Call, run: Path) -> None:
    assert patrolsim("export", run, "--to", "csv").code == 0
    said = patrolsim("export", run, "--to", "csv")
    assert said.code == 2
    assert "holds something already: name another folder by --out" in said.err


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("run.json", "is no run folder"),
        ("legs.parquet", "lacks legs.parquet: run it again"),
    ],
)
def test_what_is_no_run_folder_is_refused(
    patrolsim: Call, run: Path, spoil: str, words: str
) -> None:
    (run / spoil).unlink()
    said = patrolsim("export", run, "--to", "csv")
    assert said.code == 2
    assert words in said.err


def test_a_damaged_table_is_named_and_nothing_is_left(patrolsim: Call, run: Path) -> None:
    (run / "legs.parquet").write_bytes(b"PAR1 nonsense PAR1")
    said = patrolsim("export", run, "--to", "csv")
    assert said.code == 5
    assert "legs.parquet cannot be read" in said.err
    assert not (run / "csv").exists()


@pytest.mark.parametrize(
    "told", [None, "no", {"lon0": 1.0}, {**DEGREES, "x_scale": 0.0}, {**DEGREES, "lat0": "30"}]
)
def test_an_unsound_projection_counts_as_none(run: Path, told: object) -> None:
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    record["projection"] = told
    (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert RunTables.open(run).earth is None


def test_folders_may_have_names_that_look_like_patterns(
    patrolsim: Call, run: Path, tmp_path: Path
) -> None:
    odd = tmp_path / "a[1]*?'"
    shutil.copytree(run, odd)
    assert patrolsim("export", odd, "--to", "csv").code == 0
    assert (odd / "csv" / "legs.csv").is_file()
