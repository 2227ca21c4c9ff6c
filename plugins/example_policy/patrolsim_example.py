"""Keep some people back for the most urgent incidents: a policy to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import Assignment, Parameter, PolicySpec, Role, hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import OpenIncident, StateView

MOST_URGENT = 1


@dataclass(frozen=True)
class KeepReserve:
    """Sends the nearest person, but leaves `reserve` people free for priority 1."""

    reserve: int

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return whom to send, or None to leave the incident in the queue."""
        free = view.available(incident)
        nearest = view.nearest(incident, 1)
        if not nearest or (incident.priority > MOST_URGENT and len(free) <= self.reserve):
            return None
        return Assignment(incident.incident_id, (nearest[0].volunteer_id,))


def build(parameters: Mapping[str, Any]) -> KeepReserve:
    """Return a fresh policy for one replication."""
    return KeepReserve(parameters["reserve"])


@hookimpl
def patrolsim_policies() -> list[PolicySpec]:
    """Offer the policy to patrolsim."""
    return [
        PolicySpec(
            name="keep_reserve",
            role=Role.DISPATCH,
            build=build,
            about="Keeps some people back for the most urgent incidents.",
            parameters={
                "reserve": Parameter(
                    kind="count", default=2, about="How many people are kept back."
                ),
            },
        )
    ]
