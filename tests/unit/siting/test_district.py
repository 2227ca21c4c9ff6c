"""The district as a siting problem: who counts, and how far it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.errors import MisfitError
from patrolsim.siting.district import survey_district
from patrolsim.testing import Arc, TinyWorld, make_streets

if TYPE_CHECKING:
    from patrolsim.world import World

SECOND_US = 1_000_000


def line(*weights: float) -> World:
    """Return corners in a row, 1 s apart to the right and 2 s back; the last one is an island."""
    nodes = len(weights)
    arcs = []
    for node in range(nodes - 2):
        arcs += [
            Arc(node, node + 1, SECOND_US),
            Arc(node + 1, node, 2 * SECOND_US),
        ]
    streets = make_streets([(float(node), 0.0) for node in range(nodes)], arcs)
    world = TinyWorld(calls=[], people=[], horizon_us=SECOND_US, streets=streets).build()
    return replace(world, forecast=replace(world.forecast, per_node=np.array(weights)))


def test_the_likeliest_nodes_come_first_and_times_lead_from_site_to_place() -> None:
    district = survey_district(line(1.0, 0.0, 3.0, 0.0), mode=0, sites=9, places=9)
    assert district.sites.tolist() == [2, 0]
    assert district.times_s.tolist() == [[0.0, 4.0], [2.0, 0.0]]
    assert district.weights.tolist() == [0.75, 0.25]


def test_what_cannot_be_reached_is_left_out() -> None:
    district = survey_district(line(1.0, 3.0, 0.0, 2.0), mode=0, sites=9, places=9)
    assert district.sites.tolist() == district.places.tolist() == [1, 0]
    assert district.share == pytest.approx(4 / 6)


def test_no_more_nodes_than_asked_for_count() -> None:
    district = survey_district(line(1.0, 3.0, 2.0, 0.0), mode=0, sites=1, places=2)
    assert (district.sites.tolist(), district.places.tolist()) == ([1], [1, 2])
    assert district.share == pytest.approx(5 / 6)


def test_a_district_where_nothing_is_expected_is_refused() -> None:
    with pytest.raises(MisfitError, match="no incident is expected"):
        survey_district(line(0.0, 0.0, 0.0), mode=0, sites=1, places=1)
