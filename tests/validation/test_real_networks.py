"""Both tiers of the searches on real networks, against networkx: equal microseconds everywhere."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from patrolsim.network.router import Router
from patrolsim.network.streets import UNREACHABLE_US, Streets
from patrolsim.network.tiers import Tier
from patrolsim.testing import Arc, make_streets

if TYPE_CHECKING:
    from pathlib import Path

NETWORKS = {
    "manhattan_jemss": "edges.csv.gz",
    "jinan_osm": "edges.csv.gz",
    "helsinki_osm": "edges.csv.gz",
    "tempe_walk_bike": "walk_edges.csv.gz",
    "large_155k": "edges.csv.gz",
}
PACE_US_PER_M = 720_000
QUERIES = 10_000
TARGETS = 20
SEARCHES, ROWS = 10**9, 0

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=sorted(NETWORKS))
def streets(request: pytest.FixtureRequest, shared_data: Path) -> Streets:
    """Return the streets at walking pace, one-ways and islands as the file has them."""
    file = shared_data / "networks" / request.param / NETWORKS[request.param]
    arcs: list[Arc] = []
    number: dict[str, int] = {}
    with gzip.open(file, "rt", newline="") as table:
        for row in csv.DictReader(table):
            tail, head = (number.setdefault(row[end], len(number)) for end in ("u", "v"))
            arcs.append(Arc(tail, head, max(1, round(float(row["length_m"]) * PACE_US_PER_M))))
    return make_streets([(0.0, 0.0)] * len(number), arcs)


def reversed_graph(streets: Streets) -> nx.MultiDiGraph[int]:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(streets.x)))
    columns = (streets.head.tolist(), streets.tail.tolist(), streets.weight_us[0].tolist())
    graph.add_weighted_edges_from(zip(*columns, strict=True))
    return graph


def test_times_from_everywhere_are_those_of_networkx_in_both_tiers(streets: Streets) -> None:
    graph, n = reversed_graph(streets), len(streets.x)
    generator = np.random.Generator(np.random.Philox(key=3))
    compiled = Router(streets, tier=Tier.COMPILED)
    plain = Router(streets, tier=Tier.PLAIN)
    for target in generator.integers(0, n, -(-QUERIES // n) + 2).tolist():
        lengths = nx.single_source_dijkstra_path_length(graph, target)
        expected = np.full(n, UNREACHABLE_US)
        expected[list(lengths)] = list(lengths.values())
        assert np.array_equal(compiled.times_to(target, 0), expected)
        assert np.array_equal(plain.times_to(target, 0), expected)


def test_times_by_a_hierarchy_are_those_of_networkx(streets: Streets) -> None:
    graph, n = reversed_graph(streets), len(streets.x)
    generator = np.random.Generator(np.random.Philox(key=5))
    climbing = Router(streets, tier=Tier.COMPILED, contracts=True)
    by_row = Router(streets, tier=Tier.COMPILED, settle_bound=ROWS)
    for target in generator.integers(0, n, TARGETS).tolist():
        lengths = nx.single_source_dijkstra_path_length(graph, target)
        starts = generator.integers(0, n, QUERIES // TARGETS).tolist()
        for start in starts:
            expected_us = lengths[start] + 4 if start in lengths else UNREACHABLE_US
            assert climbing.time([(start, 1)], [(target, 3)], mode=0) == expected_us
        for start in starts[::20]:
            route = climbing.route([(start, 1)], [(target, 3)], mode=0)
            assert route == by_row.route([(start, 1)], [(target, 3)], mode=0)


def test_who_is_first_by_a_hierarchy_is_who_is_by_searches(streets: Streets) -> None:
    n = len(streets.x)
    generator = np.random.Generator(np.random.Philox(key=6))
    climbing = Router(streets, tier=Tier.COMPILED, contracts=True)
    searching = Router(streets, tier=Tier.COMPILED, settle_bound=SEARCHES)
    choosing = Router(streets, tier=Tier.COMPILED)
    for people in (1_500, 300, 30, 12):
        nodes = generator.integers(0, n, people)
        costs_us = generator.integers(0, 60_000_000, people)
        seeds = (np.arange(people), nodes, costs_us, np.full(people, UNREACHABLE_US))
        for target in generator.integers(0, n, QUERIES // 100).tolist():
            answers = [
                router.nearest_of([(target, 3)], seeds, mode=0, count=2)
                for router in (climbing, searching, choosing)
            ]
            assert answers[0] == answers[1] == answers[2]


def test_ways_and_who_is_first_are_the_same_in_both_tiers(streets: Streets) -> None:
    n = len(streets.x)
    generator = np.random.Generator(np.random.Philox(key=4))
    people = generator.integers(0, n, 60)
    costs_us = generator.integers(0, 60_000_000, 60)
    seeds = (np.arange(60), people, costs_us, np.full(60, UNREACHABLE_US))
    by_search = Router(streets, tier=Tier.COMPILED, settle_bound=SEARCHES)
    plain = Router(streets, tier=Tier.PLAIN, settle_bound=SEARCHES)
    by_row = Router(streets, tier=Tier.COMPILED, settle_bound=ROWS)
    for start, target in generator.integers(0, n, (12, 2)).tolist():
        routers = (by_search, plain, by_row)
        routes = [router.route([(start, 5)], [(target, 7)], mode=0) for router in routers]
        assert routes[0] == routes[1] == routes[2]
        found = [router.nearest_of([(target, 3)], seeds, mode=0, count=5) for router in routers]
        assert found[0] == found[1] == found[2]
