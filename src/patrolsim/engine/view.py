"""The state view: the present as a policy may see it, one live object per policy and run."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.engine.eligibility import why_unfit
from patrolsim.engine.expecting import demand_cells, demand_map, door_times_s, rank_hot_spots
from patrolsim.engine.fleet import expected_us
from patrolsim.engine.pacing import first_on_the_clock
from patrolsim.engine.sealing import Sealed
from patrolsim.eventlog import NEVER_US, Status
from patrolsim.network.router import Seed
from patrolsim.network.streets import NO_NODE, UNREACHABLE_US
from patrolsim.policy import (
    AlertsOut,
    Booking,
    Candidate,
    DemandMap,
    HotSpot,
    OpenIncident,
    VolunteerView,
)
from patrolsim.units import US_PER_S, to_s

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.engine.clock import Clock
    from patrolsim.engine.desk import Desk
    from patrolsim.engine.fleet import Fleet
    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.network.streets import Stop
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]


class LiveView(Sealed):
    """Implements `patrolsim.policy.StateView`; nothing that it returns can be written to."""

    def __init__(
        self,
        world: World,
        fleet: Fleet,
        clock: Clock,
        desk: Desk,
        *,
        stream: str,
        may_decline: bool | None = None,
    ) -> None:
        self._world = world
        self._state = fleet.state
        self._travel = fleet.travel
        self._clock = clock
        self._desk = desk
        self._fleet = fleet
        self._stream = stream
        self._may_decline = may_decline
        self._rng: np.random.Generator | None = None
        self._hot_spots: tuple[HotSpot, ...] | None = None
        self.seal()

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

    @property
    def bookings(self) -> Sequence[Booking]:
        """Who is reserved for a request and has not left for it, by (start, id)."""
        appointments = self._desk.appointments
        return () if appointments is None else appointments.bookings()

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
            skills=volunteer.skills,
            status=volunteer.status.name.lower(),
            x=x,
            y=y,
            shift_end_s=None if end_us is None else to_s(end_us),
            incident_id=None if incident is None else incident.id,
            trade=person.trade,
            has_worked=volunteer.has_worked,
        )

    def on_duty(self) -> Sequence[int]:
        """Return the ids of all volunteers on duty, rising."""
        return [v.id for v in self._state.volunteers if v.shift_end_us is not None]

    def free(self) -> Sequence[int]:
        """Return the ids of all who are on duty and have nothing to do but wait or patrol."""
        return sorted(self._state.free)

    def available(self, incident: OpenIncident) -> Sequence[int]:
        """Return the ids of free volunteers who may be sent to it, rising."""
        return [v.id for v in self._fit(self._incident(incident)) if v.is_free]

    def nearest(self, incident: OpenIncident, count: int = 1) -> Sequence[Candidate]:
        """Return who would be there first, by (eta, id)."""
        about = self._incident(incident)
        if about.place is None:
            now_us = self._clock.now_us
            found = sorted((_turnout_us(v, now_us), v.id) for v in self._fit(about))[:count]
        else:
            found = self._first_there(about, about.place, count)
        return [self._candidate(arrival_us, volunteer_id) for arrival_us, volunteer_id in found]

    def alerted(self, incident: OpenIncident) -> AlertsOut:
        """Return who has been asked for the present stage of it, and has not answered yet."""
        book = self._incident(incident).alerts
        if book is None:
            return AlertsOut((), 0, None)
        since_s = None if book.since_us is None else to_s(book.since_us)
        return AlertsOut(tuple(who.id for who in book.asked), book.sent, since_s)

    def chance_to_come(self, volunteer_id: int) -> float:
        """Return the share of alerts to which they would go at present, by what is usual."""
        volunteer = self._state.volunteers[volunteer_id]
        habits = volunteer.person.habits
        hears = 1.0 if habits is None else habits.hears
        return hears * volunteer.willingness(self._clock.now_us)

    def travel_time_s(self, volunteer_id: int, x: float, y: float) -> float:
        """Return the travel time from now to the usable node nearest to a point.

        Infinite when no way leads there, or to the named place at that very point.
        """
        mode = self._state.volunteers[volunteer_id].person.mode
        if self._travel.stop_near(x, y, mode).nodes[mode] == NO_NODE:
            return math.inf
        return self.travel_time_to_node_s(volunteer_id, self._travel.node_near(x, y, mode))

    def travel_time_to_node_s(self, volunteer_id: int, node: int) -> float:
        """Return the travel time from where the volunteer is now; infinite without a way."""
        volunteer = self._state.volunteers[volunteer_id]
        stop = self._travel.stop_at(node)
        time_us = self._travel.time_to(volunteer, stop, volunteer.person.mode)
        return math.inf if time_us >= UNREACHABLE_US else to_s(time_us)

    def times_to_s(self, volunteer_id: int, node: int) -> npt.NDArray[np.float64]:
        """Return the travel times from every node to one in the volunteer's mode, read-only."""
        mode = self._state.volunteers[volunteer_id].person.mode
        times_us = self._travel.router.times_to(node, mode)
        times_s = np.where(times_us >= UNREACHABLE_US, math.inf, times_us / US_PER_S)
        times_s.flags.writeable = False
        return times_s

    def destination(self, volunteer_id: int) -> int:
        """Return the node that the volunteer goes to, or is at; -1 for none."""
        return self._target_node(self._state.volunteers[volunteer_id])

    def bound_for(self, volunteer_id: int) -> tuple[float, float]:
        """Return the point that the volunteer goes to, or is at, metres."""
        volunteer = self._state.volunteers[volunteer_id]
        stop = volunteer.stop if volunteer.leg is None else volunteer.leg.target
        return (math.nan, math.nan) if stop is None else (stop.x, stop.y)

    def node_near(self, volunteer_id: int, x: float, y: float) -> int:
        """Return the node at which the volunteer leaves the streets to wait at a point."""
        mode = self._state.volunteers[volunteer_id].person.mode
        return self._travel.stop_near(x, y, mode).nodes[mode]

    def team_names(self) -> Sequence[str]:
        """Return the names of all teams, in the order of the scenario."""
        return self._world.team_names

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
        return self._travel.ground.neighbours(node, mode)

    def node_of(self, volunteer_id: int) -> int:
        """Return the node at which the volunteer is, or the next one they come to."""
        volunteer = self._state.volunteers[volunteer_id]
        ways = self._travel.departures(volunteer, volunteer.person.mode)
        return ways[0].node if ways else NO_NODE

    def arc_time_s(self, volunteer_id: int, node: int, next_node: int) -> float:
        """Return the time for the street between two neighbours; infinite without one."""
        mode = self._state.volunteers[volunteer_id].person.mode
        arc = self._travel.ground.ways_from(node, mode).get(next_node)
        return math.inf if arc is None else to_s(self._travel.arc_time_us(arc, mode))

    def hot_spots(self, count: int) -> Sequence[HotSpot]:
        """Return the nodes with the most expected incidents, heaviest first."""
        if self._hot_spots is None:
            self._hot_spots = rank_hot_spots(self._world)
        return self._hot_spots[:count]

    def demand_map(self, name: str) -> DemandMap:
        """Return a map of demand of the scenario."""
        return demand_map(self._world, name)

    def times_over_map_s(
        self, volunteer_id: int, x: float, y: float, name: str, priority: int | None = None
    ) -> npt.NDArray[np.float64]:
        """Return the times from a point to all cells of a map of demand, door to door."""
        volunteer = self._state.volunteers[volunteer_id]
        mode = volunteer.person.mode if priority is None else volunteer.mode_for(priority)
        stop = self._travel.stop_near(x, y, mode)
        return door_times_s(self._travel, stop, demand_cells(self._world, name), mode)

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
        now_us, people = self._clock.now_us, self._state.volunteers
        pool = [*(people[i] for i in self._state.free), *self._who_may_leave(incident)]
        pool.sort(key=lambda who: who.id)
        return [v for v in pool if self._is_meant(v) and why_unfit(v, incident, now_us) is None]

    def _is_meant(self, volunteer: VolunteerState) -> bool:
        """Whether it is for this policy to ask somebody."""
        return self._may_decline in {None, volunteer.person.may_decline}

    def _first_there(
        self, incident: IncidentState, place: Stop, count: int
    ) -> list[tuple[int, int]]:
        """Search once per mode; each list is sorted, so the best of all are among them."""
        busy, now_us = self._who_may_leave(incident), self._clock.now_us
        found: list[tuple[int, int]] = []
        fitting = self._fleet.fitting(incident, now_us, may_decline=self._may_decline)
        for mode, groups in sorted(fitting.items()):
            found += self._nearest_of_mode(incident, place, (mode, groups, busy), count)
        return sorted(found)[:count]

    def _nearest_of_mode(
        self,
        incident: IncidentState,
        place: Stop,
        who: tuple[int, list[int], list[VolunteerState]],
        count: int,
    ) -> list[tuple[int, int]]:
        mode, groups, busy = who
        fleet, now_us, priority = self._fleet, self._clock.now_us, incident.row.priority
        ready, others = fleet.could_go(groups, mode, now_us, incident.declined, place)
        near = [*others, *fleet.resting_near(place, mode)]
        if not near and not busy:
            return self._rank(place, ready, mode, count)
        people = self._state.volunteers
        close = [
            volunteer
            for volunteer in (*(people[i] for i in near), *busy)
            if volunteer.mode_for(priority) == mode
            and self._is_meant(volunteer)
            and why_unfit(volunteer, incident, now_us) is None
        ]
        found = self._straight_there(close, place, mode)
        more = [
            seed
            for who in close
            if who.stop is None or who in busy
            for seed in self._seeds(who, mode)
        ]
        seeds = _joined(ready, more)
        for arrival_us, volunteer_id in self._rank(place, seeds, mode, count):
            found[volunteer_id] = min(arrival_us, found.get(volunteer_id, arrival_us))
        return sorted((arrival_us, volunteer_id) for volunteer_id, arrival_us in found.items())

    def _rank(
        self, place: Stop, seeds: tuple[Ints, Ints, Ints, Ints], mode: int, count: int
    ) -> list[tuple[int, int]]:
        """Return who is first at a place over the streets, as (time from now, id)."""
        targets, warp = self._travel.targets(place, mode), self._travel.pacing.warp(mode)
        nearest_of = self._travel.router.nearest_of
        if warp is None or not len(seeds[0]) or count < 1:
            return nearest_of(targets, seeds, mode=mode, count=count)
        ask = partial(nearest_of, targets, mode=mode)
        now_us = self._clock.now_us
        ready_us = self._fleet.ready_us(seeds[0], now_us)
        return first_on_the_clock(ask, warp, seeds, ready_us, now_us, count)

    def _straight_there(
        self, people: list[VolunteerState], place: Stop, mode: int
    ) -> dict[int, int]:
        """Return when those are there who are at a place, or on its street and in time."""
        now_us = self._clock.now_us
        found: dict[int, int] = {}
        for volunteer in people:
            ready_us = _turnout_us(volunteer, now_us)
            near_us = self._near_us(volunteer, place, mode, ready_us)
            if near_us is not None:
                arrival_us = ready_us + near_us
                if arrival_us <= _time_left_us(volunteer, now_us):
                    found[volunteer.id] = arrival_us
        return found

    def _seeds(self, volunteer: VolunteerState, mode: int) -> list[Seed]:
        ready_us = _turnout_us(volunteer, self._clock.now_us)
        left_us = _time_left_us(volunteer, self._clock.now_us)
        return [
            Seed(volunteer.id, way.node, ready_us + way.cost_us, left_us)
            for way in self._travel.departures(volunteer, mode, ready_us=ready_us)
        ]

    def _who_may_leave(self, incident: IncidentState) -> list[VolunteerState]:
        """Return busy people whom the preemption rules let go for an incident, by id."""
        return [] if self._may_decline else self._desk.who_may_leave(incident)

    def _near_us(
        self, volunteer: VolunteerState, place: Stop, mode: int, ready_us: int
    ) -> int | None:
        """Return the time to a place at which one is, or on whose street; None elsewhere."""
        if self._travel.is_at(volunteer, place):
            return 0
        if place.spot(mode) is None:
            return None
        return self._travel.straight_us(volunteer, place, mode, ready_us)

    def _candidate(self, arrival_us: int, volunteer_id: int) -> Candidate:
        present = self._state.volunteers[volunteer_id].incident
        return Candidate(volunteer_id, to_s(arrival_us), None if present is None else present.id)


def _turnout_us(volunteer: VolunteerState, now_us: int) -> int:
    """Return the expected time to the departure: the view never knows a drawn duration."""
    return expected_us(volunteer.person, with_turnout=volunteer.has_stood_by(now_us))


def _time_left_us(volunteer: VolunteerState, now_us: int) -> int:
    """Return how long somebody may still be sent for; `NEVER_US` for any time."""
    left_us = volunteer.must_stop_us
    return left_us if left_us == NEVER_US else left_us - now_us


def _joined(
    seeds: tuple[Ints, Ints, Ints, Ints], more: Sequence[Seed]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return some seeds and more of them as columns."""
    if not more:
        return seeds
    columns = np.array(more, np.int64).T
    ids, nodes, costs_us, deadlines_us = (
        np.concatenate(pair) for pair in zip(seeds, columns, strict=True)
    )
    return ids, nodes, costs_us, deadlines_us
