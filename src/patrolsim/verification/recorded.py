"""Group ``replay``: recorded runs of JEMSS.jl, call for call, from a folder of the user's.

The folder holds the city of a recorded run (``city.yaml`` and its tables, as docs/replay.md
says) and one or more tables ``calls*.csv`` or ``calls*.csv.gz`` with the columns of the recorded
times: ``dispatched_s``, ``arrived_s``, ``hospital_arrival_s``, and optionally ``unit``.
"""

from __future__ import annotations

import csv
import gzip
import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.eventlog import Event
from patrolsim.scenario.reader import SCENARIO_FILE
from patrolsim.units import US_PER_S
from patrolsim.verification.rows import Finding, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.verification.laboratory import Laboratory

    Floats = npt.NDArray[np.float64]

GROUP = "replay"
CITY_FILE = "city.yaml"
NEEDED = (CITY_FILE, "nodes.csv", "edges.csv", "stations.csv", "hospitals.csv", "ambulances.csv")
"""Files of a city; each table may be gzipped."""
TOLERANCE_S = 0.001
"""The record is in floating point, the engine in whole microseconds."""
DAYS_AFTERWARDS = 2
DAY_S = 86_400
CLOCKS = (
    ("dispatched_s", Event.ASSIGNED, None),
    ("arrived_s", Event.ARRIVED, 0),
    ("hospital_arrival_s", Event.ARRIVED, 1),
)
"""Recorded times, and the event and stage that each is."""


def rows_of(path: Path) -> list[Row]:
    """Return a row for each recorded run in a folder.

    Parameters
    ----------
    path
        The folder, or the ``city.yaml`` in it.

    Raises
    ------
    NetworkError
        If there is no city or no recorded run.
    """
    folder = path if path.is_dir() else path.parent
    missing = [name for name in NEEDED if _find(folder, name) is None]
    if missing:
        raise NetworkError(f"{folder}: {missing[0]} is missing; see docs/replay.md")
    calls = sorted(
        file
        for file in folder.glob("calls*")
        if file.name.endswith((".csv", ".csv.gz")) and "dispatched_s" in _header(file)
    )
    if not calls:
        raise NetworkError(f"{folder}: no table calls*.csv has recorded times (dispatched_s)")
    return [_row(folder, file) for file in calls]


def _row(folder: Path, calls: Path) -> Row:
    name = calls.name.removesuffix(".gz").removesuffix(".csv")
    return Row(
        id=f"jemss/{name}/times",
        group=GROUP,
        what=f"Recorded run {name}: times and units that agree within {TOLERANCE_S} s",
        source="recorded by JEMSS.jl",
        find=partial(_agreement, folder, calls),
        is_quick=False,
    )


def _find(folder: Path, name: str) -> Path | None:
    found = (folder / name, folder / f"{name}.gz")
    return next((file for file in found if file.is_file()), None)


def _header(file: Path) -> list[str]:
    with _opened(file) as lines:
        return next(csv.reader(lines), [])


def _opened(file: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a text file of either kind
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", newline="")
    return file.open(encoding="utf-8", newline="")


def _agreement(folder: Path, calls: Path, laboratory: Laboratory) -> Finding:
    with _opened(calls) as lines:
        recorded = sorted(csv.DictReader(lines), key=lambda row: float(row["call_time_s"]))
    with TemporaryDirectory(prefix="patrolsim-verify-") as name:
        _write_scenario(folder, calls, recorded, Path(name))
        (trial,) = laboratory.trials_of(Path(name))
        log = trial.log
    wanted, found = 0, 0
    for column, event, stage in CLOCKS:
        times_s = _column(recorded, column)
        seen_s = _last_times_s(log, event, len(recorded), stage)
        should = _happens(recorded, stage)
        wanted += len(recorded)
        agrees = np.abs(seen_s - times_s) <= TOLERANCE_S
        found += int(np.where(should, agrees, np.isnan(seen_s)).sum())
    if "unit" in recorded[0]:
        wanted += len(recorded)
        units = [int(row["unit"]) for row in recorded]
        found += int((_last_units(log, len(recorded)) == np.array(units)).sum())
    return Finding(float(wanted), [float(found)])


def _happens(recorded: Sequence[dict[str, str]], stage: int | None) -> npt.NDArray[np.bool_]:
    """Return for which calls a time is recorded: not all are brought to a hospital."""
    if stage != 1:
        return np.ones(len(recorded), np.bool_)
    return np.array([row["transport"] == "1" for row in recorded])


def _write_scenario(
    folder: Path, calls: Path, recorded: Sequence[dict[str, str]], target: Path
) -> None:
    for name in NEEDED:
        file = _find(folder, name)
        if file is not None:
            shutil.copyfile(file, target / file.name)
    shutil.copyfile(calls, target / calls.name)
    members = _find(target, "ambulances.csv")
    days = int(float(recorded[-1]["call_time_s"])) // DAY_S + DAYS_AFTERWARDS
    text = f"""\
name: A recorded run of a JEMSS city
streets: {{city: {CITY_FILE}}}
period: {{from: 2019-01-01 00:00, length: {days} days}}
teams:
  ambulances: {{members: {members.name if members is not None else ""}}}
incidents:
  call:
    replay: {calls.name}
    stages:
      on scene: {{where: scene}}
      handover: {{where: nearest hospitals}}
strategies:
  home: {{dispatch: closest, standby: home, patrol: stand}}
"""
    (target / SCENARIO_FILE).write_text(text, encoding="utf-8")


def _column(rows: Sequence[dict[str, str]], name: str) -> Floats:
    return np.array([float(row[name]) if row.get(name) else np.nan for row in rows])


def _last_times_s(log: EventLog, event: Event, calls: int, stage: int | None) -> Floats:
    """Return the last time of an event for each call; nan for never."""
    table = log.events
    mask = table.event == event
    if stage is not None:
        mask = mask & (table.detail == stage)
    times_s = np.full(calls, np.nan)
    times_s[table.incident_id[mask]] = table.time_us[mask] / US_PER_S
    return times_s


def _last_units(log: EventLog, calls: int) -> npt.NDArray[np.int64]:
    """Return the number, from 1, of the unit that was sent last to each call; 0 for none."""
    table = log.events
    mask = table.event == Event.ASSIGNED
    units = np.zeros(calls, np.int64)
    units[table.incident_id[mask]] = table.volunteer_id[mask] + 1
    return units
