"""What policies for appointments have in common: who could do a request, and from when on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from patrolsim import Appointment, Later, Parameter
from patrolsim_policies.closest import choose_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patrolsim import Candidate, Request, StateView


class Start(NamedTuple):
    """Who could start a request, and when work would begin, in seconds."""

    people: tuple[int, ...]
    start_s: float


@dataclass(slots=True)
class Diary:
    """Appointments that are being made at one moment: nobody is taken twice.

    Attributes
    ----------
    view
        The present.
    ahead_s
        How long before a start people are reserved for it.
    decisions
        What has been decided so far.
    taken
        Who is reserved, or has been appointed just now.
    """

    view: StateView
    ahead_s: float
    decisions: list[Appointment | Later] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    _again_s: float = math.inf

    def __post_init__(self) -> None:
        """Take out those who are reserved already."""
        self.taken.update(booking.volunteer_id for booking in self.view.bookings)

    def candidates(self, request: Request) -> list[Candidate]:
        """Return who is left for a request, by (arrival, id)."""
        incident = request.incident
        found = self.view.nearest(incident, len(self.view.available(incident)))
        return [one for one in found if one.volunteer_id not in self.taken]

    def start_of(self, request: Request) -> Start | None:
        """Return who would be there first, all that are missing; None when they are too few.

        Those whose shift ends before work could begin are left out.
        """
        party = self._party(request)
        if len(party) < len(request.incident.skills) or not party:
            return None
        there_s = self.view.now_s + max(one.eta_s for one in party)
        start_s = request.next_start_s(there_s)
        ids = tuple(one.volunteer_id for one in party)
        start = Start(ids, start_s)
        return start if self.is_good(start, there_s) else None

    def _party(self, request: Request) -> list[Candidate]:
        """Return who fills the needs of a request, looking no further away than it takes."""
        incident, soonest_s = request.incident, self.opens_s(request)
        needs, count = incident.skills, 2 * len(incident.skills)
        while True:
            found = self.view.nearest(incident, count)
            near = [one for one in found if self._is_there(one, soonest_s)]
            party = choose_party(needs, near, lambda who: self.view.volunteer(who).skills)
            if len(party) == len(needs) or len(found) < count:
                return party
            count *= 2

    def is_good(self, start: Start, there_s: float) -> bool:
        """Whether people can start then, and need not be reserved for long.

        Parameters
        ----------
        start
            Who would start when.
        there_s
            When they could be there.
        """
        if start.start_s - there_s > self.ahead_s:
            self.ask_again(start.start_s - self.ahead_s)
            return False
        return all(self._is_on_duty_at(who, start.start_s) for who in start.people)

    def opens_s(self, request: Request) -> float:
        """Return the first moment from now on at which a request may be started."""
        return request.next_start_s(self.view.now_s)

    def is_too_early(self, request: Request) -> bool:
        """Whether it is too early to reserve people; then the policy is asked again in time."""
        reserve_s = self.opens_s(request) - self.ahead_s
        if reserve_s <= self.view.now_s:
            return False
        self.ask_again(reserve_s)
        return True

    def appoint(self, request: Request, start: Start) -> None:
        """Let people start a request."""
        self.taken.update(start.people)
        number = request.incident.incident_id
        self.decisions.append(Appointment(number, start.people, start.start_s))

    def appoint_first_come(self, requests: Iterable[Request]) -> None:
        """Go through requests in an order; each takes those who are there first."""
        for request in requests:
            if self.is_too_early(request):
                continue
            start = self.start_of(request)
            if start is not None:
                self.appoint(request, start)

    def ask_again(self, at_s: float) -> None:
        """Be asked again at a time, or sooner if somebody else wants so."""
        self._again_s = min(self._again_s, at_s)

    def answer(self) -> Sequence[Appointment | Later]:
        """Return what has been decided."""
        if self._again_s < math.inf:
            return [*self.decisions, Later(self._again_s)]
        return self.decisions

    def _is_there(self, one: Candidate, start_s: float) -> bool:
        """Whether somebody is left for a request that starts then at the soonest."""
        if one.leaves is not None or one.volunteer_id in self.taken:
            return False
        return self._is_on_duty_at(one.volunteer_id, max(start_s, self.view.now_s + one.eta_s))

    def _is_on_duty_at(self, volunteer_id: int, time_s: float) -> bool:
        end_s = self.view.volunteer(volunteer_id).shift_end_s
        return end_s is not None and time_s < end_s


def by_due_date(request: Request) -> tuple[float, float, int]:
    """Return the place of a request among others: (due, known, number)."""
    incident = request.incident
    return request.due_s, incident.known_s, incident.incident_id


AHEAD = Parameter(
    kind="duration",
    default="2 h",
    about="How long before a fixed time or an opening people are reserved for it.",
)
