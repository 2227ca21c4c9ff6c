"""How much patrol the hot spots got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import Event, Purpose

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.metrics.facts import WorldFacts

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

HOT_SPOTS = 20
"""How many of the nodes with the most expected incidents are looked at."""
GOOD_STOP_S = (600.0, 960.0)
"""A stop of 10 to 16 minutes deters longest: Koper, C. S. (1995), Just enough police presence,
Justice Quarterly 12, 649-672."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """The patrol that a hot spot got.

    Attributes
    ----------
    node, x, y
        Where it is: index of the node, metres.
    visits
        How often a patrol came by or stopped.
    stops
        How often a patrol stayed.
    stopped_s
        Person-seconds of these stops.
    good_stops
        How many of the stops lasted from 10 to 16 minutes.
    """

    node: int
    x: float
    y: float
    visits: int
    stops: int
    stopped_s: float
    good_stops: int


class _Stops(NamedTuple):
    """Patrol legs that ended where they led: at which node, and how long the stop was."""

    node: Ints
    passed: Ints
    stopped_s: npt.NDArray[np.float64]


def patrol_dose(
    log: EventLog, world: WorldFacts, *, count: int = HOT_SPOTS, from_us: int = 0
) -> tuple[Dose, ...]:
    """Return the dose of each hot spot, heaviest first; none without a forecast."""
    spots = hottest_nodes(world, count)
    if not spots.size:
        return ()
    stops = _read_stops(log, world, spots, from_us)
    return tuple(_dose(node, stops, world) for node in spots.tolist())


def hottest_nodes(world: WorldFacts, count: int) -> Ints:
    """Return the nodes with the most expected incidents, heaviest first, ties by number."""
    weight = world.forecast.per_node
    order = np.lexsort((np.arange(weight.size), -weight))[:count]
    return order[weight[order] > 0].astype(np.int64)


def _dose(node: int, stops: _Stops, world: WorldFacts) -> Dose:
    shortest_s, longest_s = GOOD_STOP_S
    stopped_s = stops.stopped_s[(stops.node == node) & (stops.stopped_s > 0)]
    return Dose(
        node=node,
        x=float(world.streets.x[node]),
        y=float(world.streets.y[node]),
        visits=int(np.count_nonzero(stops.passed == node)),
        stops=stopped_s.size,
        stopped_s=float(stopped_s.sum()),
        good_stops=int(np.count_nonzero((stopped_s >= shortest_s) & (stopped_s <= longest_s))),
    )


def _read_stops(log: EventLog, world: WorldFacts, spots: Ints, from_us: int) -> _Stops:
    """Find where patrols passed and stopped."""
    legs = log.legs
    is_patrol = (legs.purpose == Purpose.PATROL) & (legs.end_us >= from_us)
    planned_us = legs.step_end_us[legs.first_step[1:] - 1]
    arrived = np.flatnonzero(is_patrol & (legs.end_us >= planned_us))
    node = _node_at(legs.to_x[arrived], legs.to_y[arrived], world, spots)
    stopped_s = (_end_of_stop_us(log, arrived) - legs.end_us[arrived]) / 1e6
    return _Stops(node, _passed_nodes(log, world, is_patrol, (arrived, node)), stopped_s)


def _node_at(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], world: WorldFacts, spots: Ints
) -> Ints:
    """Return which hot spot lies exactly at each point, or -1: stops at a node have its place."""
    streets = world.streets
    known = {(float(streets.x[node]), float(streets.y[node])): node for node in spots.tolist()}
    points = zip(x.tolist(), y.tolist(), strict=True)
    return np.array([known.get(point, -1) for point in points], np.int64)


def _passed_nodes(
    log: EventLog, world: WorldFacts, is_patrol: Bools, ends: tuple[Ints, Ints]
) -> Ints:
    """Return the head of every street that patrols walked to its end, once per visit.

    A leg that ends where it began, off the streets, is a visit too.
    """
    legs = log.legs
    steps = np.diff(legs.first_step)
    walked = np.repeat(is_patrol, steps) & (legs.step_end_us <= np.repeat(legs.end_us, steps))
    arcs = legs.step_arc[walked]
    passed = world.streets.head[arcs[arcs >= 0]].astype(np.int64)
    arrived, node = ends
    on_streets = np.add.reduceat(legs.step_arc >= 0, legs.first_step[:-1]) if steps.size else steps
    without_street = node[on_streets[arrived] == 0]
    return np.concatenate([passed, without_street])


def _end_of_stop_us(log: EventLog, legs_ended: Ints) -> Ints:
    """Return when the person left or did something else after each of these legs."""
    legs, events = log.legs, log.events
    changes = np.flatnonzero(events.event == Event.STATUS)
    volunteer = np.concatenate([legs.volunteer_id, events.volunteer_id[changes]])
    time_us = np.concatenate([legs.start_us, events.time_us[changes]])
    order = np.lexsort((time_us, volunteer))
    span = log.horizon_us + 1
    keys = volunteer[order] * span + time_us[order]
    who, end_us = legs.volunteer_id[legs_ended], legs.end_us[legs_ended]
    after = np.searchsorted(keys, who * span + end_us, side="left")
    is_there = after < keys.size
    next_row = order[np.minimum(after, keys.size - 1)]
    same = is_there & (volunteer[next_row] == who)
    return np.where(same, time_us[next_row], log.horizon_us)
