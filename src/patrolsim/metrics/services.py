"""How requests were served: in time or late, how late, how long each stage took, what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NEVER_US, Event
from patrolsim.incidents import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.metrics.facts import WorldFacts
    from patrolsim.metrics.incidents import IncidentRows

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

ALL = ""
"""The group of all requests."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Service:
    """How a group of known requests was served.

    A request is judged when it is closed or its due time is over at the end of the period. It is
    in time when it was done by then; a fixed appointment when it began by then. What gave up, or
    is open although it is due, is late: an open one by the time up to the end of the period, at
    least.

    Attributes
    ----------
    known
        How many there are.
    judged, in_time
        How many are judged, and how many of these were in time.
    late_s
        Sum of the lateness of all that were judged, in seconds.
    backlog, overdue
        How many are open at the end of the period, and how many of these are late.
    stages_s, stages
        For each stage: the sum of the times from its beginning (known, or the end of the stage
        before) to its end over all requests that finished it, in seconds; and how many did.
    """

    known: int = 0
    judged: int = 0
    in_time: int = 0
    late_s: float = 0.0
    backlog: int = 0
    overdue: int = 0
    stages_s: Mapping[str, float] = field(default_factory=dict)
    stages: Mapping[str, int] = field(default_factory=dict)

    @property
    def late(self) -> int:
        """How many of those that are judged were late."""
        return self.judged - self.in_time


def is_request(world: WorldFacts, kind: Ints) -> Bools:
    """Return which kinds of these incidents are requests."""
    of_kind = np.array([one.request is not None for one in world.kinds], np.bool_)
    chosen: Bools = of_kind[kind]
    return chosen


def due_times_us(world: WorldFacts, rows: IncidentRows) -> Ints:
    """Return when each incident is due; `NEVER_US` where it is no known request."""
    rules = [one.request for one in world.kinds]
    within = [None if rule is None else rule.due_within_us for rule in rules]
    within_us = np.array([NEVER_US if us is None else us for us in within], np.int64)[rows.kind]
    is_due = (within_us < NEVER_US) & (rows.known_us < NEVER_US)
    due_us = np.full(rows.kind.size, NEVER_US, np.int64)
    due_us[is_due] = rows.known_us[is_due] + within_us[is_due]
    table = world.incidents
    if table.due_us is not None:
        place = np.minimum(np.searchsorted(table.incident_id, rows.incident_id), len(table) - 1)
        is_fixed = (table.incident_id[place] == rows.incident_id) & (rows.known_us < NEVER_US)
        due_us = np.where(is_fixed, np.minimum(due_us, table.due_us[place]), due_us)
    return due_us


def measure_services(log: EventLog, rows: IncidentRows, world: WorldFacts) -> dict[str, Service]:
    """Return how the requests were served: all (`ALL`), and by kind, catalogue and item.

    Empty where no kind of incident is a request.
    """
    if all(kind.request is None for kind in world.kinds):
        return {}
    chosen = is_request(world, rows.kind) & rows.is_counted & (rows.known_us < NEVER_US)
    found = {ALL: _service(log, rows, world, chosen)}
    for name, kinds in _groups(world):
        group = chosen & np.isin(rows.kind, kinds)
        if group.any():
            found[name] = _service(log, rows, world, group)
    return found


def _groups(world: WorldFacts) -> Iterator[tuple[str, list[int]]]:
    """Yield the kinds and the catalogues by name, with the numbers of their kinds."""
    groups: dict[str, list[int]] = {}
    for number, kind in enumerate(world.kinds):
        if kind.request is not None:
            groups.setdefault(kind.name, []).append(number)
            if kind.item_of is not None:
                groups.setdefault(kind.item_of, []).append(number)
    yield from sorted(groups.items())


def _service(log: EventLog, rows: IncidentRows, world: WorldFacts, chosen: Bools) -> Service:
    due_us = due_times_us(world, rows)[chosen]
    closed_us, outcome = rows.closed_us[chosen], rows.outcome[chosen]
    is_closed = closed_us < NEVER_US
    is_done = is_closed & (outcome != Outcome.GAVE_UP)
    begun_us = _first_work_us(log, rows)[chosen]
    is_fixed = np.array(
        [kind.request is not None and kind.request.is_fixed for kind in world.kinds], np.bool_
    )[rows.kind[chosen]]
    met_us = np.where(is_fixed, begun_us, np.where(is_done, closed_us, NEVER_US))
    is_judged = is_closed | (met_us < NEVER_US) | (due_us < log.horizon_us)
    is_in_time = is_judged & (met_us <= due_us)
    late_us = np.minimum(np.where(met_us < NEVER_US, met_us, closed_us), log.horizon_us) - due_us
    is_late = is_judged & ~is_in_time
    stages = dict(_stages(log, rows, world, chosen))
    return Service(
        known=int(np.count_nonzero(chosen)),
        judged=int(np.count_nonzero(is_judged)),
        in_time=int(np.count_nonzero(is_in_time)),
        late_s=int(np.maximum(late_us[is_late], 0).sum()) / 1e6,
        backlog=int(np.count_nonzero(~is_closed)),
        overdue=int(np.count_nonzero(~is_closed & is_late)),
        stages_s={name: total_us / 1e6 for name, (total_us, _count) in stages.items()},
        stages={name: count for name, (_total, count) in stages.items()},
    )


def _first_work_us(log: EventLog, rows: IncidentRows) -> Ints:
    """Return when work on each incident first began; `NEVER_US` where it never did."""
    events = log.events
    begun = np.flatnonzero(events.event == Event.STAGE_STARTED)
    first: dict[int, int] = {}
    pairs = zip(events.incident_id[begun].tolist(), events.time_us[begun].tolist(), strict=True)
    for number, time_us in pairs:
        first.setdefault(number, time_us)
    return np.array(
        [first.get(number, NEVER_US) for number in rows.incident_id.tolist()], np.int64
    )


def _stages(
    log: EventLog, rows: IncidentRows, world: WorldFacts, chosen: Bools
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield for each stage the sum of its times, in microseconds, and how many finished it."""
    events = log.events
    ended = np.flatnonzero(events.event == Event.STAGE_ENDED)
    since = dict(
        zip(rows.incident_id[chosen].tolist(), rows.known_us[chosen].tolist(), strict=True)
    )
    kind = dict(zip(rows.incident_id.tolist(), rows.kind.tolist(), strict=True))
    sums: dict[str, tuple[int, int]] = {}
    columns = (events.incident_id, events.time_us, events.detail)
    for number, time_us, stage in zip(*(c[ended].tolist() for c in columns), strict=True):
        if number in since:
            name = world.kinds[kind[number]].stages[stage].name
            total_us, count = sums.get(name, (0, 0))
            sums[name] = total_us + time_us - since[number], count + 1
            since[number] = time_us
    yield from sorted(sums.items())
