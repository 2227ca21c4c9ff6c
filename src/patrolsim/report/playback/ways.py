"""Legs as lists of straight pieces: whole streets as numbers, all else with its end point.

A street that is walked from corner to corner at its own speed is one small number: which of the
streets that leave the present corner it is. What lies off the road or begins or ends in the middle
of a street is a segment: how long it takes, and where it ends. Both are walked at constant speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import OFF_ROAD_STEP, Purpose
from patrolsim.network.streets import NO_NODE, SHARES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from patrolsim.eventlog import LegTable
    from patrolsim.network.streets import Stop
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]
    Point = tuple[float, float]

SAME_M = 0.001
"""Points so close are one."""


class Segment(NamedTuple):
    """A straight piece of a way: how long it takes, and where it ends in metres."""

    span_us: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A leg in pieces, in the order leads, hops, tails.

    Attributes
    ----------
    row
        Row of the leg in its table.
    leads, tails
        Segments before and after the whole streets.
    arcs
        The whole streets, by arc.
    start_us, planned_us, end_us
        Departure; arrival as planned; the moment until which it was walked.
    """

    row: int
    leads: tuple[Segment, ...]
    arcs: Ints
    tails: tuple[Segment, ...]
    start_us: int
    planned_us: int
    end_us: int

    @property
    def is_cut(self) -> bool:
        """Whether it was broken off."""
        return self.end_us < self.planned_us


class Moment(NamedTuple):
    """Where somebody is at a time, in metres."""

    time_us: int
    x: float
    y: float


class Wayfinder:
    """Takes the legs of a log apart.

    Parameters
    ----------
    world
        In which they were walked.
    legs
        The legs.
    """

    def __init__(self, world: World, legs: LegTable) -> None:
        streets = world.streets
        self._legs = legs
        self._streets = streets
        self._stops = _stops_by_point(world)
        first = legs.first_step
        self._first: list[int] = first.tolist()
        sizes = np.diff(first)
        begins = np.concatenate(([0], legs.step_end_us[:-1])) if sizes.sum() else first[:0]
        begins[first[:-1]] = legs.start_us
        self._span_us = legs.step_end_us - begins
        mode = np.repeat(legs.mode, sizes)
        on_road = legs.step_arc != OFF_ROAD_STEP
        weight_us = streets.weight_us[mode, np.where(on_road, legs.step_arc, 0)]
        self._is_whole = on_road & (self._span_us == weight_us)
        self._weight_us = self._times_when_planned(world, mode, weight_us, sizes)
        self._broken_before = np.concatenate(([0], np.cumsum(~self._is_whole)))

    def _times_when_planned(self, world: World, mode: Ints, usual_us: Ints, sizes: Ints) -> Ints:
        """Return the time of each step's street when its leg was planned."""
        found = usual_us.copy()
        starts_us = np.repeat(self._legs.start_us, sizes)
        arcs = np.maximum(self._legs.step_arc, 0)
        for phase in world.phases:
            later = starts_us >= phase.start_us
            found[later] = phase.local_us[mode[later], arcs[later]]
        return found

    def way(self, row: int) -> Way:
        """Return a leg in pieces; of a patrol that was called away only what was walked."""
        legs = self._legs
        first, last = self._first[row], self._first[row + 1]
        start_us, end_us = int(legs.start_us[row]), int(legs.end_us[row])
        planned_us = int(legs.step_end_us[last - 1])
        if end_us < planned_us and legs.purpose[row] == Purpose.PATROL:
            last = first + int(np.searchsorted(legs.step_end_us[first:last], end_us)) + 1
            planned_us = max(int(legs.step_end_us[last - 1]), end_us + 1)
        begin, end = self._whole_part(row, first, last)
        return Way(
            row=row,
            leads=tuple(self._segments(row, first, begin)),
            arcs=legs.step_arc[begin:end],
            tails=tuple(self._segments(row, end, last)),
            start_us=start_us,
            planned_us=planned_us,
            end_us=end_us,
        )

    def moments(self, row: int) -> list[Moment]:
        """Return the corners of a leg as it was walked, between which speed and direction hold."""
        way, legs, streets = self.way(row), self._legs, self._streets
        found = [Moment(way.start_us, float(legs.from_x[row]), float(legs.from_y[row]))]
        weight_us = streets.weight_us[int(legs.mode[row])]
        hops = (
            Segment(int(weight_us[arc]), *self._node(int(streets.head[arc])))
            for arc in way.arcs.tolist()
        )
        for piece in (*way.leads, *hops, *way.tails):
            before = found[-1]
            time_us = before.time_us + piece.span_us
            if time_us > way.end_us:
                share = (way.end_us - before.time_us) / piece.span_us
                x = before.x + share * (piece.x - before.x)
                y = before.y + share * (piece.y - before.y)
                return [*found, Moment(way.end_us, x, y)]
            found.append(Moment(time_us, piece.x, piece.y))
        return found

    def _whole_part(self, row: int, first: int, last: int) -> tuple[int, int]:
        """Return the steps, begin and end, that are whole streets in one piece."""
        begin, end = first, last
        while begin < end and not (self._is_whole[begin] and self._starts_at_corner(row, begin)):
            begin += 1
        while end > begin and not (self._is_whole[end - 1] and self._ends_at_corner(row, end - 1)):
            end -= 1
        is_sound = self._broken_before[end] == self._broken_before[begin]
        return (begin, end) if is_sound else (last, last)

    def _starts_at_corner(self, row: int, step: int) -> bool:
        tail = int(self._streets.tail[self._legs.step_arc[step]])
        return _is_near(self._start_of(row, step), self._node(tail))

    def _ends_at_corner(self, row: int, step: int) -> bool:
        head = int(self._streets.head[self._legs.step_arc[step]])
        return _is_near(self._end_of(row, step), self._node(head))

    def _segments(self, row: int, begin: int, end: int) -> Iterator[Segment]:
        for step in range(begin, end):
            x, y = self._end_of(row, step)
            yield Segment(int(self._span_us[step]), x, y)

    def _start_of(self, row: int, step: int) -> Point:
        if step == self._first[row]:
            return float(self._legs.from_x[row]), float(self._legs.from_y[row])
        return self._end_of(row, step - 1)

    def _end_of(self, row: int, step: int) -> Point:
        """Return where a step ends."""
        legs = self._legs
        if step + 1 == self._first[row + 1]:
            return float(legs.to_x[row]), float(legs.to_y[row])
        arc, following = int(legs.step_arc[step]), int(legs.step_arc[step + 1])
        if OFF_ROAD_STEP not in (arc, following):
            return self._node(int(self._streets.head[arc]))
        ahead = arc != OFF_ROAD_STEP or following == OFF_ROAD_STEP
        return self._joint(row, step, is_ahead=ahead)

    def _joint(self, row: int, step: int, *, is_ahead: bool) -> Point:
        """Return where a way off the road leaves or meets the streets, after a step."""
        legs = self._legs
        target = (float(legs.to_x[row]), float(legs.to_y[row]))
        origin = (float(legs.from_x[row]), float(legs.from_y[row]))
        places = (target, origin) if is_ahead else (origin,)
        mode = int(legs.mode[row])
        for place in places:
            stop = self._stops.get(place)
            if stop is not None and stop.nodes[mode] != NO_NODE:
                return self._street_point(stop, mode)
        # Broken off on the way to the street and gone on: the rest of the arc says where.
        road = step if legs.step_arc[step] != OFF_ROAD_STEP else step + 1
        share = int(self._span_us[road]) / max(int(self._weight_us[road]), 1)
        return self._on_arc(int(legs.step_arc[road]), share if road == step else 1 - share)

    def _street_point(self, stop: Stop, mode: int) -> Point:
        spot = stop.spot(mode)
        if spot is None:
            return self._node(stop.nodes[mode])
        return self._on_arc(spot.arc, spot.share / SHARES)

    def _on_arc(self, arc: int, share: float) -> Point:
        x, y = self._node(int(self._streets.tail[arc]))
        to_x, to_y = self._node(int(self._streets.head[arc]))
        return x + share * (to_x - x), y + share * (to_y - y)

    def _node(self, node: int) -> Point:
        return float(self._streets.x[node]), float(self._streets.y[node])


def _is_near(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) < SAME_M and abs(one[1] - other[1]) < SAME_M


def _stops_by_point(world: World) -> dict[Point, Stop]:
    """Return every place that the world knows, by where it lies."""
    groups = (
        (person.base for person in world.volunteers),
        (stop for stops in world.places.values() for stop in stops),
        world.incidents.stops,
        (one.elsewhere.stop for one in (world.deterrable or {}).values() if one.elsewhere),
    )
    return {(stop.x, stop.y): stop for group in groups for stop in group}
