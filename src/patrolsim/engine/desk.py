"""The dispatch desk: asks the policy whom to send, checks the answer, keeps the queue."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Any, Protocol

from patrolsim.engine.callers import Caller
from patrolsim.engine.eligibility import may_leave, why_unfit
from patrolsim.policy import Assignment, OpenIncident, Role
from patrolsim.units import to_s

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolsim.engine.alerting import Alerting
    from patrolsim.engine.callers import Policies
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.engine.state import State
    from patrolsim.policy import Booking, Preemption, StateView


class RequestDesk(Protocol):
    """Finds people for requests: `patrolsim.engine.appointments.AppointmentDesk`."""

    def bookings(self) -> Sequence[Booking]:
        """Return who is reserved."""

    def find_people(self, incident: IncidentState) -> None:
        """Let a request wait for people, and ask the policy."""

    def keep(self, incident: IncidentState, *, waits: bool) -> None:
        """Keep a request among those that wait, or take it out."""

    def serve(self) -> None:
        """Ask the policy what can be started."""


class Desk:
    """Finds people for incidents, most urgent first."""

    def __init__(
        self,
        policies: Policies,
        rules: Preemption,
        state: State,
        clock: Clock,
    ) -> None:
        self._policy = policies.dispatch
        self._caller = Caller(policies, Role.DISPATCH)
        self._queue_key = getattr(policies.dispatch, "queue_key", None)
        self.rules = rules
        self._gained = {gained for _left, gained in rules.divert | rules.interrupt}
        self._state = state
        self._clock = clock
        self._queue: list[tuple[Any, int, IncidentState]] = []
        self.appointments: RequestDesk | None = None
        self.view: StateView
        self.alerting: Alerting | None = None
        self.send: Callable[[VolunteerState, IncidentState], None]

    def waiting(self) -> list[IncidentState]:
        """Return the incidents in the queue, first to be served first."""
        return [incident for _key, _id, incident in self._queue]

    def find_people(self, incident: IncidentState) -> None:
        """Ask the policy until nobody is missing or it has nobody to send; then queue the rest.

        Incidents whose people were taken away line up, and the queue looks for others at once.
        Requests are a matter of the appointment desk.
        """
        if incident.kind.request is not None and self.appointments is not None:
            self.appointments.find_people(incident)
            return
        bumped: list[IncidentState] = []
        while incident.missing and not incident.is_closed:
            chosen = self._ask(incident)
            if not chosen:
                break
            for volunteer in chosen:
                if volunteer.incident is not None:
                    bumped.append(volunteer.incident)
                self.send(volunteer, incident)
        freed = [] if self.alerting is None else self._alert_the_rest(self.alerting, incident)
        self._keep_in_queue(incident, waits=incident.missing > 0 and not incident.is_closed)
        for other in bumped:
            if not other.is_closed:
                self.line_up(other)
        if bumped:
            self.serve_queue()
        if freed and self.alerting is not None:
            self.alerting.are_free(freed)

    def _alert_the_rest(self, alerting: Alerting, incident: IncidentState) -> list[VolunteerState]:
        """Let the alerts policy find whoever is missing still; return whom nobody needs."""
        freed = alerting.withdraw_surplus(incident)
        if incident.missing and not incident.is_closed:
            alerting.ask(incident)
        return freed

    def line_up(self, incident: IncidentState) -> None:
        """Put an incident that needs more people in its place in the queue."""
        self._keep_in_queue(incident, waits=incident.missing > 0)

    def serve_queue(self) -> None:
        """Offer people to those who wait, in the order of the queue.

        Free people, and those whom the preemption rules let go for something so urgent. Who is
        left may start requests.
        """
        self._offer_to_queue()
        if self.appointments is not None:
            self.appointments.serve()

    def _offer_to_queue(self) -> None:
        free, gained = self._state.free, self._gained
        for _key, _id, incident in tuple(self._queue):
            if not free and not gained:
                return
            may_preempt = incident.row.priority in gained
            if not free and not may_preempt:
                continue
            if incident.queue_entry is not None and self._anybody_fits(incident, may_preempt):
                self.find_people(incident)

    def who_may_leave(self, incident: IncidentState) -> list[VolunteerState]:
        """Return busy people whom the preemption rules let go for an incident, by id."""
        if incident.row.priority not in self._gained or incident.kind.request is not None:
            return []
        rules, free = self.rules, self._state.free
        return [
            who
            for who in self._state.volunteers
            if who.incident is not None and who.id not in free and may_leave(who, incident, rules)
        ]

    def forget(self, incident: IncidentState) -> None:
        """Take an incident that has ended, or needs nobody, out of the queue."""
        self._keep_in_queue(incident, waits=False)

    def describe(self, incident: IncidentState) -> OpenIncident:
        """Return an incident as the policy may know it."""
        place = incident.place
        row, kind = incident.row, incident.kind
        skills = incident.missing_skills()
        return OpenIncident(
            incident_id=row.incident_id,
            kind=kind.name,
            priority=row.priority,
            known_s=to_s(incident.known_us),
            x=row.x if place is None else place.x,
            y=row.y if place is None else place.y,
            target_s=kind.target_s,
            missing=len(skills),
            skills=skills,
        )

    def _keep_in_queue(self, incident: IncidentState, *, waits: bool) -> None:
        if incident.kind.request is not None and self.appointments is not None:
            self.appointments.keep(incident, waits=waits)
            return
        entry = incident.queue_entry
        if waits and entry is None:
            incident.queue_entry = (self._key(incident), incident.id, incident)
            insort(self._queue, incident.queue_entry)
            self._state.note_queued(incident)
        elif entry is not None and not waits:
            incident.queue_entry = None
            del self._queue[bisect_left(self._queue, entry)]

    def _key(self, incident: IncidentState) -> Any:
        if self._queue_key is None:
            return (incident.row.priority, incident.known_us)
        about = self.describe(incident)
        return self._caller.ask(self._clock.now_us, incident.id, self._queue_key, about)

    def _anybody_fits(self, incident: IncidentState, may_preempt: bool) -> bool:  # noqa: FBT001
        now_us, people = self._clock.now_us, self._state.volunteers
        if any(why_unfit(people[i], incident, now_us) is None for i in self._state.free):
            return True
        return may_preempt and any(
            why_unfit(who, incident, now_us) is None for who in self.who_may_leave(incident)
        )

    def _ask(self, incident: IncidentState) -> list[VolunteerState]:
        about = self.describe(incident)
        now_us, method = self._clock.now_us, self._policy.dispatch
        decision = self._caller.decide(now_us, incident.id, method, self.view, about)
        if decision is None:
            return []
        reason = self._why_illegal(decision, incident)
        if reason is not None:
            raise self._caller.refusal(now_us, incident.id, method, reason)
        return [self._state.volunteers[i] for i in decision.volunteer_ids]

    def _why_illegal(self, decision: object, incident: IncidentState) -> str | None:
        if not isinstance(decision, Assignment):
            return f"answered {decision!r}, not an Assignment or None"
        if decision.incident_id != incident.id:
            return f"was asked about incident {incident.id}, answered {decision.incident_id}"
        ids = decision.volunteer_ids
        if not 0 < len(ids) <= incident.missing:
            return f"assigned {len(ids)} people where 1 to {incident.missing} can be assigned"
        reasons = (self._why_not(volunteer_id, ids, incident) for volunteer_id in ids)
        reason = next((reason for reason in reasons if reason is not None), None)
        return self._why_no_party(ids, incident) if reason is None else reason

    def _why_not(
        self, volunteer_id: object, ids: tuple[int, ...], incident: IncidentState
    ) -> str | None:
        people = self._state.volunteers
        if not isinstance(volunteer_id, int) or not 0 <= volunteer_id < len(people):
            return f"there is no volunteer {volunteer_id!r}"
        if ids.count(volunteer_id) > 1:
            return f"volunteer {volunteer_id} is assigned twice"
        volunteer = people[volunteer_id]
        reason = why_unfit(volunteer, incident, self._clock.now_us)
        if (
            reason is None
            and not volunteer.is_free
            and not may_leave(volunteer, incident, self.rules)
        ):
            reason = f"is not free ({volunteer.status.name.lower().replace('_', ' ')})"
        if reason is None and self.alerting is not None and volunteer.person.may_decline:
            reason = "may decline: the alerts policy asks them"
        return None if reason is None else f"volunteer {volunteer_id} {reason}"

    def _why_no_party(self, ids: tuple[int, ...], incident: IncidentState) -> str | None:
        """Fill the needs in the order of the ids, as sending them will."""
        open_skills = list(incident.missing_skills())
        for volunteer_id in ids:
            skills = self._state.volunteers[volunteer_id].skills
            fits = [i for i, skill in enumerate(open_skills) if skill is None or skill in skills]
            if not fits:
                return f"volunteer {volunteer_id} fills no need that the others leave open"
            del open_skills[fits[0]]
        return None
