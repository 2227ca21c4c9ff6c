"""Who of many people is there first: against networkx with a growing cutoff, and against scipy.

Both are asked the same question in the same run, and must give the same answer. networkx starts
with a cutoff of 60 s and doubles it until somebody is found within it.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import numpy as np
import pytest

from patrolsim.network.city import read_city
from patrolsim.network.router import Router
from patrolsim.network.streets import CLOSED_US, UNREACHABLE_US
from patrolsim.scenario.reader import read_settings
from patrolsim.testing import Arc, make_streets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.network.streets import Streets

    Report = Callable[[str, str, str], None]
    Ints = npt.NDArray[np.int64]

FIRST_CUTOFF_US = 60_000_000
LEFT_US = 60_000_000
QUESTIONS = 200


class Crowd(NamedTuple):
    """People who are at nodes after some time."""

    nodes: Ints
    costs_us: Ints

    def seeds(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return ids, nodes, times and deadlines."""
        ids = np.arange(len(self.nodes), dtype=np.int64)
        return ids, self.nodes, self.costs_us, np.full(len(ids), UNREACHABLE_US)


class Ground(NamedTuple):
    """Streets, one of their modes, the same as a reversed graph, and the nodes to use."""

    streets: Streets
    mode: int
    graph: nx.DiGraph[int]
    nodes: Ints


@pytest.fixture(scope="module", params=["a torus of 10,000 corners", "Manhattan"])
def ground(request: pytest.FixtureRequest) -> Ground:
    if request.param == "Manhattan":
        data: Path = request.getfixturevalue("shared_data")
        folder = data / "networks" / "manhattan_jemss"
        city = read_city(folder, read_settings(folder / "city.yaml"))
        return as_ground(city.map.streets, city.ordinary_mode)
    side = 100
    generator = np.random.Generator(np.random.Philox(key=5))
    arcs = []
    for node in range(side * side):
        row, column = divmod(node, side)
        right, down = row * side + (column + 1) % side, (row + 1) % side * side + column
        for other in (right, down):
            weight_us = int(generator.integers(5_000_000, 20_000_000))
            arcs += [Arc(node, other, weight_us), Arc(other, node, weight_us)]
    points = [(float(node % side), float(node // side)) for node in range(side * side)]
    return as_ground(make_streets(points, arcs), 0)


def as_ground(streets: Streets, mode: int) -> Ground:
    graph: nx.DiGraph[int] = nx.DiGraph()
    weights_us = streets.weight_us[mode].tolist()
    for tail, head, weight_us in zip(
        streets.tail.tolist(), streets.head.tolist(), weights_us, strict=True
    ):
        if weight_us != CLOSED_US and (
            not graph.has_edge(head, tail) or graph[head][tail]["weight"] > weight_us
        ):
            graph.add_edge(head, tail, weight=weight_us)
    return Ground(streets, mode, graph, np.flatnonzero(streets.usable[mode]))


def growing_cutoff(ground: Ground, target: int, arrivals_us: dict[int, int]) -> int:
    cutoff_us = FIRST_CUTOFF_US
    while True:
        times_us = nx.single_source_dijkstra_path_length(
            ground.graph, target, cutoff=cutoff_us, weight="weight"
        )
        found = [us + arrivals_us[node] for node, us in times_us.items() if node in arrivals_us]
        if found and min(found) <= cutoff_us:
            return int(min(found))
        cutoff_us *= 2


@pytest.mark.parametrize("people", [1_500, 30])
def test_the_first_of_many(ground: Ground, people: int, report: Report) -> None:
    generator = np.random.Generator(np.random.Philox(key=people))
    crowd = Crowd(generator.choice(ground.nodes, people), generator.integers(0, LEFT_US, people))
    seeds, router = crowd.seeds(), Router(ground.streets)
    arrivals_us: dict[int, int] = {}
    for node, cost_us in zip(crowd.nodes.tolist(), crowd.costs_us.tolist(), strict=True):
        arrivals_us[node] = min(cost_us, arrivals_us.get(node, cost_us))
    ours_s, theirs_s = [], []
    for target in generator.choice(ground.nodes, QUESTIONS).tolist():
        begin = perf_counter()
        ((arrival_us, _who),) = router.nearest_of([(target, 0)], seeds, mode=ground.mode, count=1)
        ours_s.append(perf_counter() - begin)
        begin = perf_counter()
        expected_us = growing_cutoff(ground, target, arrivals_us)
        theirs_s.append(perf_counter() - begin)
        assert arrival_us == expected_us
    middle, high = np.percentile(np.array(ours_s[1:]) * 1e6, [50, 95])
    ratio = np.median(theirs_s[1:]) / np.median(ours_s[1:])
    corners = f"{len(ground.streets.x):,} corners"
    report(
        f"first of {people:,} people, {corners}",
        f"{middle:.0f} us, 95 % within {high:.0f} us",
        f"{ratio:.0f} times faster than networkx with a growing cutoff",
    )


def test_all_times_to_a_place(ground: Ground, report: Report) -> None:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    router, n = Router(ground.streets), len(ground.streets.x)
    edges = nx.to_edgelist(ground.graph)
    rows, columns, weights = zip(*((u, v, d["weight"]) for u, v, d in edges), strict=True)
    matrix = csr_array((np.array(weights, np.float64), (rows, columns)), shape=(n, n))
    router.times_to(int(ground.nodes[0]), ground.mode)
    ours_s, theirs_s = [], []
    for target in ground.nodes[1:6].tolist():
        begin = perf_counter()
        row = router.times_to(target, ground.mode)
        ours_s.append(perf_counter() - begin)
        begin = perf_counter()
        expected = dijkstra(matrix, indices=[target])[0]
        theirs_s.append(perf_counter() - begin)
        reached = np.isfinite(expected)
        assert np.array_equal(row[reached], expected[reached].astype(np.int64))
    ratio = min(ours_s) / min(theirs_s)
    report(
        f"all times to a place, {n:,} corners",
        f"{min(ours_s) * 1e3:.1f} ms",
        f"{ratio:.2f} times the time of scipy",
    )
