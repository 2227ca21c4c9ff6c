"""Alerts: people who may decline are asked beside each other, and who accepts first goes."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from patrolsim.engine.callers import Caller
from patrolsim.engine.clock import Rank
from patrolsim.engine.eligibility import why_unfit
from patrolsim.eventlog import AlertEnd
from patrolsim.policy import Alert, Role
from patrolsim.units import to_us
from patrolsim.volunteers.habits import Answer, Habits, draw_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolsim.engine.callers import Policies
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.engine.state import State
    from patrolsim.policy import AlertsPolicy, OpenIncident, StateView
    from patrolsim.streams import RandomStreams

USUAL = Habits()
"""Of people of whom nothing is said but their acceptance."""


class Alerting:
    """Asks people as the alerts policy says, and takes back what is not needed any more.

    `take_on` is told of whoever accepts, `find_people` looks for whoever is missing, `are_free`
    takes over those who do not go.
    """

    def __init__(
        self,
        policy: AlertsPolicy,
        policies: Policies,
        state: State,
        clock: Clock,
        streams: RandomStreams,
    ) -> None:
        self._policy = policy
        self._caller = Caller(policies, Role.ALERTS)
        self._state = state
        self._clock = clock
        self._streams = streams
        self.view: StateView
        self.describe: Callable[[IncidentState], OpenIncident]
        self.take_on: Callable[[VolunteerState, IncidentState, bool], None]
        self.find_people: Callable[[IncidentState], None]
        self.are_free: Callable[[Sequence[VolunteerState]], None]

    def ask(self, incident: IncidentState) -> None:
        """Ask the policy whom to alert for an incident that misses people, and alert them."""
        now_us, method = self._clock.now_us, self._policy.alert
        about = self.describe(incident)
        decision = self._caller.decide(now_us, incident.id, method, self.view, about)
        self._forget_timer(incident)
        if decision is None:
            return
        reason = self._why_illegal(decision, incident)
        if reason is not None:
            raise self._caller.refusal(now_us, incident.id, method, reason)
        for volunteer_id in decision.volunteer_ids:
            self._alert(self._state.volunteers[volunteer_id], incident)
        if decision.next_s is not None:
            again_us = now_us + to_us(decision.next_s)
            timer = self._clock.at(again_us, Rank.IS_READY, self._ask_again, incident)
            self._state.expect_alerts(incident, timer)

    def withdraw_surplus(self, incident: IncidentState) -> list[VolunteerState]:
        """Take back the alerts of those who fill no open need; return them: they are free."""
        if incident.alerts is None:
            return []
        return self._withdraw(
            [who for who in incident.alerts.asked if incident.open_slot(who.skills) is None]
        )

    def withdraw_all(self, incident: IncidentState) -> list[VolunteerState]:
        """Take back all alerts for a stage that is over; return those who are free by it."""
        self._forget_timer(incident)
        return [] if incident.alerts is None else self._withdraw(list(incident.alerts.asked))

    def withdraw_from(self, volunteer: VolunteerState) -> None:
        """Take back the alert of somebody whose shift is over."""
        self._state.end_alert(volunteer, AlertEnd.WITHDRAWN)

    def _withdraw(self, people: list[VolunteerState]) -> list[VolunteerState]:
        for volunteer in people:
            self._state.end_alert(volunteer, AlertEnd.WITHDRAWN)
        return people

    def _alert(self, volunteer: VolunteerState, incident: IncidentState) -> None:
        """Ask somebody, who stops whatever they do until they answer."""
        must_turn_out = volunteer.has_stood_by(self._clock.now_us)
        self._state.halt(volunteer)
        self._state.alert(volunteer, incident)
        person = volunteer.person
        key = incident.id, volunteer.id
        drawn = draw_answer(person.habits or USUAL, person.answers_after, key, self._streams)
        answers_us = self._clock.now_us + drawn.after_us
        answer = (self._answers, volunteer, drawn, must_turn_out)
        self._state.expect(volunteer, self._clock.at(answers_us, Rank.ANSWERS, *answer))

    def _answers(self, volunteer: VolunteerState, drawn: Answer, must_turn_out: bool) -> None:  # noqa: FBT001 - called by the clock
        """Accept and go, decline, or let the time pass."""
        why = self._end_of(volunteer, drawn)
        incident = self._state.end_alert(volunteer, why)
        if why is AlertEnd.ACCEPTED:
            self._state.note_acceptance(volunteer)
            self.take_on(volunteer, incident, must_turn_out)
        self.find_people(incident)
        if why is not AlertEnd.ACCEPTED:
            self.are_free([volunteer])

    def _end_of(self, volunteer: VolunteerState, drawn: Answer) -> AlertEnd:
        now_us, end_us = self._clock.now_us, volunteer.shift_end_us
        if end_us is None or now_us >= end_us:
            return AlertEnd.WITHDRAWN
        if not drawn.is_heard:
            return AlertEnd.NOT_HEARD
        goes = drawn.reluctance < volunteer.willingness(now_us)
        return AlertEnd.ACCEPTED if goes else AlertEnd.DECLINED

    def _ask_again(self, incident: IncidentState) -> None:
        self._state.expect_alerts(incident, None)
        if not incident.is_closed and incident.missing:
            self.find_people(incident)

    def _forget_timer(self, incident: IncidentState) -> None:
        if incident.alerts is not None and incident.alerts.timer is not None:
            incident.alerts.timer.cancel()
            self._state.expect_alerts(incident, None)

    # The decision.

    def _why_illegal(self, decision: object, incident: IncidentState) -> str | None:
        if not isinstance(decision, Alert):
            return f"answered {decision!r}, not an Alert or None"
        if decision.incident_id != incident.id:
            return f"was asked about incident {incident.id}, answered {decision.incident_id}"
        next_s, ids = decision.next_s, decision.volunteer_ids
        if next_s is not None and not (isfinite(next_s) and to_us(next_s) > 0):
            return f"wants to be asked again after {next_s!r} s"
        reasons = (self._why_not(volunteer_id, ids, incident) for volunteer_id in ids)
        return next((reason for reason in reasons if reason is not None), None)

    def _why_not(
        self, volunteer_id: object, ids: tuple[int, ...], incident: IncidentState
    ) -> str | None:
        people = self._state.volunteers
        if not isinstance(volunteer_id, int) or not 0 <= volunteer_id < len(people):
            return f"there is no volunteer {volunteer_id!r}"
        if ids.count(volunteer_id) > 1:
            return f"volunteer {volunteer_id} is alerted twice"
        volunteer = people[volunteer_id]
        reason = why_unfit(volunteer, incident, self._clock.now_us)
        if reason is None and not volunteer.is_free:
            reason = f"is not free ({volunteer.status.name.lower().replace('_', ' ')})"
        if reason is None and not volunteer.person.may_decline:
            reason = "always goes: the dispatch policy sends them"
        return None if reason is None else f"volunteer {volunteer_id} {reason}"
