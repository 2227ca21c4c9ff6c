"""Who of many people on their way is there first: against networkx with a growing cutoff.

Both are asked the same question in the same run, and must give the same answer. networkx starts
with a cutoff of 60 s and doubles it until somebody is found within it. Ours includes finding out
where everybody is; networkx is told. All is processor time.
"""

from __future__ import annotations

import csv
import gzip
from functools import partial
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import numpy as np
import pytest
from benchmarks.smoke.test_engine_pace import bare_event_s

from patrolsim.network.city import read_city
from patrolsim.network.router import Router
from patrolsim.network.streets import CLOSED_US, UNREACHABLE_US
from patrolsim.network.tiers import Tier, load_kernels
from patrolsim.scenario.reader import read_settings
from patrolsim.testing import Arc, make_streets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.network.streets import Streets

    Report = Callable[[str, str, str], None]
    Ints = npt.NDArray[np.int64]
    Seeds = tuple[Ints, Ints, Ints, Ints]

FIRST_CUTOFF_US = 60_000_000
QUESTIONS = 400
COMPARED = 30
"""So many of them are put to networkx as well."""
WARM_UP = 2_000
"""Questions before the measured ones: when they go wide a hierarchy is made among them."""
CLUSTERS = 3
LARGE = "large_155k"
PACE_US_PER_M = 720_000


class Crowd:
    """People on legs between random nodes, each in a random moment of it."""

    def __init__(self, ground: Ground, nodes: Ints, people: int) -> None:
        generator = np.random.Generator(np.random.Philox(key=people))
        router, mode, streets = Router(ground.streets), ground.mode, ground.streets
        legs: list[list[int]] = []
        while len(legs) < people:
            start, end = generator.choice(nodes, 2).tolist()
            legs.append(router.route([(start, 0)], [(end, 0)], mode=mode).arcs)
            if not legs[-1]:
                legs.pop()
        arcs = np.concatenate([np.array(leg, np.int64) for leg in legs])
        steps = np.array([len(leg) for leg in legs], np.int64)
        first = np.cumsum(steps) - steps
        spans_us = streets.weight_us[mode][arcs]
        sums_us = np.cumsum(spans_us)
        before_us = (sums_us[first] - spans_us[first])[np.repeat(np.arange(people), steps)]
        self.ends_us, self.arcs = sums_us - before_us, arcs
        last_us = self.ends_us[first + steps - 1]
        zeros = np.zeros(people, np.int64)
        start_us = (generator.random(people) * -last_us).astype(np.int64)
        self.ends_us += start_us[np.repeat(np.arange(people), steps)]
        never = np.full(people, UNREACHABLE_US)
        whole_us = spans_us[first], spans_us[first + steps - 1]
        self.legs = (first, steps, start_us, never, zeros, steps - 1, zeros, *whole_us)
        self.people = zeros, never, never, zeros, zeros, never
        self.streets = streets.tail, streets.head, streets.twin, streets.weight_us[mode]
        self.ids, self.wanted = np.arange(people), np.ones(1, np.int64)
        self.room = tuple(np.zeros(2 * people, np.int64) for _ in range(4))
        self.others = np.zeros(people + 1, np.int64)
        self.gather = load_kernels(Tier.COMPILED).gather_walking

    def seeds(self) -> Seeds:
        """Find out where everybody is: ids, nodes, times to them and deadlines."""
        count = self.gather(
            (self.ids, len(self.ids)),
            self.people,
            (self.legs, self.arcs, self.ends_us),
            self.streets,
            (self.wanted, 0, 1, -1, -1),
            (self.room, 0, self.others),
        )
        assert not self.others[0]
        ids, nodes, costs_us, deadlines_us = (column[:count] for column in self.room)
        return ids, nodes, costs_us, deadlines_us


class Ground(NamedTuple):
    """Streets, one of their modes, the same as a reversed graph, and the nodes to use."""

    streets: Streets
    mode: int
    graph: nx.DiGraph[int]
    nodes: Ints


@pytest.fixture(scope="module", params=["a torus of 10,000 corners", "Manhattan", LARGE])
def ground(request: pytest.FixtureRequest) -> Ground:
    if request.param == LARGE:
        data = request.getfixturevalue("shared_data")
        return as_ground(read_large(data / "networks" / LARGE / "edges.csv.gz"), 0)
    if request.param == "Manhattan":
        data = request.getfixturevalue("shared_data")
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


def read_large(file: Path) -> Streets:
    arcs, number = [], dict[str, int]()
    with gzip.open(file, "rt", newline="") as table:
        for row in csv.DictReader(table):
            tail, head = (number.setdefault(row[end], len(number)) for end in ("u", "v"))
            arcs.append(Arc(tail, head, max(1, round(float(row["length_m"]) * PACE_US_PER_M))))
    return make_streets([(0.0, 0.0)] * len(number), arcs)


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
    main_part = max(nx.strongly_connected_components(graph), key=len)
    return Ground(streets, mode, graph, np.array(sorted(main_part), np.int64))


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


def three_places(ground: Ground) -> Ints:
    """Return the nodes nearest to three places, as many as there are people."""
    generator = np.random.Generator(np.random.Philox(key=8))
    router, found = Router(ground.streets), []
    for node in generator.choice(ground.nodes, CLUSTERS).tolist():
        order = np.argsort(router.times_to(node, ground.mode)[ground.nodes], kind="stable")
        found.append(ground.nodes[order[:500]])
    return np.concatenate(found)


@pytest.mark.parametrize("crowd", ["1,500 people", "30 people", "1,500 people in three places"])
def test_the_first_of_many(ground: Ground, crowd: str, report: Report) -> None:
    is_clustered = crowd.endswith("places")
    nodes = three_places(ground) if is_clustered else ground.nodes
    people = Crowd(ground, nodes, 30 if crowd.startswith("30") else 1_500)
    router, generator = Router(ground.streets), np.random.Generator(np.random.Philox(key=7))
    ask = partial(router.nearest_of, mode=ground.mode, count=1)
    for target in generator.choice(ground.nodes, WARM_UP).tolist():
        ask([(target, 0)], people.seeds())
    arrivals_us: dict[int, int] = {}
    _ids, at, costs_us, _deadlines_us = people.seeds()
    for node, cost_us in zip(at.tolist(), costs_us.tolist(), strict=True):
        arrivals_us[node] = min(cost_us, arrivals_us.get(node, cost_us))
    ours_s, theirs_s = [], []
    for number, target in enumerate(generator.choice(ground.nodes, QUESTIONS).tolist()):
        begin = process_time()
        ((arrival_us, _who),) = ask([(target, 0)], people.seeds())
        ours_s.append(process_time() - begin)
        if number >= COMPARED:
            continue
        begin = process_time()
        expected_us = growing_cutoff(ground, target, arrivals_us)
        theirs_s.append(process_time() - begin)
        assert arrival_us == expected_us
    middle, high = np.percentile(np.array(ours_s) * 1e6, [50, 95])
    ratio, bare_us = np.median(theirs_s) / np.median(ours_s[:COMPARED]), bare_event_s() * 1e6
    report(
        f"first of {crowd}, {len(ground.streets.x):,} corners",
        f"{middle:.0f} us, 95 % within {high:.0f} us ({high / bare_us:.0f} bare events)",
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
        begin = process_time()
        row = router.times_to(target, ground.mode)
        ours_s.append(process_time() - begin)
        begin = process_time()
        expected = dijkstra(matrix, indices=[target])[0]
        theirs_s.append(process_time() - begin)
        reached = np.isfinite(expected)
        assert np.array_equal(row[reached], expected[reached].astype(np.int64))
    ratio = min(ours_s) / min(theirs_s)
    report(
        f"all times to a place, {n:,} corners",
        f"{min(ours_s) * 1e3:.1f} ms",
        f"{ratio:.2f} times the time of scipy",
    )
