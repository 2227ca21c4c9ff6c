from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING, Any, Literal

import networkx as nx
import numpy as np
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import compile_map
from patrolsim.network.graph import map_of_graph
from patrolsim.network.modes import ModeRules
from patrolsim.network.snapping import BATCH, Snapper
from patrolsim.network.streets import NO_NODE
from patrolsim.network.tables import read_tables

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.network.streets import Stop, Streets

To = Literal["node", "edge"]


def town(modes: tuple[str, ...] = ("foot", "car")) -> Streets:
    """Return a road of 1 km, steps of 100 m up from its middle, and an island far off."""
    graph: nx.MultiGraph[int] = nx.MultiGraph(crs="metres")
    places = [(0, 0), (500, 0), (1000, 0), (500, 100), (5000, 0), (5100, 0)]
    for node, (x, y) in enumerate(places):
        graph.add_node(node, x=float(x), y=float(y))
    for u, v, highway in ((0, 1, ""), (1, 2, ""), (1, 3, "steps"), (4, 5, "")):
        graph.add_edge(u, v, highway=highway)
    rules = ModeRules(modes=modes, off_road_mps=2.0)
    return compile_map(map_of_graph(graph), rules).streets


def snapped(x: float, y: float, *, to: To, limit_m: float = 1000.0, **options: Any) -> Stop:
    snapper = Snapper(town(), to=to, limit_m=limit_m, **options)
    return snapper.snap(np.array([float(x)]), np.array([float(y)]))[0]


def test_a_place_joins_the_nearest_node_of_each_mode() -> None:
    stop = snapped(510, 90, to="node")
    assert stop.nodes == (3, 1)
    assert stop[:2] == (510.0, 90.0)


def test_the_way_off_the_road_is_straight_at_the_speed_of_the_mode() -> None:
    stop = snapped(530, 40, to="node")
    assert stop.nodes == (1, 1)
    assert stop.off_road_us == (25_000_000, 25_000_000)


def test_a_place_joins_the_nearer_end_of_the_nearest_street() -> None:
    assert snapped(260, 30, to="edge").nodes == (1, 1)
    assert snapped(240, 30, to="edge").nodes == (0, 0)
    assert snapped(510, 60, to="edge").nodes == (3, 1)


def test_in_the_middle_of_a_street_the_end_of_its_first_arc_counts() -> None:
    assert snapped(250, 30, to="edge").nodes == (0, 0)


@pytest.mark.parametrize("to", ["node", "edge"])
def test_nobody_joins_an_island(to: To) -> None:
    assert snapped(3500, 0, to=to, limit_m=9000).nodes == (2, 2)


def test_nobody_joins_a_street_that_leads_out_of_the_town_for_good() -> None:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="metres")
    for node, x in enumerate((0, 100, 200)):
        graph.add_node(node, x=float(x), y=0.0)
    graph.add_edges_from([(0, 1), (1, 0), (1, 2)])
    streets = compile_map(map_of_graph(graph), ModeRules(modes=("car",))).streets
    for to in ("node", "edge"):
        stop = Snapper(streets, to=to, limit_m=500.0).snap(np.array([190.0]), np.zeros(1))[0]
        assert stop.nodes == (1,)


@pytest.mark.parametrize("to", ["node", "edge"])
def test_a_place_on_a_node_is_there_at_once(to: To) -> None:
    stop = snapped(1000, 0, to=to)
    assert (stop.nodes, stop.off_road_us) == ((2, 2), (0, 0))


def test_nodes_closed_to_entry_are_left_out() -> None:
    may_enter = np.array([True, False, True, True, True, True])
    assert snapped(520, 10, to="node", may_enter=may_enter).nodes == (3, 2)
    assert snapped(520, 10, to="node", may_enter=may_enter & (np.arange(6) != 3)).nodes == (2, 2)


def test_of_two_nodes_as_near_the_lower_number_counts() -> None:
    assert snapped(250, -77, to="node").nodes == (0, 0)
    assert snapped(750, -1, to="node").nodes == (1, 1)


def test_the_limit_of_a_street_is_measured_to_the_street() -> None:
    assert snapped(250, 30, to="edge", limit_m=50).nodes == (0, 0)
    with pytest.raises(NetworkError, match=r"\(250 m, 30 m\) is 252 m away"):
        snapped(250, 30, to="node", limit_m=50)


def test_a_mode_without_a_street_within_the_limit_gets_nowhere() -> None:
    stop = snapped(500, 130, to="edge", limit_m=50)
    assert stop.nodes == (3, NO_NODE)
    assert stop.off_road_us == (15_000_000, 0)


def test_places_out_of_reach_are_refused_with_the_worst_ten() -> None:
    snapper = Snapper(town(), to="node", limit_m=100.0)
    with pytest.raises(NetworkError) as caught:
        snapper.snap(np.linspace(0.0, 19_000.0, 20), np.full(20, 200.0))
    message = str(caught.value)
    assert message.startswith("20 of 20 places are more than 100 m from any usable street: (19000")
    assert message.count(" m away") == 10


def test_drawn_places_need_not_keep_the_limit() -> None:
    snapper = Snapper(town(), to="node", limit_m=100.0)
    stop = snapper.snap(np.array([500.0]), np.array([900.0]), is_strict=False)[0]
    assert stop.nodes == (3, 1)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_a_place_that_is_nowhere_is_refused(wrong: float) -> None:
    with pytest.raises(NetworkError, match="place 2 lies at"):
        Snapper(town(), to="edge", limit_m=1.0).snap(np.array([0.0, wrong]), np.zeros(2))


def test_no_places_give_no_stops() -> None:
    for to in ("node", "edge"):
        assert Snapper(town(), to=to, limit_m=1.0).snap(np.zeros(0), np.zeros(0)) == []


def test_a_mode_that_may_enter_nowhere_is_named() -> None:
    for to in ("node", "edge"):
        snapper = Snapper(town(("car",)), to=to, limit_m=1.0, may_enter=np.zeros(6, np.bool_))
        with pytest.raises(NetworkError, match="nobody can get on the streets by car"):
            snapper.snap(np.zeros(1), np.zeros(1))


def test_more_places_than_a_batch_are_snapped_alike() -> None:
    snapper = Snapper(town(), to="edge", limit_m=1000.0)
    x = np.linspace(0.0, 1000.0, BATCH + 7)
    stops = snapper.snap(x, np.full(len(x), 5.0))
    assert stops[-1] == snapper.snap(x[-1:], np.array([5.0]))[0]
    assert len(stops) == len(x)


@pytest.mark.parametrize(("to", "most_s"), [("node", 1.0), ("edge", 3.0)])
def test_ten_thousand_places_are_snapped_in_seconds(
    shared_data: Path, to: To, most_s: float
) -> None:
    folder = shared_data / "networks" / "manhattan_jemss"
    street_map = read_tables(folder / "nodes.csv.gz", folder / "edges.csv.gz")
    streets = compile_map(street_map, ModeRules(modes=("foot", "car"))).streets
    i = np.arange(10_000)
    x = streets.x.min() + np.ptp(streets.x) * (i * 0.7548776662 % 1)
    y = streets.y.min() + np.ptp(streets.y) * (i * 0.5698402910 % 1)
    start_s = process_time()
    Snapper(streets, to=to, limit_m=1e5).snap(x, y)
    assert process_time() - start_s < most_s
