"""Streets that change while people are on them: everybody under way plans anew.

A change comes before everything else of its instant. Whoever is under way plans from where they
truly are: in the middle of a street they go on to its end or turn round, as whoever is called
away does, at the speed that the street has now. That holds for a closed street too: nobody is
locked up in it. Whoever has no reason to do anything else goes on as planned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.clock import Rank
from patrolsim.engine.rest_of_leg import arcs_ahead, is_as_planned, is_past_streets
from patrolsim.eventlog import NOBODY, Event, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolsim.engine.clock import Clock
    from patrolsim.engine.fleet import Fleet
    from patrolsim.engine.legs import Leg
    from patrolsim.engine.logbook import Logbook
    from patrolsim.engine.present import VolunteerState
    from patrolsim.engine.sightings import Sightings
    from patrolsim.network.phases import Phase


class StreetChanges:
    """Lets the streets change when their phases begin.

    Parameters
    ----------
    phases
        The streets between changes; empty when nothing ever changes.
    fleet
        Everybody, and where they would enter the streets.
    clock, log
        Knows the time; is told what happens.
    sightings
        Is told of new ways of patrols.
    """

    def __init__(
        self,
        phases: Sequence[Phase],
        fleet: Fleet,
        clock: Clock,
        log: Logbook,
        sightings: Sightings,
    ) -> None:
        self._phases = phases
        self._fleet, self._state, self._travel = fleet, fleet.state, fleet.travel
        self._clock, self._log, self._sightings = clock, log, sightings
        self._active: tuple[int, ...] = ()
        self.serve_queue: Callable[[], None]

    def schedule(self, horizon_us: int) -> None:
        """Plan all changes within the period."""
        for phase in self._phases:
            if phase.start_us <= horizon_us:
                self._clock.at(phase.start_us, Rank.STREETS_CHANGE, self._change, phase)

    def _change(self, phase: Phase) -> None:
        """Go over to the next phase."""
        ended = [number for number in self._active if number not in phase.active]
        began = [number for number in phase.active if number not in self._active]
        for event, numbers in (
            (Event.INTERVENTION_ENDED, ended),
            (Event.INTERVENTION_BEGAN, began),
        ):
            for number in numbers:
                self._log.write((self._clock.now_us, event, NOBODY, NOBODY, number))
        self._active = phase.active
        self._travel.change_to(phase)
        self._fleet.streets_change()
        for volunteer in self._state.volunteers:
            leg = volunteer.leg
            if leg is not None and leg.end_us > self._clock.now_us:
                self._plan_anew(volunteer, leg, min(began + ended))
        self.serve_queue()

    def _plan_anew(self, volunteer: VolunteerState, leg: Leg, cause: int) -> None:
        """Let somebody under way go on by the best way, if it is another one than planned."""
        now_us, timer = self._clock.now_us, volunteer.timer
        anew = None if is_past_streets(leg, now_us) else self._travel.leg_anew(volunteer)
        is_kept = anew is None or (
            is_as_planned(self._travel.ground, leg, now_us) and anew.end_us >= leg.end_us
        )
        if anew is None or is_kept or timer is None:
            leg.ground = self._travel.ground
            return
        action, arguments = timer.action, timer.arguments
        is_other = list(anew.arcs) != arcs_ahead(leg, now_us)
        about = NOBODY if volunteer.incident is None else volunteer.incident.id
        detail = cause if is_other else NOBODY
        self._log.write((now_us, Event.PLANNED_ANEW, about, volunteer.id, detail))
        self._state.halt(volunteer)
        timer = self._clock.at(anew.end_us, Rank.ARRIVES, action, *arguments)
        self._state.set_out(volunteer, anew, timer)
        if anew.purpose is Purpose.PATROL:
            self._sightings.patrol_sets_out(volunteer.id, anew)
