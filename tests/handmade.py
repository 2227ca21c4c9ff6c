"""Event logs written by hand, in seconds, for tests of what is read from logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import NOBODY, Event, EventLog, EventTable, LegTable, Purpose, ShiftTable

if TYPE_CHECKING:
    from collections.abc import Sequence

US = 1_000_000


class Row(NamedTuple):
    """One row of the event table; the time in seconds."""

    time_s: float
    event: Event
    incident: int = NOBODY
    volunteer: int = NOBODY
    detail: int = 0


class Walk(NamedTuple):
    """One leg: its steps as (arc, planned end in seconds), and when it was broken off."""

    volunteer: int
    start_s: float
    steps: Sequence[tuple[int, float]]
    purpose: Purpose = Purpose.TO_SCENE
    incident: int = NOBODY
    to: tuple[float, float] = (0.0, 0.0)
    end_s: float | None = None


def make_log(
    rows: Sequence[Row],
    *,
    horizon_s: float,
    walks: Sequence[Walk] = (),
    shifts: Sequence[tuple[int, float, float]] = (),
) -> EventLog:
    """Return a log; rows are sorted by time, those of one moment stay in their order."""
    ordered = sorted(rows, key=lambda row: row.time_s)
    return EventLog(
        events=EventTable(
            time_us=_us(row.time_s for row in ordered),
            event=_ints(row.event for row in ordered),
            incident_id=_ints(row.incident for row in ordered),
            volunteer_id=_ints(row.volunteer for row in ordered),
            detail=_ints(row.detail for row in ordered),
        ),
        legs=_legs(sorted(walks, key=lambda walk: walk.start_s)),
        shifts=ShiftTable(
            volunteer_id=_ints(shift[0] for shift in shifts),
            start_us=_us(shift[1] for shift in shifts),
            end_us=_us(shift[2] for shift in shifts),
        ),
        horizon_us=round(horizon_s * US),
    )


def _legs(walks: Sequence[Walk]) -> LegTable:
    ends_s = [walk.steps[-1][1] if walk.end_s is None else walk.end_s for walk in walks]
    steps = [len(walk.steps) for walk in walks]
    return LegTable(
        volunteer_id=_ints(walk.volunteer for walk in walks),
        incident_id=_ints(walk.incident for walk in walks),
        purpose=_ints(walk.purpose for walk in walks),
        mode=_ints(0 for _ in walks),
        start_us=_us(walk.start_s for walk in walks),
        end_us=_us(ends_s),
        from_x=np.zeros(len(walks)),
        from_y=np.zeros(len(walks)),
        to_x=np.array([walk.to[0] for walk in walks], np.float64),
        to_y=np.array([walk.to[1] for walk in walks], np.float64),
        first_step=np.concatenate([np.zeros(1, np.int64), np.cumsum(steps, dtype=np.int64)]),
        step_arc=_ints(arc for walk in walks for arc, _ in walk.steps),
        step_end_us=_us(end_s for walk in walks for _, end_s in walk.steps),
    )


def _us(seconds: object) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([round(s * US) for s in seconds], np.int64)  # type: ignore[attr-defined]


def _ints(values: object) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([int(value) for value in values], np.int64)  # type: ignore[attr-defined]
