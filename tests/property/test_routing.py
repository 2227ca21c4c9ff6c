"""Whatever the streets, all methods give the same answers, and they are those of networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolsim.network.router import Route, Router, Seed
from patrolsim.network.searches import ReverseArcs, search_all
from patrolsim.network.streets import CLOSED_US, UNREACHABLE_US, Streets
from patrolsim.network.tiers import Tier
from patrolsim.testing import Arc, make_streets

SEARCHES, ROWS = 10**9, 0
FAR_US = 10**12
AGAIN = 4


@st.composite
def multigraphs(draw: st.DrawFn) -> Streets:
    """Return streets with parallels, loops, one-ways, islands, closed arcs and equal places."""
    n = draw(st.integers(1, 9))
    nodes = st.integers(0, n - 1)
    longest_us = draw(st.sampled_from([5, 2**40, 2**54]))
    weights = st.one_of(st.integers(1, 5), st.integers(1, longest_us), st.just(CLOSED_US))
    arcs = draw(st.lists(st.builds(Arc, nodes, nodes, weights), max_size=30))
    points = draw(st.lists(st.sampled_from([(0.0, 0.0), (1.0, 1.0)]), min_size=n, max_size=n))
    return make_streets(points, arcs)


def oracle(streets: Streets) -> nx.MultiDiGraph[object]:
    graph: nx.MultiDiGraph[object] = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(streets.x)))
    columns = (streets.tail.tolist(), streets.head.tolist(), streets.weight_us[0].tolist())
    for tail, head, weight_us in zip(*columns, strict=True):
        if weight_us != CLOSED_US:
            graph.add_edge(tail, head, weight=weight_us)
    return graph


@settings(max_examples=200, deadline=None)
@given(streets=multigraphs(), data=st.data())
def test_rows_equal_the_plain_search_and_networkx(streets: Streets, data: st.DataObject) -> None:
    target = data.draw(st.integers(0, len(streets.x) - 1))
    row = Router(streets).times_to(target, 0).tolist()
    lengths = nx.single_source_dijkstra_path_length(oracle(streets).reverse(), target)
    assert row == [lengths.get(node, UNREACHABLE_US) for node in range(len(row))]
    assert row == search_all(ReverseArcs(streets, 0), target)


@settings(max_examples=200, deadline=None)
@given(streets=multigraphs(), data=st.data())
def test_nearest_is_the_same_by_search_by_row_and_by_brute_force(
    streets: Streets, data: st.DataObject
) -> None:
    nodes = st.integers(0, len(streets.x) - 1)
    costs = st.integers(0, 10)
    deadlines = st.sampled_from([FAR_US, 7])
    seeds = data.draw(
        st.lists(st.builds(Seed, st.integers(0, 6), nodes, costs, deadlines), max_size=10)
    )
    targets = data.draw(st.lists(st.tuples(nodes, st.integers(3, 9)), min_size=1, max_size=2))
    count = data.draw(st.integers(1, 4))
    graph = oracle(streets)
    best: dict[int, int] = {}
    for seed in seeds:
        lengths = nx.single_source_dijkstra_path_length(graph, seed.node)
        for node, extra_us in targets:
            arrival_us = int(lengths.get(node, UNREACHABLE_US)) + extra_us + seed.cost_us
            if arrival_us <= seed.deadline_us:
                arrival_us = min(arrival_us, best.get(seed.candidate_id, arrival_us))
                best[seed.candidate_id] = arrival_us
    expected = sorted((arrival_us, who) for who, arrival_us in best.items())[:count]
    for router in routers(streets):
        for _again in range(AGAIN):  # a place has its row when it was asked for before
            assert router.nearest(targets, seeds, mode=0, count=count) == expected


@settings(max_examples=200, deadline=None)
@given(streets=multigraphs(), data=st.data())
def test_a_route_asked_right_after_who_is_first_is_the_route_asked_alone(
    streets: Streets, data: st.DataObject
) -> None:
    nodes = st.integers(0, len(streets.x) - 1)
    seeds = data.draw(
        st.lists(st.builds(Seed, st.integers(0, 6), nodes, st.integers(0, 10), st.just(FAR_US)))
    )
    targets = data.draw(st.lists(st.tuples(nodes, st.integers(0, 9)), min_size=1, max_size=2))
    starts = data.draw(
        st.lists(st.lists(st.tuples(nodes, st.integers(0, 9)), min_size=1, max_size=2), max_size=3)
    )
    count = data.draw(st.integers(1, 4))
    for router in routers(streets):
        router.nearest(targets, seeds, mode=0, count=count)
        for start in starts:
            alone = Router(streets, tier=router.tier, settle_bound=SEARCHES)
            expected = alone.route(start, targets, mode=0)
            assert router.route(start, targets, mode=0) == expected
            assert router.time(start, targets, mode=0) == expected.total_us


@settings(max_examples=200, deadline=None)
@given(streets=multigraphs(), data=st.data())
def test_routes_are_fastest_and_the_same_by_any_method(
    streets: Streets, data: st.DataObject
) -> None:
    nodes = st.integers(0, len(streets.x) - 1)
    starts = data.draw(st.lists(st.tuples(nodes, st.integers(0, 9)), max_size=3))
    targets = data.draw(st.lists(st.tuples(nodes, st.integers(0, 9)), min_size=1, max_size=2))
    first, *others = (router.route(starts, targets, mode=0) for router in routers(streets))
    assert all(other == first for other in others)
    for router in routers(streets):
        assert router.time(starts, targets, mode=0) == first.total_us
    check_route(first, streets, starts, targets)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), n=st.integers(10, 90), steps=st.sampled_from([2, 5, 1000]))
def test_larger_streets_are_answered_the_same_by_any_method(seed: int, n: int, steps: int) -> None:
    generator = np.random.Generator(np.random.Philox(key=seed))
    ends = generator.integers(0, n, (int(generator.integers(n, 4 * n)), 2)).tolist()
    arcs = [Arc(u, v, int(generator.integers(1, steps))) for u, v in ends]
    arcs += [Arc(v, u, int(generator.integers(1, steps))) for u, v in ends[::2]]
    streets = make_streets([(0.0, 0.0)] * n, arcs)
    graph, methods = oracle(streets).reverse(), routers(streets)
    people, costs_us = generator.integers(0, n, 12), generator.integers(0, 9, 12)
    seeds = [
        Seed(who, node, cost_us, FAR_US)
        for who, (node, cost_us) in enumerate(zip(people.tolist(), costs_us.tolist(), strict=True))
    ]
    for target in generator.integers(0, n, 3).tolist():
        lengths = nx.single_source_dijkstra_path_length(graph, target)
        first = sorted(
            (lengths[seed.node] + seed.cost_us + 4, seed.candidate_id)
            for seed in seeds
            if seed.node in lengths
        )[:5]
        for router in methods:
            for count in (1, 5, 1, 5, 1):
                found = router.nearest([(target, 4)], seeds, mode=0, count=count)
                assert found == first[:count]
        for start in range(0, n, 5):
            routes = [router.route([(start, 1)], [(target, 4)], mode=0) for router in methods]
            assert all(route == routes[0] for route in routes)
            check_route(routes[0], streets, [(start, 1)], [(target, 4)])


def routers(streets: Streets) -> list[Router]:
    """Return routers of both tiers by each method; one that chooses.

    That from places has rows of all that were asked for, or only of few at a time.
    """
    chosen = [
        Router(streets, tier=tier, settle_bound=bound)
        for tier in Tier
        for bound in (SEARCHES, ROWS)
    ]
    climbing = [Router(streets, tier=tier, contracts=True) for tier in Tier]
    setting_out = [
        Router(streets, tier=tier, origin_price=price, memory_bytes=memory_bytes)
        for tier in Tier
        for price, memory_bytes in ((0, 2**20), (0, 4 * 16 * 2 * len(streets.x)), (15, 2**20))
    ]
    return [*chosen, *climbing, *setting_out, Router(streets)]


def check_route(
    route: Route,
    streets: Streets,
    starts: list[tuple[int, int]],
    targets: list[tuple[int, int]],
) -> None:
    """Walk the route arc by arc, and hold its time and its choices against networkx."""
    graph = oracle(streets)
    graph.add_node("goal")
    for node, extra_us in targets:
        graph.add_edge(node, "goal", weight=extra_us)
    lengths = nx.single_source_dijkstra_path_length(graph.reverse(), "goal")
    exact = min(
        (lengths[node] + cost_us for node, cost_us in starts if node in lengths),
        default=UNREACHABLE_US,
    )
    assert route.total_us == exact
    if exact == UNREACHABLE_US:
        assert route.arcs == []
        return
    node, time_us = starts[route.start_index]
    for arc in route.arcs:
        assert (node, lengths[node]) not in targets
        assert arc == min(
            a
            for a in range(streets.out_start[node], streets.out_start[node + 1])
            if int(streets.weight_us[0, a]) + lengths.get(int(streets.head[a]), UNREACHABLE_US)
            == lengths[node]
        )
        node = int(streets.head[arc])
        time_us += int(streets.weight_us[0, arc])
    end = targets[route.target_index]
    assert (node, time_us + end[1]) == (end[0], route.total_us)
    assert route.target_index == targets.index(end)
