"""The one mutable place: volunteers and incidents as they are now.

Everything else reads; only the transitions here write, and each checks what it expects. A
transition that meets something else is a bug of patrolsim, never of a scenario or a policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.present import AlertBook, IncidentState, VolunteerState
from patrolsim.errors import SimulationError
from patrolsim.eventlog import NEVER_US, NOBODY, AlertEnd, Event, Release, Status
from patrolsim.volunteers.habits import WEEK_US

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.demand.table import Incident
    from patrolsim.engine.clock import Clock, Timer
    from patrolsim.engine.legs import Leg
    from patrolsim.engine.logbook import Logbook
    from patrolsim.incidents import Kind, Outcome
    from patrolsim.network.streets import Stop
    from patrolsim.volunteers.people import Volunteer

# tuples: looking into a set would hash the word of the status at every question
FREE = (Status.STANDING_BY, Status.PATROLLING, Status.GOING_TO_POST)
ON_SCENE = (Status.AT_WORK, Status.WAITING)

# By these names alone: to look up a member of an enum costs as much as half a row of the log.
OFF_DUTY, STANDING_BY, PATROLLING = Status.OFF_DUTY, Status.STANDING_BY, Status.PATROLLING
ALERTED, TURNING_OUT, ON_THE_WAY = Status.ALERTED, Status.TURNING_OUT, Status.ON_THE_WAY
AT_WORK, WAITING, GOING_TO_POST = Status.AT_WORK, Status.WAITING, Status.GOING_TO_POST
OCCURRED, KNOWN, QUEUED = Event.OCCURRED, Event.KNOWN, Event.QUEUED
ASSIGNED, DECLINED, DEPARTED = Event.ASSIGNED, Event.DECLINED, Event.DEPARTED
ARRIVED, QUORUM, STAGE_STARTED = Event.ARRIVED, Event.QUORUM, Event.STAGE_STARTED
STAGE_PAUSED, STAGE_ENDED, RELEASED = Event.STAGE_PAUSED, Event.STAGE_ENDED, Event.RELEASED
CLOSED, SHIFT_STARTED, SHIFT_ENDED = Event.CLOSED, Event.SHIFT_STARTED, Event.SHIFT_ENDED
CHANGED, ASKED, ALERT_ENDED = Event.STATUS, Event.ALERTED, Event.ALERT_ENDED
FOUND = Event.FOUND
REFUSALS = (AlertEnd.DECLINED, AlertEnd.NOT_HEARD)


class State:
    """Everybody and everything, and the transitions between what they can be.

    `free` holds the ids of free people, `changed` of those who changed since `fleet` looked last.
    `lookout` is told of each leg; None where nobody is ever looked for.
    """

    def __init__(self, people: tuple[Volunteer, ...], clock: Clock, log: Logbook) -> None:
        self._clock = clock
        self._log = log
        self._write = log.write
        self.volunteers = [VolunteerState(person, stop=person.base) for person in people]
        self.incidents: dict[int, IncidentState] = {}
        self.free: set[int] = set()
        self.changed: set[int] = set()
        self.lookout: Callable[[VolunteerState, Leg], None] | None = None
        self.patrol_ends: Callable[[int], None] | None = None

    # Volunteers.

    def set_status(self, volunteer: VolunteerState, status: Status) -> None:
        """Let a volunteer do something else, and write it down."""
        if volunteer.status is status:
            return
        now_us, number, incident = self._clock.now_us, volunteer.id, volunteer.incident
        if self.patrol_ends is not None and volunteer.status is PATROLLING:
            self.patrol_ends(number)
        volunteer.status, volunteer.since_us = status, now_us
        self.changed.add(number)
        is_free = status in FREE
        if is_free is not volunteer.is_free:
            volunteer.is_free = is_free
            (self.free.add if is_free else self.free.discard)(number)
        about = NOBODY if incident is None else incident.id
        self._write((now_us, CHANGED, about, number, status))

    def rest(self, volunteer: VolunteerState, stop: Stop) -> None:
        """Put a volunteer at a place where a leg, if any, has just ended."""
        leg = volunteer.leg
        if leg is not None and leg.target is not stop:
            raise SimulationError(f"volunteer {volunteer.id} rests away from where they walked")
        volunteer.stop, volunteer.leg, volunteer.timer = stop, None, None
        self.changed.add(volunteer.id)

    def halt(self, volunteer: VolunteerState) -> None:
        """Break off whatever a volunteer is doing next: the leg is cut, the timer cancelled."""
        if volunteer.timer is not None:
            volunteer.timer.cancel()
            volunteer.timer = None
        if volunteer.leg is not None:
            volunteer.leg.cut(self._clock.now_us)
            self.changed.add(volunteer.id)

    def set_out(self, volunteer: VolunteerState, leg: Leg, timer: Timer) -> None:
        """Put a volunteer on a leg, and write it down."""
        volunteer.stop, volunteer.leg, volunteer.timer = None, leg, timer
        self.changed.add(volunteer.id)
        self._log.write_leg(volunteer.id, leg)
        if self.lookout is not None:
            self.lookout(volunteer, leg)

    def expect(self, volunteer: VolunteerState, timer: Timer | None) -> None:
        """Say what happens to a volunteer next; None when it has happened."""
        volunteer.timer = timer

    def start_shift(self, volunteer: VolunteerState, end_us: int) -> None:
        """Bring a volunteer on duty, at the own base."""
        if volunteer.status is not OFF_DUTY or volunteer.incident is not None:
            raise SimulationError(f"volunteer {volunteer.id} starts a shift while on duty")
        volunteer.stop, volunteer.leg = volunteer.person.base, None
        volunteer.has_worked = False
        self.extend_shift(volunteer, end_us)
        self.set_status(volunteer, STANDING_BY)

    def extend_shift(self, volunteer: VolunteerState, end_us: int) -> None:
        """Let a shift that begins where overtime still runs take its place."""
        overtime_us = volunteer.person.overtime_us
        volunteer.shift_end_us = end_us
        volunteer.must_stop_us = NEVER_US if overtime_us == NEVER_US else end_us + overtime_us
        self.changed.add(volunteer.id)
        self._write((self._clock.now_us, SHIFT_STARTED, NOBODY, volunteer.id, 0))

    def note_shift_end(self, volunteer: VolunteerState) -> None:
        """Write down that the shift is over; work in hand may go on."""
        self._write((self._clock.now_us, SHIFT_ENDED, NOBODY, volunteer.id, 0))

    def go_off_duty(self, volunteer: VolunteerState) -> None:
        """Send a volunteer who has nothing left to do off duty."""
        if volunteer.incident is not None:
            raise SimulationError(f"volunteer {volunteer.id} goes off duty with work in hand")
        self.halt(volunteer)
        volunteer.shift_end_us, volunteer.must_stop_us = None, NEVER_US
        self.set_status(volunteer, OFF_DUTY)

    def learn(self, volunteer: VolunteerState) -> None:
        """Let a volunteer have the skills that they were trained in."""
        volunteer.skills = volunteer.person.skills
        self.changed.add(volunteer.id)

    def begin_week(self, volunteer: VolunteerState) -> None:
        """Start the counts of a week again."""
        week = volunteer.week
        if week is None:
            raise SimulationError(f"volunteer {volunteer.id} has no limits for a week")
        week.alerts, week.worked_us = 0, 0
        week.since_us = None if week.since_us is None else self._clock.now_us
        self.changed.add(volunteer.id)

    def alert(self, volunteer: VolunteerState, incident: IncidentState) -> None:
        """Ask a volunteer whether they go to an incident; they fill no need of it yet."""
        if volunteer.incident is not None or volunteer.alert is not None:
            raise SimulationError(f"volunteer {volunteer.id} is asked with work in hand")
        book = incident.alerts
        if book is None:
            book = incident.alerts = AlertBook()
        if book.since_us is None:
            book.since_us = self._clock.now_us
        if volunteer.week is not None:
            volunteer.week.alerts += 1
        volunteer.alert = incident
        book.asked.append(volunteer)
        book.sent += 1
        self._write((self._clock.now_us, ASKED, incident.id, volunteer.id, incident.alert_count))
        incident.alert_count += 1
        self.set_status(volunteer, ALERTED)

    def end_alert(self, volunteer: VolunteerState, why: AlertEnd) -> IncidentState:
        """Wait no longer for an answer, and write down why."""
        incident = volunteer.alert
        if incident is None or incident.alerts is None:
            raise SimulationError(f"volunteer {volunteer.id} is asked nothing")
        self.halt(volunteer)
        volunteer.alert = None
        incident.alerts.asked.remove(volunteer)
        if why in REFUSALS:
            incident.declined |= {volunteer.id}
        self._write((self._clock.now_us, ALERT_ENDED, incident.id, volunteer.id, why))
        return incident

    def expect_alerts(self, incident: IncidentState, timer: Timer | None) -> None:
        """Say when the alerts of an incident are looked at again; None for not by the clock."""
        if incident.alerts is None:
            incident.alerts = AlertBook()
        incident.alerts.timer = timer

    def note_acceptance(self, volunteer: VolunteerState) -> None:
        """Remember when somebody accepted whom that tires."""
        if volunteer.accepted_us is not None:
            now_us = self._clock.now_us
            lately = [at_us for at_us in volunteer.accepted_us if at_us > now_us - WEEK_US]
            volunteer.accepted_us = [*lately, now_us]

    def join(self, volunteer: VolunteerState, incident: IncidentState, slot: int) -> None:
        """Assign a volunteer to one of the needs of an incident."""
        if volunteer.incident is not None or incident.people[slot] is not None:
            raise SimulationError(f"volunteer {volunteer.id} is assigned twice")
        volunteer.incident = incident
        incident.people[slot] = volunteer
        incident.missing -= 1

    def assign(
        self,
        volunteer: VolunteerState,
        incident: IncidentState,
        slot: int,
        *,
        is_asked: bool = True,
    ) -> int:
        """Give a volunteer a need to fill; return the number of the offer.

        Whoever `is_asked` by it has one alert more this week; after an alert they have said yes.
        """
        self.join(volunteer, incident, slot)
        if volunteer.week is not None:
            volunteer.week.alerts += is_asked
            volunteer.week.since_us = self._clock.now_us
        offer = incident.offers
        incident.offers += 1
        self._write((self._clock.now_us, ASSIGNED, incident.id, volunteer.id, offer))
        return offer

    def leave_stage(self, volunteer: VolunteerState, *, is_spare: bool) -> None:
        """Take a volunteer off a stage that is done; only who is not needed is released."""
        if is_spare:
            self.leave(volunteer, Release.DONE)
            return
        _take_off(volunteer)

    def leave(self, volunteer: VolunteerState, why: int) -> IncidentState:
        """Take a volunteer off an incident, and write down why."""
        incident = _take_off(volunteer)
        week = volunteer.week
        if week is not None and week.since_us is not None:
            week.worked_us += self._clock.now_us - week.since_us
            week.since_us = None
        self._write((self._clock.now_us, RELEASED, incident.id, volunteer.id, why))
        return incident

    # Incidents.

    def open(self, row: Incident, kind: Kind) -> IncidentState:
        """Enter an incident that has just occurred."""
        number = row.incident_id
        if number in self.incidents:
            raise SimulationError(f"incident {number} occurs twice")
        incident = IncidentState(number, row, kind)
        self.incidents[number] = incident
        self._log.turn_page()
        self._write((self._clock.now_us, OCCURRED, number, NOBODY, row.kind))
        return incident

    def make_known(self, incident: IncidentState, how: int) -> None:
        """Let the control room know of an incident."""
        if incident.known_us != NEVER_US:
            raise SimulationError(f"incident {incident.id} becomes known twice")
        incident.known_us = self._clock.now_us
        self._write((self._clock.now_us, KNOWN, incident.id, NOBODY, how))

    def note_queued(self, incident: IncidentState) -> None:
        """Write down that an incident lines up."""
        self._write((self._clock.now_us, QUEUED, incident.id, NOBODY, 0))

    def begin_stage(self, incident: IncidentState, index: int, place: Stop | None) -> None:
        """Enter a stage, with all its work still to be done and all its needs open."""
        if incident.is_closed or incident.missing != len(incident.people):
            raise SimulationError(f"incident {incident.id} cannot enter stage {index}")
        incident.stage = index
        incident.alerts = None
        incident.place = place
        incident.left_us = incident.row.work_us(index)
        incident.skills = incident.kind.stages[index].skills
        incident.missing = len(incident.skills)
        incident.people = [None] * incident.missing
        incident.has_quorum = False

    def note_silence(self, incident: IncidentState, volunteer: VolunteerState) -> None:
        """Remember who has not answered in time: they are not asked again."""
        incident.declined |= {volunteer.id}

    def note_refusal(self, incident: IncidentState, volunteer: VolunteerState) -> None:
        """Remember who declined."""
        incident.declined |= {volunteer.id}
        self._write((self._clock.now_us, DECLINED, incident.id, volunteer.id, 0))

    def note_departure(self, incident: IncidentState, volunteer: VolunteerState) -> None:
        """Write down that somebody leaves for the place of the present stage."""
        volunteer.timer = None
        self._write((self._clock.now_us, DEPARTED, incident.id, volunteer.id, 0))
        self.set_status(volunteer, ON_THE_WAY)

    def note_arrival(self, incident: IncidentState, volunteer: VolunteerState) -> None:
        """Put somebody on the scene of the present stage."""
        incident.was_reached = True
        self._write((self._clock.now_us, ARRIVED, incident.id, volunteer.id, incident.stage))
        self.set_status(volunteer, WAITING)

    def note_quorum(self, incident: IncidentState) -> None:
        """Write down, once per stage and pause, that all people are there."""
        if not incident.has_quorum:
            incident.has_quorum = True
            self._write((self._clock.now_us, QUORUM, incident.id, NOBODY, incident.stage))

    def start_work(self, incident: IncidentState, done: Timer) -> None:
        """Begin or go on with the work of the present stage."""
        if incident.working_since_us is not None:
            raise SimulationError(f"incident {incident.id} is worked on twice at a time")
        incident.working_since_us, incident.work = self._clock.now_us, done
        self._write((self._clock.now_us, STAGE_STARTED, incident.id, NOBODY, incident.stage))

    def pause_work(self, incident: IncidentState) -> None:
        """Stop work unfinished, if anybody works: the rest is kept."""
        incident.has_quorum = False
        if incident.working_since_us is None or incident.work is None:
            return
        incident.work.cancel()
        incident.left_us -= self._clock.now_us - incident.working_since_us
        incident.working_since_us, incident.work = None, None
        self._write((self._clock.now_us, STAGE_PAUSED, incident.id, NOBODY, incident.stage))

    def restart_work(self, incident: IncidentState) -> None:
        """Forget the work already done in the present stage; only while nobody works."""
        if incident.working_since_us is not None:
            raise SimulationError(f"incident {incident.id} is restarted under work")
        incident.left_us = incident.row.work_us(incident.stage)

    def end_work(self, incident: IncidentState) -> None:
        """Finish the work of the present stage."""
        incident.working_since_us, incident.work, incident.left_us = None, None, 0
        self._write((self._clock.now_us, STAGE_ENDED, incident.id, NOBODY, incident.stage))

    def note_found(self, incident: IncidentState, finder: VolunteerState, place: Stop) -> None:
        """Put the scene where somebody has been found; the search is over."""
        incident.scene = incident.place = place
        number, now_us = incident.id, self._clock.now_us
        self._write((now_us, FOUND, number, finder.id, incident.stage))
        if incident.work is not None:
            incident.work.cancel()
            self.end_work(incident)

    def note_lost(self, incident: IncidentState) -> None:
        """Remember that somebody was looked for in vain; the search is over."""
        if incident.present_stage.search is None or incident.working_since_us is not None:
            raise SimulationError(f"incident {incident.id} gives up no search")
        incident.is_lost = True

    def close(self, incident: IncidentState, outcome: Outcome) -> None:
        """End an incident that nobody is assigned to any more."""
        if incident.is_closed or incident.missing != len(incident.people):
            raise SimulationError(f"incident {incident.id} cannot be closed")
        if incident.patience is not None:
            incident.patience.cancel()
        incident.is_closed = True
        self._write((self._clock.now_us, CLOSED, incident.id, NOBODY, outcome))


def _take_off(volunteer: VolunteerState) -> IncidentState:
    """Leave a need open again that a volunteer filled."""
    incident = volunteer.incident
    if incident is None:
        raise SimulationError(f"volunteer {volunteer.id} leaves nothing")
    incident.people[incident.people.index(volunteer)] = None
    incident.missing += 1
    volunteer.incident = None
    volunteer.has_worked |= volunteer.status in ON_SCENE
    return incident
