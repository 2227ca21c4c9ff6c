"""Whatever the map: compiled streets are what networkx says, and places join the nearest one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from patrolsim.network.compiling import CompiledMap, compile_map
from patrolsim.network.graph import graph_of_map, map_of_graph
from patrolsim.network.modes import ModeRules
from patrolsim.network.snapping import Snapper
from patrolsim.network.street_finder import SLACK_M
from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    from patrolsim.network.streets import Streets

MPS = {"foot": 1.0, "bike": 2.0, "e-bike": 3.0, "car": 7.0}
MODES = tuple(MPS)
LENGTHS_M = st.sampled_from([0.0, 1e-7, 1.0, 2.5, 2.5, 10.0])
POINTS = st.sampled_from([(0.0, 0.0), (0.0, 5.0), (5.0, 5.0), (9.0, 0.0), (5.0, -3.0)])
CLASSES = st.sampled_from(["", "primary", "steps", "footway", "motorway"])
GATES = st.sampled_from(["", "", "", "closed", "private"])


@st.composite
def graphs(draw: st.DrawFn) -> nx.MultiDiGraph[int]:
    """Return maps with parallels, loops, one-ways, islands, no length and equal places."""
    n = draw(st.integers(2, 7))
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="metres")
    for node in range(n):
        x, y = draw(POINTS)
        graph.add_node(node, x=x, y=y)
    nodes = st.integers(0, n - 1)
    streets = st.tuples(nodes, nodes, LENGTHS_M, CLASSES, GATES, st.booleans())
    for way, street in enumerate(draw(st.lists(streets, min_size=1, max_size=12))):
        u, v, length_m, highway, access, is_double = street
        facts = {"length": length_m, "highway": highway, "access": access, "osmid": way}
        graph.add_edge(u, v, **facts)
        if is_double and u != v:
            graph.add_edge(v, u, **facts)
    return graph


def may_go(facts: dict[str, Any], mode: str) -> bool:
    """Say in a few words what the modes may do on these maps."""
    if facts["access"]:
        return False
    shut = {"foot": {"motorway"}, "car": {"steps", "footway"}}.get(mode, {"steps", "motorway"})
    return facts["highway"] not in shut


def expected(graph: nx.MultiDiGraph[int], mode: str) -> nx.MultiDiGraph[int]:
    """Return the arcs that are open to a mode, with their weights."""
    arcs: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    ways = {(u, facts["osmid"]) for u, _v, facts in graph.edges(data=True)}
    for u, v, facts in graph.edges(data=True):
        if not may_go(facts, mode):
            continue
        speed_mps = 7.0 if mode == "car" else MPS[mode]
        weight_us = max(1, round(facts["length"] / speed_mps * 1e6))
        arcs.add_edge(u, v, weight=weight_us)
        is_one_way = u != v and (v, facts["osmid"]) not in ways
        if mode == "foot" and is_one_way:
            arcs.add_edge(v, u, weight=weight_us)
    return arcs


def compiled(graph: nx.MultiDiGraph[int], modes: tuple[str, ...]) -> CompiledMap:
    return compile_map(map_of_graph(graph), ModeRules(modes=modes, speeds_mps=MPS))


def open_arcs(streets: Streets, row: int) -> list[tuple[int, int, int]]:
    columns = streets.tail.tolist(), streets.head.tolist(), streets.weight_us[row].tolist()
    return sorted(arc for arc in zip(*columns, strict=True) if arc[2] != CLOSED_US)


@settings(max_examples=150, deadline=None)
@given(graph=graphs())
def test_arcs_weights_and_parts_are_those_of_networkx(graph: nx.MultiDiGraph[int]) -> None:
    oracles = {mode: expected(graph, mode) for mode in MODES}
    modes = tuple(mode for mode in MODES if oracles[mode].size())
    assume(modes)
    result = compiled(graph, modes)
    for row, mode in enumerate(modes):
        oracle, loss = oracles[mode], result.losses[row]
        weights = sorted((u, v, data["weight"]) for u, v, data in oracle.edges(data=True))
        assert open_arcs(result.streets, row) == weights
        parts = sorted(nx.strongly_connected_components(oracle), key=lambda p: (-len(p), min(p)))
        assert set(np.flatnonzero(result.streets.usable[row]).tolist()) == parts[0]
        assert loss.islands == len(parts) - 1
        assert loss.nodes_total == oracle.number_of_nodes()
        assert loss.nodes_lost == oracle.number_of_nodes() - len(parts[0])


@settings(max_examples=150, deadline=None)
@given(graph=graphs())
def test_twins_are_the_same_street_the_other_way(graph: nx.MultiDiGraph[int]) -> None:
    assume(expected(graph, "foot").size())
    streets = compiled(graph, ("foot",)).streets
    for arc, twin in enumerate(streets.twin.tolist()):
        if twin >= 0:
            assert streets.twin[twin] == arc
            ends = streets.tail[twin], streets.head[twin], streets.length_m[twin]
            assert ends == (streets.head[arc], streets.tail[arc], streets.length_m[arc])
        else:
            is_loop = streets.tail[arc] == streets.head[arc]
            assert is_loop or streets.weight_us[0, arc] == CLOSED_US


@settings(max_examples=50, deadline=None)
@given(graph=graphs())
def test_a_map_that_went_through_networkx_compiles_alike(graph: nx.MultiDiGraph[int]) -> None:
    assume(expected(graph, "foot").size())
    once = compiled(graph, ("foot",)).streets
    rules = ModeRules(modes=("foot",), speeds_mps=MPS)
    again = compile_map(map_of_graph(graph_of_map(map_of_graph(graph))), rules).streets
    assert again.weight_us.tolist() == once.weight_us.tolist()
    assert again.twin.tolist() == once.twin.tolist()


def brute_force(streets: Streets, to: str, x: float, y: float) -> int:
    """Return the entry node of a point by looking at everything."""
    usable = streets.usable[0]
    if to == "node":
        nodes = np.flatnonzero(usable)
        away = np.hypot(streets.x[nodes] - x, streets.y[nodes] - y)
        return int(nodes[np.argmin(away)])
    best = (np.inf, -1, 0)
    for arc in range(len(streets.tail)):
        tail, head = int(streets.tail[arc]), int(streets.head[arc])
        if streets.weight_us[0, arc] == CLOSED_US or not (usable[tail] and usable[head]):
            continue
        ax, ay, bx, by = (float(c[n]) for n in (tail, head) for c in (streets.x, streets.y))
        square = (bx - ax) ** 2 + (by - ay) ** 2
        along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square if square else 0.0
        share = min(1.0, max(0.0, along))
        away_m = np.hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y)
        best = min(best, (round(away_m / SLACK_M), arc, tail if share <= 0.5 else head))
    return best[2]


@pytest.mark.parametrize("to", ["node", "edge"])
@settings(max_examples=100, deadline=None)
@given(
    graph=graphs(),
    scale=st.sampled_from([1.0, 37.0]),
    points=st.lists(st.tuples(st.integers(-9, 14), st.integers(-9, 14)), min_size=1, max_size=9),
)
def test_places_join_what_brute_force_finds(
    to: Literal["node", "edge"],
    graph: nx.MultiDiGraph[int],
    scale: float,
    points: list[tuple[int, int]],
) -> None:
    for node in graph:
        graph.nodes[node]["x"] *= scale
        graph.nodes[node]["y"] *= scale
    assume(expected(graph, "foot").size())
    streets = compiled(graph, ("foot",)).streets
    # A part of one corner has no street to join.
    assume(
        to == "node"
        or any(
            streets.usable[0, u] and streets.usable[0, v] for u, v, _us in open_arcs(streets, 0)
        )
    )
    x, y = (np.array(column, np.float64) * scale for column in zip(*points, strict=True))
    stops = Snapper(streets, to=to, limit_m=1e6).snap(x, y)
    found = [stop.nodes[0] for stop in stops]
    assert found == [brute_force(streets, to, *point) for point in zip(x, y, strict=True)]
