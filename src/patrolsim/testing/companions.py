"""The simplest policy of each role: company for the policy that is tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.policy import Assignment, Base, Role, Visit

if TYPE_CHECKING:
    from patrolsim.policy import OpenIncident, StateView

ROUND_S = 600.0
"""How long a patrol of the company stays at each end of its round."""


class NearestGoes:
    """Sends whoever is there first, one person after the other."""

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return the nearest person, or None when there is nobody."""
        found = view.nearest(incident, 1)
        return Assignment(incident.incident_id, (found[0].volunteer_id,)) if found else None


class GoesHome:
    """Lets free people wait at their own base."""

    def standby(self, _view: StateView, _volunteer_id: int) -> Base:
        """Return the own base."""
        return Base.OWN


class NextCorner:
    """Patrols to the first corner from here, stays there, and comes back."""

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | None:
        """Return the corner; None where no street leaves."""
        ways = view.neighbours(volunteer_id, view.node_of(volunteer_id))
        return Visit(ways[0], ROUND_S) if ways else None


def company() -> dict[str, object]:
    """Return a fresh policy for each role that every run needs, by the name of the role."""
    return {
        Role.DISPATCH.value: NearestGoes(),
        Role.STANDBY.value: GoesHome(),
        Role.PATROL.value: NextCorner(),
    }
