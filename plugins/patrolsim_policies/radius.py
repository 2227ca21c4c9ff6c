"""Alert everybody within reach: rule V2 of docs/policies.md."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING

from patrolsim import Alert, Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.reasons import why_alerted

if TYPE_CHECKING:
    from patrolsim import Candidate, OpenIncident, StateView


@dataclass(frozen=True, slots=True)
class Radius:
    """Asks all who would be there in time, or who are near in a straight line.

    Looks at: who is free and fit, their expected times of answer, turnout and travel, and where
    they are. One search from the incident per decision, over everybody who is free.
    """

    within_s: float
    distance_m: float | None
    again_s: float

    def alert(self, view: StateView, incident: OpenIncident) -> Alert | None:
        """Return all who are within reach and were not asked; look again after a while."""
        everybody = view.nearest(incident, max(len(view.available(incident)), 1))
        chosen = tuple(
            one.volunteer_id for one in everybody if self._is_within(view, incident, one)
        )
        return Alert(incident.incident_id, chosen, self.again_s)

    @property
    def _rule(self) -> str:
        if self.distance_m is None:
            return f"all who are there within {self.within_s:g} s"
        return f"all within {self.distance_m:g} m in a straight line"

    def _is_within(self, view: StateView, incident: OpenIncident, one: Candidate) -> bool:
        if self.distance_m is None:
            return one.eta_s <= self.within_s
        who = view.volunteer(one.volunteer_id)
        return hypot(who.x - incident.x, who.y - incident.y) <= self.distance_m

    def explain(self, view: StateView, incident: OpenIncident, alert: Alert | None) -> Explanation:
        """Return who was alerted, and who would have been the next."""
        return why_alerted(view, incident, alert, self._rule)


RADIUS = PolicySpec(
    name="radius",
    role=Role.ALERTS,
    build=lambda parameters: Radius(
        parameters["within"], parameters["distance"], max(parameters["again"], 1.0)
    ),
    about="Alerts everybody within reach.",
    parameters={
        "within": Parameter(
            kind="duration",
            default="10 min",
            about="Who would be there in this time is asked, answer and turnout included.",
        ),
        "distance": Parameter(
            kind="length",
            default=None,
            about="Instead of the time: who is so near in a straight line.",
        ),
        "again": Parameter(
            kind="duration",
            default="5 min",
            about="After this time it is looked again who has come near; at least 1 s.",
        ),
    },
)
