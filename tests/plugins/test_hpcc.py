"""Near places that have waited long, over places that have waited: by hand and by networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.plugins.fakes import FakeView
from tests.plugins.walking import ME, grid, patrol

from patrolsim import Walk
from patrolsim_policies.hpcc import Pathfinder, choose_target, explore, search
from patrolsim_policies.idleness import Idleness


def test_at_the_start_the_nearest_is_next_and_the_lowest_of_those() -> None:
    assert Pathfinder().next_patrol(FakeView(streets=grid(3), nodes={ME: 4}), ME) == Walk((1,))


def test_waiting_weighs_as_much_as_nearness() -> None:
    times_s = {1: 1.0, 2: 2.0, 3: 4.0}
    # Scores 3/4 + 1/8, 2/4 + 3/8 and 0 + 8/8: of equals the nearer, then it is overtaken.
    assert choose_target([1, 2, 3], times_s, {1: 1.0, 2: 3.0, 3: 8.0}) == 3
    assert choose_target([1, 2, 3], times_s, {1: 2.0, 2: 4.0, 3: 8.0}) == 1
    assert choose_target([1, 2, 3], times_s, {1: 1.0, 2: 6.0, 3: 8.0}) == 2


def test_the_way_leads_over_places_that_have_waited() -> None:
    # From 0 to 3 over 1 or over 2: both take 2 s, and 2 has waited.
    streets = {(0, 1): 1.0, (1, 3): 1.0, (0, 2): 1.0, (2, 3): 1.0}
    policy = Pathfinder()
    policy.idleness.last_s = {1: 95.0, 2: 50.0, 3: 0.0}
    view = FakeView(streets=streets, nodes={ME: 0}, now_s=100.0)
    view.streets = {**streets, (3, 4): 0.5}
    policy.idleness.last_s[4] = 99.0
    assert policy.next_patrol(view, ME) == Walk((2, 3))


def test_no_corner_is_forgotten() -> None:
    passed = patrol(Pathfinder(), FakeView(streets=grid(3), nodes={ME: 0}), 60)
    assert {came.node for came in passed} == set(range(9))


@given(st.integers(0, 2**32 - 1))
def test_the_search_finds_the_least_cost_that_networkx_finds(seed: int) -> None:
    draws = np.random.Generator(np.random.PCG64(seed))
    streets = {way: float(draws.integers(1, 9)) for way in grid(4)}
    graph = explore(FakeView(streets=streets, nodes={ME: 0}), ME, 0)
    twin: nx.Graph[int] = nx.Graph()
    twin.add_weighted_edges_from((a, b, time_s) for (a, b), time_s in streets.items())
    best, _before = search(graph, 0, lambda _head, time_s: time_s)
    assert best == nx.single_source_dijkstra_path_length(twin, 0)


def test_where_no_street_leaves_nobody_walks() -> None:
    assert Pathfinder().next_patrol(FakeView(nodes={ME: 0}), ME) is None


def test_a_street_that_is_closed_is_taken_no_more_and_one_that_is_opened_is() -> None:
    policy = Pathfinder()

    def way_over(streets: dict[tuple[int, int], float]) -> Walk | None:
        policy.idleness = Idleness(last_s={1: 7.0, 3: 7.0})
        return policy.next_patrol(FakeView(streets=streets, nodes={ME: 0}, now_s=10.0), ME)

    assert way_over({(0, 2): 9.0, (0, 1): 1.0, (1, 2): 1.0}) == Walk((1, 2))
    assert way_over({(0, 2): 9.0, (0, 1): 8.0}) == Walk((2,))
    assert way_over({(0, 2): 9.0, (0, 3): 1.0, (3, 2): 1.0}) == Walk((3, 2))
