"""Patrol to the place with most risk left alone longest, for the time that it takes.

Source: rule P8 of docs/policies.md; a greedy rate rule, this project's own form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim import Parameter, PolicySpec, Role, Visit
from patrolsim_policies.idleness import Idleness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import StateView


@dataclass(slots=True)
class RiskIdleness:
    """Chooses the largest w_v I_v / (way_v + dwell) among places where nobody is or goes.

    Looks at: the forecast's hot spots, where patrols are or go, travel times, and what its own
    patrols have visited. One travel time per place.

    Attributes
    ----------
    count, dwell_s
        How many places, and how long a stop lasts.
    idleness
        When each place was last visited.
    """

    count: int
    dwell_s: float
    idleness: Idleness = field(default_factory=Idleness)

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | None:
        """Return the next stop; None when no place is left that can be reached."""
        self.idleness.look(view, volunteer_id)
        targets = view.patrol_targets()
        taken = {node for who, node in targets.items() if who != volunteer_id}
        choices = []
        for spot in view.hot_spots(self.count):
            way_s = view.travel_time_to_node_s(volunteer_id, spot.node)
            if spot.node not in taken and way_s < float("inf"):
                idle_s = self.idleness.of(view, spot.node)
                rate = spot.weight * idle_s / (way_s + self.dwell_s)
                choices.append((-rate, way_s, spot.node))
        if not choices:
            return None
        _rate, way_s, node = min(choices)
        self.idleness.plan_stop(view, volunteer_id, node, way_s)
        return Visit(node, self.dwell_s)


def _build(parameters: Mapping[str, Any]) -> RiskIdleness:
    if parameters["dwell"] <= 0:
        raise ValueError("dwell must be above 0")
    return RiskIdleness(parameters["hot_spots"], parameters["dwell"])


RISK_IDLENESS = PolicySpec(
    name="risk_idleness",
    role=Role.PATROL,
    build=_build,
    about="Patrols go where most risk has been left alone longest, for the time that it takes.",
    parameters={
        "hot_spots": Parameter(kind="count", default=20, about="How many places."),
        "dwell": Parameter(kind="duration", default="5 min", about="Length of a stop."),
    },
)
