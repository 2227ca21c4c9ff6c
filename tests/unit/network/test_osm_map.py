"""From ways to streets: pieces, gates that can open, and what was cut away."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.network.compiling import compile_map
from patrolsim.network.drafting import Clipped
from patrolsim.network.graph import graph_of_map
from patrolsim.network.modes import ModeRules
from patrolsim.network.osm import OsmExtract, OsmWay
from patrolsim.network.osm_map import gate_tags, map_of_extract, pieces_of
from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    from patrolsim.network.maps import StreetMap
    from patrolsim.network.osm_map import GateRule

PLACES = {number: (114.38 + 0.001 * number, 30.43) for number in range(1, 10)}


def extract(
    *ways: tuple[int, ...], barriers: dict[int, dict[str, str]] | None = None, **facts: str
) -> OsmExtract:
    """Return an extract of residential ways along a line."""
    tags = {"highway": "residential", **facts}
    found = [OsmWay(100 + i, nodes, tags) for i, nodes in enumerate(ways)]
    return OsmExtract(source="tiny", ways=found, places=PLACES, barriers=barriers or {})


def ends(street_map: StreetMap) -> set[tuple[str, str]]:
    ids = street_map.node_ids
    arcs = zip(street_map.tail.tolist(), street_map.head.tolist(), strict=True)
    return {(ids[tail], ids[head]) for tail, head in arcs}


def nodes_of(data: OsmExtract, *, is_simplified: bool = False) -> list[tuple[int, ...]]:
    return [p.nodes for p in pieces_of(data, is_simplified=is_simplified, clipped=Clipped())]


def test_each_pair_of_nodes_is_a_street() -> None:
    assert nodes_of(extract((1, 2, 3), (3, 4))) == [(1, 2), (2, 3), (3, 4)]


def test_simplified_ways_are_cut_where_they_meet_and_at_gates() -> None:
    data = extract((1, 2, 3, 4, 5, 6), (7, 3), barriers={5: {"barrier": "gate"}})
    assert nodes_of(data, is_simplified=True) == [(1, 2, 3), (3, 4, 5), (5, 6), (7, 3)]


def test_a_way_that_meets_itself_is_cut_there() -> None:
    assert nodes_of(extract((1, 2, 3, 4, 2)), is_simplified=True) == [(1, 2), (2, 3, 4, 2)]


def test_missing_nodes_are_left_out_and_counted() -> None:
    clipped = Clipped()
    data = extract((91, 1, 2, 92, 93, 3, 4))
    pieces = [p.nodes for p in pieces_of(data, is_simplified=False, clipped=clipped)]
    assert pieces == [(1, 2), (3, 4)]
    assert clipped.streets == 4
    assert clipped.examples[0] == "from node '91' to node '1'"


@given(
    ways=st.lists(st.lists(st.integers(1, 14), min_size=2, max_size=8), min_size=1, max_size=5),
    is_simplified=st.booleans(),
)
def test_pieces_and_what_is_clipped_add_up_to_the_ways(
    ways: list[list[int]], *, is_simplified: bool
) -> None:
    clipped = Clipped()
    data = extract(*map(tuple, ways))
    pieces = list(pieces_of(data, is_simplified=is_simplified, clipped=clipped))
    kept = sum(len(piece.nodes) - 1 for piece in pieces)
    assert kept + clipped.streets == sum(len(way) - 1 for way in ways)
    assert all(node in PLACES for piece in pieces for node in piece.nodes)


def test_simplified_streets_are_as_long_as_their_parts() -> None:
    long = map_of_extract(extract((1, 2, 3, 4, 5))).street_map
    short = map_of_extract(extract((1, 2, 3, 4, 5)), is_simplified=True).street_map
    assert len(short.tail) == 2
    assert short.length_m.sum() == pytest.approx(long.length_m.sum(), abs=0.003)


def test_both_directions_of_a_way_are_one_street_and_a_one_way_is_not() -> None:
    both = map_of_extract(extract((1, 2))).street_map
    assert both.twin.tolist() == [1, 0]
    single = map_of_extract(extract((1, 2), oneway="-1")).street_map
    assert (ends(single), single.twin.tolist()) == ({("2", "1")}, [-1])


def gated(rule: GateRule = "as tagged", **barrier: str) -> StreetMap:
    data = extract((1, 2, 3), barriers={2: {"barrier": "gate", **barrier}})
    return map_of_extract(data, gate_rule=rule).street_map


def open_to(street_map: StreetMap, mode: str) -> set[tuple[str, str]]:
    streets = compile_map(street_map, ModeRules(modes=(mode,))).streets
    is_open = streets.weight_us[0] != CLOSED_US
    arcs = zip(streets.tail[is_open].tolist(), streets.head[is_open].tolist(), strict=True)
    return {(streets.node_ids[tail], streets.node_ids[head]) for tail, head in arcs}


ACROSS = {("2", "-1"), ("-1", "2")}


def test_a_gate_is_a_street_of_no_length_between_two_nodes_at_one_place() -> None:
    street_map = gated(access="private", name="East gate")
    assert ends(street_map) == {("1", "2"), ("2", "1"), ("-1", "3"), ("3", "-1")} | ACROSS
    arc = [street_map.node_ids[node] for node in street_map.tail.tolist()].index("-1")
    gate = street_map.tags["barrier"].index("gate")
    assert street_map.length_m[gate] == 0
    assert street_map.tags["access"][gate] == "private"
    assert street_map.tags["name"][gate] == "East gate"
    assert street_map.tags["access"][arc] in {"", "private"}


@pytest.mark.parametrize(
    ("barrier", "rule", "walkers", "cars"),
    [
        ({}, "as tagged", True, True),
        ({}, "closed", False, False),
        ({"locked": "yes"}, "as tagged", False, False),
        ({"access": "private"}, "as tagged", False, False),
        ({"access": "no", "foot": "yes"}, "as tagged", True, False),
        ({"access": "permissive"}, "closed", True, True),
        ({"motor_vehicle": "no"}, "as tagged", True, False),
        ({"barrier": "bollard"}, "closed", True, False),
        ({"barrier": "turnstile"}, "as tagged", True, False),
        ({"barrier": "wall"}, "as tagged", False, False),
    ],
)
def test_who_passes_a_barrier(
    barrier: dict[str, str], rule: GateRule, *, walkers: bool, cars: bool
) -> None:
    street_map = gated(rule, **barrier)
    assert (open_to(street_map, "foot") >= ACROSS) == walkers
    assert (open_to(street_map, "car") >= ACROSS) == cars


@pytest.mark.parametrize("kind", ["kerb", "entrance", "cattle_grid", "toll_booth", ""])
def test_what_hinders_nobody_is_no_gate(kind: str) -> None:
    assert gate_tags({"barrier": kind}, "closed") == {}


def test_a_gate_at_the_end_of_a_way_needs_no_street() -> None:
    made = map_of_extract(extract((1, 2), barriers={2: {"barrier": "gate"}}))
    assert made.gates.total() == 0
    assert ends(made.street_map) == {("1", "2"), ("2", "1")}


@given(
    st.lists(st.lists(st.integers(1, 9), min_size=2, max_size=6), min_size=1, max_size=5),
    st.sets(st.integers(1, 9), max_size=4),
)
def test_without_its_closed_gates_nobody_passes_a_barrier_node(
    ways: list[list[int]], barred: set[int]
) -> None:
    """The open part of the map is the graph of ways, with each barred node torn apart."""
    barriers = {node: {"barrier": "gate", "access": "no"} for node in barred}
    street_map = map_of_extract(extract(*map(tuple, ways), barriers=barriers)).street_map
    graph = graph_of_map(street_map)
    graph.remove_edges_from([e for e in graph.edges(keys=True) if graph.edges[e].get("barrier")])
    torn: nx.Graph[object] = nx.Graph()
    for number, way in enumerate(ways):
        for position, (u, v) in enumerate(pairwise(way)):
            ends_of = [
                (node, (number, position, side) if node in barred else None)
                for side, node in enumerate((u, v))
            ]
            torn.add_edge(*ends_of)
    parts = nx.number_connected_components(graph.to_undirected())
    assert parts == nx.number_connected_components(torn)


@given(st.lists(st.lists(st.integers(1, 9), min_size=2, max_size=6), min_size=1, max_size=5))
def test_open_gates_change_no_connection(ways: list[list[int]]) -> None:
    plain = extract(*map(tuple, ways))
    gates = {node: {"barrier": "gate"} for node in PLACES}
    gated_map = map_of_extract(extract(*map(tuple, ways), barriers=gates)).street_map
    open_graph = graph_of_map(map_of_extract(plain).street_map).to_undirected()
    parts = nx.number_connected_components(graph_of_map(gated_map).to_undirected())
    assert parts == nx.number_connected_components(open_graph)
