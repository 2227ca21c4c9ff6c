"""Parts of maps: points in outlines, whole streets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.network.test_suspicions import LAT, LON, STEP, grid

from patrolsim.demand.areas import contains
from patrolsim.errors import NetworkError
from patrolsim.network.cutting import Outline, box, cut_map, read_outline
from patrolsim.network.graph import graph_of_map, map_of_graph

if TYPE_CHECKING:
    from pathlib import Path

RING = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]]


def test_a_box_holds_what_lies_in_it() -> None:
    found = box("1, 2, 3, 4").contains(np.array([2.0, 0.5, 3.5]), np.array([3.0, 3.0, 3.0]))
    assert found.tolist() == [True, False, False]


@pytest.mark.parametrize("text", ["", "1,2,3", "3,2,1,4", "1,4,3,2", "a,b,c,d", "1,2,nan,4"])
def test_what_is_no_box_is_refused(text: str) -> None:
    with pytest.raises(NetworkError, match="is no box: write west,south,east,north"):
        box(text)


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=3, max_size=8))
def test_points_are_inside_as_the_demand_has_it(corners: list[tuple[int, int]]) -> None:
    ring = np.array(corners, np.float64)
    x, y = (part.ravel() + 0.37 for part in np.meshgrid(np.arange(-9.0, 9), np.arange(-9.0, 9)))
    np.testing.assert_array_equal(Outline([ring]).contains(x, y), contains([ring], x, y))


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Polygon", "coordinates": [RING, HOLE]},
        {"type": "MultiPolygon", "coordinates": [[RING, HOLE]]},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [RING, HOLE]}},
        {
            "type": "FeatureCollection",
            "features": [{"geometry": {"type": "Polygon", "coordinates": [RING, HOLE]}}],
        },
    ],
)
def test_polygons_with_holes_are_read(tmp_path: Path, shape: object) -> None:
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps(shape), encoding="utf-8")
    found = read_outline(path).contains(np.array([0.5, 1.5, 5.0]), np.array([0.5, 1.5, 0.5]))
    assert found.tolist() == [True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"type": "Point", "coordinates": [1, 2]}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, "x"], [1, 1]]]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, NaN], [1, 1]]]}',
        "[" * 100_000,
    ],
)
def test_what_has_no_polygon_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "area.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NetworkError, match="is no GeoJSON with polygons"):
        read_outline(path)


@given(st.floats(-1, 4), st.floats(-1, 4), st.floats(0.1, 3), st.floats(0.1, 3))
def test_a_cut_map_has_the_streets_that_touch_the_part(
    east: float, north: float, width: float, height: float
) -> None:
    whole = map_of_graph(grid())
    west, south = LON + east * STEP, LAT + north * STEP
    outline = box(f"{west},{south},{west + width * STEP},{south + height * STEP}")
    inside = dict(zip(whole.node_ids, outline.contains(whole.east, whole.north), strict=True))
    graph = graph_of_map(whole)
    wanted = graph.copy()
    outside = [e for e in graph.edges(keys=True) if not (inside[e[0]] or inside[e[1]])]
    wanted.remove_edges_from(outside)
    wanted.remove_nodes_from(list(nx.isolates(wanted)))
    if not wanted.number_of_edges():
        with pytest.raises(NetworkError, match="no street lies in the part"):
            cut_map(whole, outline)
        return
    found = cut_map(whole, outline)
    cut = graph_of_map(found)
    assert set(cut.nodes) == set(wanted.nodes)
    assert sorted((u, v, d["length"]) for u, v, d in cut.edges(data=True)) == sorted(
        (u, v, d["length"]) for u, v, d in wanted.edges(data=True)
    )
    assert not any(d["oneway"] for *_, d in cut.edges(data=True))
    assert nx.get_node_attributes(cut, "x") == {n: wanted.nodes[n]["x"] for n in wanted}
