"""How people spend their time on duty, and how evenly work is spread over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import Event, Status

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.metrics.facts import WorldFacts

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

TRAVELLING = (Status.ON_THE_WAY,)
WORKING = (Status.AT_WORK, Status.WAITING)
ENGAGED = (Status.ALERTED, Status.TURNING_OUT, *TRAVELLING, *WORKING)
"""From assigned to released: the time that an incident takes of a person."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VolunteerTime:
    """Seconds per volunteer (row) and `Status` (column), shape (n_volunteers, n_statuses).

    Attributes
    ----------
    in_shift_s
        Within shifts; the sum over a row is the length of that person's shifts.
    overtime_s
        Outside shifts; off duty is 0 there.
    assigned
        How often each was asked to go, shape (n_volunteers,).
    """

    in_shift_s: Floats
    overtime_s: Floats
    assigned: Ints

    @property
    def on_duty_s(self) -> Floats:
        """Seconds on duty of each volunteer, overtime included."""
        of_shifts: Floats = self.in_shift_s.sum(axis=1)
        of_overtime: Floats = self.overtime_s.sum(axis=1)
        return of_shifts + of_overtime

    def spent_s(self, statuses: tuple[Status, ...]) -> Floats:
        """Return the seconds that each volunteer spent in some statuses, overtime included."""
        columns = list(statuses)
        spent: Floats = (self.in_shift_s + self.overtime_s)[:, columns].sum(axis=1)
        return spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """How much there was to do for the people on duty.

    Attributes
    ----------
    on_duty_s
        Person-seconds on duty.
    utilisation, travelling, working
        Share of that time from assigned to released; on the way; on scene.
    patrolling
        Share of that time on patrol.
    overtime_s
        Person-seconds outside shifts.
    gini
        Inequality of the engaged seconds among those who were on duty: 0 for all the same.
    assignments
        How often people were asked to go.
    """

    on_duty_s: float
    utilisation: float
    travelling: float
    working: float
    patrolling: float
    overtime_s: float
    gini: float
    assignments: int


class _Timeline(NamedTuple):
    """Moments at which something changes for a volunteer, by (volunteer, time)."""

    volunteer: Ints
    time_us: Ints
    status: Ints
    on_shift: Ints


def volunteer_time(log: EventLog, world: WorldFacts, *, from_us: int = 0) -> VolunteerTime:
    """Return what each volunteer did for how long.

    Parameters
    ----------
    log, world
        The run, and the world in which it happened.
    from_us
        Only the time from this moment on counts.
    """
    people, statuses = len(world.volunteers), len(Status)
    line = _timeline(log, people)
    start_us = np.maximum(line.time_us, from_us)
    end_us = np.append(line.time_us[1:], log.horizon_us)
    is_last = np.append(line.volunteer[1:] != line.volunteer[:-1], True)
    end_us = np.clip(np.where(is_last, log.horizon_us, end_us), start_us, None)
    cell = line.volunteer * statuses + line.status
    totals = {}
    for is_in_shift in (True, False):
        spent_us = np.zeros(people * statuses, np.int64)
        counts = (line.on_shift > 0) == is_in_shift
        np.add.at(spent_us, cell[counts], (end_us - start_us)[counts])
        totals[is_in_shift] = spent_us.reshape(people, statuses) / 1e6
    totals[False][:, Status.OFF_DUTY] = 0.0
    return VolunteerTime(
        in_shift_s=totals[True],
        overtime_s=totals[False],
        assigned=_assignments(log, people, from_us),
    )


def summarise_workload(time: VolunteerTime) -> Workload | None:
    """Return the workload of everybody together; None when nobody was on duty."""
    on_duty_s = float(time.on_duty_s.sum())
    if on_duty_s <= 0:
        return None
    engaged_s = time.spent_s(ENGAGED)
    return Workload(
        on_duty_s=on_duty_s,
        utilisation=float(engaged_s.sum()) / on_duty_s,
        travelling=float(time.spent_s(TRAVELLING).sum()) / on_duty_s,
        working=float(time.spent_s(WORKING).sum()) / on_duty_s,
        patrolling=float(time.spent_s((Status.PATROLLING,)).sum()) / on_duty_s,
        overtime_s=float(time.overtime_s.sum()),
        gini=gini(engaged_s[time.on_duty_s > 0]),
        assignments=int(time.assigned.sum()),
    )


def gini(loads: Floats) -> float:
    """Return the Gini coefficient of some loads: 0 when all are equal, towards 1 when one has all.

    Parameters
    ----------
    loads
        0 or more each. Without any load at all the coefficient is 0.

    References
    ----------
    Gini, C. (1912), Variabilita e mutabilita; the form over sorted values as in Sen, A. (1973),
    On Economic Inequality, section 2.
    """
    ordered = np.sort(loads)
    n, total = ordered.size, float(ordered.sum())
    if total <= 0:
        return 0.0
    ranks = 2.0 * np.arange(1, n + 1) - n - 1
    return float(ranks @ ordered) / (n * total)


def _timeline(log: EventLog, people: int) -> _Timeline:
    """Put changes of status, and starts and ends of shifts, into one order."""
    events, shifts = log.events, log.shifts
    changes = np.flatnonzero(events.event == Event.STATUS)
    everybody = np.arange(people, dtype=np.int64)
    none = np.full(shifts.volunteer_id.size, -1, np.int64)
    volunteer = np.concatenate(
        [everybody, events.volunteer_id[changes], shifts.volunteer_id, shifts.volunteer_id]
    )
    time_us = np.concatenate(
        [np.zeros(people, np.int64), events.time_us[changes], shifts.start_us, shifts.end_us]
    ).clip(0, log.horizon_us)
    off_duty = np.full(people, int(Status.OFF_DUTY), np.int64)
    status = np.concatenate([off_duty, events.detail[changes], none, none])
    step = np.concatenate([np.zeros(people + changes.size, np.int64), none + 2, none])
    order = np.lexsort((time_us, volunteer))
    return _Timeline(
        volunteer=volunteer[order],
        time_us=time_us[order],
        status=_fill_forward(status[order]),
        on_shift=np.cumsum(step[order]),
    )


def _fill_forward(status: Ints) -> Ints:
    """Replace -1 by the value before; the first value of each volunteer is never -1."""
    rows = np.where(status >= 0, np.arange(status.size), 0)
    filled: Ints = status[np.maximum.accumulate(rows)]
    return filled


def _assignments(log: EventLog, people: int, from_us: int) -> Ints:
    events = log.events
    counts = (events.event == Event.ASSIGNED) & (events.time_us >= from_us)
    return np.bincount(events.volunteer_id[counts], minlength=people).astype(np.int64)
