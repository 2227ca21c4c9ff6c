"""The legs and states of everybody as columns of the trace, person by person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import Event, Purpose
from patrolsim.report.playback.ways import Segment, Way, Wayfinder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.eventlog import EventLog
    from patrolsim.network.streets import Stop
    from patrolsim.report.playback.mapping import Grid
    from patrolsim.world import World

US_PER_MS = 1000
NO_ROW = -1
"""The incident of a leg that ended before the window."""
AT_BASE = -1
"""In place of a row of the legs: a shift starts at the base."""
JUMP = len(Purpose)
"""In place of a purpose: no leg, but where somebody is from this moment on."""
FOR_INCIDENTS = (Purpose.TO_SCENE, Purpose.TO_PLACE)
IS_CUT, HAS_ENTRY, HAS_SEGMENTS, HAS_MODE = 8, 16, 32, 64
"""Added to the purpose: what the side columns hold for the leg."""


@dataclass(slots=True)
class LegColumns:
    """The columns of legs; `docs/playback.md` says what each holds."""

    leg_count: list[int] = field(default_factory=list)
    leg_what: list[int] = field(default_factory=list)
    leg_gap_ms: list[int] = field(default_factory=list)
    leg_hops: list[int] = field(default_factory=list)
    leg_incident: list[int] = field(default_factory=list)
    cut_ms: list[int] = field(default_factory=list)
    entry: list[int] = field(default_factory=list)
    leads: list[int] = field(default_factory=list)
    tails: list[int] = field(default_factory=list)
    leg_mode: list[int] = field(default_factory=list)
    segment_ms: list[int] = field(default_factory=list)
    segment_x: list[int] = field(default_factory=list)
    segment_y: list[int] = field(default_factory=list)
    hops: list[int] = field(default_factory=list)

    def as_columns(self) -> dict[str, list[int]]:
        """Return the columns by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def leg_columns(
    world: World, log: EventLog, grid: Grid, rows: Mapping[int, int]
) -> dict[str, list[int]]:
    """Return the columns of the legs in a window of a log.

    Parameters
    ----------
    world, log
        What happened, and where.
    grid
        The window, and how points and moments become whole numbers.
    rows
        The row of each incident of the trace, by its number.
    """
    writer = _Writer(world, log, grid, rows)
    starts_us = _shift_starts(log)
    of_person = _rows_by_person(log, len(world.volunteers))
    for person in world.volunteers:
        number = person.volunteer_id
        writer.write_person(number, of_person[number], starts_us.get(number, []))
    return writer.columns.as_columns()


class _Writer:
    """Writes leg after leg, and keeps what a reader would know by then."""

    def __init__(self, world: World, log: EventLog, grid: Grid, rows: Mapping[int, int]) -> None:
        self.columns = LegColumns()
        self._world = world
        self._legs = log.legs
        self._window = grid.window
        self._grid = grid
        self._rows = rows
        self._finder = Wayfinder(world, log.legs)
        self._weight_us = world.streets.weight_us
        hop = np.arange(len(world.streets.tail)) - world.streets.out_start[world.streets.tail]
        self._hop = hop
        self._now_us = grid.origin_us
        self._node = -1

    def write_person(self, number: int, legs: Sequence[int], shifts_us: Sequence[int]) -> None:
        """Write the ways of a person, who is at the base when a shift starts."""
        before = len(self.columns.leg_what)
        self._now_us, self._node = self._grid.origin_us, -1
        person = self._world.volunteers[number]
        for start_us, row in self._moves(legs, shifts_us):
            if row == AT_BASE:
                self._jump(start_us, person.base)
            else:
                self._write(self._finder.way(row), person.mode)
        self.columns.leg_count.append(len(self.columns.leg_what) - before)

    def _moves(self, legs: Sequence[int], shifts_us: Sequence[int]) -> list[tuple[int, int]]:
        """Return (start, row) of what matters in the window, in order; the row may be `AT_BASE`.

        The last move before the window matters too: it says where somebody is when it opens.
        """
        starts_us = self._legs.start_us
        moves = [(start_us, AT_BASE) for start_us in shifts_us]
        moves += [(int(starts_us[row]), row) for row in legs]
        moves.sort()
        ends_us = [
            start if row == AT_BASE else int(self._legs.end_us[row]) for start, row in moves
        ]
        past = sum(end_us < self._window.from_us for end_us in ends_us)
        return [move for move in moves[max(past - 1, 0) :] if move[0] < self._window.to_us]

    def _jump(self, time_us: int, place: Stop) -> None:
        """Say that somebody is at a place from a moment on."""
        columns = self.columns
        columns.leg_what.append(JUMP | HAS_SEGMENTS)
        columns.leg_hops.append(0)
        columns.leads.append(1)
        columns.tails.append(0)
        self._advance_to(time_us)
        self._segment(Segment(0, place.x, place.y))
        self._node = -1

    def _write(self, way: Way, own_mode: int) -> None:
        columns, streets = self.columns, self._world.streets
        purpose, mode = int(self._legs.purpose[way.row]), int(self._legs.mode[way.row])
        arcs = way.arcs
        what = purpose
        self._advance_to(way.start_us)
        if mode != own_mode:
            what |= HAS_MODE
            columns.leg_mode.append(mode)
        if way.leads or way.tails:
            what |= HAS_SEGMENTS
            columns.leads.append(len(way.leads))
            columns.tails.append(len(way.tails))
            for segment in (*way.leads, *way.tails):
                self._segment(segment)
        if arcs.size and self._node != streets.tail[arcs[0]]:
            what |= HAS_ENTRY
            columns.entry.append(int(streets.tail[arcs[0]]))
        columns.leg_hops.append(arcs.size)
        columns.hops.extend(self._hop[arcs].tolist())
        if purpose in FOR_INCIDENTS:
            row = self._rows.get(int(self._legs.incident_id[way.row]), NO_ROW)
            columns.leg_incident.append(row + 1)
        columns.leg_what.append(what | (IS_CUT if way.is_cut else 0))
        self._end(way, int(self._weight_us[mode, arcs].sum()))

    def _end(self, way: Way, whole_us: int) -> None:
        """Follow a reader to the end of a leg."""
        if way.is_cut:
            # Rounded down, as every span: a reader is never late, and gaps can make up for it.
            walked_ms = max(way.end_us - way.start_us, 0) // US_PER_MS
            self.columns.cut_ms.append(walked_ms)
            self._now_us += walked_ms * US_PER_MS
            self._node = -1
            return
        segments = (*way.leads, *way.tails)
        self._now_us += whole_us + sum(_whole_ms(one) * US_PER_MS for one in segments)
        ends_at_corner = len(way.arcs) > 0 and not way.tails
        self._node = int(self._world.streets.head[way.arcs[-1]]) if ends_at_corner else -1

    def _advance_to(self, time_us: int) -> None:
        gap_ms = max(0, round((time_us - self._now_us) / US_PER_MS))
        self.columns.leg_gap_ms.append(gap_ms)
        self._now_us += gap_ms * US_PER_MS

    def _segment(self, segment: Segment) -> None:
        x, y = self._grid.units(segment.x, segment.y)
        self.columns.segment_ms.append(_whole_ms(segment))
        self.columns.segment_x.append(x)
        self.columns.segment_y.append(y)


def _whole_ms(segment: Segment) -> int:
    return segment.span_us // US_PER_MS


def _shift_starts(log: EventLog) -> dict[int, list[int]]:
    """Return when the shifts of each person started."""
    events = log.events
    found: dict[int, list[int]] = {}
    rows = np.flatnonzero(events.event == Event.SHIFT_STARTED)
    columns = (events.volunteer_id[rows].tolist(), events.time_us[rows].tolist())
    for number, time_us in zip(*columns, strict=True):
        found.setdefault(number, []).append(time_us)
    return found


def _rows_by_person(log: EventLog, people: int) -> list[list[int]]:
    """Return the legs of each person, in order of departure."""
    found: list[list[int]] = [[] for _ in range(people)]
    for row, number in enumerate(log.legs.volunteer_id.tolist()):
        found[number].append(row)
    return found


def state_columns(log: EventLog, people: int, grid: Grid) -> dict[str, list[int]]:
    """Return the columns of the states: of several at one moment the last counts."""
    counts, gaps_ms, states = [], [], []
    for changes in _changes(log, people, grid):
        now_ms = 0
        for time_ms, state in changes:
            gaps_ms.append(time_ms - now_ms)
            states.append(state)
            now_ms = time_ms
        counts.append(len(changes))
    return {"state_count": counts, "state_gap_ms": gaps_ms, "state": states}


def _changes(log: EventLog, people: int, grid: Grid) -> list[list[tuple[int, int]]]:
    """Return (moment, state) for each person: off duty until the first."""
    events = log.events
    found: list[list[tuple[int, int]]] = [[] for _ in range(people)]
    rows = np.flatnonzero((events.event == Event.STATUS) & (events.time_us < grid.window.to_us))
    columns = (events.volunteer_id[rows], events.time_us[rows], events.detail[rows])
    opens_ms = grid.moment_ms(grid.window.from_us)
    for number, time_us, state in zip(*(column.tolist() for column in columns), strict=True):
        changes, time_ms = found[number], grid.moment_ms(time_us)
        # What was over before the window opens is of no matter, nor what lasts no moment.
        if changes and (changes[-1][0] == time_ms or time_ms <= opens_ms):
            changes.pop()
        changes.append((time_ms, state))
    return found
