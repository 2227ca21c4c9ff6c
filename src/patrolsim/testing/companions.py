"""The simplest policy of each role: company for the policy that is tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.policy import Appointment, Assignment, Base, Role, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.policy import OpenIncident, Request, StateView

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


class FirstDueFirst:
    """Starts the request that is due first with whoever is free and could be there in time."""

    def next_appointments(
        self, view: StateView, requests: Sequence[Request]
    ) -> Sequence[Appointment]:
        """Return one appointment, or nothing when nobody can start anything now."""
        reserved = {booking.volunteer_id for booking in view.bookings}
        for request in sorted(requests, key=lambda one: (one.due_s, one.incident.incident_id)):
            found = view.nearest(request.incident, len(view.available(request.incident)))
            for one in found:
                start_s = request.next_start_s(view.now_s + one.eta_s)
                person, skills = view.volunteer(one.volunteer_id), request.incident.skills
                is_on_duty = person.shift_end_s is not None and start_s < person.shift_end_s
                is_fit = any(skill is None or skill in person.skills for skill in skills)
                if is_on_duty and is_fit and one.volunteer_id not in reserved:
                    number = request.incident.incident_id
                    return [Appointment(number, (one.volunteer_id,), start_s)]
        return []


def company() -> dict[str, object]:
    """Return a fresh policy for each role that every run needs, by the name of the role."""
    return {
        Role.DISPATCH.value: NearestGoes(),
        Role.STANDBY.value: GoesHome(),
        Role.PATROL.value: NextCorner(),
        Role.APPOINTMENTS.value: FirstDueFirst(),
    }
