"""A day in the life of an incident, and the replication around it.

Read `Simulation` from top to bottom: an incident occurs, becomes known and finds people; its
stages are worked on one after the other; it ends. How the policy is asked whom to send stands in
`desk`; how people are asked, turn out, travel and arrive, in `answering`; what they do between
incidents, in `duty`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.demand.course import next_if_lost
from patrolsim.demand.follow_up import draw_follow_up
from patrolsim.demand.table import ORDINARY
from patrolsim.engine.alerting import Alerting
from patrolsim.engine.answering import Answering
from patrolsim.engine.appointments import AppointmentDesk
from patrolsim.engine.beats import Beats
from patrolsim.engine.callers import Caller, Policies, preemption_of
from patrolsim.engine.changes import StreetChanges
from patrolsim.engine.clock import Clock, Rank
from patrolsim.engine.desk import Desk
from patrolsim.engine.duty import Duty
from patrolsim.engine.fleet import Fleet
from patrolsim.engine.letters import Letters
from patrolsim.engine.logbook import Logbook
from patrolsim.engine.parties import who_goes_on
from patrolsim.engine.reasons import ABOUT_INCIDENTS
from patrolsim.engine.rosters import plan_shifts
from patrolsim.engine.searching import Searching
from patrolsim.engine.sightings import Sightings
from patrolsim.engine.stakes import Stakes
from patrolsim.engine.state import ON_SCENE, State
from patrolsim.engine.travel import Travel
from patrolsim.engine.turns import Turns
from patrolsim.engine.view import LiveView
from patrolsim.errors import SimulationError
from patrolsim.eventlog import NEVER_US, Known, Release, Status
from patrolsim.incidents import Outcome, StartsWith, Where
from patrolsim.policy import Role

if TYPE_CHECKING:
    from patrolsim.demand.table import Incident
    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.eventlog import EventLog
    from patrolsim.incidents import Search
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
        self.travel = Travel(
            world.streets, _stops(world), self.clock, world.profiles, world.routers
        )
        self.travel.groups = world.places
        dispatcher = policies.name(Role.DISPATCH)
        rules = preemption_of(policies.dispatch, dispatcher, world.diversions)
        self.desk = Desk(policies, rules, self.state, self.clock)
        self.fleet = Fleet(self.state, self.travel)
        self.desk.view = self._view(Role.DISPATCH, policies)
        self.answering = Answering(self.state, self.travel, self.clock, world.streams)
        self.desk.send = self.answering.send
        self.sightings = Sightings(self.state, self.travel, self.clock, self.becomes_known)
        self.stakes = Stakes(self.clock, self.log)
        self.letters = Letters(world, self.clock, self.becomes_known)
        self.beats = Beats(world.deterrable, self.clock, self.log) if world.deterrable else None
        if self.beats is not None:
            self.sightings.beats, self.state.patrol_ends = self.beats, self.beats.ends
        self.duty = Duty(policies, self.state, self.travel, self.clock, self.sightings)
        self.duty.standby_view = self._view(Role.STANDBY, policies)
        self.duty.patrol_view = self._view(Role.PATROL, policies)
        self.appointments = self._appointment_desk(policies)
        self.duty.serve_queue = self.desk.serve_queue
        self.duty.hand_over = self.answering.hand_over
        self.alerting = self._set_up_alerts(policies)
        self.turns = Turns(self.state, self.clock, self.desk.serve_queue)
        self.answering.desk, self.answering.duty = self.desk, self.duty
        self.answering.try_to_work = self.try_to_work
        self.changes = StreetChanges(
            world.phases, self.fleet, self.clock, self.log, self.sightings
        )
        self.changes.serve_queue = self.desk.serve_queue
        self.shifts = plan_shifts(world, policies)
        self.searching = self._searching(policies) if world.searches else None
        self._rows = world.incidents.rows()

    def run(self) -> EventLog:
        """Let the period pass."""
        self.changes.schedule(self.world.horizon_us)
        self.turns.schedule(self.world.start, self.world.horizon_us)
        self.duty.schedule(self.shifts)
        self._schedule_next_incident()
        self.clock.run_until(self.world.horizon_us)
        return self.log.bind(self.shifts, self.world.horizon_us)

    # An incident occurs and becomes known.

    def occurs(self, row: Incident) -> None:
        """Let something happen, unless a patrol prevents it; nobody need know it yet."""
        if self.beats is not None:
            happens = self.beats.what_happens(row)
            if happens is None:
                return
            row = happens
        incident = self.state.open(row, self.world.kinds[row.kind])
        if row.known_us != NEVER_US:
            known_us = max(row.known_us, row.occurred_us)
            self.clock.at(known_us, Rank.OCCURS, self.becomes_known, incident)
        if incident.kind.seen_by_patrols:
            self.sightings.watch_for(incident)
        if row.particulars is not ORDINARY:
            self.stakes.watch(incident)
            self.letters.post(incident)

    def becomes_known(self, incident: IncidentState, *, how: int = Known.REPORTED) -> None:
        """Start the clock of the response: a report, a patrol or a round has brought it in."""
        if incident.known_us != NEVER_US:
            return
        now_us, row = self.clock.now_us, incident.row
        self.state.make_known(incident, how)
        if self.appointments is not None and incident.kind.request is not None:
            self.appointments.note_due(incident)
        self.sightings.forget(incident)
        if row.patience_us != NEVER_US:
            gives_up_us = now_us + row.patience_us
            incident.patience = self.clock.at(gives_up_us, Rank.GIVES_UP, self.gives_up, incident)
        handling_us = 0 if how == Known.SEEN else row.ready_us - row.known_us
        self.clock.at(now_us + handling_us, Rank.IS_READY, self.enter_stage, incident, 0)
        for wait_us in incident.kind.help_after_us:
            self.clock.at(now_us + wait_us, Rank.HELP_COMES, self.help_may_come, incident)

    def help_may_come(self, incident: IncidentState) -> None:
        """Look for people among other teams, if an incident waits for somebody still."""
        if incident.queue_entry is not None or incident.kind.request is not None:
            self.desk.serve_queue()

    # Its stages, one after the other.

    def enter_stage(self, incident: IncidentState, index: int) -> None:
        """Go on with the next stage that happens, or close the incident after the last one."""
        if incident.is_closed:
            return
        index = _next_that_happens(incident, index)
        if index >= len(incident.kind.stages):
            self.close(incident, _outcome(incident), Release.DONE)
            return
        if incident.kind.stages[index].can_hand_over:
            self.answering.hand_over_between_stages(incident)
        present = list(incident.team())
        place = self._place_of_stage(incident, index, present)
        stage = incident.kind.stages[index]
        kept, spare = who_goes_on(incident, index, present, place)
        spare = [*spare, *self._whose_alert_ends(incident)]
        for who in present:
            self.state.leave_stage(who, is_spare=who in spare)
        self.state.begin_stage(incident, index, place)
        if stage.search is not None and self.searching is not None:
            self.searching.begins(incident)
        for slot, who in sorted(kept.items()):
            self.state.join(who, incident, slot)
        for _slot, who in sorted(kept.items()):
            self.answering.move_on(who, incident)
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
        if may_work and self.appointments is not None and incident.working_since_us is None:
            may_work = self.appointments.may_start(incident)
        for who in there:
            self.state.set_status(who, Status.AT_WORK if may_work else Status.WAITING)
        if not may_work:
            self.state.pause_work(incident)
            if self.searching is not None and incident.present_stage.search is not None:
                self.searching.pause(incident)
            return
        if is_complete:
            self.state.note_quorum(incident)
        if incident.working_since_us is None:
            done_us = self.clock.now_us + incident.left_us
            done = self.clock.at(done_us, Rank.WORK_ENDS, self.finish_stage, incident)
            self.state.start_work(incident, done)
            if incident.row.particulars is not ORDINARY:
                self.stakes.keep(incident)
        if self.searching is not None and incident.present_stage.search is not None:
            self.searching.go_on(incident)

    def finish_stage(self, incident: IncidentState) -> None:
        """End the work of the present stage; of a search, because nobody was found in its time."""
        self.state.end_work(incident)
        search = incident.present_stage.search
        if search is not None:
            self._is_given_up(incident, search)
            return
        if self.world.rounds:
            self.letters.empty(incident)
        self.enter_stage(incident, incident.stage + 1)

    def _is_given_up(self, incident: IncidentState, search: Search) -> None:
        """End a vain search: go on with what happens when nobody is found, if anything does."""
        if search.when_lost is not Outcome.ESCALATED or self.searching is None:
            self.close(incident, search.when_lost, Release.DONE)
            return
        self.searching.ends(incident)
        self.state.note_lost(incident)
        self.enter_stage(incident, incident.stage + 1)

    def is_found(self, incident: IncidentState, finder: VolunteerState) -> None:
        """End a search, and go on where somebody has been found."""
        if self.searching is None:
            return
        place = self.searching.stop_of(incident)
        self.searching.ends(incident)
        self.state.note_found(incident, finder, place)
        self.enter_stage(incident, incident.stage + 1)

    def gives_up(self, incident: IncidentState) -> None:
        """Close an incident to which nobody came in time: the caller waits no longer."""
        if not incident.is_closed and not incident.was_reached:
            self.close(incident, Outcome.GAVE_UP, Release.GAVE_UP)

    def close(self, incident: IncidentState, outcome: Outcome, why: Release) -> None:
        """End the incident: its people are free, and something may grow out of it."""
        people = list(incident.team())
        if self.searching is not None:
            self.searching.ends(incident)
        self.desk.forget(incident)
        for who in people:
            self.state.leave(who, why)
        if incident.row.particulars is not ORDINARY:
            self.stakes.lose(incident)
        people += self._whose_alert_ends(incident)
        self.state.close(incident, outcome)
        self._plan_follow_up(incident, outcome)
        self.duty.are_free(people)

    # Details of the above.

    def _schedule_next_incident(self) -> None:
        row = next(self._rows, None)
        if row is None:
            return
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
            addresses=self.world.addresses,
        )
        if row is not None:
            self.clock.at(row.occurred_us, Rank.OCCURS, self.occurs, row)

    def _place_of_stage(
        self, incident: IncidentState, index: int, present: list[VolunteerState]
    ) -> Stop | None:
        """Say where a stage is worked on; a transport starts where the last stage was."""
        stage = incident.kind.stages[index]
        if stage.where is Where.REMOTE:
            return None
        if stage.where is Where.SCENE:
            return incident.scene
        if stage.where is Where.ADDRESS:
            return incident.row.particulars.address
        here = incident.scene if incident.place is None else incident.place
        mode = present[0].person.mode if present else 0
        return self.travel.nearest_place(here, stage.places, mode)

    def _whose_alert_ends(self, incident: IncidentState) -> list[VolunteerState]:
        """Take back all alerts for a stage that is over; return who is free by it."""
        return [] if self.alerting is None else self.alerting.withdraw_all(incident)

    def _appointment_desk(self, policies: Policies) -> AppointmentDesk | None:
        """Open a desk for requests, if any kind of incident is one."""
        if all(kind.request is None for kind in self.world.kinds):
            return None
        if policies.appointments is None:
            raise SimulationError("a world with requests needs an appointments policy")
        desk = AppointmentDesk(policies.appointments, Caller(policies, Role.APPOINTMENTS), self)
        desk.view = self._view(Role.APPOINTMENTS, policies)
        self.desk.appointments = desk
        return desk

    def _searching(self, policies: Policies) -> Searching:
        searching = Searching(policies, self.state, self.travel, self.clock, self.world)
        searching.view = self._view(Role.SEARCH, policies)
        searching.is_found = self.is_found
        self.state.lookout = searching.sets_out
        return searching

    def _view(self, role: Role, policies: Policies) -> LiveView:
        stream = f"policy/{role.value}/{policies.name(role)}"
        return LiveView(
            self.world,
            self.fleet,
            self.clock,
            self.desk,
            stream=stream,
            may_decline=_asks_who_may_decline(role, policies),
        )

    def _set_up_alerts(self, policies: Policies) -> Alerting | None:
        """Join the alerts to the desk; None when everybody is sent by the dispatch policy."""
        if policies.alerts is None:
            return None
        streams = self.world.streams
        alerting = Alerting(policies.alerts, policies, self.state, self.clock, streams)
        alerting.view = self._view(Role.ALERTS, policies)
        alerting.describe, alerting.find_people = self.desk.describe, self.desk.find_people
        alerting.take_on, alerting.are_free = self.answering.take_on, self.duty.are_free
        self.desk.alerting = alerting
        self.duty.withdraw_from = alerting.withdraw_from
        return alerting


def _asks_who_may_decline(role: Role, policies: Policies) -> bool | None:
    """Return whom a policy asks: those who may decline, the others, or (None) everybody."""
    if policies.alerts is None or role not in ABOUT_INCIDENTS:
        return None
    return role is Role.ALERTS


def _stops(world: World) -> list[Stop]:
    named = [stop for name in world.places for stop in world.places[name]]
    return [*named, *(person.base for person in world.volunteers)]


def _next_that_happens(incident: IncidentState, index: int) -> int:
    """Return the first stage from this one on that happens."""
    drawn_us = incident.row.stage_us
    if incident.is_lost:
        return next_if_lost(incident.kind, incident.row, index)
    while index < len(drawn_us) and drawn_us[index] < 0:
        index += 1
    return index


def _outcome(incident: IncidentState) -> Outcome:
    is_escalated = incident.row.escalates or incident.is_lost
    return Outcome.ESCALATED if is_escalated else Outcome.SETTLED
