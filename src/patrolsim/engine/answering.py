"""What the people do who answer an incident: asked, they turn out, travel, arrive, hand over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from patrolsim.engine.clock import Rank
from patrolsim.engine.legs import Errand
from patrolsim.engine.state import ON_SCENE
from patrolsim.errors import SimulationError
from patrolsim.eventlog import Purpose, Release, Status
from patrolsim.policy import Interruption
from patrolsim.volunteers.habits import draw_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.distributions import Distribution
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.desk import Desk
    from patrolsim.engine.duty import Duty
    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.engine.state import State
    from patrolsim.engine.travel import Travel
    from patrolsim.streams import RandomStreams
    from patrolsim.volunteers.habits import Answer, Habits


class Answering:
    """Brings volunteers to incidents, and away from them.

    `try_to_work` is told whenever somebody has come to a stage or has left it.
    """

    def __init__(self, state: State, travel: Travel, clock: Clock, streams: RandomStreams) -> None:
        self.state, self.travel, self.clock = state, travel, clock
        self._streams = streams
        self.desk: Desk
        self.duty: Duty
        self.try_to_work: Callable[[IncidentState], None]

    def send(self, volunteer: VolunteerState, incident: IncidentState) -> None:
        """Ask a volunteer to go, away from whatever they do."""
        if volunteer.incident is not None:
            self._take_away(volunteer)
        self.state.halt(volunteer)
        slot = incident.open_slot(volunteer.skills)
        if slot is None:
            raise SimulationError(f"volunteer {volunteer.id} fills no need of {incident.id}")
        must_turn_out = volunteer.has_stood_by(self.clock.now_us)
        offer = self.state.assign(volunteer, incident, slot)
        go = partial(self.turn_out, volunteer, offer, must_turn_out=must_turn_out)
        person = volunteer.person
        if person.habits is not None:
            self._ask_as_usual(volunteer, person.habits, go)
            return
        if person.acceptance >= 1.0 and person.answers_after is None:
            go()
            return
        self.state.set_status(volunteer, Status.ALERTED)
        thinks_us = self._draw(person.answers_after, "answer", incident.id, offer)
        answers_us = self.clock.now_us + thinks_us
        answer = partial(self.answer, volunteer, offer, go)
        self.state.expect(volunteer, self.clock.at(answers_us, Rank.ANSWERS, answer))

    def answer(self, volunteer: VolunteerState, offer: int, go: Callable[[], None]) -> None:
        """Accept and go, or decline; another person is asked then."""
        incident = _incident_of(volunteer)
        chance = self._streams.uniform("acceptance", incident.id, offer)
        if chance < volunteer.person.acceptance:
            go()
            return
        self.state.note_refusal(incident, volunteer)
        self.state.leave(volunteer, Release.DECLINED)
        self.desk.find_people(incident)
        self.duty.are_free([volunteer])

    def _ask_as_usual(
        self, volunteer: VolunteerState, habits: Habits, go: Callable[[], None]
    ) -> None:
        """Ask somebody whose answer hangs on the incident and on them alone."""
        person, key = volunteer.person, (_incident_of(volunteer).id, volunteer.id)
        drawn = draw_answer(habits, person.answers_after, key, self._streams)
        if not person.may_decline and drawn.after_us == 0:
            go()
            return
        self.state.set_status(volunteer, Status.ALERTED)
        answer = (self._answer_as_drawn, volunteer, drawn, go)
        answers_us = self.clock.now_us + drawn.after_us
        self.state.expect(volunteer, self.clock.at(answers_us, Rank.ANSWERS, *answer))

    def _answer_as_drawn(
        self, volunteer: VolunteerState, drawn: Answer, go: Callable[[], None]
    ) -> None:
        """Accept and go, decline, or let the time pass; another person is asked then."""
        incident = _incident_of(volunteer)
        if drawn.is_heard and drawn.reluctance < volunteer.willingness(self.clock.now_us):
            self.state.note_acceptance(volunteer)
            go()
            return
        if drawn.is_heard:
            self.state.note_refusal(incident, volunteer)
        else:
            self.state.note_silence(incident, volunteer)
        self.state.leave(volunteer, Release.DECLINED if drawn.is_heard else Release.NOT_HEARD)
        self.desk.find_people(incident)
        self.duty.are_free([volunteer])

    def take_on(
        self,
        volunteer: VolunteerState,
        incident: IncidentState,
        must_turn_out: bool,  # noqa: FBT001 - told by the alerts
    ) -> None:
        """Let somebody go who has accepted an alert."""
        slot = incident.open_slot(volunteer.skills)
        if slot is None:
            raise SimulationError(f"volunteer {volunteer.id} fills no need of {incident.id}")
        offer = self.state.assign(volunteer, incident, slot, is_asked=False)
        self.turn_out(volunteer, offer, must_turn_out=must_turn_out)

    def turn_out(self, volunteer: VolunteerState, offer: int, *, must_turn_out: bool) -> None:
        """Get ready: whoever is on their feet already leaves at once."""
        incident = _incident_of(volunteer)
        spec = volunteer.person.turnout if must_turn_out else None
        if volunteer.person.habits is None:
            turnout_us = self._draw(spec, "turnout", incident.id, offer)
        else:
            turnout_us = self._draw(spec, "turns out", incident.id, volunteer.id)
        if turnout_us == 0:
            self.depart(volunteer)
            return
        self.state.set_status(volunteer, Status.TURNING_OUT)
        leaves_us = self.clock.now_us + turnout_us
        leave = self.clock.at(leaves_us, Rank.ANSWERS, self.depart, volunteer)
        self.state.expect(volunteer, leave)

    def depart(self, volunteer: VolunteerState, purpose: Purpose = Purpose.TO_SCENE) -> None:
        """Leave for the place where the present stage is worked on."""
        incident = _incident_of(volunteer)
        self.state.note_departure(incident, volunteer)
        place = incident.place
        if place is None or self.travel.is_at(volunteer, place):
            self.arrive(volunteer)
            return
        is_response = purpose is Purpose.TO_SCENE
        priority = incident.row.priority
        mode = volunteer.mode_for(priority) if is_response else volunteer.person.mode
        leg = self.travel.leg_to(volunteer, place, Errand(mode, purpose, incident.id))
        timer = self.clock.at(leg.end_us, Rank.ARRIVES, self.arrive, volunteer)
        self.state.set_out(volunteer, leg, timer)

    def arrive(self, volunteer: VolunteerState) -> None:
        """Be where the present stage is worked on."""
        incident = _incident_of(volunteer)
        if volunteer.leg is not None and incident.place is not None:
            self.state.rest(volunteer, volunteer.leg.target)
        self.state.note_arrival(incident, volunteer)
        self.try_to_work(incident)
        if volunteer.incident is incident and self.clock.now_us >= volunteer.must_stop_us:
            self.hand_over(volunteer)

    def hand_over(self, volunteer: VolunteerState) -> None:
        """Leave work to others because the time on duty is over.

        Whoever brings somebody to a place goes on until they are there; a stage that cannot be
        handed over is finished.
        """
        incident = _incident_of(volunteer)
        is_escorting = volunteer.leg is not None and volunteer.leg.purpose is Purpose.TO_PLACE
        if is_escorting or not incident.present_stage.can_hand_over:
            return
        self.state.halt(volunteer)
        self.state.leave(volunteer, Release.HANDED_OVER)
        self.state.go_off_duty(volunteer)
        self.try_to_work(incident)
        self.desk.find_people(incident)

    def move_on(self, who: VolunteerState, incident: IncidentState) -> None:
        """Go on to the place of a new stage: those on scene bring the matter there."""
        if who.status not in ON_SCENE:
            return
        place = incident.place
        if place is None or self.travel.is_at(who, place):
            self.state.set_status(who, Status.WAITING)
        else:
            self.depart(who, Purpose.TO_PLACE)

    def hand_over_between_stages(self, incident: IncidentState) -> None:
        """Let go, between two stages, whoever should have stopped but could not before."""
        for who in list(incident.team()):
            if who.must_stop_us <= self.clock.now_us:
                self.state.halt(who)
                self.state.leave(who, Release.HANDED_OVER)
                self.state.go_off_duty(who)

    def _take_away(self, volunteer: VolunteerState) -> None:
        """Turn a volunteer round, or interrupt their work, for something more urgent."""
        was_at_work = volunteer.status in ON_SCENE
        self.state.halt(volunteer)
        why = Release.INTERRUPTED if was_at_work else Release.DIVERTED
        incident = self.state.leave(volunteer, why)
        if was_at_work:
            self.try_to_work(incident)
            if self.desk.rules.interruption is Interruption.REPEAT and incident.work is None:
                self.state.restart_work(incident)

    def _draw(self, spec: Distribution | None, purpose: str, incident_id: int, key: int) -> int:
        if spec is None:
            return 0
        return int(spec.quantile_us(self._streams.uniform(purpose, incident_id, key)))


def _incident_of(volunteer: VolunteerState) -> IncidentState:
    if volunteer.incident is None:
        raise SimulationError(f"volunteer {volunteer.id} is assigned to nothing")
    return volunteer.incident
