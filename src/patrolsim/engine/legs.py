"""Legs: ways under way, whose positions are computed only when somebody asks.

A leg is a list of steps, each an arc (or a part of one) or a way off the road between a place
and its street, with the planned end of each. Nobody is moved block by block; a leg that is
broken off is cut at the moment, and the next leg starts from the middle of the street.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim.eventlog import NOBODY, OFF_ROAD_STEP
from patrolsim.network.joints import NO_ARC, both_directions, ways_out
from patrolsim.network.streets import CLOSED_US, SHARES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.eventlog import Purpose
    from patrolsim.network.joints import Joint
    from patrolsim.network.streets import Mode, Stop, Streets

MOST_LISTED = 50_000
"""Networks of more arcs are not copied into lists."""


class Ground:
    """The streets as Python's own numbers: reading one from an array is slower.

    Small networks are plain lists. Large ones are views of the memory of the streets, three
    times slower to read from, but no copy: a list takes forty bytes per number.
    """

    __slots__ = ("head", "modes", "tail", "twin", "weight_us", "x", "y")

    def __init__(self, streets: Streets) -> None:
        def row(values: npt.NDArray[Any]) -> Any:
            return values.tolist() if len(streets.tail) <= MOST_LISTED else values.data

        self.modes: tuple[Mode, ...] = streets.modes
        self.tail: Sequence[int] = row(streets.tail)
        self.head: Sequence[int] = row(streets.head)
        self.twin: Sequence[int] = row(streets.twin)
        self.weight_us: list[Sequence[int]] = [row(weights) for weights in streets.weight_us]
        self.x: Sequence[float] = row(streets.x)
        self.y: Sequence[float] = row(streets.y)


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
        The steps, each with its planned end; at least one.
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
    """

    mode: int
    purpose: Purpose
    incident_id: int
    start_us: int
    from_x: float
    from_y: float
    arcs: list[int]
    ends_us: list[int]
    first_road: int
    last_road: int
    begun_us: int
    first_weight_us: int
    last_weight_us: int
    origin: Stop | None
    target: Stop
    end_us: int

    def cut(self, now_us: int) -> None:
        """Break the leg off now, unless it has ended."""
        self.end_us = min(self.end_us, now_us)

    def step_at(self, time_us: int) -> tuple[int, int]:
        """Return the step at a time before the planned end, and when that step began."""
        step = bisect_left(self.ends_us, time_us)
        return step, self.ends_us[step - 1] if step else self.start_us

    def done_us(self, step: int, time_us: int) -> tuple[int, int]:
        """Return how much of a step's arc lies behind at a time, and the time of the whole arc."""
        began_us = self.ends_us[step - 1] if step else self.start_us
        begun_us = self.begun_us if step == self.first_road else 0
        if step == self.first_road:
            whole_us = self.first_weight_us
        elif step == self.last_road:
            whole_us = self.last_weight_us
        else:
            whole_us = self.ends_us[step] - began_us
        return begun_us + time_us - began_us, whole_us


class Errand(NamedTuple):
    """How and why a leg is walked: the mode, the purpose, the incident (`NOBODY` for none)."""

    mode: int
    purpose: Purpose
    incident_id: int = NOBODY


class Start(NamedTuple):
    """When and where a leg starts: microseconds and metres."""

    time_us: int
    x: float
    y: float


class Roads(NamedTuple):
    """The part of a leg on the streets.

    Attributes
    ----------
    arcs, spans_us
        The arcs, and the time spent on each: the first and the last may be walked in part.
    last_weight_us
        Time of the whole last arc; 0 without arcs.
    """

    arcs: list[int]
    spans_us: list[int]
    last_weight_us: int


def roads_along(
    departure: Departure, way: Sequence[int], joint: Joint, weight_us: Sequence[int]
) -> Roads:
    """Return the roads from a departure over the arcs of a way to a joint of the target."""
    arcs, spans_us = list(way), list(map(weight_us.__getitem__, way))
    if departure.rest_us > 0:
        arcs.insert(0, departure.arc)
        spans_us.insert(0, departure.rest_us)
    whole_us = weight_us[way[-1]] if way else departure.weight_us
    if joint.cost_us > 0:
        arcs.append(joint.arc)
        spans_us.append(joint.cost_us)
        whole_us = joint.weight_us
    return Roads(arcs, spans_us, whole_us if arcs else 0)


def roads_straight(departure: Departure, way_us: int) -> Roads:
    """Return the roads to a place further along the street on which one is."""
    if way_us == 0:
        return Roads([], [], 0)
    return Roads([departure.arc], [way_us], departure.weight_us)


def plan_leg(
    errand: Errand,
    start: Start,
    departure: Departure,
    roads: Roads,
    target: Stop,
) -> Leg:
    """Return the leg that starts with a departure, follows roads and ends at a stop."""
    leaves_us, arrives_us = departure.off_road_us, target.off_road_us[errand.mode]
    arcs, spans_us = roads.arcs, roads.spans_us
    first_road = 1 if leaves_us > 0 else 0
    last_road = first_road + len(arcs) - 1
    if leaves_us > 0:
        arcs, spans_us = [OFF_ROAD_STEP, *arcs], [leaves_us, *spans_us]
    if arrives_us > 0 or not arcs:
        arcs, spans_us = [*arcs, OFF_ROAD_STEP], [*spans_us, arrives_us]
    ends_us = list(accumulate(spans_us, initial=start.time_us))[1:]
    starts_within = departure.rest_us > 0
    if starts_within:
        first_weight_us = departure.weight_us
    else:
        first_weight_us = roads.spans_us[0] if len(roads.arcs) > 1 else roads.last_weight_us
    return Leg(
        mode=errand.mode,
        purpose=errand.purpose,
        incident_id=errand.incident_id,
        start_us=start.time_us,
        from_x=start.x,
        from_y=start.y,
        arcs=arcs,
        ends_us=ends_us,
        first_road=first_road,
        last_road=last_road,
        begun_us=departure.weight_us - departure.rest_us if starts_within else 0,
        first_weight_us=first_weight_us,
        last_weight_us=roads.last_weight_us,
        origin=departure.place if leaves_us > 0 else None,
        target=target,
        end_us=ends_us[-1],
    )


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


def departures_from_leg(ground: Ground, leg: Leg, now_us: int, mode: int) -> list[Departure]:
    """Return the ways on from where a leg is now: none, one or two.

    A person in the middle of a street goes on to its end, or turns round where the mode may.
    Off the road one goes on to the streets, or back to them. A new mode starts at the next
    node: until there the speed is that of the leg (the rule of JEMSS.jl too), but for the way
    back from a place off the road.
    """
    time_us = min(now_us, leg.end_us)
    if time_us >= leg.ends_us[-1]:
        return departures_from_stop(ground, leg.target, mode)
    step, _began_us = leg.step_at(time_us)
    arc = leg.arcs[step]
    if arc == OFF_ROAD_STEP:
        return _departures_off_road(ground, leg, time_us, mode)
    done_us, whole_us = leg.done_us(step, time_us)
    if done_us == 0:
        return [Departure(ground.tail[arc], 0, 0, NO_ARC, 0, None)]
    left_us = whole_us - done_us
    onward = Departure(ground.head[arc], 0, left_us, arc, whole_us, None)
    back = ground.twin[arc]
    if back < 0 or left_us == 0 or not ground.modes[mode].turns_round:
        return [onward]
    back_us = ground.weight_us[mode][back]
    if back_us == CLOSED_US:
        return [onward]
    walked_us = back_us * done_us // whole_us
    return [onward, Departure(ground.tail[arc], 0, walked_us, back, back_us, None)]


def position(ground: Ground, leg: Leg, now_us: int) -> tuple[float, float]:
    """Return where a leg is now, in metres: a straight line along each step."""
    time_us = min(now_us, leg.end_us)
    if time_us >= leg.ends_us[-1]:
        return leg.target.x, leg.target.y
    step, began_us = leg.step_at(time_us)
    arc = leg.arcs[step]
    if arc != OFF_ROAD_STEP:
        done_us, whole_us = leg.done_us(step, time_us)
        return _point_on(ground, arc, done_us / whole_us)
    span_us = leg.ends_us[step] - began_us
    share = (time_us - began_us) / span_us if span_us else 1.0
    (x, y), (to_x, to_y) = _off_road_line(ground, leg, step)
    return x + share * (to_x - x), y + share * (to_y - y)


def passages(ground: Ground, leg: Leg) -> list[tuple[int, int]]:
    """Return (time, node) for each node that the leg comes to, in order."""
    roads = range(leg.first_road, leg.last_road + 1)
    found = [(leg.ends_us[step], ground.head[leg.arcs[step]]) for step in roads]
    return found[:-1] if found and _ends_within(leg) else found


def _ends_within(leg: Leg) -> bool:
    """Whether the last street is left before its end."""
    done_us, whole_us = leg.done_us(leg.last_road, leg.ends_us[leg.last_road])
    return done_us < whole_us


def _departures_off_road(ground: Ground, leg: Leg, time_us: int, mode: int) -> list[Departure]:
    """Go on to the streets, or back to them, from a place off the road."""
    step, began_us = leg.step_at(time_us)
    if step == 0 and leg.origin is not None:
        stop, way_us = leg.origin, leg.ends_us[0] - time_us
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


def _off_road_line(
    ground: Ground, leg: Leg, step: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    if step == 0 and leg.origin is not None:
        return (leg.from_x, leg.from_y), _street_point(ground, leg.origin, leg.mode)
    if step == 0:
        return (leg.from_x, leg.from_y), (leg.target.x, leg.target.y)
    return _street_point(ground, leg.target, leg.mode), (leg.target.x, leg.target.y)


def _street_point(ground: Ground, stop: Stop, mode: int) -> tuple[float, float]:
    """Return where the way off the road to a place begins."""
    spot, node = stop.spot(mode), stop.nodes[mode]
    if spot is not None:
        return _point_on(ground, spot.arc, spot.share / SHARES)
    return ground.x[node], ground.y[node]


def _point_on(ground: Ground, arc: int, share: float) -> tuple[float, float]:
    x, y = ground.x[ground.tail[arc]], ground.y[ground.tail[arc]]
    to_x, to_y = ground.x[ground.head[arc]], ground.y[ground.head[arc]]
    return x + share * (to_x - x), y + share * (to_y - y)
