"""Rounds by insertion and 2-opt: against all orders, a published optimum, and in the simulator."""

from __future__ import annotations

import gzip
import math
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plugins.appointing import call, form, lived, started, street

from patrolsim.streams import RandomStreams
from patrolsim.testing import Person
from patrolsim_policies.insertion import Round, Stop, cheapest_insertion, two_opt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VISITS = 6
LATER = Person(node=0, shifts=((60_000_000, 2_000 * 60_000_000),))
"""Comes on duty when all calls are in."""


def flat(points: Sequence[tuple[float, float]], stops: Sequence[Stop], weight: float) -> Round:
    """Return the round of a person at the first point, in a plane."""
    n = len(stops)
    way = [[math.dist(here, there) for there in points] for here in points]
    between = {(i, j): way[i + 1][j + 1] for i in range(n) for j in range(n) if i != j}
    return Round(0.0, way[0][1:], between, stops, weight)


def drawn(rng: np.random.Generator) -> Round:
    points = [tuple(point) for point in rng.uniform(0, 60, (VISITS + 1, 2)).tolist()]
    opens = np.where(rng.random(VISITS) < 0.5, 0.0, rng.uniform(0, 200, VISITS))
    work, slack = rng.uniform(5, 30, VISITS), rng.uniform(40, 300, VISITS)
    stops = [Stop(*row) for row in np.stack([work, opens, opens + slack], axis=1).tolist()]
    return flat(points, stops, 5.0)


def test_one_round_is_seldom_dearer_than_the_best_of_all_orders() -> None:
    rng = RandomStreams(5, 0).generator("rounds")
    gaps = []
    for _ in range(100):
        one = drawn(rng)
        mine = two_opt(cheapest_insertion([one], range(VISITS))[0])
        best = min(one.cost(order) for order in permutations(range(VISITS)))
        assert sorted(mine.order) == list(range(VISITS))
        gaps.append(mine.cost(mine.order) / best - 1)
    assert min(gaps) > -1e-12
    assert sum(gap < 1e-9 for gap in gaps) >= 80
    assert np.mean(gaps) < 0.06


@given(
    st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), min_size=5, max_size=5, unique=True)
)
@settings(max_examples=60, deadline=None)
def test_improving_never_makes_a_round_dearer_and_loses_no_visit(
    points: list[tuple[float, float]],
) -> None:
    stops = [Stop(10.0, 0.0, 50.0 * (number + 1)) for number in range(4)]
    one = flat(points, stops, 2.0).with_order((3, 1, 0, 2))
    better = two_opt(one)
    assert better.cost(better.order) <= one.cost(one.order)
    assert sorted(better.order) == [0, 1, 2, 3]


def test_a_visit_that_nobody_can_reach_is_left_out() -> None:
    stops = [Stop(1.0, 0.0, 9.0), Stop(1.0, 0.0, 9.0)]
    one = Round(0.0, [1.0, math.inf], {(0, 1): math.inf, (1, 0): 1.0}, stops, 1.0)
    assert [found.order for found in cheapest_insertion([one], [0, 1])] == [(0,)]


def test_three_vehicles_find_the_optimum_of_the_first_25_customers_of_c101(
    shared_data: Path,
) -> None:
    file = shared_data / "instances" / "vrptw_solomon" / "C101.txt.gz"
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()[9:]
    rows = [[float(word) for word in line.split()] for line in lines if line.strip()][:26]
    # Distances of one decimal, cut, as in the published optimum of 191.3.
    way = [
        [math.floor(10 * math.dist(here[1:3], there[1:3])) / 10 for there in rows] for here in rows
    ]
    stops = [Stop(row[6], row[4], row[5] + row[6]) for row in rows[1:]]
    between = {(i, j): way[i + 1][j + 1] for i in range(25) for j in range(25) if i != j}
    vehicles = [Round(0.0, way[0][1:], between, stops, 1000.0)] * 3
    found = [two_opt(one) for one in cheapest_insertion(vehicles, range(25))]
    home = sum(way[0][one.order[-1] + 1] for one in found)
    assert sum(one.cost(one.order) for one in found) + home == pytest.approx(191.3, abs=1e-6)


def test_one_person_walks_along_the_street_and_not_to_and_fro() -> None:
    calls = [call(0, node) for node in (5, 1, 4, 2)]
    log = lived(street(calls, [LATER], form()), "insertion")
    assert [number for _, number in started(log)] == [1, 3, 2, 0]


def test_a_visit_that_is_due_soon_goes_before_one_that_is_near() -> None:
    calls = [call(0, 1), call(0, 4, kind=1)]
    kinds = form("lazy"), form("urgent", due_min=50)
    log = lived(street(calls, [LATER], *kinds), "insertion", lateness=10.0)
    assert [number for _, number in started(log)] == [1, 0]


def test_without_a_price_of_lateness_only_the_way_counts() -> None:
    calls = [call(0, 1), call(0, 4, kind=1)]
    kinds = form("lazy"), form("urgent", due_min=50)
    log = lived(street(calls, [LATER], *kinds), "insertion", lateness=0.0)
    assert [number for _, number in started(log)] == [0, 1]


def test_two_people_share_the_two_ends_of_a_street() -> None:
    calls = [call(0, node) for node in (4, 1, 5, 0)]
    log = lived(street(calls, [Person(node=2), Person(node=3)], form()), "insertion")
    assert {number for minute, number in started(log) if minute <= 10.0} == {0, 1}


@pytest.mark.parametrize("wrong", [{"visits": 0}, {"lateness": -1.0}])
def test_a_parameter_without_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Exception, match="must be"):
        lived(street([], [Person()], form()), "insertion", **wrong)
