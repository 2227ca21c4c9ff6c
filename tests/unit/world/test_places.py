"""Places and areas of a scenario, from its files to points in metres."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.towns import build_town, write_map, write_table, write_town

from patrolsim.errors import NetworkError, ScenarioError
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.demand.table import IncidentTable

WEST = [[0, 0], [100, 0], [100, 400], [0, 400]]
EAST = [[300, 0], [400, 0], [400, 400], [300, 400]]
HOLE = [[320, 100], [380, 100], [380, 300], [320, 300]]
SEA = [[90_000, 0], [90_100, 0], [90_100, 100]]


def incidents(folder: Path, **where: object) -> IncidentTable:
    theft = {"how_often": "200 per day", "takes": "10 min", "where": where}
    return build_town(folder, incidents={"theft": theft}).build(0).incidents


def feature(*rings: object, weight: object = None, form: str = "Polygon") -> dict[str, object]:
    properties = {} if weight is None else {"weight": weight}
    coordinates = list(rings) if form == "Polygon" else [[ring] for ring in rings]
    geometry = {"type": form, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygons(folder: Path, *features: dict[str, object]) -> IncidentTable:
    content = {"type": "FeatureCollection", "features": list(features)}
    (folder / "areas.geojson").write_text(json.dumps(content), encoding="utf-8")
    return incidents(folder, polygons="areas.geojson")


def test_named_places_come_by_their_weight(tmp_path: Path) -> None:
    write_table(tmp_path / "posts.csv", "node,weight", "n04,3", "n44,1")
    places = {"gate": {"node": "n00"}, "posts": {"file": "posts.csv"}}
    theft = {
        "how_often": "400 per day",
        "takes": "10 min",
        "where": {"places": {"gate": 1, "posts": 4}},
    }
    world = build_town(tmp_path, places=places, incidents={"theft": theft}).build(0)
    x, y = world.incidents.x, world.incidents.y
    assert np.mean(y == 0) == pytest.approx(0.2, abs=0.03)
    assert np.mean(x == 400) == pytest.approx(0.2, abs=0.03)


def test_nodes_come_by_their_weight(tmp_path: Path) -> None:
    write_table(tmp_path / "nodes_at_risk.csv", "node,weight", "n00,1", "n40,3", "n22,0")
    table = incidents(tmp_path, nodes="nodes_at_risk.csv")
    assert set(table.y.tolist()) == {0.0}
    assert np.mean(table.x == 400) == pytest.approx(0.75, abs=0.03)


def test_the_size_of_cells_is_found_from_their_centres(tmp_path: Path) -> None:
    write_table(tmp_path / "r.csv", "x,y,weight", "100,100,1", "200,100,1", "100,350,0", "0,0,0")
    table = incidents(tmp_path, raster="r.csv")
    assert (table.x.min(), table.x.max()) == pytest.approx((50, 250), abs=2)
    assert (table.y.min(), table.y.max()) == pytest.approx((50, 150), abs=2)


def test_the_size_of_cells_may_be_given(tmp_path: Path) -> None:
    write_table(tmp_path / "r.csv", "x,y,weight", "100,100,1")
    table = incidents(tmp_path, raster="r.csv", cell="40 m")
    assert (table.x.min(), table.y.max()) == pytest.approx((80, 120), abs=1)


def test_cells_in_one_row_are_square(tmp_path: Path) -> None:
    write_table(tmp_path / "r.csv", "x,y,weight", "100,100,1", "160,100,1")
    table = incidents(tmp_path, raster="r.csv")
    assert (table.y.min(), table.y.max()) == pytest.approx((70, 130), abs=1)


def test_a_single_cell_does_not_say_its_size(tmp_path: Path) -> None:
    write_table(tmp_path / "r.csv", "x,y,weight", "100,100,1")
    with pytest.raises(ScenarioError, match="does not say how large"):
        incidents(tmp_path, raster="r.csv")


def test_polygons_come_by_area_and_leave_their_holes(tmp_path: Path) -> None:
    table = polygons(tmp_path, feature(WEST), feature(EAST, HOLE))
    x, y = table.x, table.y
    assert np.mean(x < 200) == pytest.approx(40_000 / 68_000, abs=0.04)
    assert not ((x > 320) & (x < 380) & (y > 100) & (y < 300)).any()


def test_polygons_come_by_weight_where_it_is_given(tmp_path: Path) -> None:
    table = polygons(tmp_path, feature(WEST, weight=1), feature(EAST, weight=9))
    assert np.mean(table.x < 200) == pytest.approx(0.1, abs=0.03)


def test_the_weight_of_a_feature_is_shared_by_area(tmp_path: Path) -> None:
    half = [[0, 0], [100, 0], [100, 100], [0, 100]]
    both = feature(half, EAST, weight=5, form="MultiPolygon")
    table = polygons(tmp_path, both, feature(half, weight=0))
    assert np.mean(table.x < 200) == pytest.approx(0.2, abs=0.03)


def test_a_single_polygon_needs_no_collection(tmp_path: Path) -> None:
    (tmp_path / "one.geojson").write_text(
        json.dumps({"type": "Polygon", "coordinates": [WEST]}), encoding="utf-8"
    )
    assert incidents(tmp_path, polygons="one.geojson").x.max() <= 100


def test_polygons_on_a_map_in_degrees_are_in_degrees(tmp_path: Path) -> None:
    ring = [[114.0, 30.0], [114.001, 30.0], [114.001, 30.001], [114.0, 30.001]]
    (tmp_path / "one.geojson").write_text(
        json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8"
    )
    theft = {"how_often": "50 per day", "takes": "1 h", "where": {"polygons": "one.geojson"}}
    folder = write_town(tmp_path, incidents={"theft": theft})
    write_map(folder, is_in_degrees=True)
    world = WorldBuilder(read_scenario(folder).scenario).build(0)
    assert np.ptp(world.incidents.y) == pytest.approx(111.2, abs=3)
    assert np.ptp(world.incidents.x) == pytest.approx(96.3, abs=3)


@pytest.mark.parametrize(
    ("features", "complaint"),
    [
        ([], "no polygon with a weight above 0"),
        ([feature(WEST, weight=0)], "no polygon with a weight above 0"),
        ([feature(WEST, weight=-1)], "weight: '-1' is not"),
        ([feature(WEST, weight="much")], "feature 1: could not convert"),
        ([feature(WEST[:2])], "three corners"),
        ([feature([[0, 0], [1, "a"], [1, 1]])], "no position"),
        ([feature([[0], [1, 2], [1, 1]])], "feature 1"),
        ([feature(5)], "feature 1"),
        ([feature()], "without corners"),
        ([feature([[0, 0], [9, 0], [9, 9]], WEST)], "larger than itself"),
        ([feature([[0, 0], [400, 399.9], [400, 400]])], "so thin"),
        ([feature(WEST), feature([[0, 0], [1e300, 0], [0, 1]])], "feature 2"),
        ([{"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}}], "'Point'"),
        ([{"type": "Feature", "geometry": None}], "no GeoJSON with polygons"),
        ([None], "no GeoJSON with polygons"),
    ],
)
def test_wrong_polygons_are_refused_in_words(
    tmp_path: Path, features: list[dict[str, object]], complaint: str
) -> None:
    with pytest.raises(ScenarioError, match=complaint):
        polygons(tmp_path, *features)


@pytest.mark.parametrize("content", ["", "[1]", "5", "{}", '{"type": "Polygon"}', "[" * 100_000])
def test_a_file_that_is_no_geojson_is_refused_in_words(tmp_path: Path, content: str) -> None:
    (tmp_path / "areas.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(ScenarioError, match="no GeoJSON with polygons"):
        incidents(tmp_path, polygons="areas.geojson")


def test_one_polygon_off_the_map_is_refused_though_the_others_are_on_it(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"incidents\.theft\.where: .* number 2 of the file"):
        polygons(tmp_path, feature(WEST), feature(SEA))


def test_a_polygon_of_no_weight_may_lie_anywhere(tmp_path: Path) -> None:
    table = polygons(tmp_path, feature(WEST), feature(SEA, weight=0))
    assert table.x.max() <= 100


def test_an_area_off_the_map_is_refused(tmp_path: Path) -> None:
    write_table(tmp_path / "r.csv", "x,y,weight", "90000,0,2", "91000,0,1", "0,0,1")
    with pytest.raises(NetworkError, match="half of its area lies more than"):
        incidents(tmp_path, raster="r.csv")


def test_wrong_rows_of_places_are_refused_with_their_lines(tmp_path: Path) -> None:
    write_table(tmp_path / "n.csv", "node,weight", "n00,1", "n99,1", "n00,-2", "n00", "n01,nan")
    with pytest.raises(ScenarioError) as caught:
        incidents(tmp_path, nodes="n.csv")
    assert [problem.line for problem in caught.value.problems] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [(("node,weight",), "no rows"), (("node,weight", "n00,0", "n01,0"), "all weights are 0")],
)
def test_a_table_from_which_nothing_can_be_drawn_is_refused(
    tmp_path: Path, rows: tuple[str, ...], complaint: str
) -> None:
    write_table(tmp_path / "n.csv", *rows)
    with pytest.raises(ScenarioError, match=complaint):
        incidents(tmp_path, nodes="n.csv")
