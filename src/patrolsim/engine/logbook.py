"""Writes down what happens, row by row, and binds the rows into an event log."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NOBODY, EventLog, EventTable, LegTable, ShiftTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from patrolsim.engine.legs import Leg
    from patrolsim.volunteers.roster import Shift

Row = tuple[int, int, int, int, int]
"""A row of the event table: time, event, incident, volunteer, detail."""
PAGE_ROWS = 20_000


class Logbook:
    """The only place that the engine writes to.

    Attributes
    ----------
    write
        Appends one row to the event table. It is the `extend` of a list itself: a method of ours
        round it would cost as much again (docs/performance.md).
    """

    def __init__(self) -> None:
        self._page: list[int] = []
        self._rows = array("q")
        self.write: Callable[[Row], None] = self._page.extend
        self._legs: list[int] = []
        self._points: list[float] = []
        self._arcs, self._ends_us = array("q"), array("q")
        self._first_step = [0]
        self._last: dict[int, tuple[int, Leg]] = {}

    def turn_page(self) -> None:
        """Pack the rows written so far, once there are many: lists take much memory."""
        if len(self._page) > 5 * PAGE_ROWS:
            self._pack()

    def write_leg(self, volunteer: int, leg: Leg) -> None:
        """Append a leg at its departure.

        Its end may still change, as long as the volunteer sets out on no other one.
        """
        self._settle(volunteer)
        self._legs += (volunteer, leg.incident_id, leg.purpose, leg.mode, leg.start_us, NOBODY)
        self._points += (leg.from_x, leg.from_y, leg.target.x, leg.target.y)
        self._arcs.frombytes(leg.arcs.cast("B"))
        self._ends_us.frombytes(leg.ends_us.cast("B"))
        self._first_step.append(len(self._arcs))
        self._last[volunteer] = len(self._legs) - 1, leg

    def bind(self, shifts: Iterable[Shift], horizon_us: int) -> EventLog:
        """Return everything as typed columns."""
        self._pack()
        for volunteer in self._last:
            self._settle(volunteer)
        rows = np.array(self._rows, np.int64).reshape(-1, 5).T.copy()
        return EventLog(
            events=EventTable(
                time_us=rows[0],
                event=rows[1],
                incident_id=rows[2],
                volunteer_id=rows[3],
                detail=rows[4],
            ),
            legs=self._bind_legs(horizon_us),
            shifts=_bind_shifts(shifts),
            horizon_us=horizon_us,
        )

    def _pack(self) -> None:
        self._rows.fromlist(self._page)
        self._page.clear()

    def _settle(self, volunteer: int) -> None:
        """Write down when the volunteer's last leg has ended, and forget it."""
        last = self._last.get(volunteer)
        if last is not None:
            place, leg = last
            self._legs[place] = leg.end_us

    def _bind_legs(self, horizon_us: int) -> LegTable:
        numbers = np.array(self._legs, np.int64).reshape(-1, 6).T.copy()
        points = np.array(self._points, np.float64).reshape(-1, 4).T.copy()
        return LegTable(
            volunteer_id=numbers[0],
            incident_id=numbers[1],
            purpose=numbers[2],
            mode=numbers[3],
            start_us=numbers[4],
            end_us=np.minimum(numbers[5], horizon_us),
            from_x=points[0],
            from_y=points[1],
            to_x=points[2],
            to_y=points[3],
            first_step=np.array(self._first_step, np.int64),
            step_arc=np.array(self._arcs, np.int64),
            step_end_us=np.array(self._ends_us, np.int64),
        )


def _bind_shifts(shifts: Iterable[Shift]) -> ShiftTable:
    rows = sorted((s.volunteer_id, s.start_us, s.end_us) for s in shifts)
    columns = np.array(rows, np.int64).reshape(-1, 3).T.copy()
    return ShiftTable(volunteer_id=columns[0], start_us=columns[1], end_us=columns[2])
