"""The same world up to a moment, with another future; and the same world with other numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NEVER_US
from patrolsim.volunteers.roster import Shift

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.demand.table import IncidentTable, Particulars
    from patrolsim.world import World


def with_other_future(world: World, time_us: int) -> World:
    """Return a world in which whatever nobody can know at a time is different.

    Incidents that occur later change places, kinds, priorities, reports and work with each other
    in reversed order; the work and the patience of those that occur just then are others too.

    Parameters
    ----------
    world
        A world in which work takes time: what is decided at the very instant may not hang on it.
    time_us
        What is decided up to and at this time must be the same in both worlds.
    """
    table = world.incidents
    order = np.arange(len(table))
    later = np.flatnonzero(table.occurred_us > time_us)
    order[later] = later[::-1]
    is_new = table.occurred_us >= time_us
    stage_us = table.stage_us[order]
    stage_us[is_new] = np.where(stage_us[is_new] > 0, 2 * stage_us[is_new], stage_us[is_new])
    reported = table.known_us[order] < NEVER_US
    delay_us = (table.known_us - table.occurred_us)[order]
    known_us = np.where(reported, table.occurred_us + delay_us, NEVER_US)
    is_patient = table.patience_us == NEVER_US
    changed = replace(
        table,
        **{name: getattr(table, name)[order] for name in ("kind", "priority", "x", "y")},
        stops=tuple(table.stops[row] for row in order.tolist()),
        stage_us=stage_us,
        known_us=known_us,
        ready_us=known_us,
        particulars=_reordered(table, order),
        patience_us=np.where(is_new & ~is_patient, table.patience_us // 2, table.patience_us),
    )
    return replace(world, incidents=changed)


def _reordered(
    table: IncidentTable, order: npt.NDArray[np.int64]
) -> tuple[Particulars, ...] | None:
    """Return the particulars of other rows: what they say about times stays with the old rows."""
    if table.particulars is None:
        return None
    return tuple(
        old._replace(address=table.particulars[row].address)
        for old, row in zip(table.particulars, order.tolist(), strict=True)
    )


def with_other_numbers(world: World) -> World:
    """Return a world in which the volunteers are numbered from the other end."""
    last = len(world.volunteers) - 1
    people = tuple(
        replace(person, volunteer_id=number)
        for number, person in enumerate(reversed(world.volunteers))
    )
    shifts = sorted(
        Shift(last - shift.volunteer_id, shift.start_us, shift.end_us) for shift in world.shifts
    )
    return replace(world, volunteers=people, shifts=tuple(shifts))
