from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.graph import graph_of_map, map_of_graph
from patrolsim.network.twins import NO_TWIN

if TYPE_CHECKING:
    from patrolsim.network.maps import StreetMap


def square(**facts: object) -> nx.MultiDiGraph[Any]:
    """Return two nodes a thousandth of a degree apart, and a street between them."""
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(7, x=114.0, y=30.0)
    graph.add_node(9, x=114.001, y=30.0)
    graph.add_edge(7, 9, **{"length": 100.0, **facts})
    return graph


def wrong(graph: nx.Graph[Any]) -> str:
    with pytest.raises(NetworkError) as caught:
        map_of_graph(graph)
    return str(caught.value)


def test_a_graph_of_osmnx_becomes_columns_in_map_order() -> None:
    street_map = map_of_graph(square(highway=["steps", "footway"], osmid=[2, 1], maxspeed="30"))
    assert street_map.node_ids == ("7", "9")
    assert street_map.is_degrees
    assert street_map.tail.tolist() == [0]
    assert street_map.length_m.tolist() == [100.0]
    assert street_map.tags["highway"] == ["['steps', 'footway']"]
    assert street_map.speeds["maxspeed"].tolist() == [30.0]


@pytest.mark.parametrize("nothing", [None, float("nan"), "", "None"])
def test_nothing_is_written_in_many_ways(nothing: object) -> None:
    assert map_of_graph(square(access=nothing)).tags == {}


def test_a_missing_length_is_the_straight_distance() -> None:
    graph = square()
    del graph.edges[7, 9, 0]["length"]
    expected_m = 6_371_008.8 * np.radians(0.001) * np.cos(np.radians(30))
    assert map_of_graph(graph).length_m[0] == pytest.approx(expected_m, abs=0.001)


def test_a_missing_length_between_metres_is_pythagoras() -> None:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:32650")
    graph.add_node(0, x=0.0, y=0.0)
    graph.add_node(1, x=3.0, y=4.0)
    graph.add_edge(0, 1)
    street_map = map_of_graph(graph)
    assert not street_map.is_degrees
    assert street_map.length_m.tolist() == [5.0]


def test_streets_walked_back_are_twins_whatever_the_order_of_their_ids() -> None:
    graph = square(osmid=[1, 2])
    graph.add_edge(9, 7, length=100.000001, osmid=[2, 1])
    graph.add_edge(9, 7, length=100.0, osmid=5)
    assert map_of_graph(graph).twin.tolist() == [1, 0, NO_TWIN]


def undirected(**facts: object) -> StreetMap:
    graph: nx.MultiGraph[str] = nx.MultiGraph(crs="metres")
    graph.add_node("a", x=0.0, y=0.0)
    graph.add_node("b", x=1.0, y=0.0)
    graph.add_edge("a", "b", **facts)
    return map_of_graph(graph)


def test_an_undirected_street_leads_both_ways() -> None:
    street_map = undirected()
    assert street_map.tail.tolist() == [0, 1]
    assert street_map.twin.tolist() == [1, 0]


@pytest.mark.parametrize(("oneway", "tail"), [("yes", 0), (True, 0), (-1, 1), ("reverse", 1)])
def test_an_undirected_one_way_street_leads_one_way(oneway: object, tail: int) -> None:
    assert undirected(oneway=oneway).tail.tolist() == [tail]


def test_an_undirected_loop_is_one_arc_without_a_twin() -> None:
    graph: nx.MultiGraph[int] = nx.MultiGraph(crs="metres")
    graph.add_node(0, x=0.0, y=0.0)
    graph.add_edge(0, 0, length=5.0)
    street_map = map_of_graph(graph)
    assert (street_map.tail.tolist(), street_map.twin.tolist()) == ([0], [NO_TWIN])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("length", -1),
        ("length", "long"),
        ("length", float("inf")),
        ("travel_time", "-2"),
        ("speed_kph", "fast"),
        ("oneway", "perhaps"),
    ],
)
def test_a_wrong_value_is_named_with_its_street(key: str, value: object) -> None:
    message = wrong(square(**{key: value}))
    assert message.startswith("graph: street from 7 to 9: ")
    assert key in message
    assert str(value) in message


def test_all_mistakes_are_listed_at_once_up_to_twenty() -> None:
    graph = square(length=-1)
    graph.add_node(8)
    assert len(wrong(graph).splitlines()) == 3
    for node in range(100, 130):
        graph.add_node(node, x="here", y=0)
    lines = wrong(graph).splitlines()
    assert len(lines) == 21
    assert "first 20" in lines[-1]


def test_ids_that_read_alike_are_refused() -> None:
    graph = square()
    graph.add_node("7", x=114.0, y=30.0)
    assert "node '7' is given twice" in wrong(graph)


def test_degrees_that_no_degree_can_be_are_refused() -> None:
    graph = square()
    graph.nodes[9]["y"] = 91.0
    assert "node 9: y is 91, which no degree can be" in wrong(graph)


def test_without_a_reference_system_small_numbers_are_degrees() -> None:
    graph = square()
    del graph.graph["crs"]
    assert map_of_graph(graph).is_degrees
    graph.nodes[9]["x"] = 500_000.0
    assert not map_of_graph(graph).is_degrees


@pytest.mark.parametrize("crs", ["EPSG:4490", "WGS84", "urn:ogc:def:crs:OGC:1.3:CRS84"])
def test_reference_systems_in_degrees_are_known(crs: str) -> None:
    graph = square()
    graph.graph["crs"] = crs
    assert map_of_graph(graph).is_degrees


def test_a_map_goes_to_a_graph_and_back() -> None:
    graph = square(highway="primary", speed_kph=40.0, oneway=True)
    graph.add_edge(9, 9, length=3.0)
    once = map_of_graph(graph)
    again = map_of_graph(graph_of_map(once))
    assert again.node_ids == once.node_ids
    assert again.length_m.tolist() == once.length_m.tolist()
    assert again.tags["highway"] == ["primary", ""]
    assert again.speeds["speed_kph"].tolist()[:1] == [40.0]
    assert graph_of_map(once).edges["7", "9", 0]["oneway"] is True
