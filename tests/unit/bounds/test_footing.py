"""The least times between places, by Floyd and Warshall and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.property.test_traces import all_pairs

from patrolsim.bounds.footing import FAR_US, ROUNDING_US, Footing
from patrolsim.network.streets import CLOSED_US, SHARES, Spot, Stop
from patrolsim.testing import WALK, Arc, make_streets

ARCS = [Arc(0, 1, 20_000), Arc(1, 0, 20_000), Arc(1, 2, 30_000), Arc(2, 0, 90_000)]
STREETS = make_streets([(0.0, 0.0), (10.0, 0.0), (20.0, 0.0)], ARCS)


def middle(arc: int, x: float, off_road_us: int = 0) -> Stop:
    """Return a place half-way along an arc."""
    return Stop(x, 1.0, (0,), (off_road_us,), (Spot(arc, SHARES // 2),))


def test_between_corners_it_is_the_shortest_way() -> None:
    stops = [STREETS.stop_at_node(node) for node in range(3)]
    found = Footing(STREETS, stops).least_times([0, 1, 2], frozenset({0}))
    assert found.T.tolist() == all_pairs(3, ARCS)


def test_a_place_off_the_road_costs_its_way_both_times() -> None:
    door = Stop(3.0, 3.0, (1,), (700,))
    footing = Footing(STREETS, [STREETS.stop_at_node(0), door])
    there, back = (footing.least_times([target], frozenset({0}))[0] for target in (1, 0))
    assert there.tolist() == [20_700, 0]
    assert back.tolist() == [0, 20_700]


def test_two_places_on_one_street_need_no_corner() -> None:
    near, far = middle(0, 5.0), Stop(7.0, 1.0, (0,), (0,), (Spot(0, 3 * SHARES // 4),))
    times = Footing(STREETS, [near, far]).least_times([1], frozenset({0}))
    assert times[0, 0] == 5_000 - 1  # a turn at the moment of leaving may gain a microsecond


def test_where_no_way_leads_it_is_never() -> None:
    streets = make_streets([(0.0, 0.0), (10.0, 0.0)], [Arc(0, 1, 5)])
    stops = [streets.stop_at_node(node) for node in range(2)]
    assert Footing(streets, stops).least_times([0], frozenset({0})).tolist() == [[0, FAR_US]]


def test_the_fastest_of_several_modes_counts_less_the_allowance_for_turning() -> None:
    quick_us = np.where(STREETS.weight_us == 20_000, 12_000, CLOSED_US)
    streets = replace(
        STREETS,
        weight_us=np.concatenate([STREETS.weight_us, quick_us]),
        usable=np.concatenate([STREETS.usable, STREETS.usable]),
        modes=(WALK, replace(WALK, name="bike")),
    )
    stops = [streets.stop_at_node(node) for node in range(3)]
    found = Footing(streets, stops).least_times([2], frozenset({0, 1}))
    assert found.tolist() == [[42_000 - ROUNDING_US, 30_000 - ROUNDING_US, 0]]
