"""Writes down what happens, row by row, and binds the rows into an event log."""

from __future__ import annotations

from array import array
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NOBODY, Event, EventLog, EventTable, LegTable, ShiftTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from patrolsim.engine.legs import Leg
    from patrolsim.volunteers.roster import Shift


class Logbook:
    """The only place that the engine writes to."""

    def __init__(self) -> None:
        self._rows = array("q")
        self._legs: list[tuple[int, Leg]] = []

    def note(
        self,
        time_us: int,
        event: Event,
        *,
        incident: int = NOBODY,
        volunteer: int = NOBODY,
        detail: int = 0,
    ) -> None:
        """Append one row to the event table."""
        self._rows.extend((time_us, event, incident, volunteer, detail))

    def note_leg(self, volunteer: int, leg: Leg) -> None:
        """Append a leg at its departure; its end is read when the book is bound."""
        self._legs.append((volunteer, leg))

    def bind(self, shifts: Iterable[Shift], horizon_us: int) -> EventLog:
        """Return everything as typed columns."""
        rows = np.frombuffer(self._rows, dtype=np.int64).reshape(-1, 5).T.copy()
        return EventLog(
            events=EventTable(
                time_us=rows[0],
                event=rows[1],
                incident_id=rows[2],
                volunteer_id=rows[3],
                detail=rows[4],
            ),
            legs=_bind_legs(self._legs, horizon_us),
            shifts=_bind_shifts(shifts),
            horizon_us=horizon_us,
        )


def _bind_legs(legs: Sequence[tuple[int, Leg]], horizon_us: int) -> LegTable:
    first_step = np.zeros(len(legs) + 1, np.int64)
    np.cumsum([len(leg.arcs) for _, leg in legs], out=first_step[1:])
    steps = int(first_step[-1])
    return LegTable(
        volunteer_id=_ints(volunteer for volunteer, _ in legs),
        incident_id=_ints(leg.incident_id for _, leg in legs),
        purpose=_ints(leg.purpose for _, leg in legs),
        mode=_ints(leg.mode for _, leg in legs),
        start_us=_ints(leg.start_us for _, leg in legs),
        end_us=_ints(min(leg.end_us, horizon_us) for _, leg in legs),
        from_x=np.array([leg.from_x for _, leg in legs], np.float64),
        from_y=np.array([leg.from_y for _, leg in legs], np.float64),
        to_x=np.array([leg.target.x for _, leg in legs], np.float64),
        to_y=np.array([leg.target.y for _, leg in legs], np.float64),
        first_step=first_step,
        step_arc=_flat((leg.arcs for _, leg in legs), steps),
        step_end_us=_flat((leg.ends_us for _, leg in legs), steps),
    )


def _bind_shifts(shifts: Iterable[Shift]) -> ShiftTable:
    rows = sorted((s.volunteer_id, s.start_us, s.end_us) for s in shifts)
    return ShiftTable(
        volunteer_id=_ints(row[0] for row in rows),
        start_us=_ints(row[1] for row in rows),
        end_us=_ints(row[2] for row in rows),
    )


def _flat(lists: Iterable[Sequence[int]], count: int) -> npt.NDArray[np.int64]:
    return np.fromiter(chain.from_iterable(lists), np.int64, count)


def _ints(values: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.array(array("q", values), dtype=np.int64)
