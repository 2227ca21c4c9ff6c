"""Legs: ways under way, whose positions are computed only when somebody asks.

A leg is a list of steps, each an arc or a way off the road between a place and its node, with
the planned end of each. Nobody is moved block by block; a leg that is broken off is cut at the
moment, and the next leg starts from the middle of the street.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.eventlog import NOBODY, OFF_ROAD_STEP
from patrolsim.network.streets import CLOSED_US, NO_NODE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.eventlog import Purpose
    from patrolsim.network.streets import Mode, Stop, Streets


class Ground:
    """The streets as plain lists: reading one number from a list is faster than from an array."""

    __slots__ = ("head", "modes", "tail", "twin", "weight_us", "x", "y")

    def __init__(self, streets: Streets) -> None:
        self.modes: tuple[Mode, ...] = streets.modes
        self.tail: list[int] = streets.tail.tolist()
        self.head: list[int] = streets.head.tolist()
        self.twin: list[int] = streets.twin.tolist()
        self.weight_us: list[list[int]] = streets.weight_us.tolist()
        self.x: list[float] = streets.x.tolist()
        self.y: list[float] = streets.y.tolist()


class Departure(NamedTuple):
    """One way of leaving where one is: the node that comes first, and how one gets there.

    Attributes
    ----------
    node, cost_us
        The node, and the time to it.
    arc
        The arc walked to it (or the rest of it); `OFF_ROAD_STEP` for none.
    weight_us
        Time of the whole arc at the same speed, so that the rest tells the position.
    """

    node: int
    cost_us: int
    arc: int
    weight_us: int


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
    first_weight_us
        Time of the whole first arc: the first step may be the rest of one.
    entry_node
        The first node of the way.
    starts_off_road
        Whether the first step leads from a place to that node.
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
    first_weight_us: int
    entry_node: int
    starts_off_road: bool
    target: Stop
    end_us: int

    def cut(self, now_us: int) -> None:
        """Break the leg off now, unless it has ended."""
        self.end_us = min(self.end_us, now_us)


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


def plan_leg(
    ground: Ground,
    errand: Errand,
    start: Start,
    departure: Departure,
    way: Sequence[int],
    target: Stop,
) -> Leg:
    """Return the leg that starts with a departure, follows a way and ends at a stop."""
    weight = ground.weight_us[errand.mode]
    arcs: list[int] = []
    spans: list[int] = []
    if departure.cost_us > 0:
        arcs.append(departure.arc)
        spans.append(departure.cost_us)
    arcs += way
    spans += [weight[arc] for arc in way]
    off_road_us = target.off_road_us[errand.mode]
    if off_road_us > 0 or not arcs:
        arcs.append(OFF_ROAD_STEP)
        spans.append(off_road_us)
    ends_us = list(accumulate(spans, initial=start.time_us))[1:]
    first_weight_us = departure.weight_us if departure.cost_us > 0 else spans[0]
    return Leg(
        mode=errand.mode,
        purpose=errand.purpose,
        incident_id=errand.incident_id,
        start_us=start.time_us,
        from_x=start.x,
        from_y=start.y,
        arcs=arcs,
        ends_us=ends_us,
        first_weight_us=max(first_weight_us, 1),
        entry_node=departure.node,
        starts_off_road=departure.cost_us > 0 and departure.arc == OFF_ROAD_STEP,
        target=target,
        end_us=ends_us[-1],
    )


def departures_from_stop(stop: Stop, mode: int) -> list[Departure]:
    """Return the way on to the streets from a place; empty when the mode has none."""
    if stop.nodes[mode] == NO_NODE:
        return []
    off_road_us = stop.off_road_us[mode]
    return [Departure(stop.nodes[mode], off_road_us, OFF_ROAD_STEP, off_road_us)]


def departures_from_leg(ground: Ground, leg: Leg, now_us: int, mode: int) -> list[Departure]:
    """Return the ways on from where a leg is now: one or two.

    A person in the middle of a street goes on to its end, or turns round where the mode may.
    Off the road one goes on to the streets, or back to them. A new mode starts at the next
    node: until there the speed is that of the leg (the rule of JEMSS.jl too), but for the way
    back from a place off the road.
    """
    time_us = min(now_us, leg.end_us)
    step = bisect_left(leg.ends_us, time_us)
    if time_us >= leg.ends_us[-1]:
        return departures_from_stop(leg.target, mode)
    arc = leg.arcs[step]
    if arc == OFF_ROAD_STEP:
        return [_departure_off_road(ground, leg, step, time_us, mode)]
    left_us = leg.ends_us[step] - time_us
    whole_us = leg.first_weight_us if step == 0 else leg.ends_us[step] - leg.ends_us[step - 1]
    if left_us == whole_us:
        return [Departure(ground.tail[arc], 0, OFF_ROAD_STEP, 0)]
    onward = Departure(ground.head[arc], left_us, arc, whole_us)
    back = ground.twin[arc]
    if back < 0 or left_us == 0 or not ground.modes[mode].turns_round:
        return [onward]
    back_us = ground.weight_us[mode][back]
    if back_us == CLOSED_US:
        return [onward]
    walked_us = back_us * (whole_us - left_us) // whole_us
    return [onward, Departure(ground.tail[arc], walked_us, back, back_us)]


def position(ground: Ground, leg: Leg, now_us: int) -> tuple[float, float]:
    """Return where a leg is now, in metres: a straight line along each step."""
    time_us = min(now_us, leg.end_us)
    if time_us >= leg.ends_us[-1]:
        return leg.target.x, leg.target.y
    step = bisect_left(leg.ends_us, time_us)
    start_us = leg.ends_us[step - 1] if step else leg.start_us
    span_us = leg.ends_us[step] - start_us
    share = (time_us - start_us) / span_us if span_us else 1.0
    (x, y), (to_x, to_y) = _step_ends(ground, leg, step)
    return x + share * (to_x - x), y + share * (to_y - y)


def node_passed_or_next(ground: Ground, leg: Leg, now_us: int, mode: int) -> int:
    """Return the node that a leg is at or comes to next; `NO_NODE` when it has none."""
    ways = departures_from_leg(ground, leg, now_us, mode)
    return ways[0].node if ways else NO_NODE


def passages(ground: Ground, leg: Leg) -> list[tuple[int, int]]:
    """Return (time, node) for each node that the leg comes to, in order."""
    return [
        (end_us, ground.head[arc])
        for arc, end_us in zip(leg.arcs, leg.ends_us, strict=True)
        if arc != OFF_ROAD_STEP
    ]


def _departure_off_road(ground: Ground, leg: Leg, step: int, time_us: int, mode: int) -> Departure:
    start_us = leg.ends_us[step - 1] if step else leg.start_us
    is_leaving = step == 0 and leg.starts_off_road
    before = leg.arcs[step - 1] if step else OFF_ROAD_STEP
    node = leg.entry_node if before == OFF_ROAD_STEP else ground.head[before]
    if is_leaving:
        way_us = leg.ends_us[step] - time_us
        return Departure(node, way_us, OFF_ROAD_STEP, way_us)
    way_us = time_us - start_us
    if mode != leg.mode:
        speeds = ground.modes[leg.mode].off_road_mps, ground.modes[mode].off_road_mps
        way_us = round(way_us * speeds[0] / speeds[1])
    return Departure(node, way_us, OFF_ROAD_STEP, way_us)


def _step_ends(
    ground: Ground, leg: Leg, step: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    arc = leg.arcs[step]
    if step == 0:
        start = leg.from_x, leg.from_y
    else:
        before = leg.arcs[step - 1]
        node = leg.entry_node if before == OFF_ROAD_STEP else ground.head[before]
        start = ground.x[node], ground.y[node]
    if arc != OFF_ROAD_STEP:
        node = ground.head[arc]
    elif step == 0 and leg.starts_off_road:
        node = leg.entry_node
    else:
        return start, (leg.target.x, leg.target.y)
    return start, (ground.x[node], ground.y[node])
