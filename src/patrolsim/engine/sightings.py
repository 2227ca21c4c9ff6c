"""What patrols see: an incident that nobody has reported is discovered by whoever passes it.

A patrol passes an incident when it stands on, or comes to, the street node at which the place
of the incident joins the streets. Legs are not walked step by step: the passing time is read
from the leg when it starts, or when the incident occurs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.clock import Rank
from patrolsim.engine.legs import passages
from patrolsim.eventlog import NEVER_US, Known, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.engine.beats import Beats
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.legs import Leg
    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.engine.state import State
    from patrolsim.engine.travel import Travel


class Sightings:
    """Keeps the incidents that wait to be discovered, by node."""

    def __init__(
        self,
        state: State,
        travel: Travel,
        clock: Clock,
        discovered: Callable[..., None],
    ) -> None:
        self._state = state
        self._travel = travel
        self._clock = clock
        self._discovered = discovered
        self._unseen: dict[tuple[int, int], list[IncidentState]] = {}
        self.beats: Beats | None = None

    def watch_for(self, incident: IncidentState) -> None:
        """Let patrols see an incident that has just occurred."""
        for mode, node in enumerate(incident.row.stop.nodes):
            self._unseen.setdefault((mode, node), []).append(incident)
        for volunteer_id in sorted(self._state.free):
            volunteer = self._state.volunteers[volunteer_id]
            if volunteer.status is Status.PATROLLING:
                self._look_round(volunteer, incident)

    def forget(self, incident: IncidentState) -> None:
        """Stop looking for an incident that is known."""
        for mode, node in enumerate(incident.row.stop.nodes):
            unseen = self._unseen.get((mode, node), [])
            if incident in unseen:
                unseen.remove(incident)
            if not unseen:
                self._unseen.pop((mode, node), None)

    def patrol_sets_out(self, volunteer_id: int, leg: Leg) -> None:
        """Let a patrol see what lies on its way, and remember it if anybody asks for that."""
        if self.beats is not None:
            self.beats.sets_out(volunteer_id, leg)
        if not self._unseen:
            return
        for time_us, node in passages(self._travel.ground, leg):
            for incident in self._unseen.get((leg.mode, node), ()):
                self._plan_sighting(leg, incident, time_us)

    def _look_round(self, volunteer: VolunteerState, incident: IncidentState) -> None:
        mode = volunteer.person.mode
        node = incident.row.stop.nodes[mode]
        if volunteer.stop is not None:
            if volunteer.stop.nodes[mode] == node:
                self._clock.at(self._clock.now_us, Rank.OCCURS, self._see, None, incident)
            return
        leg = volunteer.leg
        if leg is None:
            return
        for time_us, passed in passages(self._travel.ground, leg):
            if passed == node and time_us >= self._clock.now_us:
                self._plan_sighting(leg, incident, time_us)
                return

    def _plan_sighting(self, leg: Leg, incident: IncidentState, time_us: int) -> None:
        self._clock.at(time_us, Rank.OCCURS, self._see, leg, incident)

    def _see(self, leg: Leg | None, incident: IncidentState) -> None:
        """Discover it, unless the patrol was called away before it got there."""
        if leg is not None and leg.end_us < self._clock.now_us:
            return
        if incident.known_us == NEVER_US and not incident.is_closed:
            self._discovered(incident, how=Known.SEEN)
