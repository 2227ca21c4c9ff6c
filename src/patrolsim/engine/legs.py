"""Legs: ways under way, whose positions are computed only when somebody asks.

A leg is a list of steps, each an arc (or a part of one) or a way off the road between a place
and its street, with the planned end of each. Nobody is moved block by block; a leg that is
broken off is cut at the moment, and the next leg starts from the middle of the street.

All but `Leg.ends_us` and the moments of its start and end is counted in work: the time at the
usual speed of the mode, which is that of the clock unless the speed changes by the hour.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.eventlog import NOBODY, OFF_ROAD_STEP
from patrolsim.network.joints import NO_ARC, Joint, both_directions, ways_out
from patrolsim.network.streets import CLOSED_US, NO_NODE
from patrolsim.network.warp import NS_PER_US
from patrolsim.network.ways import NO_ARCS

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.engine.ground import Ground
    from patrolsim.eventlog import Purpose
    from patrolsim.network.cells import Ints32
    from patrolsim.network.streets import Stop
    from patrolsim.network.warp import Warp


class Departure(NamedTuple):
    """One way of leaving where one is: the node that comes first, and how one gets there.

    Attributes
    ----------
    node
        The node.
    off_road_us
        Time off the road before the street is reached.
    rest_us
        Time on the street to the node.
    arc, weight_us
        The arc walked to it (or the rest of it), and the time of the whole arc at the same
        speed, so that the rest tells the position; `NO_ARC` and 0 for none.
    place
        Where one is off the road; None on the streets.
    """

    node: int
    off_road_us: int
    rest_us: int
    arc: int
    weight_us: int
    place: Stop | None

    @property
    def cost_us(self) -> int:
        """Time to the node."""
        return self.off_road_us + self.rest_us


@dataclass(slots=True, eq=False)
class Leg:
    """One leg of one volunteer.

    Attributes
    ----------
    mode, purpose, incident_id
        Index of the mode, why it is walked, for which incident (`NOBODY` for none).
    start_us, from_x, from_y
        When and where it starts.
    arcs, ends_us
        The steps, each with its planned end on the clock; at least one. Views of memory, as the
        log takes them.
    own_ends_us
        When each step would end at the usual speed: its work, added up from the start.
    first_road, last_road
        Index of the first and of the last step on an arc; the last comes before the first when
        there is none.
    begun_us, first_weight_us
        How much of the first arc lay behind at the start, and the time of the whole arc.
    last_weight_us
        Time of the whole last arc, which may be walked in part; 0 without arcs.
    origin
        The place that the first step, off the road, leads away from; None when it does not.
    target
        Where it leads.
    end_us
        Planned arrival, or the moment at which it was broken off.
    warp
        The speeds by the hour; None for the usual speed, at which `own_ends_us` is `ends_us`.
    ground
        The streets as they were when the leg was planned, or seen to go on as planned.
    keeps_way
        Whether somebody has named each corner of the way, rather than where it leads.
    """

    mode: int
    purpose: Purpose
    incident_id: int
    start_us: int
    from_x: float
    from_y: float
    arcs: memoryview[int]
    ends_us: memoryview[int]
    own_ends_us: memoryview[int]
    first_road: int
    last_road: int
    begun_us: int
    first_weight_us: int
    last_weight_us: int
    origin: Stop | None
    target: Stop
    end_us: int
    warp: Warp | None
    ground: Ground
    keeps_way: bool = False

    def cut(self, now_us: int) -> None:
        """Break the leg off now, unless it has ended."""
        self.end_us = min(self.end_us, now_us)

    def own_us(self, now_us: int) -> int:
        """Return the start and the work done until now, or until it was broken off.

        Work is rounded down to whole microseconds: nobody gains by being called away. It comes
        to the end of a step in the very microsecond in which the clock does.
        """
        time_us = min(now_us, self.end_us)
        if self.warp is None:
            return time_us
        return self.start_us + self.warp.work_between_ns(self.start_us, time_us) // NS_PER_US

    def step_at(self, time_us: int) -> tuple[int, int]:
        """Return the step at an own time before the planned end, and when that step began."""
        step = bisect_left(self.own_ends_us, time_us)
        return step, self.own_ends_us[step - 1] if step else self.start_us

    def done_us(self, step: int, time_us: int) -> tuple[int, int]:
        """Return how much of a step's arc lies behind at an own time, and the whole arc."""
        began_us = self.own_ends_us[step - 1] if step else self.start_us
        begun_us = self.begun_us if step == self.first_road else 0
        if step == self.first_road:
            whole_us = self.first_weight_us
        elif step == self.last_road:
            whole_us = self.last_weight_us
        else:
            whole_us = self.own_ends_us[step] - began_us
        return begun_us + time_us - began_us, whole_us


class Errand(NamedTuple):
    """How and why a leg is walked: the mode, the purpose, the incident (`NOBODY` for none)."""

    mode: int
    purpose: Purpose
    incident_id: int = NOBODY


class Start(NamedTuple):
    """When and where a leg starts: microseconds and metres; the streets at that moment."""

    time_us: int
    x: float
    y: float
    ground: Ground


class Roads(NamedTuple):
    """The part of a leg on the streets.

    Attributes
    ----------
    first_us
        Time on the arc of the departure; 0 when none of it is walked.
    way
        The arcs that are walked whole, one after the other.
    joint
        How the last arc is walked in part, to a place in its middle.
    """

    first_us: int
    way: Ints32
    joint: Joint


AT_ONCE = Joint(NO_NODE, 0, NO_ARC, 0)
"""The way ends at the last corner."""


def roads_straight(way_us: int) -> Roads:
    """Return the roads to a place further along the street on which one is."""
    return Roads(way_us, NO_ARCS, AT_ONCE)


def plan_leg(
    errand: Errand,
    start: Start,
    departure: Departure,
    roads: Roads,
    target: Stop,
    warp: Warp | None,
) -> Leg:
    """Return the leg that starts with a departure, follows roads and ends at a stop."""
    mode, start_us = errand.mode, start.time_us
    _corner, leaves_us, rest_us, first_arc, first_weight_us, place = departure
    first_us, way, (_node, last_us, last_arc, last_weight_us) = roads
    arrives_us, whole = target.off_road_us[mode], len(way)
    streets = whole + (first_us > 0) + (last_us > 0)
    first_road = 1 if leaves_us > 0 else 0
    size = max(first_road + streets + (arrives_us > 0), 1)
    plan = start_us, leaves_us, first_arc, first_us, last_arc, last_us, arrives_us
    arcs, own_ends_us = start.ground.lay(mode, way, plan, size)
    if last_us == 0 and whole:
        last_weight_us = start.ground.weight_us[mode][arcs[first_road + streets - 1]]
    elif last_us == 0:
        last_weight_us = first_weight_us if streets else 0
    ends_us = own_ends_us if warp is None else _on_the_clock(own_ends_us, start_us, warp)
    begun_us = first_weight_us - rest_us
    if rest_us == 0:
        begun_us, first_weight_us = 0, last_weight_us
        if streets > 1:
            first_weight_us = start.ground.weight_us[mode][arcs[first_road]]
    return Leg(
        mode,
        errand.purpose,
        errand.incident_id,
        start_us,
        start.x,
        start.y,
        arcs,
        ends_us,
        own_ends_us,
        first_road,
        first_road + streets - 1,
        begun_us,
        first_weight_us,
        last_weight_us,
        place if leaves_us > 0 else None,
        target,
        ends_us[-1],
        warp,
        start.ground,
    )


def _on_the_clock(own_ends_us: memoryview[int], start_us: int, warp: Warp) -> memoryview[int]:
    """Return when steps end, each counted from the start: roundings do not add up."""
    ends_us = [
        warp.arrival_us(start_us, NS_PER_US * (end_us - start_us)) for end_us in own_ends_us
    ]
    return memoryview(array("q", ends_us))


def direct_us(ground: Ground, departure: Departure, target: Stop, mode: int) -> int | None:
    """Return the time on the street on which both lie, if the target lies ahead; else None."""
    spot = target.spot(mode)
    if spot is None or departure.arc == NO_ARC:
        return None
    for here in both_directions(ground, spot):
        if here.arc == departure.arc:
            beyond_us = departure.weight_us - here.along_us(departure.weight_us)
            left_us = departure.rest_us - beyond_us
            return left_us if left_us >= 0 else None
    return None


def departures_from_stop(ground: Ground, stop: Stop, mode: int) -> list[Departure]:
    """Return the ways on to the streets from a place; empty when the mode has none."""
    off_road_us = stop.off_road_us[mode]
    return [
        Departure(node, off_road_us, rest_us, arc, weight_us, stop)
        for node, rest_us, arc, weight_us in ways_out(ground, stop, mode)
    ]


def departures_from_leg(
    ground: Ground,
    leg: Leg,
    now_us: int,
    mode: int,
    recast: Callable[[int], int] | None = None,
) -> list[Departure]:
    """Return the ways on from where a leg is now: none, one or two.

    A person in the middle of a street goes on to its end, or turns round where the mode may.
    Off the road one goes on to the streets, or back to them. A new mode starts at the next
    node: until there the speed is that of the leg (the rule of JEMSS.jl too), but for the way
    back from a place off the road. `recast` turns the work that is left of the old mode into
    work of the new one, where their speeds change at different hours. Where the street takes
    another time than when the leg was planned, the same part of it is left.
    """
    time_us = leg.own_us(now_us)
    if time_us >= leg.own_ends_us[-1]:
        return departures_from_stop(ground, leg.target, mode)
    step, _began_us = leg.step_at(time_us)
    arc = leg.arcs[step]
    if arc == OFF_ROAD_STEP:
        return _departures_off_road(ground, leg, time_us, mode, recast)
    done_us, whole_us = leg.done_us(step, time_us)
    if done_us == 0:
        return [Departure(ground.tail[arc], 0, 0, NO_ARC, 0, None)]
    left_us = whole_us - done_us
    onward = _at_present(Departure(ground.head[arc], 0, left_us, arc, whole_us, None), leg, ground)
    onward = _recast(onward, recast)
    back = ground.twin[arc]
    if back < 0 or left_us == 0 or not ground.modes[mode].turns_round:
        return [onward]
    back_us = ground.weight_us[mode][back]
    if back_us == CLOSED_US:
        return [onward]
    walked_us = back_us * done_us // whole_us
    return [onward, Departure(ground.tail[arc], 0, walked_us, back, back_us, None)]


def _at_present(way: Departure, leg: Leg, ground: Ground) -> Departure:
    """Return the way to the end of a street in its present time; the share left stays."""
    if leg.ground is ground:
        return way
    before_us, present_us = (one.weight_us[leg.mode][way.arc] for one in (leg.ground, ground))
    if before_us == present_us or CLOSED_US in {before_us, present_us}:
        return way
    return way._replace(
        rest_us=-(-way.rest_us * present_us // before_us),
        weight_us=-(-way.weight_us * present_us // before_us),
    )


def passages(ground: Ground, leg: Leg) -> list[tuple[int, int]]:
    """Return (time on the clock, node) for each node that the leg comes to, in order."""
    roads = range(leg.first_road, leg.last_road + 1)
    found = [(leg.ends_us[step], ground.head[leg.arcs[step]]) for step in roads]
    return found[:-1] if found and ends_within(leg) else found


def ends_within(leg: Leg) -> bool:
    """Whether the last street of a leg is left before its end."""
    done_us, whole_us = leg.done_us(leg.last_road, leg.own_ends_us[leg.last_road])
    return done_us < whole_us


def _recast(way: Departure, recast: Callable[[int], int] | None) -> Departure:
    """Return the way to the end of a street in the work of a new mode; the share left stays."""
    if recast is None or way.rest_us == 0:
        return way
    rest_us = recast(way.rest_us)
    whole_us = -(-way.weight_us * rest_us // way.rest_us)
    return way._replace(rest_us=rest_us, weight_us=whole_us)


def _departures_off_road(
    ground: Ground, leg: Leg, time_us: int, mode: int, recast: Callable[[int], int] | None
) -> list[Departure]:
    """Go on to the streets, or back to them, from a place off the road."""
    step, began_us = leg.step_at(time_us)
    if step == 0 and leg.origin is not None:
        stop, way_us = leg.origin, leg.own_ends_us[0] - time_us
        way_us = way_us if recast is None else recast(way_us)
    else:
        stop, way_us = leg.target, time_us - began_us
        if mode != leg.mode:
            speeds = ground.modes[leg.mode].off_road_mps, ground.modes[mode].off_road_mps
            way_us = round(way_us * speeds[0] / speeds[1])
    stop = _joined_as(stop, leg.mode, mode)
    ways = departures_from_stop(ground, stop, mode)
    return [way._replace(off_road_us=way_us) for way in ways]


def _joined_as(stop: Stop, walked: int, mode: int) -> Stop:
    """Return a place such that one mode comes to the streets where another one would."""
    nodes, spots = list(stop.nodes), list(stop.spots)
    nodes[mode] = nodes[walked]
    if spots:
        spots[mode] = spots[walked]
    return stop._replace(nodes=tuple(nodes), spots=tuple(spots))
