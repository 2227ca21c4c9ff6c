"""Fastest ways on small streets made by hand, and on those of Manhattan."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from patrolsim.network.router import Route, Router, Seed
from patrolsim.network.streets import CLOSED_US, UNREACHABLE_US
from patrolsim.network.tiers import Tier
from patrolsim.testing import Arc, make_streets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolsim.network.streets import Streets

SEARCHES, ROWS = 10**9, 0


def methods(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test in both tiers, by searches and by rows."""
    for name, values in (("bound", [SEARCHES, ROWS]), ("tier", list(Tier))):
        test = pytest.mark.parametrize(name, values)(test)
    return test


FAR_US = 10**15


def line(*weights_us: int) -> Streets:
    """Return streets 0 - 1 - 2 ... that are walked both ways."""
    arcs = [
        Arc(*ends, weight_us)
        for node, weight_us in enumerate(weights_us)
        for ends in ((node, node + 1), (node + 1, node))
    ]
    return make_streets([(float(node), 0.0) for node in range(len(weights_us) + 1)], arcs)


@methods
def test_an_exact_tie_goes_to_the_lower_id_even_when_found_later(tier: Tier, bound: int) -> None:
    streets = line(5, 5)
    seeds = [Seed(7, 1, 5, FAR_US), Seed(3, 2, 0, FAR_US)]
    router = Router(streets, tier=tier, settle_bound=bound)
    assert router.nearest([(0, 0)], seeds, mode=0, count=1) == [(10, 3)]


@methods
def test_a_candidate_counts_once_with_the_better_of_two_seeds(tier: Tier, bound: int) -> None:
    streets = line(5, 5)
    seeds = [Seed(4, 1, 9, FAR_US), Seed(4, 2, 1, FAR_US), Seed(5, 2, 3, FAR_US)]
    router = Router(streets, tier=tier, settle_bound=bound)
    assert router.nearest([(0, 0)], seeds, mode=0, count=3) == [(11, 4), (13, 5)]


@methods
def test_a_candidate_may_arrive_at_the_deadline_and_not_after_it(tier: Tier, bound: int) -> None:
    streets = line(5)
    seeds = [Seed(1, 1, 0, 4), Seed(2, 1, 1, 6), Seed(3, 1, 1, 5)]
    router = Router(streets, tier=tier, settle_bound=bound)
    assert router.nearest([(0, 0)], seeds, mode=0, count=3) == [(6, 2)]


@methods
def test_the_better_of_two_targets_counts_with_its_own_extra_time(tier: Tier, bound: int) -> None:
    streets = line(5, 5, 5)
    seeds = [Seed(1, 1, 0, FAR_US), Seed(2, 3, 0, FAR_US)]
    router = Router(streets, tier=tier, settle_bound=bound)
    assert router.nearest([(0, 9), (2, 1)], seeds, mode=0, count=2) == [(6, 1), (6, 2)]


@methods
def test_nobody_comes_over_a_closed_street(tier: Tier, bound: int) -> None:
    streets = make_streets([(0.0, 0.0), (1.0, 0.0)], [Arc(1, 0, CLOSED_US), Arc(0, 1, 5)])
    router = Router(streets, tier=tier, settle_bound=bound)
    assert router.nearest([(0, 0)], [Seed(1, 1, 0, 2**62)], mode=0, count=1) == []
    assert router.route([(1, 3)], [(0, 0)], mode=0) == Route(UNREACHABLE_US, 0, 0, [])


def test_without_candidates_there_is_nobody() -> None:
    assert Router(line(5)).nearest([(0, 0)], [], mode=0, count=1) == []


@methods
def test_of_equal_ways_the_one_with_the_lowest_arc_is_taken(tier: Tier, bound: int) -> None:
    arcs = [Arc(0, 1, 2), Arc(0, 2, 1), Arc(1, 3, 1), Arc(2, 3, 2), Arc(2, 3, 2), Arc(0, 3, 3)]
    streets = make_streets([(float(node), 0.0) for node in range(4)], arcs)
    router = Router(streets, tier=tier, settle_bound=bound)
    assert router.route([(0, 0)], [(3, 0)], mode=0) == Route(3, 0, 0, [0, 3])
    assert router.route([(2, 0)], [(3, 0)], mode=0) == Route(2, 0, 0, [4])


@methods
def test_of_equal_starts_the_first_is_taken(tier: Tier, bound: int) -> None:
    router = Router(line(5, 5), tier=tier, settle_bound=bound)
    assert router.route([(0, 6), (2, 1), (1, 1), (1, 1)], [(1, 0)], mode=0) == Route(1, 2, 0, [])
    assert router.route([(2, 0), (0, 0)], [(1, 0)], mode=0) == Route(5, 0, 0, [3])


def test_a_kept_row_answers_later_questions() -> None:
    router = Router(line(5, 5), settle_bound=SEARCHES)
    row = router.times_to(0, 0)
    assert row.tolist() == [0, 5, 10]
    assert router.nearest([(0, 1)], [Seed(1, 2, 0, FAR_US)], mode=0, count=1) == [(11, 1)]
    assert router.route([(2, 0)], [(0, 0)], mode=0) == Route(10, 0, 0, [3, 1])


def test_a_row_cannot_be_changed_by_whoever_asked() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Router(line(5)).times_to(0, 0)[0] = 7


def test_the_least_recently_used_rows_leave_when_memory_is_full() -> None:
    router = Router(line(5, 5, 5), memory_bytes=64)
    first, _second = router.times_to(0, 0), router.times_to(1, 0)
    assert router.times_to(0, 0) is first
    router.times_to(2, 0)
    assert router.times_to(0, 0) is first
    assert (0, 0) in router._rows
    assert (1, 0) not in router._rows


@pytest.mark.parametrize("tier", list(Tier))
def test_times_from_a_corner_are_those_to_the_others(tier: Tier) -> None:
    arcs = [Arc(0, 1, 5), Arc(1, 2, 7), Arc(2, 0, 11), Arc(0, 2, 20), Arc(2, 3, CLOSED_US)]
    router = Router(make_streets([(float(node), 0.0) for node in range(4)], arcs), tier=tier)
    for node in range(4):
        expected = [int(router.times_to(other, 0)[node]) for other in range(4)]
        assert router.times_from(node, 0).tolist() == expected
    assert router.times_from(0, 0).tolist() == [0, 5, 12, UNREACHABLE_US]


@pytest.mark.parametrize("tier", list(Tier))
def test_times_from_a_corner_may_be_beyond_exact_floats(tier: Tier) -> None:
    weights_us = (2**54 + 1, 2**54 + 3)
    assert Router(line(*weights_us), tier=tier).times_from(0, 0).tolist()[2] == sum(weights_us)


def test_times_beyond_exact_floats_are_still_exact() -> None:
    huge_us = 2**53 + 1
    assert Router(line(huge_us, 2)).times_to(0, 0).tolist() == [0, huge_us, huge_us + 2]
    assert Router(line(2**53 - 1, 2)).times_to(0, 0).tolist() == [0, 2**53 - 1, 2**53 + 1]


def read_manhattan(folder: Path) -> Streets:
    """Return the streets of the table, with the travel times of its second column."""
    with gzip.open(folder / "edges.csv.gz", "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    nodes = sorted({int(row[end]) for row in rows for end in "uv"})
    index = {node: number for number, node in enumerate(nodes)}
    return make_streets(
        [(0.0, 0.0)] * len(nodes),
        [
            Arc(
                index[int(row["u"])],
                index[int(row["v"])],
                max(1, round(float(row["time_normal_s"]) * 1e6)),
            )
            for row in rows
        ],
    )


@pytest.fixture(scope="module")
def manhattan(shared_data: Path) -> Streets:
    return read_manhattan(shared_data / "networks" / "manhattan_jemss")


@pytest.fixture(scope="module")
def reversed_graph(manhattan: Streets) -> nx.MultiDiGraph[int]:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    columns = (manhattan.head.tolist(), manhattan.tail.tolist(), manhattan.weight_us[0].tolist())
    for head, tail, weight_us in zip(*columns, strict=True):
        graph.add_edge(head, tail, weight=weight_us)
    return graph


def test_manhattan_is_answered_as_networkx_does(
    manhattan: Streets, reversed_graph: nx.MultiDiGraph[int]
) -> None:
    generator = np.random.Generator(np.random.Philox(11))
    n = len(manhattan.x)
    by_search, by_row = Router(manhattan, settle_bound=SEARCHES), Router(manhattan)
    for target in generator.integers(0, n, 4).tolist():
        times_us = nx.single_source_dijkstra_path_length(reversed_graph, target)
        row = by_row.times_to(target, 0).tolist()
        assert row == [times_us.get(node, UNREACHABLE_US) for node in range(n)]
        for start in generator.integers(0, n, 40).tolist():
            route = by_search.route([(start, 3)], [(target, 0)], mode=0)
            assert route == by_row.route([(start, 3)], [(target, 0)], mode=0)
            assert route.total_us == times_us[start] + 3
            assert sum(manhattan.weight_us[0, route.arcs].tolist()) == times_us[start]


def test_who_is_first_in_manhattan_is_the_same_by_search_and_by_row(manhattan: Streets) -> None:
    generator = np.random.Generator(np.random.Philox(12))
    n = len(manhattan.x)
    routers = [Router(manhattan, settle_bound=bound) for bound in (SEARCHES, ROWS, None)]
    for people, count in ((1500, 1), (300, 5), (20, 1)) * 40:
        nodes = generator.integers(0, n, people).tolist()
        seeds = [Seed(i, node, i % 7 * 10**6, 10**9) for i, node in enumerate(nodes)]
        target = int(generator.integers(n))
        answers = [router.nearest([(target, 5)], seeds, mode=0, count=count) for router in routers]
        assert answers[0] == answers[1] == answers[2]
        assert len(answers[0]) == count
