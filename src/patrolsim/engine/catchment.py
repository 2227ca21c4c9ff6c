"""Which place of a group is reached first: worked out once for all corners of the streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.errors import SimulationError
from patrolsim.network.joints import both_directions, ways_in
from patrolsim.network.streets import UNREACHABLE_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.engine.ground import Ground
    from patrolsim.engine.legs import Departure
    from patrolsim.network.router import Router
    from patrolsim.network.streets import Stop


class Catchment(NamedTuple):
    """What is nearest from each corner, on the streets of one moment.

    Attributes
    ----------
    places
        The places, one or more.
    first, time_us
        By node the number of the place that is reached first (ties: the lowest), and the time to
        it, way off the road included.
    arcs
        The streets in the middle of which a place lies, in both directions.
    """

    places: Sequence[Stop]
    first: memoryview[int]
    time_us: memoryview[int]
    arcs: frozenset[int]

    def nearest(self, exits: Sequence[Departure]) -> Stop:
        """Return the place that is reached first by some ways on to the streets."""
        if not exits:
            raise SimulationError("an incident lies where its people cannot get")
        _time_us, first = min(
            (self.time_us[way.node] + way.rest_us, self.first[way.node]) for way in exits
        )
        return self.places[first]


def make_catchment(ground: Ground, router: Router, places: Sequence[Stop], mode: int) -> Catchment:
    """Return what is nearest from each corner; it asks for a row of times to each place."""
    n = len(ground.x)
    first, best_us = np.zeros(n, np.int64), np.full(n, UNREACHABLE_US, np.int64)
    arcs: set[int] = set()
    for number, place in enumerate(places):
        for joint in ways_in(ground, place, mode):
            row_us = router.times_to(joint.node, mode)
            time_us = row_us + (joint.cost_us + place.off_road_us[mode])
            is_first = (row_us < UNREACHABLE_US) & (time_us < best_us)
            first[is_first], best_us[is_first] = number, time_us[is_first]
        spot = place.spot(mode)
        if spot is not None:
            arcs |= {here.arc for here in both_directions(ground, spot)}
    return Catchment(places, first.data, best_us.data, frozenset(arcs))
