"""Recorded calls: a table of what happened, replayed as it was.

Columns: ``time_s`` (seconds since the start of the period) or ``time`` (ISO, local);
``x``/``y`` (metres), ``lon``/``lat`` or ``node``; ``kind`` where a file serves several kinds;
and optionally ``priority``, ``incident_id``, ``known_s`` (when it became known), ``ready_s``
(when dispatch was first considered) and one column of seconds per stage, named like the stage.
An empty duration means that the stage does not happen; a stage without a column is drawn.

The calls of a JEMSS city (``call_id, priority, lon, lat, call_time_s, dispatch_delay_s,
on_scene_s, transport, handover_s``) are read as they are: their first stage is the work on
scene, their second the handover, which does not happen where nobody is transported. Columns
that are not named here are ignored, so a table of results can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.demand.rows import (
    TableProblems,
    lacking_position,
    number_in,
    position_in,
    read_rows,
)
from patrolsim.demand.table import SKIPPED_US
from patrolsim.units import quoted, to_us

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from patrolsim.demand.rows import Row
    from patrolsim.incidents import Kind

PRIORITIES = tuple("123456789")
TIMES = ("time_s", "time", "call_time_s")
JEMSS_COLUMNS = ("call_id", "call_time_s", "dispatch_delay_s", "on_scene_s", "handover_s")


class RecordedCall(NamedTuple):
    """One row of a replay.

    Attributes
    ----------
    line
        Where it stands in the file.
    kind
        Index of the kind.
    occurred_us, known_us, ready_us
        As in `patrolsim.demand.table.IncidentTable`.
    priority
        As recorded; None for that of the kind.
    where
        ("xy" | "lonlat" | "node", first, second): the second is empty for a node.
    stage_us
        Work of each stage; None where it has to be drawn.
    label
        The planner's own number.
    """

    line: int
    kind: int
    occurred_us: int
    known_us: int
    ready_us: int
    priority: int | None
    where: tuple[str, str, str]
    stage_us: tuple[int | None, ...]
    label: str


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads rows of one file."""

    kinds: Mapping[str, tuple[int, Kind]]
    own_kind: str | None
    start: datetime
    problems: TableProblems

    def microseconds(self, row: Row, column: str, line: int) -> int:
        """Return a duration or time of a cell; 0 after a complaint."""
        try:
            return to_us(number_in(row, column))
        except ValueError as error:
            self.problems.add(line, str(error))
            return 0


def read_replay(
    path: Path,
    *,
    kinds: Mapping[str, tuple[int, Kind]],
    own_kind: str | None,
    start: datetime,
) -> list[RecordedCall]:
    """Return the recorded calls of a file, in the order of the file.

    Parameters
    ----------
    path
        CSV, plain or gzipped.
    kinds
        Index and kind by name.
    own_kind
        The kind that the scenario gives the file to; rows without a kind are of this one. None
        when several kinds share the file, so that each row must say its own.
    start
        First moment of the period, for ISO times.

    Raises
    ------
    ScenarioError
        If columns are missing or values are wrong; names up to 20 lines at once.
    NetworkError
        If the file cannot be opened.
    """
    reader = _Reader(kinds, own_kind, start, TableProblems(path))
    rows = read_rows(path, reader.problems, _lacking_columns)
    calls = [call for line, row in rows if (call := _read_row(reader, row, line)) is not None]
    reader.problems.check()
    return calls


def _lacking_columns(names: Sequence[str]) -> str:
    if not set(TIMES) & set(names):
        return "the column time_s (or time) is missing"
    return lacking_position(names)


def _read_row(reader: _Reader, row: Row, line: int) -> RecordedCall | None:
    found = _kind(reader, row, line)
    if found is None:
        return None
    index, kind = found
    occurred_us = _occurred_us(reader, row, line)
    is_jemss = all(name in row for name in JEMSS_COLUMNS)
    if is_jemss:
        known_us = occurred_us
        ready_us = known_us + reader.microseconds(row, "dispatch_delay_s", line)
    else:
        known_us = _later(reader, row, line, "known_s", occurred_us)
        ready_us = _later(reader, row, line, "ready_s", known_us)
    read_stages = _jemss_stages if is_jemss else _stages
    return RecordedCall(
        line=line,
        kind=index,
        occurred_us=occurred_us,
        known_us=known_us,
        ready_us=ready_us,
        priority=_priority(reader, row, line),
        where=position_in(row),
        stage_us=read_stages(reader, row, line, kind),
        label=row.get("incident_id") or row.get("call_id") or "",
    )


def _kind(reader: _Reader, row: Row, line: int) -> tuple[int, Kind] | None:
    name = row.get("kind") or reader.own_kind or ""
    if name in reader.kinds:
        return reader.kinds[name]
    message = "kind: several kinds share this file, so each row must say which it is of"
    if name:
        message = f"kind: there is no kind {quoted(name)}"
    known = ", ".join(quoted(kind) for kind in reader.kinds)
    reader.problems.add(line, message, f"use one of {known}")
    return None


def _occurred_us(reader: _Reader, row: Row, line: int) -> int:
    for column in ("time_s", "call_time_s"):
        if row.get(column):
            return reader.microseconds(row, column, line)
    text = row.get("time", "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        hint = "write seconds in time_s, or a time like 2025-03-10 18:30:00"
        reader.problems.add(line, f"time: {quoted(text)} is no time", hint)
        return 0
    if moment.tzinfo is not None:
        hint = "write it as a local time, like that of period.from"
        reader.problems.add(line, f"time: {quoted(text)} has a time zone", hint)
        return 0
    seconds = (moment - reader.start).total_seconds()
    if seconds < 0:
        hint = f"the period starts at {reader.start}"
        reader.problems.add(line, f"time: {text} lies before the period", hint)
        return 0
    return to_us(seconds)


def _later(reader: _Reader, row: Row, line: int, column: str, earliest_us: int) -> int:
    """Return the time in a cell, or the earliest when the cell is empty."""
    if not row.get(column):
        return earliest_us
    time_us = reader.microseconds(row, column, line)
    if time_us < earliest_us:
        reader.problems.add(line, f"{column}: {row[column]} comes too early in the call")
    return time_us


def _priority(reader: _Reader, row: Row, line: int) -> int | None:
    text = row.get("priority", "")
    if not text:
        return None
    if text not in PRIORITIES:
        message = f"priority: {quoted(text)} is not a whole number from 1 to {len(PRIORITIES)}"
        reader.problems.add(line, message)
        return None
    return int(text)


def _stages(reader: _Reader, row: Row, line: int, kind: Kind) -> tuple[int | None, ...]:
    """Return the recorded work of each stage: an empty cell is a stage that did not happen."""
    return tuple(
        (reader.microseconds(row, stage.name, line) if row[stage.name] else SKIPPED_US)
        if stage.name in row
        else None
        for stage in kind.stages
    )


def _jemss_stages(reader: _Reader, row: Row, line: int, kind: Kind) -> tuple[int | None, ...]:
    if len(kind.stages) != len(("on scene", "handover")):
        message = f"{quoted(kind.name)} needs two stages for calls of a JEMSS city"
        reader.problems.add(line, message, "the work on scene, and the handover at a hospital")
        return (None,) * len(kind.stages)
    handover_us = SKIPPED_US
    if row.get("transport", "") not in {"", "0", "false"}:
        handover_us = reader.microseconds(row, "handover_s", line)
    return reader.microseconds(row, "on_scene_s", line), handover_us
