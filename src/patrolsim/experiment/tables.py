"""The columns of the Parquet files of a run folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NEVER_US, NOBODY, Purpose, Status
from patrolsim.incidents import Outcome
from patrolsim.metrics import volunteer_time
from patrolsim.metrics.services import due_times_us

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from patrolsim.experiment.results import Run

    Column = npt.NDArray[np.generic]
    Ints = npt.NDArray[np.int64]

WORDS_OF_OUTCOME = {
    Outcome.SETTLED: "settled",
    Outcome.ESCALATED: "escalated",
    Outcome.GAVE_UP: "gave up",
    Outcome.UNSERVED: "unserved",
}
_OUTCOMES = [WORDS_OF_OUTCOME[outcome] for outcome in Outcome]
_PURPOSES = [purpose.name.lower().replace("_", " ") for purpose in Purpose]

INCIDENT_TYPES = {
    "incident_id": "VARCHAR",
    "kind": "VARCHAR",
    "priority": "BIGINT",
    "x": "DOUBLE",
    "y": "DOUBLE",
    "occurred_s": "DOUBLE",
    "known_s": "DOUBLE",
    "queued_s": "DOUBLE",
    "assigned_s": "DOUBLE",
    "departed_s": "DOUBLE",
    "first_on_scene_s": "DOUBLE",
    "quorum_s": "DOUBLE",
    "closed_s": "DOUBLE",
    "outcome": "VARCHAR",
    "volunteer_ids": "BIGINT[]",
    "response_s": "DOUBLE",
    "travel_s": "DOUBLE",
    "place_arrival_s": "DOUBLE",
    "place": "VARCHAR",
    "is_counted": "BOOLEAN",
    "due_s": "DOUBLE",
}
"""Columns of ``incidents.parquet`` after strategy and replication; the last four are ours to
change, the others stay put: scripts rely on them."""
LEG_TYPES = {
    "leg": "BIGINT",
    "volunteer_id": "BIGINT",
    "incident_id": "VARCHAR",
    "purpose": "VARCHAR",
    "mode": "VARCHAR",
    "start_s": "DOUBLE",
    "end_s": "DOUBLE",
    "from_x": "DOUBLE",
    "from_y": "DOUBLE",
    "to_x": "DOUBLE",
    "to_y": "DOUBLE",
}
"""Columns of ``legs.parquet``: one row per way that somebody set out on; `to_x`, `to_y` are where
it led even if it was broken off at `end_s`."""
VOLUNTEER_TYPES = {
    "volunteer_id": "BIGINT",
    "team": "VARCHAR",
    "label": "VARCHAR",
    "trade": "VARCHAR",
    "shift_s": "DOUBLE",
    "overtime_s": "DOUBLE",
    "assigned": "BIGINT",
    **{f"{status.name.lower()}_s": "DOUBLE" for status in Status},
}
"""Columns of ``volunteers.parquet``: seconds of the whole period. The states add up to shifts and
overtime; off duty counts within shifts only."""


def columns_of_run(run: Run) -> dict[str, dict[str, Column]]:
    """Return the columns of all tables of one task, by the name of the file."""
    return {
        "incidents": incident_columns(run),
        "legs": leg_columns(run),
        "volunteers": volunteer_columns(run),
    }


def incident_columns(run: Run) -> dict[str, Column]:
    """Return the columns of ``incidents.parquet`` for one task."""
    rows, kinds = run.rows, run.world.kinds
    ids = [
        label or str(number)
        for label, number in zip(rows.label, rows.incident_id.tolist(), strict=True)
    ]
    return {
        "incident_id": _objects(ids),
        "kind": _words([kind.name for kind in kinds], rows.kind),
        "priority": rows.priority,
        "x": rows.x,
        "y": rows.y,
        "occurred_s": _seconds(rows.occurred_us),
        "known_s": _seconds(rows.known_us),
        "queued_s": _seconds(rows.queued_us),
        "assigned_s": _seconds(rows.assigned_us),
        "departed_s": _seconds(rows.departed_us),
        "first_on_scene_s": _seconds(rows.first_on_scene_us),
        "quorum_s": _seconds(rows.quorum_us),
        "closed_s": _seconds(rows.closed_us),
        "outcome": _words(_OUTCOMES, rows.outcome),
        "volunteer_ids": _objects([list(people) for people in rows.volunteer_ids]),
        "response_s": _seconds(rows.response_us),
        "travel_s": _seconds(rows.travel_us),
        "place_arrival_s": _seconds(rows.place_arrival_us),
        "place": _objects([place or None for place in rows.place]),
        "is_counted": rows.is_counted,
        "due_s": _seconds(due_times_us(run.world, rows)),
    }


def leg_columns(run: Run) -> dict[str, Column]:
    """Return the columns of ``legs.parquet`` for one task."""
    legs = run.log.legs
    labels = run.world.incidents.label
    numbers = legs.incident_id.tolist()
    return {
        "leg": np.arange(legs.start_us.size, dtype=np.int64),
        "volunteer_id": legs.volunteer_id,
        "incident_id": _objects([_incident_name(number, labels) for number in numbers]),
        "purpose": _words(_PURPOSES, legs.purpose),
        "mode": _words([mode.name for mode in run.world.streets.modes], legs.mode),
        "start_s": _seconds(legs.start_us),
        "end_s": _seconds(legs.end_us),
        "from_x": legs.from_x,
        "from_y": legs.from_y,
        "to_x": legs.to_x,
        "to_y": legs.to_y,
    }


def volunteer_columns(run: Run) -> dict[str, Column]:
    """Return the columns of ``volunteers.parquet`` for one task."""
    people = run.world.volunteers
    time = volunteer_time(run.log, run.world)
    spent_s = time.in_shift_s + time.overtime_s
    return {
        "volunteer_id": np.array([person.volunteer_id for person in people], np.int64),
        "team": _objects([person.team for person in people]),
        "label": _objects([person.label for person in people]),
        "trade": _objects([person.trade or None for person in people]),
        "shift_s": time.in_shift_s.sum(axis=1),
        "overtime_s": time.overtime_s.sum(axis=1),
        "assigned": time.assigned,
        **{f"{status.name.lower()}_s": spent_s[:, status] for status in Status},
    }


def _incident_name(number: int, labels: Sequence[str]) -> str | None:
    """Return the planner's own number of an incident, else ours; None for no incident."""
    if number == NOBODY:
        return None
    label = labels[number] if number < len(labels) else ""
    return label or str(number)


def _seconds(times_us: Ints) -> Column:
    """Return seconds; DuckDB takes NaN in a numpy array for null."""
    return np.where(times_us < NEVER_US, times_us / 1e6, np.nan)


def _words(names: Sequence[str], codes: Ints) -> Column:
    words: Column = _objects(names)[codes]
    return words


def _objects(values: Iterable[object]) -> Column:
    return np.fromiter(values, dtype=np.object_)
