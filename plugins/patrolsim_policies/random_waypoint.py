"""Patrol to one place after the other, drawn by risk.

Source: rule P0 of docs/policies.md; the random waypoint model of Johnson and Maltz (1996), Dynamic
source routing in ad hoc wireless networks, Mobile Computing, 153-181, on streets and with weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import Parameter, PolicySpec, Role, Visit
from patrolsim_policies.hot_spot_rounds import draw_spot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import StateView


@dataclass(frozen=True, slots=True)
class RandomWaypoint:
    """Draws the next place with probability proportional to risk ** beta, and goes straight there.

    Looks at: the forecast's hot spots, and travel times. One travel time per place.

    Attributes
    ----------
    count, beta, dwell_s
        How many places, the exponent, and how long a stop lasts.
    """

    count: int
    beta: float
    dwell_s: float

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | None:
        """Return the next place; None when there is no other that can be reached."""
        spots = [
            spot
            for spot in view.hot_spots(self.count)
            if 0 < view.travel_time_to_node_s(volunteer_id, spot.node) < float("inf")
        ]
        if not spots:
            return None
        weights = [spot.weight**self.beta for spot in spots]
        chosen = draw_spot(spots, weights, float(view.rng.random()))
        return Visit(chosen.node, self.dwell_s)


def _build(parameters: Mapping[str, Any]) -> RandomWaypoint:
    if parameters["beta"] < 0:
        raise ValueError("beta must be 0 or more")
    return RandomWaypoint(parameters["hot_spots"], parameters["beta"], parameters["dwell"])


RANDOM_WAYPOINT = PolicySpec(
    name="random_waypoint",
    role=Role.PATROL,
    build=_build,
    about="Patrols go to one place after the other, drawn by risk.",
    parameters={
        "hot_spots": Parameter(kind="count", default=100, about="How many places."),
        "beta": Parameter(
            kind="number", default=1, about="How strongly risk counts; 0 for not at all."
        ),
        "dwell": Parameter(kind="duration", default="0 min", about="Length of a stop."),
    },
)
