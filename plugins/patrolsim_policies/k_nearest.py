"""Alert the nearest few at once: rule V1 of docs/policies.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import Alert, Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.reasons import why_alerted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import OpenIncident, StateView


@dataclass(frozen=True, slots=True)
class KNearest:
    """Asks those who would be there first, all at once; the next ones when all have answered.

    Looks at: who is free and fit, and their expected times of answer, turnout and travel. One
    search from the incident per decision, stopped at the last person asked.
    """

    people: int

    def alert(self, view: StateView, incident: OpenIncident) -> Alert | None:
        """Return the nearest people, unless answers are still waited for."""
        if view.alerted(incident).volunteer_ids:
            return None
        found = view.nearest(incident, max(self.people, incident.missing))
        return Alert(incident.incident_id, tuple(one.volunteer_id for one in found))

    def explain(self, view: StateView, incident: OpenIncident, alert: Alert | None) -> Explanation:
        """Return who was alerted, and who would have been the next."""
        return why_alerted(view, incident, alert, "the nearest few are alerted at once")


def read_people(parameters: Mapping[str, Any]) -> int:
    """Return how many people are asked.

    Raises
    ------
    ValueError
        If it is nobody.
    """
    people: int = parameters["people"]
    if people < 1:
        raise ValueError("people must be at least 1")
    return people


K_NEAREST = PolicySpec(
    name="k_nearest",
    role=Role.ALERTS,
    build=lambda parameters: KNearest(read_people(parameters)),
    about="Alerts the nearest few at once.",
    parameters={
        "people": Parameter(
            kind="count",
            default=5,
            about="How many are asked at once; never fewer than are missing.",
        )
    },
)
