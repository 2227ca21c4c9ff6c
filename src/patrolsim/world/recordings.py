"""Recorded calls of a scenario: read once, completed by draws in every replication."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.demand.course import draw_particulars, drawer, settle
from patrolsim.demand.replay import read_replay
from patrolsim.demand.rows import TableProblems
from patrolsim.demand.sources import draw_durations, draw_stages
from patrolsim.demand.table import ORDINARY, SKIPPED_US, IncidentTable, Particulars
from patrolsim.errors import NetworkError, Problem, ScenarioError
from patrolsim.network.datum import Datum
from patrolsim.world.far_points import advised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.demand.course import Addresses
    from patrolsim.demand.replay import RecordedCall
    from patrolsim.incidents import Kind
    from patrolsim.network.streets import Stop
    from patrolsim.scenario.models import Scenario
    from patrolsim.streams import RandomStreams
    from patrolsim.world.places import Gazetteer, Position
    from patrolsim.world.reach import Reach


class Recording(NamedTuple):
    """Recorded calls of one file.

    Attributes
    ----------
    name
        The kind that names the file: the key of what is drawn for it.
    path
        The file.
    calls, x, y, stops
        The calls in the order of the file, and where they happened.
    """

    name: str
    path: Path
    calls: list[RecordedCall]
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    stops: list[Stop]


def read_recordings(
    scenario: Scenario, kinds: Sequence[Kind], gazetteer: Gazetteer, reach: Reach
) -> list[Recording]:
    """Return the recorded calls of a scenario; a file that several kinds name is read once.

    Raises
    ------
    ScenarioError, NetworkError
        If a file is wrong, or a place in it cannot be reached.
    """
    owners: dict[Path, list[str]] = {}
    for name, model in scenario.incidents.items():
        if model.replay is not None:
            owners.setdefault(model.replay, []).append(name)
    by_name = {kind.name: (index, kind) for index, kind in enumerate(kinds)}
    recordings = []
    for path, names in owners.items():
        own_kind = names[0] if len(names) == 1 else None
        calls = read_replay(path, kinds=by_name, own_kind=own_kind, start=scenario.period.start)
        datum = _datum(path, {name: scenario.incidents[name].coords for name in names})
        x, y = _positions(path, calls, gazetteer, datum)
        try:
            stops = reach.snap(x, y)
        except NetworkError as error:
            text = advised(str(error), gazetteer.files[-1], gazetteer, reach)
            raise NetworkError(f"{path}: {text}") from None
        recordings.append(Recording(names[0], path, calls, x, y, stops))
    return recordings


def remarks_on(recording: Recording, horizon_us: int) -> list[str]:
    """Return what a planner should know about a file that is not wrong."""
    name, calls = recording.path.name, recording.calls
    remarks = []
    late = sum(call.occurred_us >= horizon_us for call in calls)
    if late:
        remarks.append(
            f"{name}: {late:,} of {len(calls):,} calls come after the end of the period and are"
            " left out; is period.length right?"
        )
    return remarks


def replay(
    recording: Recording,
    kinds: Sequence[Kind],
    streams: RandomStreams,
    addresses: Mapping[str, Addresses],
) -> IncidentTable:
    """Return recorded calls as a table; what is not recorded is drawn, keyed by the row.

    A stage happens as it is recorded, whatever its chance.
    """
    calls = recording.calls
    n, width = len(calls), max(len(kind.stages) for kind in kinds)
    kind = _ints([call.kind for call in calls])
    stage_us = np.full((n, width), SKIPPED_US, np.int64)
    patience_us = np.zeros(n, np.int64)
    escalates = np.zeros(n, np.bool_)
    occurred_us = _ints([call.occurred_us for call in calls])
    particulars: dict[int, Particulars] = {}
    for index, spec in enumerate(kinds):
        rows = np.flatnonzero(kind == index)
        key = f"{spec.name}/{recording.name}"
        draw = drawer(streams, rows, after=f"/{key}")
        whole_us = draw_stages(spec, key, rows, streams)
        drawn, escalates[rows] = settle(spec, whole_us, draw("escalation") < spec.escalates, draw)
        stage_us[rows, : len(spec.stages)] = _completed(drawn, [calls[row] for row in rows])
        patience_us[rows] = draw_durations(spec.patience, f"patience/{key}", rows, streams)
        homes = addresses.get(spec.name)
        stops = None if homes is None else homes.draw(f"address/{key}", rows, streams)
        found = draw_particulars(spec, occurred_us[rows], stops, draw)
        particulars |= dict(zip(rows.tolist(), found or (), strict=False))
    own = [kinds[call.kind].priority for call in calls]
    return IncidentTable(
        incident_id=np.arange(n, dtype=np.int64),
        kind=kind,
        priority=_ints([c.priority or p for c, p in zip(calls, own, strict=True)]),
        occurred_us=occurred_us,
        known_us=_ints([call.known_us for call in calls]),
        ready_us=_ints([call.ready_us for call in calls]),
        patience_us=patience_us,
        stage_us=stage_us,
        escalates=escalates,
        x=recording.x,
        y=recording.y,
        stops=tuple(recording.stops),
        parent_id=np.full(n, -1, np.int64),
        label=tuple(call.label for call in calls),
        particulars=tuple(particulars.get(row, ORDINARY) for row in range(n))
        if particulars
        else None,
    )


def _datum(path: Path, coords: Mapping[str, str]) -> Datum:
    """Return what the degrees of a file are; kinds that share it must agree."""
    if len(set(coords.values())) > 1:
        said = ", ".join(f"{name} says {datum}" for name, datum in coords.items())
        message = f"the kinds that share the file differ in coords: {said}"
        raise ScenarioError(str(path), (Problem(None, None, None, message, "write one"),))
    return Datum(next(iter(coords.values())))


def _positions(
    path: Path, calls: Sequence[RecordedCall], gazetteer: Gazetteer, datum: Datum
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    problems = TableProblems(path)
    found: list[tuple[int, Position]] = []
    for call in calls:
        try:
            found.append((call.line, gazetteer.position(call.where)))
        except NetworkError as error:
            problems.add(call.line, str(error))
    problems.check()
    return gazetteer.points_of(path, found, datum)


def _completed(
    drawn: npt.NDArray[np.int64], calls: Sequence[RecordedCall]
) -> npt.NDArray[np.int64]:
    """Return the recorded works, and the drawn ones where nothing is recorded."""
    for row, call in enumerate(calls):
        for stage, work_us in enumerate(call.stage_us):
            if work_us is not None:
                drawn[row, stage] = work_us
    return drawn


def _ints(values: list[int]) -> npt.NDArray[np.int64]:
    return np.array(values, np.int64)
