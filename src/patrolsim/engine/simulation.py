"""A day in the life of an incident, and the replication around it.

Read `Simulation` from top to bottom: an incident occurs, becomes known, finds people, who are
asked, turn out, travel and arrive; its stages are worked on one after the other; it ends. What
people do between incidents stands in `duty`; how the policy is asked, in `desk`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from patrolsim.demand.follow_up import draw_follow_up
from patrolsim.engine.callers import Policies, preemption_of
from patrolsim.engine.changes import StreetChanges
from patrolsim.engine.clock import Clock, Rank
from patrolsim.engine.desk import Desk
from patrolsim.engine.duty import Duty
from patrolsim.engine.fleet import Fleet
from patrolsim.engine.legs import Errand
from patrolsim.engine.logbook import Logbook
from patrolsim.engine.parties import divide
from patrolsim.engine.rosters import plan_shifts
from patrolsim.engine.sightings import Sightings
from patrolsim.engine.state import ON_SCENE, State
from patrolsim.engine.travel import Travel
from patrolsim.engine.view import LiveView
from patrolsim.errors import SimulationError
from patrolsim.eventlog import NEVER_US, Purpose, Release, Status
from patrolsim.incidents import Outcome, StartsWith, Where
from patrolsim.policy import Interruption, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.demand.table import Incident
    from patrolsim.distributions import Distribution
    from patrolsim.engine.state import IncidentState, VolunteerState
    from patrolsim.eventlog import EventLog
    from patrolsim.network.streets import Stop
    from patrolsim.world import World


def simulate(world: World, policies: Policies) -> EventLog:
    """Run one replication and return everything that happened.

    Parameters
    ----------
    world
        Streets, people and the whole future of incidents.
    policies
        Fresh policy objects, one per role.

    Raises
    ------
    PolicyError
        If a policy fails or decides against the rules.
    """
    return Simulation(world, policies).run()


class Simulation:
    """One replication of one strategy."""

    def __init__(self, world: World, policies: Policies) -> None:
        self.world = world
        self.clock = Clock()
        self.log = Logbook()
        self.state = State(world.volunteers, self.clock, self.log)
        self.travel = Travel(world.streets, _stops(world), self.clock, world.profiles)
        dispatcher = policies.name(Role.DISPATCH)
        self.rules = preemption_of(policies.dispatch, dispatcher, world.diversions)
        self.desk = Desk(policies, self.rules, self.state, self.clock)
        self.fleet = Fleet(self.state, self.travel)
        self.desk.view = self._view(Role.DISPATCH, policies)
        self.desk.send = self.send
        self.sightings = Sightings(self.state, self.travel, self.clock, self.becomes_known)
        self.duty = Duty(policies, self.state, self.travel, self.clock, self.sightings)
        self.duty.standby_view = self._view(Role.STANDBY, policies)
        self.duty.patrol_view = self._view(Role.PATROL, policies)
        self.duty.serve_queue = self.desk.serve_queue
        self.duty.hand_over = self.hand_over
        self.changes = StreetChanges(
            world.phases, self.fleet, self.clock, self.log, self.sightings
        )
        self.changes.serve_queue = self.desk.serve_queue
        self.shifts = plan_shifts(world, policies)
        self._next_row = 0

    def run(self) -> EventLog:
        """Let the period pass."""
        self.changes.schedule(self.world.horizon_us)
        self.duty.schedule(self.shifts)
        self._schedule_next_incident()
        self.clock.run_until(self.world.horizon_us)
        return self.log.bind(self.shifts, self.world.horizon_us)

    # An incident occurs and becomes known.

    def occurs(self, row: Incident) -> None:
        """Let something happen; nobody need know it yet."""
        incident = self.state.open(row, self.world.kinds[row.kind])
        if row.known_us != NEVER_US:
            known_us = max(row.known_us, row.occurred_us)
            self.clock.at(known_us, Rank.OCCURS, self.becomes_known, incident)
        if incident.kind.seen_by_patrols:
            self.sightings.watch_for(incident)

    def becomes_known(self, incident: IncidentState, *, by_patrol: bool = False) -> None:
        """Start the clock of the response: a report has come in, or a patrol has seen it."""
        if incident.known_us != NEVER_US:
            return
        now_us, row = self.clock.now_us, incident.row
        self.state.make_known(incident, by_patrol=by_patrol)
        self.sightings.forget(incident)
        if row.patience_us != NEVER_US:
            gives_up_us = now_us + row.patience_us
            incident.patience = self.clock.at(gives_up_us, Rank.GIVES_UP, self.gives_up, incident)
        handling_us = 0 if by_patrol else row.ready_us - row.known_us
        self.clock.at(now_us + handling_us, Rank.IS_READY, self.enter_stage, incident, 0)

    # Its stages, one after the other.

    def enter_stage(self, incident: IncidentState, index: int) -> None:
        """Go on with the next stage that happens, or close the incident after the last one."""
        if incident.is_closed:
            return
        drawn_us = incident.row.stage_us
        while index < len(drawn_us) and drawn_us[index] < 0:
            index += 1
        if index >= len(incident.kind.stages):
            self.close(incident, _outcome(incident), Release.DONE)
            return
        self._hand_over_at_stage(incident, index)
        present = list(incident.team())
        place = self._place_of_stage(incident, index, present)
        is_same_place = place is incident.place and incident.stage >= 0
        stage = incident.kind.stages[index]
        kept, spare = divide(present, stage, is_same_place=is_same_place)
        for who in present:
            self.state.leave_stage(who, is_spare=who in spare)
        self.state.begin_stage(incident, index, place)
        for slot, who in sorted(kept.items()):
            self.state.join(who, incident, slot)
        for _slot, who in sorted(kept.items()):
            self._move_on(who, incident)
        if spare:
            self.desk.line_up(incident)
            self.duty.are_free(spare)
        self.desk.find_people(incident)
        self.try_to_work(incident)

    def try_to_work(self, incident: IncidentState) -> None:
        """Work as soon, and as long, as the people are there whom the stage waits for."""
        if incident.is_closed or incident.stage < 0:
            return
        there = [who for who in incident.team() if who.status in ON_SCENE]
        is_complete = len(there) == len(incident.people)
        starts_with_first = incident.present_stage.starts_with is StartsWith.FIRST
        may_work = is_complete or (starts_with_first and bool(there))
        for who in there:
            self.state.set_status(who, Status.AT_WORK if may_work else Status.WAITING)
        if not may_work:
            self.state.pause_work(incident)
            return
        if is_complete:
            self.state.note_quorum(incident)
        if incident.working_since_us is None:
            done_us = self.clock.now_us + incident.left_us
            done = self.clock.at(done_us, Rank.WORK_ENDS, self.finish_stage, incident)
            self.state.start_work(incident, done)

    def finish_stage(self, incident: IncidentState) -> None:
        """End the work of the present stage."""
        self.state.end_work(incident)
        self.enter_stage(incident, incident.stage + 1)

    def gives_up(self, incident: IncidentState) -> None:
        """Close an incident to which nobody came in time: the caller waits no longer."""
        if not incident.is_closed and not incident.was_reached:
            self.close(incident, Outcome.GAVE_UP, Release.GAVE_UP)

    def close(self, incident: IncidentState, outcome: Outcome, why: Release) -> None:
        """End the incident: its people are free, and something may grow out of it."""
        people = list(incident.team())
        self.desk.forget(incident)
        for who in people:
            self.state.leave(who, why)
        self.state.close(incident, outcome)
        self._plan_follow_up(incident, outcome)
        self.duty.are_free(people)

    # The people who answer it.

    def send(self, volunteer: VolunteerState, incident: IncidentState) -> None:
        """Ask a volunteer to go, away from whatever they do."""
        if volunteer.incident is not None:
            self._take_away(volunteer)
        self.state.halt(volunteer)
        slot = incident.open_slot(volunteer.person.skills)
        if slot is None:
            raise SimulationError(f"volunteer {volunteer.id} fills no need of {incident.id}")
        must_turn_out = volunteer.has_stood_by(self.clock.now_us)
        offer = self.state.assign(volunteer, incident, slot)
        go = partial(self.turn_out, volunteer, offer, must_turn_out=must_turn_out)
        person = volunteer.person
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
        chance = self.world.streams.uniform("acceptance", incident.id, offer)
        if chance < volunteer.person.acceptance:
            go()
            return
        self.state.note_refusal(incident, volunteer)
        self.state.leave(volunteer, Release.DECLINED)
        self.desk.find_people(incident)
        self.duty.are_free([volunteer])

    def turn_out(self, volunteer: VolunteerState, offer: int, *, must_turn_out: bool) -> None:
        """Get ready: whoever is on their feet already leaves at once."""
        incident = _incident_of(volunteer)
        spec = volunteer.person.turnout if must_turn_out else None
        turnout_us = self._draw(spec, "turnout", incident.id, offer)
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

    # Details of the above.

    def _schedule_next_incident(self) -> None:
        table, row_number = self.world.incidents, self._next_row
        if row_number == len(table.incident_id):
            return
        row = table.row(row_number)
        self._next_row += 1
        self.clock.at(row.occurred_us, Rank.OCCURS, self._occurs_and_next, row)

    def _occurs_and_next(self, row: Incident) -> None:
        self.occurs(row)
        self._schedule_next_incident()

    def _plan_follow_up(self, incident: IncidentState, outcome: Outcome) -> None:
        row = draw_follow_up(
            incident.row,
            kinds=self.world.kinds,
            streams=self.world.streams,
            closed_us=self.clock.now_us,
            outcome=outcome,
        )
        if row is not None:
            self.clock.at(row.occurred_us, Rank.OCCURS, self.occurs, row)

    def _place_of_stage(
        self, incident: IncidentState, index: int, present: list[VolunteerState]
    ) -> Stop | None:
        """Say where a stage is worked on; a transport starts where the last stage was."""
        stage, row = incident.kind.stages[index], incident.row
        if stage.where is Where.REMOTE:
            return None
        if stage.where is Where.SCENE:
            return row.stop
        here = row.stop if incident.place is None else incident.place
        mode = present[0].person.mode if present else 0
        choices = [stop for name in stage.places for stop in self.world.places[name]]
        return self.travel.nearest_place(here, choices, mode)

    def _hand_over_at_stage(self, incident: IncidentState, index: int) -> None:
        """Let go, between two stages, whoever should have stopped but could not before."""
        if not incident.kind.stages[index].can_hand_over:
            return
        for who in list(incident.team()):
            if who.must_stop_us <= self.clock.now_us:
                self.state.halt(who)
                self.state.leave(who, Release.HANDED_OVER)
                self.state.go_off_duty(who)

    def _move_on(self, who: VolunteerState, incident: IncidentState) -> None:
        """Go on to the place of a new stage: those on scene bring the matter there."""
        if who.status not in ON_SCENE:
            return
        place = incident.place
        if place is None or self.travel.is_at(who, place):
            self.state.set_status(who, Status.WAITING)
        else:
            self.depart(who, Purpose.TO_PLACE)

    def _take_away(self, volunteer: VolunteerState) -> None:
        """Turn a volunteer round, or interrupt their work, for something more urgent."""
        was_at_work = volunteer.status in ON_SCENE
        self.state.halt(volunteer)
        why = Release.INTERRUPTED if was_at_work else Release.DIVERTED
        incident = self.state.leave(volunteer, why)
        if was_at_work:
            self.try_to_work(incident)
            if self.rules.interruption is Interruption.REPEAT and incident.work is None:
                self.state.restart_work(incident)

    def _draw(self, spec: Distribution | None, purpose: str, incident_id: int, offer: int) -> int:
        if spec is None:
            return 0
        return int(spec.quantile_us(self.world.streams.uniform(purpose, incident_id, offer)))

    def _view(self, role: Role, policies: Policies) -> LiveView:
        stream = f"policy/{role.value}/{policies.name(role)}"
        return LiveView(self.world, self.fleet, self.clock, self.desk, stream=stream)


def _stops(world: World) -> list[Stop]:
    named = [stop for name in world.places for stop in world.places[name]]
    return [*named, *(person.base for person in world.volunteers)]


def _outcome(incident: IncidentState) -> Outcome:
    return Outcome.ESCALATED if incident.row.escalates else Outcome.SETTLED


def _incident_of(volunteer: VolunteerState) -> IncidentState:
    if volunteer.incident is None:
        raise SimulationError(f"volunteer {volunteer.id} is assigned to nothing")
    return volunteer.incident
