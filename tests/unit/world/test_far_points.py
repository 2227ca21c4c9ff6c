"""Points of Chinese maps: converted at load, and suspected where nobody said what they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.towns import DEGREES, LAT0, LON0, build_town, write_map, write_table

from patrolsim.errors import NetworkError, ScenarioError
from patrolsim.network.datum import Datum, from_wgs84
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from pathlib import Path

CORNERS = [(LON0 + e * DEGREES, LAT0 + n * DEGREES) for e in range(5) for n in range(5)]
"""The corners of the town in degrees, in WGS-84; it lies in China."""
SHIFTED = [Datum.GCJ02, Datum.BD09]


def in_datum(datum: Datum) -> list[tuple[float, float]]:
    lon, lat = from_wgs84(datum, *np.array(CORNERS).T)
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def write_points(path: Path, datum: Datum, prefix: str = "", header: str = "") -> str:
    """Write the corners as another map shows them; return the name of the file."""
    rows = [f"{prefix}{lon:.9f},{lat:.9f}" for lon, lat in in_datum(datum)]
    write_table(path, f"{header}lon,lat", *rows)
    return path.name


def build(folder: Path, **parts: object) -> WorldBuilder:
    """Build the town, on a map in degrees."""
    build_town(folder)
    scenario = folder / "scenario.yaml"
    write_map(folder, is_in_degrees=True)
    known = json.loads(json.dumps(read_yaml(scenario)))
    scenario.write_text(json.dumps({**known, **parts}), encoding="utf-8")
    return WorldBuilder(read_scenario(folder).scenario)


def read_yaml(path: Path) -> object:
    import yaml

    return yaml.safe_load(path.read_text(encoding="utf-8"))


def corners_m(builder: WorldBuilder) -> set[tuple[int, int]]:
    streets = builder.build(0).streets
    return {(round(x), round(y)) for x, y in zip(streets.x, streets.y, strict=True)}


@pytest.mark.parametrize("datum", SHIFTED)
def test_a_file_of_places_is_converted(tmp_path: Path, datum: Datum) -> None:
    name = write_points(tmp_path / "places.csv", datum)
    builder = build(tmp_path, places={"posts": {"file": name, "coords": str(datum)}})
    stops = builder.build(0).places["posts"]
    assert {(round(stop.x), round(stop.y)) for stop in stops} == corners_m(builder)
    assert builder.notices == []


@pytest.mark.parametrize("datum", SHIFTED)
def test_a_single_place_is_converted(tmp_path: Path, datum: Datum) -> None:
    lon, lat = in_datum(datum)[12]
    builder = build(tmp_path, places={"post": {"lon": lon, "lat": lat, "coords": str(datum)}})
    (stop,) = builder.build(0).places["post"]
    assert (stop.x, stop.y) == pytest.approx((0, 0), abs=0.001)


def test_members_are_converted(tmp_path: Path) -> None:
    name = write_points(tmp_path / "members.csv", Datum.GCJ02)
    builder = build(tmp_path, teams={"helpers": {"members": name, "coords": "gcj02"}})
    bases = {(round(v.base.x), round(v.base.y)) for v in builder.build(0).volunteers}
    assert bases == corners_m(builder)


def replayed(folder: Path, written: Datum, **said: str) -> WorldBuilder:
    name = write_points(folder / "calls.csv", written, "60,", "time_s,")
    kind = {"replay": name, "takes": "10 min", **said}
    return build(folder, incidents={"call": kind})


def test_recorded_calls_are_converted(tmp_path: Path) -> None:
    builder = replayed(tmp_path, Datum.BD09, coords="bd09")
    calls = builder.build(0).incidents
    places = {(round(x), round(y)) for x, y in zip(calls.x, calls.y, strict=True)}
    assert places == corners_m(builder)
    assert builder.notices == []


@pytest.mark.parametrize("form", ["nodes", "raster"])
def test_points_of_an_area_are_converted(tmp_path: Path, form: str) -> None:
    name = write_points(tmp_path / "area.csv", Datum.GCJ02, "1,", "weight,")
    area = {form: name, "coords": "gcj02", **({"cell": "1 m"} if form == "raster" else {})}
    builder = build(
        tmp_path, incidents={"help": {"how_often": "50 per day", "takes": "1 min", "where": area}}
    )
    calls = builder.build(0).incidents
    corners = np.array(sorted(corners_m(builder)))
    away = np.hypot(calls.x[:, None] - corners[:, 0], calls.y[:, None] - corners[:, 1])
    assert away.min(axis=1).max() < 2


def test_polygons_are_converted(tmp_path: Path) -> None:
    ring = [in_datum(Datum.GCJ02)[i] for i in (0, 4, 24, 20, 0)]
    shape = {"type": "Polygon", "coordinates": [ring]}
    (tmp_path / "area.json").write_text(json.dumps(shape), encoding="utf-8")
    area = {"polygons": "area.json", "coords": "gcj02"}
    builder = build(
        tmp_path, incidents={"help": {"how_often": "50 per day", "takes": "1 min", "where": area}}
    )
    world = builder.build(0)
    # Straight lines in GCJ-02 are nearly straight in WGS-84 over 400 m.
    assert world.incidents.x.min() >= world.streets.x.min() - 0.1
    assert world.incidents.y.max() <= world.streets.y.max() + 0.1


@pytest.mark.parametrize("datum", SHIFTED)
def test_the_streets_themselves_are_converted(tmp_path: Path, datum: Datum) -> None:
    plain = build(tmp_path).build(0).streets
    names = [f"n{east}{north}" for east in range(5) for north in range(5)]
    rows = [
        f"{n},{lon:.9f},{lat:.9f}" for n, (lon, lat) in zip(names, in_datum(datum), strict=True)
    ]
    write_table(tmp_path / "nodes.csv", "node,lon,lat", *rows)
    path = tmp_path / "scenario.yaml"
    known = json.loads(path.read_text(encoding="utf-8"))
    known["streets"]["coords"] = str(datum)
    path.write_text(json.dumps(known), encoding="utf-8")
    moved = WorldBuilder(read_scenario(tmp_path).scenario).build(0).streets
    np.testing.assert_allclose(moved.x, plain.x, atol=0.001)
    np.testing.assert_allclose(moved.y, plain.y, atol=0.001)
    assert moved.lon is not None
    np.testing.assert_allclose(moved.lon, [lon for lon, _ in CORNERS], atol=2e-9)


def test_a_map_in_metres_has_nothing_to_convert(tmp_path: Path) -> None:
    streets = {"nodes": "nodes.csv", "edges": "edges.csv", "coords": "gcj02"}
    with pytest.raises(NetworkError, match="the map is in metres, so coords: gcj02"):
        build_town(tmp_path, streets=streets)


@pytest.mark.parametrize("datum", SHIFTED)
def test_a_file_that_does_not_say_its_datum_is_suspected(tmp_path: Path, datum: Datum) -> None:
    name = write_points(tmp_path / "places.csv", datum)
    places = {"posts": {"file": name}}
    streets = {"nodes": "nodes.csv", "edges": "edges.csv", "snap_limit": "5 km"}
    (notice,) = build(tmp_path, streets=streets, places=places).notices
    assert notice.startswith("places.csv: half of the 25 points lie ")
    assert notice.count("line ") == 10
    assert f"Read as {datum}, half of them would lie within 0 m instead of" in notice
    assert notice.endswith(f"write coords: {datum} beside the file.")


def test_a_wrong_word_about_the_datum_is_suspected_too(tmp_path: Path) -> None:
    (notice,) = replayed(tmp_path, Datum.WGS84, coords="gcj02").notices
    assert "They are read as gcj02" in notice
    assert "Read as wgs84, half of them would lie within 0 m" in notice


def test_points_near_the_streets_are_not_suspected(tmp_path: Path) -> None:
    assert replayed(tmp_path, Datum.WGS84).notices == []


def test_far_points_outside_china_are_not_said_to_be_chinese(tmp_path: Path) -> None:
    points = write_table(tmp_path / "far.csv", "x,y", "0,-200", "0,-300")
    (notice,) = build_town(tmp_path, places={"posts": {"file": points.name}}).notices
    assert notice.endswith("The farthest: line 3 (300 m), line 2 (200 m). Are they right?")


@pytest.mark.parametrize("what", ["places", "members", "calls"])
def test_points_beyond_the_limit_stay_an_error_that_names_the_datum(
    tmp_path: Path, what: str
) -> None:
    streets = {"nodes": "nodes.csv", "edges": "edges.csv", "snap_limit": "50 m"}
    name = write_points(tmp_path / f"{what}.csv", Datum.GCJ02, "60,", "time_s,")
    forms: dict[str, dict[str, object]] = {
        "places": {"places": {"posts": {"file": name}}},
        "members": {"teams": {"helpers": {"members": name}}},
        "calls": {"incidents": {"call": {"replay": name, "takes": "1 min"}}},
    }
    with pytest.raises(NetworkError, match=r"more than 50 m .* Read as gcj02, half of them"):
        build(tmp_path, streets=streets, **forms[what])


def test_a_coarse_raster_may_lie_half_a_cell_from_the_streets(tmp_path: Path) -> None:
    write_table(tmp_path / "area.csv", "x,y,weight", "200,480,1", "200,1480,1")
    kind = {"how_often": "5 per day", "takes": "1 min", "where": {"raster": "area.csv"}}
    streets = {"nodes": "nodes.csv", "edges": "edges.csv", "snap_limit": "2 km"}
    assert build_town(tmp_path, incidents={"help": kind}, streets=streets).notices == []


def test_kinds_that_share_a_file_must_agree_about_its_degrees(tmp_path: Path) -> None:
    name = write_points(tmp_path / "calls.csv", Datum.WGS84, "60,one,", "time_s,kind,")
    kinds = {
        "one": {"replay": name, "takes": "1 min", "coords": "gcj02"},
        "two": {"replay": name, "takes": "1 min"},
    }
    with pytest.raises(ScenarioError, match="one says gcj02, two says wgs84"):
        build(tmp_path, incidents=kinds)


@pytest.mark.parametrize(
    "parts",
    [
        {"places": {"post": {"x": 1, "y": 1, "coords": "gcj02"}}},
        {"teams": {"helpers": {"number": 3, "coords": "gcj02"}}},
        {"incidents": {"help": {"how_often": "1 per day", "takes": "1 min", "coords": "bd09"}}},
        {"teams": {"helpers": {"number": 3, "homes": {"everywhere": True, "coords": "bd09"}}}},
    ],
)
def test_coords_without_degrees_beside_them_are_a_mistake(
    tmp_path: Path, parts: dict[str, object]
) -> None:
    with pytest.raises(ScenarioError, match="'coords' goes with"):
        build_town(tmp_path, **parts)
