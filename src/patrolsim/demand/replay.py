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

import csv
import gzip
import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.demand.table import SKIPPED_US
from patrolsim.errors import Problem, ScenarioError
from patrolsim.units import to_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from patrolsim.incidents import Kind

MOST_SHOWN = 20
MOST_ROWS = 5_000_000
MOST_PRIORITY = 9
JEMSS_COLUMNS = ("call_id", "call_time_s", "dispatch_delay_s", "on_scene_s", "handover_s")


class RecordedCall(NamedTuple):
    """One row of a replay.

    Attributes
    ----------
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

    kind: int
    occurred_us: int
    known_us: int
    ready_us: int
    priority: int | None
    where: tuple[str, str, str]
    stage_us: tuple[int | None, ...]
    label: str


@dataclass(slots=True)
class _Reader:
    """Reads rows of one file and collects what is wrong with them."""

    kinds: Mapping[str, tuple[int, Kind]]
    own_kind: str
    start: datetime
    problems: list[Problem] = field(default_factory=list)

    def number(self, row: Mapping[str, str], column: str, line: int) -> float:
        """Return a finite number that is not negative."""
        text = (row.get(column) or "").strip()
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < 0:
            self.complain(line, f"{column}: {text!r} is not a number of 0 or more")
            return 0.0
        return value

    def complain(self, line: int, message: str) -> None:
        """Remember a mistake."""
        self.problems.append(Problem(line, 1, None, message))


def read_replay(
    path: Path, *, kinds: Mapping[str, tuple[int, Kind]], own_kind: str, start: datetime
) -> list[RecordedCall]:
    """Return the recorded calls of a file, in the order of the file.

    Parameters
    ----------
    path
        CSV, plain or gzipped.
    kinds
        Index and kind by name.
    own_kind
        The kind that the scenario gives the file to; rows without a kind are of this one.
    start
        First moment of the period, for ISO times.

    Raises
    ------
    ScenarioError
        If columns are missing or values are wrong; names up to 20 lines at once.
    """
    reader = _Reader(kinds, own_kind, start)
    calls: list[RecordedCall] = []
    header: Sequence[str] | None = None
    for line, row in _rows(path):
        if header is None:
            header = tuple(row)
            _check_header(path, header)
        calls.append(_read_row(reader, row, line))
        if len(reader.problems) >= MOST_SHOWN or len(calls) > MOST_ROWS:
            break
    if len(calls) > MOST_ROWS:
        reader.complain(MOST_ROWS, f"more than {MOST_ROWS} rows")
    if reader.problems:
        raise ScenarioError(str(path), tuple(reader.problems))
    return calls


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            for row in table:
                yield table.line_num, row
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        message = f"cannot be read as a table: {error}"
        raise ScenarioError(str(path), (Problem(None, None, None, message),)) from None


def _check_header(path: Path, header: Sequence[str]) -> None:
    missing = []
    if not {"time_s", "time", "call_time_s"} & set(header):
        missing.append("time_s or time")
    places = ({"x", "y"}, {"lon", "lat"}, {"node"})
    if not any(place <= set(header) for place in places):
        missing.append("x and y, or lon and lat, or node")
    if missing:
        message = f"the columns {' and '.join(missing)} are missing"
        hint = f"the file has {', '.join(str(name) for name in header)}"
        raise ScenarioError(str(path), (Problem(1, 1, None, message, hint),))


def _read_row(reader: _Reader, row: Mapping[str, str], line: int) -> RecordedCall:
    index, kind = _kind(reader, row, line)
    occurred_us = _occurred_us(reader, row, line)
    is_jemss = all(name in row for name in JEMSS_COLUMNS)
    known_us = occurred_us
    if (row.get("known_s") or "").strip() and not is_jemss:
        known_us = max(occurred_us, to_us(reader.number(row, "known_s", line)))
    ready_us = known_us
    if is_jemss:
        ready_us += to_us(reader.number(row, "dispatch_delay_s", line))
    elif (row.get("ready_s") or "").strip():
        ready_us = max(known_us, to_us(reader.number(row, "ready_s", line)))
    read_stages = _jemss_stages if is_jemss else _stages
    return RecordedCall(
        kind=index,
        occurred_us=occurred_us,
        known_us=known_us,
        ready_us=ready_us,
        priority=_priority(reader, row, line),
        where=_where(row),
        stage_us=read_stages(reader, row, line, kind),
        label=(row.get("incident_id") or row.get("call_id") or "").strip(),
    )


def _kind(reader: _Reader, row: Mapping[str, str], line: int) -> tuple[int, Kind]:
    name = (row.get("kind") or "").strip() or reader.own_kind
    if name not in reader.kinds:
        known = ", ".join(reader.kinds)
        reader.complain(line, f"kind: there is no kind {name!r} (there are {known})")
        name = reader.own_kind
    return reader.kinds[name]


def _occurred_us(reader: _Reader, row: Mapping[str, str], line: int) -> int:
    for column in ("time_s", "call_time_s"):
        if (row.get(column) or "").strip():
            return to_us(reader.number(row, column, line))
    text = (row.get("time") or "").strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        reader.complain(line, f"time: {text!r} is no time like 2025-03-10 18:30:00")
        return 0
    seconds = (moment.replace(tzinfo=None) - reader.start).total_seconds()
    if seconds < 0:
        reader.complain(line, f"time: {text} lies before the period starts")
        return 0
    return to_us(seconds)


def _priority(reader: _Reader, row: Mapping[str, str], line: int) -> int | None:
    text = (row.get("priority") or "").strip()
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PRIORITY:
        reader.complain(
            line, f"priority: {text!r} is not a whole number from 1 to {MOST_PRIORITY}"
        )
        return None
    return int(text)


def _where(row: Mapping[str, str]) -> tuple[str, str, str]:
    for name, first, second in (("xy", "x", "y"), ("lonlat", "lon", "lat")):
        if (row.get(first) or "").strip() and (row.get(second) or "").strip():
            return name, row[first].strip(), row[second].strip()
    return "node", (row.get("node") or "").strip(), ""


def _stages(
    reader: _Reader, row: Mapping[str, str], line: int, kind: Kind
) -> tuple[int | None, ...]:
    works: list[int | None] = []
    for stage in kind.stages:
        if stage.name not in row:
            works.append(None)
        elif not (row[stage.name] or "").strip():
            works.append(SKIPPED_US)
        else:
            works.append(to_us(reader.number(row, stage.name, line)))
    return tuple(works)


def _jemss_stages(
    reader: _Reader, row: Mapping[str, str], line: int, kind: Kind
) -> tuple[int | None, ...]:
    if len(kind.stages) != len(("on scene", "handover")):
        reader.complain(line, f"{kind.name!r} needs two stages: the work on scene, the handover")
        return (None,) * len(kind.stages)
    handover_us = SKIPPED_US
    if (row.get("transport") or "").strip() not in {"", "0", "false"}:
        handover_us = to_us(reader.number(row, "handover_s", line))
    return to_us(reader.number(row, "on_scene_s", line)), handover_us
