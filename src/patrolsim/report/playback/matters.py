"""Incidents and what happened to them as columns of the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NOBODY, Event

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.metrics import IncidentRows
    from patrolsim.report.playback.mapping import Grid

    Ints = npt.NDArray[np.int64]


def rows_in_window(rows: IncidentRows, log: EventLog, grid: Grid) -> Ints:
    """Return the incidents that matter in the window, in order of occurrence.

    Beside those that occur in it: those still open when it opens, and those for which somebody
    is still under way.
    """
    window, legs = grid.window, log.legs
    under_way = legs.incident_id[(legs.incident_id != NOBODY) & (legs.end_us >= window.from_us)]
    matters = (rows.closed_us >= window.from_us) | np.isin(rows.incident_id, under_way)
    return np.flatnonzero(matters & (rows.occurred_us < window.to_us)).astype(np.int64)


def incident_columns(rows: IncidentRows, chosen: Ints, grid: Grid) -> dict[str, Ints]:
    """Return the columns of the incidents; what became of them stands in their events."""
    points = zip(rows.x[chosen].tolist(), rows.y[chosen].tolist(), strict=True)
    units = np.array([grid.units(x, y) for x, y in points], np.int64).reshape(-1, 2)
    occurred_us = np.maximum(rows.occurred_us[chosen] - grid.origin_us, 0)
    return {
        "incident_kind": rows.kind[chosen],
        "incident_priority": np.maximum(rows.priority[chosen], 0),
        "incident_x": units[:, 0],
        "incident_y": units[:, 1],
        "incident_occurred_ms": occurred_us // 1000,
        "incident_counted": rows.is_counted[chosen].astype(np.int64),
    }


def event_columns(rows: IncidentRows, chosen: Ints, log: EventLog, grid: Grid) -> dict[str, Ints]:
    """Return the columns of what happened to the incidents, in the order in which it happened."""
    events = log.events
    numbers = rows.incident_id[chosen]
    order = np.argsort(numbers)
    is_shown = (events.event > Event.OCCURRED) & (events.event <= Event.CLOSED)
    is_shown &= (events.time_us < grid.window.to_us) & np.isin(events.incident_id, numbers)
    kept = np.flatnonzero(is_shown)
    row = order[np.searchsorted(numbers[order], events.incident_id[kept])]
    time_ms = np.maximum(events.time_us[kept] - grid.origin_us, 0) // 1000
    return {
        "event_gap_ms": np.diff(time_ms, prepend=0),
        "event": events.event[kept],
        "event_incident": row,
        "event_volunteer": events.volunteer_id[kept] + 1,
        "event_detail": events.detail[kept],
    }
