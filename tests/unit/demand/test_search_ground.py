"""The map of chances: by length, class, places, distance, and only where people walk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.demand.search_ground import SearchGround, make_search_ground
from patrolsim.network.streets import CLOSED_US, Mode
from patrolsim.testing import Arc, make_search, make_streets

if TYPE_CHECKING:
    from patrolsim.incidents import Search
    from patrolsim.network.streets import Streets

SIDE = 61
BLOCK_M = 50.0


def grid() -> Streets:
    """Return a grid of 60 blocks to a side, with corner (0, 0) in its middle."""
    half = SIDE // 2
    points = [
        ((node % SIDE - half) * BLOCK_M, (node // SIDE - half) * BLOCK_M)
        for node in range(SIDE**2)
    ]
    pairs = [(node, node + 1) for node in range(SIDE**2) if (node + 1) % SIDE]
    pairs += [(node, node + SIDE) for node in range(SIDE**2 - SIDE)]
    return make_streets(points, [Arc(a, b, 100) for one in pairs for a, b in (one, one[::-1])])


def ground_of(streets: Streets, search: Search, **places: float) -> SearchGround:
    draws = [((streets.stop_at_node(int(node[1:])),), times) for node, times in places.items()]
    found = make_search_ground(streets, search, 0, draws)
    assert found is not None
    return found


def test_each_street_counts_once_and_by_its_length() -> None:
    streets = make_streets(
        [(0, 0), (100, 0), (400, 0)],
        [Arc(0, 1, 10), Arc(1, 0, 10), Arc(1, 2, 30), Arc(2, 1, 30), Arc(0, 0, 5)],
    )
    ground = ground_of(streets, make_search())
    assert ground.prior(0.0, 0.0).tolist() == pytest.approx([0.25, 0.75])
    assert (ground.twin >= 0).tolist() == [True, True]


def test_of_parallel_streets_only_that_counts_which_a_walk_takes() -> None:
    streets = make_streets(
        [(0, 0), (100, 0)], [Arc(0, 1, 10), Arc(1, 0, 10), Arc(0, 1, 40), Arc(1, 0, 40)]
    )
    ground = ground_of(streets, make_search())
    assert streets.weight_us[0, ground.arc].tolist() == [10]


def test_the_distance_has_the_mean_and_the_spread_of_the_ring() -> None:
    ground = ground_of(grid(), make_search(ring_m=500.0))
    chance = ground.prior(0.0, 0.0)
    away_m = np.hypot(ground.x, ground.y)
    mean_m = float((chance * away_m).sum())
    deviation_m = float(np.sqrt((chance * (away_m - mean_m) ** 2).sum()))
    assert chance.sum() == pytest.approx(1.0)
    assert mean_m == pytest.approx(500.0, rel=0.03)
    assert deviation_m == pytest.approx(250.0, rel=0.06)


def test_streets_near_a_place_are_as_many_times_as_likely_and_the_largest_counts() -> None:
    streets = make_streets(
        [(0, 0), (100, 0), (1000, 0), (1100, 0)],
        [Arc(a, b, 10) for one in ((0, 1), (1, 2), (2, 3)) for a, b in (one, one[::-1])],
    )
    ground = ground_of(streets, make_search(), n0=3.0, n1=2.0)
    chance = ground.prior(0.0, 0.0)
    assert chance[0] / chance[2] == pytest.approx(3.0)
    assert ground.is_near.tolist() == [True, False, False]


def test_paths_are_streets_that_are_closed_to_cars() -> None:
    streets = make_streets(
        [(0, 0), (100, 0), (200, 0)],
        [Arc(0, 1, 10), Arc(1, 0, 10), Arc(1, 2, 10), Arc(2, 1, 10)],
    )
    car = Mode(name="car", off_road_mps=1.0, turns_round=False)
    times_us = streets.weight_us.copy()
    times_us[0, (streets.tail == 2) | (streets.head == 2)] = CLOSED_US
    both = replace(
        streets,
        weight_us=np.vstack([streets.weight_us, times_us]),
        usable=np.vstack([streets.usable, streets.usable]),
        modes=(*streets.modes, car),
    )
    ground = ground_of(both, replace(make_search(), paths=2.0))
    assert ground.prior(0.0, 0.0).tolist() == pytest.approx([1 / 3, 2 / 3])


def test_far_from_every_street_the_ring_leaves_the_other_chances() -> None:
    ground = ground_of(grid(), make_search(ring_m=1.0))
    assert ground.prior(1e9, 0.0).sum() == pytest.approx(1.0)


def test_where_nobody_can_be_there_is_no_ground() -> None:
    streets = make_streets([(0, 0), (100, 0)], [Arc(0, 1, 10), Arc(1, 0, 10)])
    nowhere = replace(make_search(), streets=0.0)
    assert make_search_ground(streets, nowhere, 0, []) is None
