"""The appointment desk: keeps the requests that wait, asks the policy, reserves people.

A request never competes with an emergency: the dispatch desk offers free people to its own queue
first, and then this one is asked. Whoever is reserved stays free for emergencies until they leave.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Protocol

from patrolsim.engine.bookings import Bookings, Reservation
from patrolsim.engine.clock import Rank
from patrolsim.engine.eligibility import why_unfit
from patrolsim.engine.fleet import expected_us
from patrolsim.engine.requests import ask_about, due_us, next_start_us, why_no_party
from patrolsim.engine.state import ON_SCENE, STANDING_BY
from patrolsim.eventlog import NEVER_US, NOBODY, Event, Lapse, Release
from patrolsim.network.streets import UNREACHABLE_US
from patrolsim.policy import Appointment, Later
from patrolsim.units import US_PER_S, to_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.engine.answering import Answering
    from patrolsim.engine.callers import Caller
    from patrolsim.engine.clock import Clock, Timer
    from patrolsim.engine.desk import Desk
    from patrolsim.engine.duty import Duty
    from patrolsim.engine.logbook import Logbook
    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.engine.state import State
    from patrolsim.engine.travel import Travel
    from patrolsim.policy import AppointmentsPolicy, Booking, Request, StateView
    from patrolsim.world import World

EARLY_US = 30 * US_PER_S
"""Somebody who moves about leaves so long before the last moment."""
LONGEST_WAIT_US = 30 * 60 * US_PER_S
"""Whoever comes outside the hours waits so long for the next opening; else they go again."""


class House(Protocol):
    """The replication, as far as the desk needs it."""

    world: World
    clock: Clock
    log: Logbook
    state: State
    travel: Travel
    desk: Desk
    answering: Answering
    duty: Duty

    def try_to_work(self, incident: IncidentState) -> None:
        """Work as soon, and as long, as it is possible."""


class AppointmentDesk:
    """Finds people for requests."""

    def __init__(self, policy: AppointmentsPolicy, caller: Caller, house: House) -> None:
        self._policy = policy
        self._caller = caller
        self._house = house
        self._clock, self._state = house.clock, house.state
        self._waiting: dict[int, IncidentState] = {}
        self._bookings = Bookings(house.clock, house.log)
        self._able = _who_is_able(house.world)
        self._again: Timer | None = None
        self._opening: Timer | None = None
        self.view: StateView

    def note_due(self, incident: IncidentState) -> None:
        """Write down when a request that has become known is due."""
        row = (self._clock.now_us, Event.DUE, incident.id, NOBODY, due_us(incident))
        self._house.log.write(row)

    def bookings(self) -> Sequence[Booking]:
        """Return all reservations as policies see them."""
        return self._bookings.seen()

    def find_people(self, incident: IncidentState) -> None:
        """Let a request wait for people, and ask the policy."""
        self.keep(incident, waits=incident.missing > 0 and not incident.is_closed)
        self.serve()

    def keep(self, incident: IncidentState, *, waits: bool) -> None:
        """Keep a request among those that wait, or take it out; its reservations go with it."""
        if waits:
            self._waiting[incident.id] = incident
            return
        self._waiting.pop(incident.id, None)
        for reservation in self._bookings.of_incident(incident):
            self._bookings.lapse(reservation, Lapse.OVER)

    def serve(self) -> None:
        """Ask the policy until it starts nothing more."""
        self._look_after_those_back()
        while requests := self._open_requests():
            chosen = self._ask(requests)
            for appointment in chosen:
                self._carry_out(appointment)
            if not chosen:
                break
        self._wait_for_opening()

    # Work may start, or has to wait.

    def may_start(self, incident: IncidentState) -> bool:
        """Whether work on an incident may start now; people who wait are called back in time."""
        start_us = next_start_us(incident, self._clock.now_us)
        if start_us <= self._clock.now_us:
            return True
        is_fixed = incident.kind.request is not None and incident.kind.request.is_fixed
        if is_fixed or start_us - self._clock.now_us <= LONGEST_WAIT_US:
            self._clock.at(start_us, Rank.WORK_ENDS, self._house.try_to_work, incident)
        else:
            self._clock.at(self._clock.now_us, Rank.IS_READY, self._turn_away, incident)
        return False

    def _turn_away(self, incident: IncidentState) -> None:
        """Send people away from a door that stays closed for long; the request waits again."""
        if next_start_us(incident, self._clock.now_us) <= self._clock.now_us + LONGEST_WAIT_US:
            return
        there = [who for who in incident.team() if who.status in ON_SCENE]
        if incident.is_closed or incident.working_since_us is not None or not there:
            return
        for who in there:
            self._state.leave(who, Release.TURNED_AWAY)
        self.keep(incident, waits=True)
        self._house.duty.are_free(there)

    # The question, and what is done with the answer.

    def _open_requests(self) -> list[Request]:
        """Return the requests that need people and for which somebody free could be found."""
        free = self._state.free
        if not self._waiting or not free:
            return []
        found = []
        for number in sorted(self._waiting):
            incident = self._waiting[number]
            booked = [one.volunteer for one in self._bookings.of_incident(incident)]
            if len(booked) < incident.missing and self._anybody_fits(incident):
                found.append(ask_about(incident, booked, self._house.desk, self._clock.now_us))
        return found

    def _anybody_fits(self, incident: IncidentState) -> bool:
        now_us, people = self._clock.now_us, self._state.volunteers
        able = self._able[incident.row.kind]
        free = self._state.free if able is None else self._state.free & able
        return any(
            people[number] not in self._bookings
            and why_unfit(people[number], incident, now_us) is None
            for number in free
        )

    def _ask(self, requests: list[Request]) -> list[Appointment]:
        now_us, method = self._clock.now_us, self._policy.next_appointments
        answer = self._caller.decide(now_us, None, method, self.view, tuple(requests))
        # The answer may be a generator: it runs, and may fail, when it is gone through.
        decisions = self._caller.ask(now_us, None, tuple, () if answer is None else answer)
        chosen = []
        for decision in decisions:
            if isinstance(decision, Appointment):
                chosen.append(decision)
            elif isinstance(decision, Later) and isfinite(decision.at_s):
                self._ask_again(max(to_us(decision.at_s), now_us + 1))
            else:
                reason = f"answered {decision!r}, not an Appointment or a Later"
                raise self._caller.refusal(now_us, None, method, reason)
        return chosen

    def _ask_again(self, time_us: int) -> None:
        if self._again is not None:
            self._again.cancel()
        self._again = self._clock.at(time_us, Rank.IS_READY, self.serve)

    def _carry_out(self, appointment: Appointment) -> None:
        """Send those who have to leave now, and reserve the others."""
        now_us = self._clock.now_us
        incident = self._meant_by(appointment)
        reason = self._why_illegal(appointment, incident)
        if reason is not None or incident is None:
            about = None if incident is None else incident.id
            method = self._policy.next_appointments
            raise self._caller.refusal(now_us, about, method, reason or "")
        people = [self._state.volunteers[number] for number in appointment.volunteer_ids]
        start_us = self._planned_us(appointment, incident, people)
        for who in people:
            slack_us = start_us - now_us - self._way_us(who, incident)
            timer = self._clock.at(now_us + max(slack_us, 0), Rank.IS_READY, self._look, who)
            self._bookings.book(Reservation(who, incident, start_us, timer))
        for who in people:
            self._look(who)

    def _planned_us(
        self, appointment: Appointment, incident: IncidentState, people: list[VolunteerState]
    ) -> int:
        """Return when work can begin: not before the last of them can be expected there."""
        there_us = self._clock.now_us + max(
            self._way_us(who, incident, leaves_now=True) for who in people
        )
        wanted_us = to_us(appointment.start_s)
        fixed_us = incident.row.due_us if incident.row.due_us < NEVER_US else 0
        return max(there_us, wanted_us, fixed_us)

    def _way_us(
        self, who: VolunteerState, incident: IncidentState, *, leaves_now: bool = False
    ) -> int:
        """Return the expected time until somebody is there who sets out soon, or now.

        Whoever has become free at this very instant is on their feet still, but only now.
        """
        with_turnout = who.status is STANDING_BY
        if leaves_now:
            with_turnout = who.has_stood_by(self._clock.now_us)
        ready_us = expected_us(who.person, with_turnout=with_turnout)
        if incident.place is None:
            return ready_us
        mode = who.mode_for(incident.row.priority)
        way_us = self._house.travel.time_to(who, incident.place, mode)
        return UNREACHABLE_US if way_us >= UNREACHABLE_US else ready_us + way_us

    # Reservations.

    def _look(self, who: VolunteerState) -> None:
        """Let somebody who is reserved leave, or look again later.

        Whoever moves about is looked at when half of the time to spare is over: where streets
        take as long in both directions, nobody can walk so far away that they cannot be back.
        """
        reservation = self._bookings.of(who)
        incident, now_us = reservation.incident, self._clock.now_us
        way_us = self._way_us(who, incident)
        slack_us = reservation.start_us - now_us - way_us
        if why_unfit(who, incident, now_us) is not None or way_us >= UNREACHABLE_US:
            self._give_up(reservation, Lapse.UNFIT)
        elif slack_us > EARLY_US:
            self._look_again(reservation, slack_us // 2)
        elif not who.is_free:
            self._give_up(reservation, Lapse.BUSY)
        elif slack_us > 0 and who.status is STANDING_BY and who.timer is None:
            self._look_again(reservation, slack_us)
        else:
            self._bookings.leave(reservation)
            self._house.answering.send(who, incident)
            if not incident.missing:
                self._waiting.pop(incident.id, None)

    def _give_up(self, reservation: Reservation, why: Lapse) -> None:
        self._bookings.lapse(reservation, why)
        self._clock.at(self._clock.now_us, Rank.IS_READY, self.serve)

    def _look_again(self, reservation: Reservation, after_us: int) -> None:
        time_us = self._clock.now_us + after_us
        timer = self._clock.at(time_us, Rank.IS_READY, self._look, reservation.volunteer)
        self._bookings.look_again(reservation, timer)

    def _look_after_those_back(self) -> None:
        """Look at once at everybody reserved who has just become free: they may be far away."""
        for reservation in self._bookings.all():
            who = reservation.volunteer
            if who.is_free and who.since_us == self._clock.now_us and who in self._bookings:
                self._look(who)

    def _wait_for_opening(self) -> None:
        """Ask again when the next window opens, for a request that cannot start before."""
        now_us = self._clock.now_us
        starts_us = [next_start_us(one, now_us) for one in self._waiting.values()]
        later_us = min((start_us for start_us in starts_us if start_us > now_us), default=None)
        if self._opening is not None:
            self._opening.cancel()
        self._opening = (
            None if later_us is None else self._clock.at(later_us, Rank.IS_READY, self.serve)
        )

    # The rules.

    def _meant_by(self, appointment: Appointment) -> IncidentState | None:
        """Return the request that is meant; None when there is none that waits for people."""
        number: object = appointment.incident_id
        return self._waiting.get(number) if isinstance(number, int) else None

    def _why_illegal(self, appointment: Appointment, incident: IncidentState | None) -> str | None:
        if incident is None:
            return f"there is no request {appointment.incident_id!r} that waits for people"
        if not isfinite(appointment.start_s):
            return f"a start at {appointment.start_s!r} s is not possible"
        booked = [one.volunteer for one in self._bookings.of_incident(incident)]
        ids, most = appointment.volunteer_ids, incident.missing - len(booked)
        if not 0 < len(ids) <= most:
            return f"appoints {len(ids)} people where 1 to {most} can be appointed"
        reasons = (self._why_not(number, ids, incident) for number in ids)
        reason = next((reason for reason in reasons if reason is not None), None)
        if reason is not None:
            return reason
        people = [self._state.volunteers[number] for number in ids]
        party = why_no_party([*booked, *people], incident)
        return self._why_no_time(appointment, incident, people) if party is None else party

    def _why_not(
        self, number: object, ids: tuple[int, ...], incident: IncidentState
    ) -> str | None:
        people = self._state.volunteers
        if not isinstance(number, int) or not 0 <= number < len(people):
            return f"there is no volunteer {number!r}"
        who = people[number]
        reason = why_unfit(who, incident, self._clock.now_us)
        if ids.count(number) > 1:
            reason = "is appointed twice"
        elif reason is None and not who.is_free:
            reason = f"is not free ({who.status.name.lower().replace('_', ' ')})"
        elif reason is None and who in self._bookings:
            reason = f"is reserved for incident {self._bookings.of(who).incident.id}"
        elif reason is None and self._way_us(who, incident) >= UNREACHABLE_US:
            reason = "finds no way there"
        return None if reason is None else f"volunteer {number} {reason}"

    def _why_no_time(
        self, appointment: Appointment, incident: IncidentState, people: list[VolunteerState]
    ) -> str | None:
        start_us = self._planned_us(appointment, incident, people)
        if next_start_us(incident, start_us) > start_us:
            return f"work may not start at {start_us / US_PER_S:g} s: it is outside the hours"
        for who in people:
            if who.shift_end_us is not None and who.shift_end_us <= start_us:
                return f"volunteer {who.id} is off duty when it starts"
        return None


def _who_is_able(world: World) -> list[frozenset[int] | None]:
    """Return for each kind who may do some stage of it or help with it; None for everybody."""
    return [
        None
        if None in kind.answering
        else frozenset(
            who.volunteer_id
            for who in world.volunteers
            if any(teams and who.team in teams for teams in kind.answering)
        )
        for kind in world.kinds
    ]
