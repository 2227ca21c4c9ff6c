"""The incident table of a replication: everything that will happen, drawn before the run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import NEVER_US

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from patrolsim.network.streets import Stop

SKIPPED_US = -1
"""Work of a stage that does not happen."""
IF_LOST_US = SKIPPED_US - 1
"""This less the work is the entry of a stage that happens only after a search in vain."""

PAGE = 512
"""So many rows are turned into plain numbers at a time."""

_TIMES = ("occurred_us", "known_us", "ready_us", "patience_us")


class Particulars(NamedTuple):
    """What belongs to some incidents only.

    Attributes
    ----------
    address
        Where somebody is brought to; None without.
    stake, lost_us
        The amount that is lost unless work starts before, in whole units of its kind, and the
        moment of the loss; 0 and `NEVER_US` without a stake.
    posted_us
        When it lies in a letter box, where it waits for a round; `NEVER_US` for no letter.
    """

    address: Stop | None = None
    stake: int = 0
    lost_us: int = NEVER_US
    posted_us: int = NEVER_US


ORDINARY = Particulars()
"""Of an incident to which nothing in particular belongs."""


class Incident(NamedTuple):
    """One row of an incident table, in plain numbers; the fields are those of the table."""

    incident_id: int
    kind: int
    priority: int
    occurred_us: int
    known_us: int
    ready_us: int
    patience_us: int
    stage_us: tuple[int, ...]
    escalates: bool
    x: float
    y: float
    stop: Stop
    parent_id: int
    label: str
    due_us: int = NEVER_US
    particulars: Particulars = ORDINARY

    def work_us(self, stage: int) -> int:
        """Return the work of a stage that happens, as drawn or after a search in vain."""
        drawn_us = self.stage_us[stage]
        return drawn_us if drawn_us >= 0 else IF_LOST_US - drawn_us


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncidentTable:
    """All incidents of a period, n rows sorted by (occurred, order of the kinds, order drawn).

    Attributes
    ----------
    incident_id
        0 to n - 1.
    kind, priority
        Index of the kind; 1 is the most urgent priority.
    occurred_us, known_us, ready_us
        When it happens, becomes known (`NEVER_US` when only a patrol can discover it) and may
        first be dispatched; microseconds since the start of the period.
    patience_us
        How long the caller waits for somebody, from known; `NEVER_US` for ever.
    stage_us
        Work of each stage; `SKIPPED_US` where the stage does not happen; ``IF_LOST_US - work``
        where it happens only if a search before it is given up; shape (n, n_stages).
    escalates
        Whether it ends escalated.
    x, y, stops
        Where it is, in metres, and how people of each mode get there.
    parent_id
        The incident that it grew out of; -1 for none.
    label
        The planner's own number in a replay; empty otherwise.
    due_us
        When fixed appointments begin; `NEVER_US` for everything else. None without any.
    particulars
        What belongs to some of them only; None when it does to none.
    """

    incident_id: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    priority: npt.NDArray[np.int64]
    occurred_us: npt.NDArray[np.int64]
    known_us: npt.NDArray[np.int64]
    ready_us: npt.NDArray[np.int64]
    patience_us: npt.NDArray[np.int64]
    stage_us: npt.NDArray[np.int64]
    escalates: npt.NDArray[np.bool_]
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    stops: tuple[Stop, ...]
    parent_id: npt.NDArray[np.int64]
    label: tuple[str, ...]
    due_us: npt.NDArray[np.int64] | None = None
    particulars: tuple[Particulars, ...] | None = None

    def __len__(self) -> int:
        return len(self.incident_id)

    def row(self, number: int) -> Incident:
        """Return one row in plain numbers."""
        return Incident(
            incident_id=self.incident_id.item(number),
            kind=self.kind.item(number),
            priority=self.priority.item(number),
            occurred_us=self.occurred_us.item(number),
            known_us=self.known_us.item(number),
            ready_us=self.ready_us.item(number),
            patience_us=self.patience_us.item(number),
            stage_us=tuple(self.stage_us[number].tolist()),
            escalates=self.escalates.item(number),
            x=self.x.item(number),
            y=self.y.item(number),
            stop=self.stops[number],
            parent_id=self.parent_id.item(number),
            label=self.label[number],
            due_us=NEVER_US if self.due_us is None else self.due_us.item(number),
            particulars=ORDINARY if self.particulars is None else self.particulars[number],
        )

    def rows(self) -> Iterator[Incident]:
        """Yield all rows, in order: what `row` returns, read in pages."""
        for first in range(0, len(self), PAGE):
            page = slice(first, first + PAGE)
            size = len(self.incident_id[page])
            yield from map(
                Incident,
                self.incident_id[page].tolist(),
                self.kind[page].tolist(),
                self.priority[page].tolist(),
                self.occurred_us[page].tolist(),
                self.known_us[page].tolist(),
                self.ready_us[page].tolist(),
                self.patience_us[page].tolist(),
                map(tuple, self.stage_us[page].tolist()),
                self.escalates[page].tolist(),
                self.x[page].tolist(),
                self.y[page].tolist(),
                self.stops[page],
                self.parent_id[page].tolist(),
                self.label[page],
                repeat(NEVER_US, size) if self.due_us is None else self.due_us[page].tolist(),
                repeat(ORDINARY, size) if self.particulars is None else self.particulars[page],
            )

    def digest(self) -> str:
        """Return the sha256 of all columns that there are: the same day has the same digest."""
        state = hashlib.sha256()
        for name in self.__slots__:
            column = getattr(self, name)
            if column is None:
                continue
            if isinstance(column, np.ndarray):
                state.update(f"{name}{column.dtype}{column.shape}".encode())
                state.update(np.ascontiguousarray(column).tobytes())
            else:
                state.update(repr(column).encode())
        return state.hexdigest()


def join_tables(tables: list[IncidentTable], horizon_us: int) -> IncidentTable:
    """Return the incidents of all sources that occur before the horizon, numbered anew."""
    tables = tables or [_empty()]
    stages = max(table.stage_us.shape[1] for table in tables)
    occurred_us = np.concatenate([table.occurred_us for table in tables])
    order = np.argsort(occurred_us, kind="stable")
    order = order[occurred_us[order] < horizon_us]
    stops = [stop for table in tables for stop in table.stops]
    labels = [label for table in tables for label in table.label]
    wide = [_widen(table.stage_us, stages) for table in tables]

    def column(name: str) -> npt.NDArray[np.generic]:
        whole: npt.NDArray[np.generic] = np.concatenate([getattr(t, name) for t in tables])
        return whole[order]

    names = ("kind", "priority", *_TIMES, "escalates", "x", "y", "parent_id")
    return IncidentTable(
        incident_id=np.arange(len(order), dtype=np.int64),
        stage_us=np.concatenate(wide)[order],
        stops=tuple(stops[i] for i in order.tolist()),
        label=tuple(labels[i] for i in order.tolist()),
        due_us=_due_us(tables, order),
        particulars=_join_particulars(tables, order),
        **{name: column(name) for name in names},  # type: ignore[arg-type]  # dtypes as before
    )


def _due_us(
    tables: list[IncidentTable], order: npt.NDArray[np.intp]
) -> npt.NDArray[np.int64] | None:
    """Return the times of fixed appointments; None when no source has any."""
    if all(table.due_us is None for table in tables):
        return None
    columns = [
        np.full(len(table), NEVER_US, np.int64) if table.due_us is None else table.due_us
        for table in tables
    ]
    return np.concatenate(columns)[order]


def _join_particulars(
    tables: list[IncidentTable], order: npt.NDArray[np.int64]
) -> tuple[Particulars, ...] | None:
    if all(table.particulars is None for table in tables):
        return None
    whole = [one for table in tables for one in table.particulars or (ORDINARY,) * len(table)]
    return tuple(whole[i] for i in order.tolist())


def _widen(stage_us: npt.NDArray[np.int64], stages: int) -> npt.NDArray[np.int64]:
    wide = np.full((len(stage_us), stages), SKIPPED_US, np.int64)
    wide[:, : stage_us.shape[1]] = stage_us
    return wide


def _empty() -> IncidentTable:
    """Return the table of a period in which nothing happens."""
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    return IncidentTable(
        incident_id=whole,
        kind=whole,
        priority=whole,
        occurred_us=whole,
        known_us=whole,
        ready_us=whole,
        patience_us=whole,
        stage_us=np.zeros((0, 1), np.int64),
        escalates=np.zeros(0, np.bool_),
        x=real,
        y=real,
        stops=(),
        parent_id=whole,
        label=(),
    )
