"""The state view: the present as a policy may see it, one live object per policy and run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from patrolsim.engine.eligibility import may_leave, why_unfit
from patrolsim.eventlog import NEVER_US, Status
from patrolsim.network.joints import ways_in
from patrolsim.network.router import Seed
from patrolsim.network.streets import NO_NODE, UNREACHABLE_US
from patrolsim.policy import Candidate, HotSpot, OpenIncident, VolunteerView
from patrolsim.units import to_s, to_us

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from patrolsim.engine.clock import Clock
    from patrolsim.engine.desk import Desk
    from patrolsim.engine.state import IncidentState, State, VolunteerState
    from patrolsim.engine.travel import Travel
    from patrolsim.network.streets import Stop
    from patrolsim.world import World


class LiveView:
    """Implements `patrolsim.policy.StateView`; nothing that it returns can be written to."""

    def __init__(
        self,
        world: World,
        state: State,
        travel: Travel,
        clock: Clock,
        desk: Desk,
        *,
        stream: str,
    ) -> None:
        self._world = world
        self._state = state
        self._travel = travel
        self._clock = clock
        self._desk = desk
        self._stream = stream
        self._rng: np.random.Generator | None = None
        self._hot_spots: tuple[HotSpot, ...] | None = None

    @property
    def now_s(self) -> float:
        """Simulated time, in seconds since the start of the period."""
        return to_s(self._clock.now_us)

    @property
    def rng(self) -> np.random.Generator:
        """The policy's own random stream."""
        if self._rng is None:
            self._rng = self._world.streams.generator(self._stream)
        return self._rng

    @property
    def open_incidents(self) -> Sequence[OpenIncident]:
        """Known incidents that still need people, most urgent first."""
        return [self._desk.describe(incident) for incident in self._desk.waiting()]

    def volunteer(self, volunteer_id: int) -> VolunteerView:
        """Return what is known of one volunteer."""
        volunteer = self._state.volunteers[volunteer_id]
        person, incident = volunteer.person, volunteer.incident
        x, y = self._travel.position(volunteer)
        end_us = volunteer.shift_end_us
        return VolunteerView(
            volunteer_id=volunteer_id,
            team=person.team,
            mode=self._travel.streets.modes[person.mode].name,
            skills=person.skills,
            status=volunteer.status.name.lower(),
            x=x,
            y=y,
            shift_end_s=None if end_us is None else to_s(end_us),
            incident_id=None if incident is None else incident.id,
        )

    def on_duty(self) -> Sequence[int]:
        """Return the ids of all volunteers on duty, rising."""
        return [v.id for v in self._state.volunteers if v.shift_end_us is not None]

    def available(self, incident: OpenIncident) -> Sequence[int]:
        """Return the ids of free volunteers who may be sent to it, rising."""
        return [v.id for v in self._fit(self._incident(incident)) if v.is_free]

    def nearest(self, incident: OpenIncident, count: int = 1) -> Sequence[Candidate]:
        """Return who would be there first, by (eta, id)."""
        about = self._incident(incident)
        fit = self._fit(about)
        if about.place is None:
            now_us = self._clock.now_us
            found = sorted((_turnout_us(v, now_us), v.id) for v in fit)[:count]
        else:
            found = self._first_there(fit, about, count)
        return [self._candidate(arrival_us, volunteer_id) for arrival_us, volunteer_id in found]

    def travel_time_s(self, volunteer_id: int, x: float, y: float) -> float:
        """Return the travel time from now to the usable node nearest to a point."""
        volunteer = self._state.volunteers[volunteer_id]
        node = self._travel.node_near(x, y, volunteer.person.mode)
        return self.travel_time_to_node_s(volunteer_id, node)

    def travel_time_to_node_s(self, volunteer_id: int, node: int) -> float:
        """Return the travel time from where the volunteer is now; infinite without a way."""
        volunteer = self._state.volunteers[volunteer_id]
        stop = self._travel.stop_at(node)
        time_us = self._travel.time_to(volunteer, stop, volunteer.person.mode)
        return math.inf if time_us >= UNREACHABLE_US else to_s(time_us)

    def post(self, volunteer_id: int) -> tuple[float, float]:
        """Return where the volunteer's own base lies, metres."""
        base = self._state.volunteers[volunteer_id].person.base
        return base.x, base.y

    def posts(self) -> Sequence[tuple[str, float, float]]:
        """Return all named places at which people may wait: name, x, y."""
        places = self._world.places
        return [(name, stop.x, stop.y) for name in places for stop in places[name]]

    def neighbours(self, volunteer_id: int, node: int) -> Sequence[int]:
        """Return the nodes one street away that the volunteer may go to, rising."""
        mode = self._state.volunteers[volunteer_id].person.mode
        return sorted({self._travel.ground.head[arc] for arc in self._travel.out_arcs(node, mode)})

    def node_of(self, volunteer_id: int) -> int:
        """Return the node at which the volunteer is, or the next one they come to."""
        volunteer = self._state.volunteers[volunteer_id]
        ways = self._travel.departures(volunteer, volunteer.person.mode)
        return ways[0].node if ways else NO_NODE

    def arc_time_s(self, volunteer_id: int, node: int, next_node: int) -> float:
        """Return the time for the street between two neighbours; infinite without one."""
        mode = self._state.volunteers[volunteer_id].person.mode
        arc = self._travel.arc_between(node, next_node, mode)
        return math.inf if arc < 0 else to_s(self._travel.ground.weight_us[mode][arc])

    def hot_spots(self, count: int) -> Sequence[HotSpot]:
        """Return the nodes with the most expected incidents, heaviest first."""
        if self._hot_spots is None:
            self._hot_spots = _rank_hot_spots(self._world)
        return self._hot_spots[:count]

    def patrol_targets(self) -> Mapping[int, int]:
        """Return where patrols are or go: volunteer id to node."""
        return {
            i: self._target_node(self._state.volunteers[i])
            for i in sorted(self._state.free)
            if self._state.volunteers[i].status is Status.PATROLLING
        }

    def _target_node(self, volunteer: VolunteerState) -> int:
        stop = volunteer.stop if volunteer.leg is None else volunteer.leg.target
        return NO_NODE if stop is None else stop.nodes[volunteer.person.mode]

    def _incident(self, incident: OpenIncident) -> IncidentState:
        return self._state.incidents[incident.incident_id]

    def _fit(self, incident: IncidentState) -> list[VolunteerState]:
        """Return who may be sent, free people and those who may leave what they do, by id."""
        now_us, rules = self._clock.now_us, self._desk.rules
        people = self._state.volunteers
        if rules.divert or rules.interrupt:
            pool = [v for v in people if v.is_free or may_leave(v, incident, rules)]
        else:
            pool = [people[i] for i in sorted(self._state.free)]
        return [v for v in pool if why_unfit(v, incident, now_us) is None]

    def _first_there(
        self, fit: list[VolunteerState], incident: IncidentState, count: int
    ) -> list[tuple[int, int]]:
        """Search once per mode; each list is sorted, so the best of all are among them."""
        priority = incident.row.priority
        found: list[tuple[int, int]] = []
        for mode in sorted({v.mode_for(priority) for v in fit}):
            movers = [v for v in fit if v.mode_for(priority) == mode]
            found += self._nearest_of_mode(movers, incident, mode, count)
        return sorted(found)[:count]

    def _nearest_of_mode(
        self, movers: list[VolunteerState], incident: IncidentState, mode: int, count: int
    ) -> list[tuple[int, int]]:
        place = incident.place
        if place is None or place.nodes[mode] == NO_NODE:
            return []
        joints = ways_in(self._travel.ground, place, mode)
        off_road_us = place.off_road_us[mode]
        targets = [(joint.node, joint.cost_us + off_road_us) for joint in joints]
        found: dict[int, int] = {}
        seeds: list[Seed] = []
        for volunteer in movers:
            ready_us = _turnout_us(volunteer, self._clock.now_us)
            left_us = _time_left_us(volunteer, self._clock.now_us)
            near_us = self._near_us(volunteer, place, mode)
            if near_us is not None and ready_us + near_us <= left_us:
                found[volunteer.id] = ready_us + near_us
            seeds += [
                Seed(volunteer.id, way.node, ready_us + way.cost_us, left_us)
                for way in self._travel.departures(volunteer, mode)
            ]
        for arrival_us, volunteer_id in self._travel.router.nearest(
            targets, seeds, mode=mode, count=count
        ):
            found[volunteer_id] = min(arrival_us, found.get(volunteer_id, arrival_us))
        return sorted((arrival_us, volunteer_id) for volunteer_id, arrival_us in found.items())

    def _near_us(self, volunteer: VolunteerState, place: Stop, mode: int) -> int | None:
        """Return the time to a place at which one is, or on whose street; None elsewhere."""
        if self._travel.is_at(volunteer, place):
            return 0
        if place.spot(mode) is None:
            return None
        return self._travel.straight_us(volunteer, place, mode)

    def _candidate(self, arrival_us: int, volunteer_id: int) -> Candidate:
        present = self._state.volunteers[volunteer_id].incident
        return Candidate(volunteer_id, to_s(arrival_us), None if present is None else present.id)


def _turnout_us(volunteer: VolunteerState, now_us: int) -> int:
    """Return the expected time to the departure: the view never knows a drawn duration."""
    person = volunteer.person
    answer_s = 0.0 if person.answers_after is None else person.answers_after.mean_s
    if person.turnout is None or not volunteer.has_stood_by(now_us):
        return to_us(answer_s)
    return to_us(answer_s + person.turnout.mean_s)


def _time_left_us(volunteer: VolunteerState, now_us: int) -> int:
    """Return how long somebody may still be sent for; `NEVER_US` for any time."""
    left_us = volunteer.must_stop_us
    return left_us if left_us == NEVER_US else left_us - now_us


def _rank_hot_spots(world: World) -> tuple[HotSpot, ...]:
    weights = world.forecast.per_node
    ranked = sorted((-float(w), node) for node, w in enumerate(weights.tolist()) if w > 0)
    x, y = world.streets.x, world.streets.y
    return tuple(HotSpot(node, float(x[node]), float(y[node]), -w) for w, node in ranked)
