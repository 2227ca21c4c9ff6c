"""The compact trace: everything that moved and happened, in a header and one packed text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.eventlog import Event, Release, Status
from patrolsim.incidents import Outcome
from patrolsim.metrics.areas import SQUARE_M
from patrolsim.metrics.patrol import HOT_SPOTS, hottest_nodes
from patrolsim.network.streets import CLOSED_US
from patrolsim.report.playback.columns import Columns
from patrolsim.report.playback.legs import leg_columns, state_columns
from patrolsim.report.playback.mapping import UNIT_M, Grid, grid_of, map_columns
from patrolsim.report.playback.matters import event_columns, incident_columns, rows_in_window
from patrolsim.report.playback.whys import whys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from enum import IntEnum

    from patrolsim.engine import Reason
    from patrolsim.experiment.results import Run
    from patrolsim.incidents import Kind
    from patrolsim.network.streets import Streets
    from patrolsim.report.playback.window import Window
    from patrolsim.world import World

FORMAT = "patrolsim-trace"
VERSION = 1
"""A reader refuses a version that it does not know; any change of meaning raises it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A header, which is plain data, and the packed columns that it describes."""

    header: dict[str, Any]
    packed: str


def write_trace(
    runs: Sequence[Run], window: Window, reasons: Sequence[Sequence[Reason]] = ()
) -> Trace:
    """Return the trace of some runs in the same streets.

    Parameters
    ----------
    runs
        One or more; runs of the same replication are shown side by side.
    window
        The days that are shown.
    reasons
        Why people were sent, for each of the runs; empty for runs of which nobody knows.

    Raises
    ------
    TraceError
        If something is larger than the format allows.
    """
    world = runs[0].world
    grid = grid_of(world, [run.log for run in runs], window)
    modes = sorted({int(mode) for run in runs for mode in np.unique(run.log.legs.mode)})
    columns = Columns()
    columns.add("map", map_columns(world.streets, grid, modes))
    columns.add("people", _people_columns(world))
    whys = reasons or [()] * len(runs)
    described = [_add_run(columns, run, grid, why) for run, why in zip(runs, whys, strict=True)]
    header = {
        "format": FORMAT,
        "version": VERSION,
        "byte_order": "little",
        "unit_m": UNIT_M,
        **_times(world, grid),
        **_names(world),
        **_places(world, grid),
        "modes_used": modes,
        "closed": _closed_streets(world),
        "runs": described,
        "chunks": columns.chunks,
    }
    return Trace(header=header, packed=columns.text())


def _add_run(
    columns: Columns, run: Run, grid: Grid, reasons: Sequence[Reason]
) -> dict[str, object]:
    """Add the chunk of a run, and return what the header says of it."""
    world, log, rows = run.world, run.log, run.rows
    chosen = rows_in_window(rows, log, grid)
    numbers = rows.incident_id[chosen].tolist()
    row_of = {number: row for row, number in enumerate(numbers)}
    whys = whys_of(reasons, row_of, grid)
    columns.add(
        f"run {len(columns.chunks)}",
        {
            **leg_columns(world, log, grid, row_of),
            **state_columns(log, len(world.volunteers), grid),
            **incident_columns(rows, chosen, grid),
            **event_columns(rows, chosen, log, grid),
            **whys.columns,
        },
    )
    return {
        "strategy": run.task.strategy,
        "replication": run.task.replication,
        "chunk": len(columns.chunks) - 1,
        **_closed_over_time(world, grid),
        "rules": whys.rules,
        "notes": whys.notes,
        "incident_ids": [rows.label[row] or str(rows.incident_id[row]) for row in chosen.tolist()],
    }


def _people_columns(world: World) -> dict[str, list[int]]:
    teams = {name: number for number, name in enumerate(_teams(world))}
    return {
        "volunteer_team": [teams[person.team] for person in world.volunteers],
        "volunteer_mode": [person.mode for person in world.volunteers],
        "volunteer_patrols": [int(person.patrols) for person in world.volunteers],
    }


def _times(world: World, grid: Grid) -> dict[str, object]:
    window = grid.window
    return {
        "start": world.start.isoformat(),
        "origin_s": grid.origin_us // 1_000_000,
        "from_ms": grid.moment_ms(window.from_us),
        "to_ms": grid.moment_ms(window.to_us),
        "first_day": window.first_day,
        "days": window.days,
        "days_of_period": window.of,
        "warm_up_ms": grid.moment_ms(world.warm_up_us),
        "expected_per_hour": _expected(world, window),
    }


def _expected(world: World, window: Window) -> list[float]:
    """Return how many incidents that cannot wait the rates lead one to expect in each hour."""
    hour_us = 3600 * 1_000_000
    is_urgent = [kind.request is None for kind in world.kinds]
    per_hour = world.forecast.per_hour[is_urgent].sum(axis=0)
    shown = per_hour[window.from_us // hour_us : -(-window.to_us // hour_us)]
    return [round(float(number), 3) for number in shown]


def _names(world: World) -> dict[str, object]:
    return {
        "scenario": world.name,
        "teams": _teams(world),
        "modes": [mode.name for mode in world.streets.modes],
        "kinds": [_kind(kind) for kind in world.kinds],
        "labels": _labels(world),
        "states": _codes(Status),
        "events": _codes(Event),
        "releases": _codes(Release),
        "outcomes": _codes(Outcome),
    }


def _teams(world: World) -> list[str]:
    return list(dict.fromkeys([*world.team_names, *(one.team for one in world.volunteers)]))


def _labels(world: World) -> list[str]:
    """Return what each person is called; empty when all are called by team and number."""
    labels = [person.label for person in world.volunteers]
    count: dict[str, int] = {}
    numbered = []
    for person in world.volunteers:
        count[person.team] = count.get(person.team, 0) + 1
        numbered.append(f"{person.team} {count[person.team]}")
    return [] if labels == numbered or not any(labels) else labels


def _codes(codes: Iterable[IntEnum]) -> dict[str, int]:
    return {code.name.lower(): int(code) for code in codes}


def _kind(kind: Kind) -> dict[str, object]:
    return {
        "name": kind.name,
        "priority": kind.priority,
        "target_s": kind.target_s,
        "can_wait": kind.request is not None,
        "stages": [stage.name for stage in kind.stages],
    }


def _places(world: World, grid: Grid) -> dict[str, object]:
    streets, per_node = world.streets, world.forecast.per_node
    hot = hottest_nodes(world, HOT_SPOTS).tolist()
    found = {
        name: [grid.units(stop.x, stop.y) for stop in stops]
        for name, stops in world.places.items()
    }
    return {
        "hot_spots": [
            [*grid.units(streets.x[node], streets.y[node]), round(float(per_node[node]), 4)]
            for node in hot
        ],
        "places": found,
        "squares": {
            "west_and_south": grid.units(float(streets.x.min()), float(streets.y.min())),
            "side": round(SQUARE_M / UNIT_M),
        },
    }


def _closed_streets(world: World) -> list[list[int]]:
    """Return the ends, as nodes, of the streets that no mode may use: gates that are shut."""
    return [list(pair) for pair in sorted(_shut(world.streets))]


def _closed_over_time(world: World, grid: Grid) -> dict[str, list[list[object]]]:
    """Return the ends of each street that is ever closed to all, and the spells in which it is.

    Nothing where the streets do not change: then those of the header are closed all the time.
    """
    spells: dict[tuple[int, int], list[list[int]]] = {}
    phases = [phase for phase in world.phases if phase.start_us < world.horizon_us]
    ends_us = [*(phase.start_us for phase in phases), world.horizon_us][1:]
    for phase, end_us in zip(phases, ends_us, strict=True):
        begin_ms, end_ms = grid.moment_ms(phase.start_us), grid.moment_ms(end_us)
        for pair in sorted(_shut(phase.streets)):
            known = spells.setdefault(pair, [])
            if known and known[-1][1] == begin_ms:
                known[-1][1] = end_ms
            else:
                known.append([begin_ms, end_ms])
    if not world.phases:
        return {}
    return {"closed": [[*pair, spells[pair]] for pair in sorted(spells)]}


def _shut(streets: Streets) -> set[tuple[int, int]]:
    """Return the ends of the streets that no mode may pass, the lower node first."""
    shut = np.flatnonzero((streets.weight_us >= CLOSED_US).all(axis=0))
    pairs = zip(streets.tail[shut].tolist(), streets.head[shut].tolist(), strict=True)
    return {(min(pair), max(pair)) for pair in pairs}
