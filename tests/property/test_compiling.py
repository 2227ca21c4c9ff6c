"""Whatever ways a map draws: each mode gets its legal arcs, in order, also after a round trip."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import CompiledMap, compile_map
from patrolsim.network.graph import graph_of_map, map_of_graph
from patrolsim.network.graphml import read_graphml, write_graphml
from patrolsim.network.modes import ModeRules
from patrolsim.network.streets import CLOSED_US
from patrolsim.network.twins import NO_TWIN

if TYPE_CHECKING:
    from typing import TypeAlias

    from patrolsim.network.streets import Streets

    Graph: TypeAlias = nx.MultiGraph[int]

FOOT, CAR = 0, 1
WALK_MPS, DRIVE_MPS = 1.25, 8.0
RULES = ModeRules(modes=("foot", "car"), speeds_mps={"foot": WALK_MPS, "car": DRIVE_MPS})
MORE = settings(max_examples=150, deadline=None)
ONEWAY = (None, "no", "yes", "-1")
HIGHWAYS = ("residential", "footway", "motorway", "['footway', 'residential']")


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Return drawn ways: parallels, loops, one-ways, closed gates, islands, equal places."""
    graph: Graph = nx.MultiGraph(crs="metres")
    n = draw(st.integers(1, 8))
    spots = st.sampled_from([0.0, 30.0, 100.0, 250.5])
    for node in range(n):
        graph.add_node(node, x=draw(spots), y=draw(spots))
    nodes = st.integers(0, n - 1)
    for _ in range(draw(st.integers(1, 14))):
        facts = {
            "length": draw(st.sampled_from([0.0, 1.0, 2.0000005, 99.9, 1e5])),
            "highway": draw(st.sampled_from(HIGHWAYS)),
            "oneway": draw(st.sampled_from(ONEWAY)),
            "access": draw(st.sampled_from([None, None, None, "private"])),
        }
        given_facts = {key: value for key, value in facts.items() if value is not None}
        graph.add_edge(draw(nodes), draw(nodes), **given_facts)
    return graph


def legal_arcs(graph: Graph, mode: int) -> list[tuple[int, int, int]]:
    """Return (tail, head, microseconds) of each arc that a mode may use, by the rules in words."""
    arcs = []
    for u, v, facts in graph.edges(data=True):
        highway, oneway = facts["highway"], facts.get("oneway", "no")
        barred = "motorway" if mode == FOOT else "footway"
        if facts.get("access") == "private" or barred in highway:
            continue
        speed_mps = WALK_MPS if mode == FOOT else DRIVE_MPS
        exact = Fraction(facts["length"] / speed_mps) * 1_000_000
        weight_us = max(1, round(exact))
        if u == v:
            arcs.append((u, v, weight_us))
            continue
        arcs += [(u, v, weight_us)] * (mode == FOOT or oneway != "-1")
        arcs += [(v, u, weight_us)] * (mode == FOOT or oneway != "yes")
    return arcs


def open_arcs(streets: Streets, mode: int) -> list[tuple[int, int, int]]:
    names = [int(name) for name in streets.node_ids]
    columns = (streets.tail.tolist(), streets.head.tolist(), streets.weight_us[mode].tolist())
    return [(names[t], names[h], us) for t, h, us in zip(*columns, strict=True) if us != CLOSED_US]


def compiled(graph: Graph) -> CompiledMap | None:
    """Return the compiled map; None where a mode may go nowhere, which is refused."""
    if all(legal_arcs(graph, mode) for mode in (FOOT, CAR)):
        return compile_map(map_of_graph(graph), RULES)
    with pytest.raises(NetworkError, match="is open to"):
        compile_map(map_of_graph(graph), RULES)
    return None


@MORE
@given(graph=graphs())
def test_each_mode_has_its_legal_arcs_and_no_others(graph: Graph) -> None:
    whole = compiled(graph)
    if whole is not None:
        for mode in (FOOT, CAR):
            assert sorted(open_arcs(whole.streets, mode)) == sorted(legal_arcs(graph, mode))


@MORE
@given(graph=graphs())
def test_arcs_lie_in_order_and_twins_are_the_same_street_back(graph: Graph) -> None:
    whole = compiled(graph)
    if whole is None:
        return
    streets = whole.streets
    ends = list(zip(streets.tail.tolist(), streets.head.tolist(), strict=True))
    assert ends == sorted(ends)
    for node in range(len(streets.x)):
        out = range(streets.out_start[node], streets.out_start[node + 1])
        assert [tail for tail, _ in ends].count(node) == len(out)
        assert {ends[arc][0] for arc in out} <= {node}
        into = streets.in_arcs[streets.in_start[node] : streets.in_start[node + 1]].tolist()
        assert into == [arc for arc, (_, head) in enumerate(ends) if head == node]
    for arc, twin in enumerate(streets.twin.tolist()):
        if twin != NO_TWIN:
            assert streets.twin[twin] == arc
            assert ends[twin] == ends[arc][::-1]
            assert streets.length_m[twin] == streets.length_m[arc]
            assert twin != arc


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_a_map_leads_the_same_ways_after_a_graph_and_a_file(
    tmp_path_factory: pytest.TempPathFactory, graph: Graph
) -> None:
    whole = compiled(graph)
    if whole is None:
        return
    path = tmp_path_factory.getbasetemp() / "round.graphml"
    write_graphml(graph_of_map(map_of_graph(graph)), path)
    again = compile_map(read_graphml(path), RULES).streets
    # Two one-way streets of one length and no id read as one street: each leads both ways.
    for mode in (FOOT, CAR):
        assert set(open_arcs(again, mode)) == set(open_arcs(whole.streets, mode))
    assert again.usable.tolist() == whole.streets.usable.tolist()
    assert again.x.tolist() == whole.streets.x.tolist()
