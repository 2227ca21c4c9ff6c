"""Where people are and how they get somewhere: the engine's questions to the streets."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.engine.catchment import make_catchment
from patrolsim.engine.ground import Ground
from patrolsim.engine.legs import (
    AT_ONCE,
    Departure,
    Errand,
    Roads,
    Start,
    departures_from_leg,
    departures_from_stop,
    direct_us,
    plan_leg,
    roads_straight,
)
from patrolsim.engine.pacing import Pacing
from patrolsim.engine.positions import position
from patrolsim.engine.rest_of_leg import roads_ahead
from patrolsim.errors import SimulationError
from patrolsim.network.joints import NO_ARC, ways_in
from patrolsim.network.routers import Routers
from patrolsim.network.streets import UNREACHABLE_US

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.engine.catchment import Catchment
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.legs import Leg
    from patrolsim.engine.present import VolunteerState
    from patrolsim.network.joints import Joint
    from patrolsim.network.phases import Phase
    from patrolsim.network.router import Router
    from patrolsim.network.streets import Stop, Streets
    from patrolsim.network.warp import SpeedProfile

    Ints = npt.NDArray[np.int64]


MOST_KNOWN = 10_000
"""Places whose accesses are remembered."""


class Access(NamedTuple):
    """How a place joins the streets for a mode, as these are at present.

    Attributes
    ----------
    place
        The place.
    departures, joints
        The ways on from it, and those from the last corners before it.
    targets
        The last corners before it, each with the work from it to the place.
    """

    place: Stop
    departures: Sequence[Departure]
    joints: Sequence[Joint]
    targets: Sequence[tuple[int, int]]


class Travel:
    """Answers in exact microseconds; changes nothing.

    Parameters
    ----------
    streets, places
        The streets, and the places at which people may rest.
    clock
        Knows the time.
    profiles
        The speed of each mode over time; left out: always the usual one.
    routers
        What has been learned of these streets before; left out: nothing.

    Attributes
    ----------
    streets
        The usual streets: where they lie, and who can get where.
    ground, router
        The streets as they are at present, and the searches on them.
    local_us
        The present times of those who set out on an arc, end on it or are in its middle.
    groups
        Named places and groups of places, for `nearest_place`; empty at first.
    """

    def __init__(
        self,
        streets: Streets,
        places: Iterable[Stop],
        clock: Clock,
        profiles: Sequence[SpeedProfile] = (),
        routers: Routers | None = None,
    ) -> None:
        self.streets = streets
        self._places = {(stop.x, stop.y): stop for stop in places}
        self._routers = Routers() if routers is None else routers
        self.router = self._routers.of(streets)
        self.ground = Ground(streets, tier=self.router.tier)
        self.pacing = Pacing(profiles, len(streets.modes))
        self._clock = clock
        self._stops: dict[int, Stop] = {}
        self.local_us = streets.weight_us
        self.groups: Mapping[str, Sequence[Stop]] = {}
        self._catchments: dict[tuple[tuple[str, ...], int], Catchment] = {}
        self._accesses: dict[tuple[int, int], Access] = {}
        self._phases: dict[tuple[int, ...], tuple[Ground, Router, Ints]] = {}

    def change_to(self, phase: Phase) -> None:
        """Go on with the streets of a phase; what was learned of it before is kept."""
        if phase.active not in self._phases:
            router = self._routers.of(phase.streets)
            ground = Ground(phase.streets, phase.local_us, router.tier)
            self._phases[phase.active] = ground, router, phase.local_us
        self.ground, self.router, self.local_us = self._phases[phase.active]
        self._catchments.clear()
        self._accesses.clear()

    def position(self, volunteer: VolunteerState) -> tuple[float, float]:
        """Return where a volunteer is, in metres."""
        if volunteer.leg is not None:
            return position(self.ground, volunteer.leg, self._clock.now_us)
        stop = self._stop_of(volunteer)
        return stop.x, stop.y

    def departures(
        self, volunteer: VolunteerState, mode: int, *, ready_us: int = 0
    ) -> Sequence[Departure]:
        """Return the ways on from where a volunteer is, in work: none, one or two.

        They get ready first where they are, for so long.
        """
        leg, now_us = volunteer.leg, self._clock.now_us
        if leg is None:
            return self.access(self._stop_of(volunteer), mode).departures
        recast = self.pacing.recast(leg.mode, mode, now_us + ready_us)
        return departures_from_leg(self.ground, leg, now_us, mode, recast)

    def departures_at(self, stop: Stop, mode: int) -> Sequence[Departure]:
        """Return the ways on from a place where somebody rests."""
        return self.access(stop, mode).departures

    def access(self, stop: Stop, mode: int) -> Access:
        """Return how a place joins the streets; it is worked out once for each place."""
        key = (id(stop), mode)
        found = self._accesses.get(key)
        if found is None:  # it holds its place, so no other has the id while it is remembered
            if len(self._accesses) >= MOST_KNOWN:
                self._accesses.clear()
            joints, off_road_us = ways_in(self.ground, stop, mode), stop.off_road_us[mode]
            targets = [(joint.node, joint.cost_us + off_road_us) for joint in joints]
            departures = departures_from_stop(self.ground, stop, mode)
            found = self._accesses[key] = Access(stop, departures, joints, targets)
        return found

    def is_at(self, volunteer: VolunteerState, stop: Stop) -> bool:
        """Whether a volunteer rests at a place, or at another of the same position."""
        here = volunteer.stop
        return here is not None and (here is stop or (here.x, here.y) == (stop.x, stop.y))

    def time_to(self, volunteer: VolunteerState, stop: Stop, mode: int) -> int:
        """Return the travel time from now to a place; `UNREACHABLE_US` when no way leads there."""
        if self.is_at(volunteer, stop):
            return 0
        departures = self.departures(volunteer, mode)
        starts = [(way.node, way.cost_us) for way in departures]
        total_us = self.router.time(starts, self.targets(stop, mode), mode=mode)
        straight = self._straight(departures, stop, mode)
        if straight is not None:
            total_us = min(total_us, straight[0] + stop.off_road_us[mode])
        if total_us >= UNREACHABLE_US:
            return UNREACHABLE_US
        return self.pacing.lasts_us(mode, self._clock.now_us, total_us)

    def leg_to(self, volunteer: VolunteerState, stop: Stop, errand: Errand) -> Leg:
        """Return the fastest leg to a place, which must be reachable."""
        mode = errand.mode
        departures, access = self.departures(volunteer, mode), self.access(stop, mode)
        starts = [(way.node, way.cost_us) for way in departures]
        route = self.router.trace(starts, access.targets, mode=mode)
        start = self._start(volunteer)
        straight = self._straight(departures, stop, mode)
        if straight is not None and straight[0] + stop.off_road_us[mode] <= route.total_us:
            departure = departures[straight[1]]
            roads = roads_straight(straight[0] - departure.off_road_us)
        elif route.total_us >= UNREACHABLE_US:
            raise SimulationError(f"volunteer {volunteer.id} was sent where no way leads")
        else:
            departure = departures[route.start_index]
            joint = access.joints[route.target_index]
            roads = Roads(departure.rest_us, route.arcs, joint)
        return plan_leg(errand, start, departure, roads, stop, self.pacing.warp(mode))

    def targets(self, stop: Stop, mode: int) -> Sequence[tuple[int, int]]:
        """Return the last corners before a place, each with the work from it to the place.

        Whoever asks who is first there, and then for the way of the first, asks for the same
        targets: the second question goes on where the first one stopped.
        """
        return self.access(stop, mode).targets

    def straight_us(
        self, volunteer: VolunteerState, stop: Stop, mode: int, ready_us: int
    ) -> int | None:
        """Return the time to a place on the street on which the volunteer is; None elsewhere.

        It is counted from the moment at which they are ready, so long from now.
        """
        found = self._straight(self.departures(volunteer, mode, ready_us=ready_us), stop, mode)
        if found is None:
            return None
        leaves_us, work_us = self._clock.now_us + ready_us, found[0] + stop.off_road_us[mode]
        return self.pacing.lasts_us(mode, leaves_us, work_us)

    def leg_along(self, volunteer: VolunteerState, nodes: Sequence[int], errand: Errand) -> Leg:
        """Return the leg over these nodes, each a neighbour of the one before."""
        departure = self.departures(volunteer, errand.mode)[0]
        arcs = self.arcs_along((departure.node, *nodes), errand.mode)
        return self._leg_over(volunteer, departure, arcs, errand)

    def leg_anew(self, volunteer: VolunteerState) -> Leg:
        """Return a leg to where a volunteer goes, as one plans it on the present streets.

        A way of which each corner was named is kept unless it is closed.
        """
        leg = volunteer.leg
        if leg is None:
            raise SimulationError(f"volunteer {volunteer.id} is on no leg")
        errand = Errand(leg.mode, leg.purpose, leg.incident_id)
        if leg.keeps_way:
            departure = self.departures(volunteer, leg.mode)[0]
            ahead = roads_ahead(self.ground, leg, self._clock.now_us, departure)
            if ahead is not None:
                return self._leg_over(volunteer, departure, ahead, errand)
        return self.leg_to(volunteer, leg.target, errand)

    def _leg_over(
        self, volunteer: VolunteerState, departure: Departure, arcs: list[int], errand: Errand
    ) -> Leg:
        """Return the leg over these arcs, which end at a corner."""
        here = self.ground.head[arcs[-1]] if arcs else departure.node
        roads = Roads(departure.rest_us, np.array(arcs, np.int32), AT_ONCE)
        warp = self.pacing.warp(errand.mode)
        start, stop = self._start(volunteer), self.stop_at(here)
        leg = plan_leg(errand, start, departure, roads, stop, warp)
        leg.keeps_way = True
        return leg

    def _start(self, volunteer: VolunteerState) -> Start:
        return Start(self._clock.now_us, *self.position(volunteer), self.ground)

    def stop_at(self, node: int) -> Stop:
        """Return the place that lies on a node itself; the same object at every call."""
        if node not in self._stops:
            self._stops[node] = self.streets.stop_at_node(node)
        return self._stops[node]

    def stop_near(self, x: float, y: float, mode: int) -> Stop:
        """Return the named place or base at a point; else the usable node nearest to it."""
        named = self._places.get((x, y))
        return self.stop_at(self.node_near(x, y, mode)) if named is None else named

    def node_near(self, x: float, y: float, mode: int) -> int:
        """Return the usable node nearest to a point; ties: the lowest index."""
        streets = self.streets
        squares = (streets.x - x) ** 2 + (streets.y - y) ** 2
        squares[~streets.usable[mode]] = np.inf
        return int(np.argmin(squares))

    def arc_between(self, node: int, neighbour: int, mode: int) -> int:
        """Return the fastest arc between two neighbours; -1 when there is none."""
        return self.ground.ways_from(node, mode).get(neighbour, NO_ARC)

    def arcs_along(self, nodes: Sequence[int], mode: int) -> list[int]:
        """Return the fastest arc from each node to the next; -1 where there is none."""
        ways_from = self.ground.ways_from
        return [ways_from(node, mode).get(after, NO_ARC) for node, after in pairwise(nodes)]

    def arc_time_us(self, arc: int, mode: int) -> int:
        """Return the time for a street that is entered now."""
        return self.pacing.lasts_us(mode, self._clock.now_us, self.ground.weight_us[mode][arc])

    def nearest_place(self, start: Stop, group: tuple[str, ...], mode: int) -> Stop:
        """Return the place with one of some names that is reached first; ties: the first."""
        near = self._catchments.get((group, mode))
        if near is None:
            places = [stop for name in group for stop in self.groups[name]]
            near = make_catchment(self.ground, self.router, places, mode)
            self._catchments[group, mode] = near
        exits, spot = self.access(start, mode).departures, start.spot(mode)
        if spot is not None and spot.arc in near.arcs:
            return self._nearest_on_the_street(start, exits, near.places, mode)
        return near.nearest(exits)

    def _nearest_on_the_street(
        self, start: Stop, exits: Sequence[Departure], places: Sequence[Stop], mode: int
    ) -> Stop:
        """Return the place that is reached first where one lies on the street itself."""

        def time_us(place: Stop) -> int:
            ways = [
                way_us + leave.rest_us + joint.cost_us
                for joint in ways_in(self.ground, place, mode)
                for leave in exits
                if (way_us := int(self.router.times_to(joint.node, mode)[leave.node]))
                < UNREACHABLE_US
            ]
            straight = self._straight(exits, place, mode)
            if straight is not None:
                ways.append(straight[0] - start.off_road_us[mode])
            return min(ways) + place.off_road_us[mode] if ways else UNREACHABLE_US

        return min(places, key=time_us)

    def _straight(
        self, departures: Sequence[Departure], stop: Stop, mode: int
    ) -> tuple[int, int] | None:
        """Return work and number of the departure that leads straight along the street to a place.

        None when the place does not lie on the street that is walked.
        """
        if stop.spot(mode) is None:
            return None
        found = [
            (way.off_road_us + left_us, index)
            for index, way in enumerate(departures)
            if (left_us := direct_us(self.ground, way, stop, mode)) is not None
        ]
        return min(found, default=None)

    def _stop_of(self, volunteer: VolunteerState) -> Stop:
        if volunteer.stop is None:
            raise SimulationError(f"volunteer {volunteer.id} is nowhere")
        return volunteer.stop
