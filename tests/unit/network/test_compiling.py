from __future__ import annotations

from typing import Any

import networkx as nx
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import CompiledMap, compile_map
from patrolsim.network.graph import map_of_graph
from patrolsim.network.modes import ModeRules
from patrolsim.network.streets import CLOSED_US

Street = tuple[int, int, dict[str, Any]]
MPS = {"foot": 1.0, "bike": 2.0, "e-bike": 4.0, "car": 10.0}


def compiled(*streets: Street, modes: tuple[str, ...] = ("foot",), nodes: int = 0) -> CompiledMap:
    """Return a map in metres whose streets are 10 m long, compiled with round speeds."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="metres")
    count = max([nodes - 1, *(max(u, v) for u, v, _facts in streets)]) + 1
    for node in range(count):
        graph.add_node(node, x=10.0 * node, y=0.0)
    for u, v, facts in streets:
        graph.add_edge(u, v, **{"length": 10.0, **facts})
    return compile_map(map_of_graph(graph), ModeRules(modes=modes, speeds_mps=MPS))


def both(u: int, v: int, **facts: object) -> tuple[Street, Street]:
    return (u, v, facts), (v, u, facts)


def test_arcs_are_sorted_by_tail_head_and_map_order() -> None:
    streets = compiled(
        (1, 0, {"length": 3}), (0, 1, {"length": 5}), (0, 1, {"length": 4}), (0, 0, {})
    ).streets
    ends = list(zip(streets.tail.tolist(), streets.head.tolist(), strict=True))
    assert ends == sorted(ends)
    # The way back of each one-way street, open on foot, comes after the arcs of the map.
    assert streets.length_m.tolist() == [10.0, 5.0, 4.0, 3.0, 3.0, 5.0, 4.0]


def test_a_one_way_street_is_walked_both_ways_and_driven_one_way() -> None:
    streets = compiled((0, 1, {}), (1, 2, {}), (2, 0, {}), modes=("foot", "car")).streets
    closed = (streets.weight_us == CLOSED_US).sum(axis=1).tolist()
    assert closed == [0, 3]
    assert streets.twin[streets.twin].tolist() == list(range(6))


def test_maps_for_cars_alone_get_no_ways_back() -> None:
    streets = compiled((0, 1, {}), (1, 0, {"length": 30}), modes=("car",)).streets
    assert streets.tail.tolist() == [0, 1]
    assert streets.twin.tolist() == [-1, -1]


def test_only_ways_back_that_somebody_may_use_are_added() -> None:
    onward: dict[str, Any] = {"oneway:bicycle": "no"}
    ring: list[Street] = [(0, 1, onward), (1, 2, {}), (2, 0, {})]
    streets = compiled(*ring, modes=("bike", "car")).streets
    ends = list(zip(streets.tail.tolist(), streets.head.tolist(), strict=True))
    assert ends == [(0, 1), (1, 0), (1, 2), (2, 0)]
    assert streets.twin.tolist() == [1, 0, -1, -1]
    assert (streets.weight_us[:, 1] == CLOSED_US).tolist() == [False, True]


def test_weights_are_whole_microseconds_half_to_even_and_at_least_one() -> None:
    lengths = [0.0, 0.0000005, 0.0000015, 0.0000025, 1.0]
    streets = compiled(*((0, 1, {"length": length}) for length in lengths)).streets
    assert streets.weight_us[0, : len(lengths)].tolist() == [1, 1, 2, 2, 1_000_000]


def test_the_incoming_arcs_of_a_node_are_listed_in_rising_order() -> None:
    streets = compiled(*both(0, 1), *both(1, 2), *both(0, 2)).streets
    for node in range(3):
        arcs = streets.in_arcs[streets.in_start[node] : streets.in_start[node + 1]].tolist()
        assert arcs == [a for a in range(6) if streets.head[a] == node]
        out = range(streets.out_start[node], streets.out_start[node + 1])
        assert all(streets.tail[a] == node for a in out)


def test_losses_tell_islands_corners_and_street_length() -> None:
    result = compiled(
        *both(0, 1), *both(1, 2), *both(3, 4), (5, 6, {}), modes=("foot", "car"), nodes=8
    )
    on_foot, by_car = result.losses
    assert (on_foot.nodes_lost, on_foot.nodes_total, on_foot.islands) == (4, 7, 2)
    assert (on_foot.length_lost_m, on_foot.length_total_m) == (20.0, 40.0)
    assert by_car.islands == 3
    assert str(on_foot) == (
        "foot: 4 of 7 street corners cannot be reached there and back and are left out"
        " (2 parts of the map, 0.0 km or 50.0% of the street length)"
    )
    assert result.streets.usable[0].tolist() == [True] * 3 + [False] * 5


def test_of_two_equal_parts_the_one_with_the_first_node_stays() -> None:
    assert (
        compiled(*both(2, 3), *both(0, 1)).streets.usable[0].tolist() == [True] * 2 + [False] * 2
    )


def test_corners_without_a_street_for_the_mode_are_no_loss() -> None:
    loss = compiled(*both(0, 1), *both(1, 2, highway="steps"), modes=("car",)).losses[0]
    assert (loss.nodes_lost, loss.nodes_total) == (0, 2)


def test_degrees_become_metres_round_the_middle_or_by_given_scales() -> None:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(0, x=114.0, y=30.0)
    graph.add_node(1, x=114.02, y=30.02)
    graph.add_edge(0, 1)
    street_map, rules = map_of_graph(graph), ModeRules(modes=("foot",))
    plain = compile_map(street_map, rules).streets
    assert plain.x[1] == pytest.approx(0.01 * 96_288.68, abs=0.1)
    assert plain.y[1] == pytest.approx(0.01 * 111_195.08, abs=0.1)
    scaled = compile_map(street_map, rules, metres_per_degree=(84_280.0, 111_320.0)).streets
    assert scaled.x.tolist() == pytest.approx([-842.8, 842.8])
    assert scaled.lon is not None


@pytest.mark.parametrize(
    ("streets", "modes", "message"),
    [
        ([], ("foot",), "no street on the map"),
        ([(0, 1, {})], (), "no mode is wanted"),
        ([(0, 1, {})], ("boat",), "no mode 'boat'"),
        ([(0, 1, {"access": "closed"})], ("foot",), "no street of the map is open to foot"),
        ([(0, 1, {"length": 3e6})], ("foot",), "35 days; 25 is the limit"),
    ],
)
def test_a_map_that_cannot_serve_is_refused(
    streets: list[Street], modes: tuple[str, ...], message: str
) -> None:
    with pytest.raises(NetworkError, match=message):
        compiled(*streets, modes=modes, nodes=2)


def test_too_many_nodes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patrolsim.network.compiling.MOST_NODES", 3)
    with pytest.raises(NetworkError, match="more than 3 nodes"):
        compiled(*both(0, 1), nodes=3)
