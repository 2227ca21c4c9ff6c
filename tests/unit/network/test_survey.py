"""What is counted on a map, by hand on small ones and against networkx on made ones."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.network.graph import graph_of_map, map_of_graph
from patrolsim.network.survey import Survey, survey_map


def square(**facts: object) -> nx.MultiDiGraph[str]:
    """Return a square of 100 m with both directions on each side."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs="metres")
    for node, (x, y) in {"a": (0, 0), "b": (100, 0), "c": (100, 100), "d": (0, 100)}.items():
        graph.add_node(node, x=x, y=y)
    for u, v in ("ab", "bc", "cd", "da"):
        graph.add_edge(u, v, length=100, osmid=u + v, **facts)
        graph.add_edge(v, u, length=100, osmid=u + v, **facts)
    return graph


def surveyed(graph: nx.MultiDiGraph[str]) -> Survey:
    return survey_map(map_of_graph(graph))


def test_streets_are_counted_once_and_arcs_by_direction() -> None:
    survey = surveyed(square())
    assert (survey.nodes, survey.arcs, survey.streets, survey.pairs) == (4, 8, 4, 4)
    assert survey.length_km == pytest.approx(0.4)
    assert survey.oneway_share == 0


def test_area_and_density_are_those_of_the_hull() -> None:
    survey = surveyed(square())
    assert survey.area_km2 == pytest.approx(0.01)
    assert survey.density_km_per_km2 == pytest.approx(40)
    assert survey.size_km == pytest.approx((0.1, 0.1))


def test_a_mere_line_has_no_area() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs="metres")
    for x in range(4):
        graph.add_node(str(x), x=x * 100, y=x * 100)
    for x in range(3):
        graph.add_edge(str(x), str(x + 1), length=142)
    survey = surveyed(graph)
    assert (survey.area_km2, survey.density_km_per_km2) == (None, None)


def test_one_way_streets_parallels_and_loops_are_counted() -> None:
    graph = square()
    graph.add_edge("a", "c", length=200, osmid="x")
    graph.add_edge("a", "b", length=130, osmid="y")
    graph.add_edge("a", "a", length=70, osmid="z")
    survey = surveyed(graph)
    assert (survey.parallels, survey.loops) == (1, 1)
    assert survey.oneway_share == pytest.approx(0.4 / 0.8)


def test_speeds_are_known_or_assumed_by_class() -> None:
    graph = square(highway="residential")
    graph.add_edge("a", "c", length=150, highway="primary", maxspeed="50", osmid="x")
    survey = surveyed(graph)
    assert list(survey.classes) == ["residential", "primary"]
    assert survey.classes["residential"].speed_known_km == 0
    assert survey.classes["primary"].speed_known_km == pytest.approx(0.15)


def test_gates_and_access_are_counted_by_street() -> None:
    graph = square(access="private")
    graph.add_edge("a", "c", length=150, barrier="gate", access="no", osmid="x")
    survey = surveyed(graph)
    assert survey.access == {"private": 4, "no": 1}
    assert survey.barriers == {"gate": 1}


def test_a_mode_without_streets_is_told_and_the_others_counted() -> None:
    survey = surveyed(square(highway="footway"))
    assert survey.modes["car"] is None
    assert survey.modes["foot"] is not None
    assert survey.modes["foot"].length_km == pytest.approx(0.4)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=25))
def test_the_largest_part_of_cars_is_that_of_networkx(ends: list[tuple[int, int]]) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs="metres")
    for node in range(8):
        graph.add_node(str(node), x=node * 50.0, y=node * node * 3.0)
    for number, (u, v) in enumerate(ends):
        graph.add_edge(str(u), str(v), length=100, osmid=number)
    survey = surveyed(graph)
    touched = graph.edge_subgraph(graph.edges(keys=True))
    largest = max(len(part) for part in nx.strongly_connected_components(touched))
    facts = survey.modes["car"]
    assert facts is not None
    assert (facts.nodes, facts.nodes_lost) == (len(touched), len(touched) - largest)
    assert survey.arcs == graph_of_map(map_of_graph(graph)).number_of_edges()
