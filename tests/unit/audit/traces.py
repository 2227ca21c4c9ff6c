"""Traces written by hand: one line per row, legs as the nodes that they pass."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import (
    NOBODY,
    Event,
    EventLog,
    EventTable,
    LegTable,
    Purpose,
    Release,
    ShiftTable,
    Status,
)
from patrolsim.incidents import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.world import World

WORDS = {word.name: int(word) for enum in (Status, Release, Outcome) for word in enum}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A leg along nodes; what is left out is as it should be."""

    who: int
    start_us: int
    nodes: tuple[int, ...]
    incident: int = NOBODY
    purpose: Purpose = Purpose.TO_SCENE
    end_us: int | None = None
    step_us: tuple[int, ...] | None = None
    origin: tuple[float, float] | None = None
    arcs: tuple[int, ...] | None = None


def read_rows(text: str) -> EventTable:
    """Read rows such as ``500 ASSIGNED i0 v1 2``; a word may stand for the number at the end."""
    rows = sorted((_read_row(line) for line in text.splitlines() if line), key=lambda row: row[0])
    time_us, event, incident_id, volunteer_id, detail = np.array(rows, np.int64).T
    return EventTable(
        time_us=time_us,
        event=event,
        incident_id=incident_id,
        volunteer_id=volunteer_id,
        detail=detail,
    )


def make_log(world: World, text: str, ways: Sequence[Way]) -> EventLog:
    """Return the log of some rows and legs, with the shifts of the world."""
    legs = [_leg(world, way) for way in ways]
    ints = np.array([leg[0] for leg in legs], np.int64).reshape(-1, 6).T
    points = np.array([leg[1] for leg in legs], np.float64).reshape(-1, 4).T
    shifts = np.array([tuple(shift)[:3] for shift in world.shifts], np.int64).reshape(-1, 3).T
    return EventLog(
        events=read_rows(text),
        legs=LegTable(
            volunteer_id=ints[0],
            incident_id=ints[1],
            purpose=ints[2],
            mode=ints[3],
            start_us=ints[4],
            end_us=ints[5],
            from_x=points[0],
            from_y=points[1],
            to_x=points[2],
            to_y=points[3],
            first_step=np.cumsum([0, *(len(leg[2]) for leg in legs)]).astype(np.int64),
            step_arc=np.array([arc for leg in legs for arc in leg[2]], np.int64),
            step_end_us=np.array([end for leg in legs for end in leg[3]], np.int64),
        ),
        shifts=ShiftTable(volunteer_id=shifts[0], start_us=shifts[1], end_us=shifts[2]),
        horizon_us=world.horizon_us,
    )


def _read_row(line: str) -> tuple[int, int, int, int, int]:
    time_us, event, *about = line.split()
    incident, volunteer, detail = NOBODY, NOBODY, 0
    for word in about:
        if word[0] in "iv" and word[1:].isdigit():
            incident, volunteer = (
                (int(word[1:]), volunteer) if word[0] == "i" else (incident, int(word[1:]))
            )
        else:
            detail = WORDS[word] if word in WORDS else int(word)
    return int(time_us), int(Event[event]), incident, volunteer, detail


def _leg(
    world: World, way: Way
) -> tuple[tuple[int, ...], tuple[float, ...], Sequence[int], Sequence[int]]:
    streets = world.streets
    arcs = way.arcs or tuple(_arc(world, tail, head) for tail, head in pairwise(way.nodes))
    steps_us = way.step_us or tuple(int(streets.weight_us[0, arc]) for arc in arcs)
    ends_us = [way.start_us + sum(steps_us[: i + 1]) for i in range(len(steps_us))]
    end_us = ends_us[-1] if way.end_us is None else way.end_us
    first, last = way.nodes[0], way.nodes[-1]
    origin = way.origin or (float(streets.x[first]), float(streets.y[first]))
    target = float(streets.x[last]), float(streets.y[last])
    numbers = (way.who, way.incident, int(way.purpose), 0, way.start_us, end_us)
    return numbers, (*origin, *target), arcs, ends_us


def _arc(world: World, tail: int, head: int) -> int:
    streets = world.streets
    return int(np.flatnonzero((streets.tail == tail) & (streets.head == head))[0])
