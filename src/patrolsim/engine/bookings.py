"""Who is reserved for a request until they leave for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from patrolsim.errors import SimulationError
from patrolsim.eventlog import Event
from patrolsim.policy import Booking
from patrolsim.units import to_s

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.engine.clock import Clock, Timer
    from patrolsim.engine.logbook import Logbook
    from patrolsim.engine.present import IncidentState, VolunteerState


class Reservation(NamedTuple):
    """A volunteer, the request, when it starts, and when it is looked at again."""

    volunteer: VolunteerState
    incident: IncidentState
    start_us: int
    timer: Timer


class Bookings:
    """All reservations: at most one for each volunteer."""

    def __init__(self, clock: Clock, log: Logbook) -> None:
        self._clock = clock
        self._log = log
        self._of: dict[int, Reservation] = {}

    def __contains__(self, volunteer: VolunteerState) -> bool:
        return volunteer.id in self._of

    def of(self, volunteer: VolunteerState) -> Reservation:
        """Return the reservation of a volunteer who has one."""
        return self._of[volunteer.id]

    def all(self) -> list[Reservation]:
        """Return all reservations, by volunteer."""
        return [self._of[number] for number in sorted(self._of)]

    def of_incident(self, incident: IncidentState) -> list[Reservation]:
        """Return the reservations for a request, in the order in which they were made."""
        return [one for one in self._of.values() if one.incident is incident]

    def seen(self) -> Sequence[Booking]:
        """Return all reservations as policies see them, by (start, id)."""
        ordered = sorted(self._of.values(), key=lambda one: (one.start_us, one.volunteer.id))
        return [Booking(r.volunteer.id, r.incident.id, to_s(r.start_us)) for r in ordered]

    def book(self, reservation: Reservation) -> None:
        """Reserve a volunteer, and write it down."""
        volunteer, incident, start_us, _timer = reservation
        if volunteer.id in self._of:
            raise SimulationError(f"volunteer {volunteer.id} is booked twice")
        self._of[volunteer.id] = reservation
        self._log.write((self._clock.now_us, Event.BOOKED, incident.id, volunteer.id, start_us))

    def look_again(self, reservation: Reservation, timer: Timer) -> None:
        """Put another moment at which a reservation is looked at in the place of the last."""
        reservation.timer.cancel()
        self._of[reservation.volunteer.id] = reservation._replace(timer=timer)

    def lapse(self, reservation: Reservation, why: int) -> None:
        """End a reservation of which nothing comes, and write it down."""
        self.leave(reservation)
        incident, volunteer = reservation.incident, reservation.volunteer
        self._log.write((self._clock.now_us, Event.UNBOOKED, incident.id, volunteer.id, why))

    def leave(self, reservation: Reservation) -> None:
        """End a reservation because its volunteer leaves for the request."""
        reservation.timer.cancel()
        del self._of[reservation.volunteer.id]
