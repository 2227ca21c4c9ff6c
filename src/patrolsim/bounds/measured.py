"""The same two numbers of a finished run, to be shown beside its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.bounds.cases import counted_rows
from patrolsim.bounds.solving import bound_lateness, bound_response
from patrolsim.eventlog import NEVER_US
from patrolsim.units import to_s, to_us

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from patrolsim.bounds.model import Bound, Roster
    from patrolsim.metrics import IncidentRows
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Per replication a sum and a count: what `output_analysis.estimate_ratio` takes.

    Attributes
    ----------
    sums
        Late incidents, or seconds of waiting.
    counts
        The incidents counted.
    """

    sums: tuple[float, ...]
    counts: tuple[float, ...]


def bound_columns(
    worlds: Iterable[World], *, preempts: bool, roster: Roster
) -> tuple[Column, Column]:
    """Return the bounds on lateness and on waiting of each replication.

    Parameters
    ----------
    worlds
        One per replication, in their order.
    preempts, roster
        As in `bound_lateness`.
    """
    lateness, waiting = [], []
    for world in worlds:
        lateness.append(bound_lateness(world, preempts=preempts, roster=roster))
        waiting.append(bound_response(world, preempts=preempts, roster=roster))
    return _column(lateness), _column(waiting)


def measured_lateness(rows: IncidentRows, world: World) -> tuple[float, int]:
    """Return how many of the incidents that `bound_lateness` counts were late, and their number.

    Parameters
    ----------
    rows
        What became of the incidents.
    world
        The replication in which it happened.
    """
    drawn = _drawn(rows, world)
    targets_s = [world.kinds[kind].target_s for kind in rows.kind[drawn].tolist()]
    targets_us = np.array([NEVER_US if s is None else to_us(s) for s in targets_s], np.int64)
    has_target = targets_us < NEVER_US
    late = has_target & (rows.response_us[drawn] > targets_us)
    return float(np.count_nonzero(late)), int(np.count_nonzero(has_target))


def measured_response(rows: IncidentRows, world: World) -> tuple[float, int]:
    """Return how many seconds the incidents that `bound_response` counts waited, and their number.

    Parameters
    ----------
    rows, world
        As in `measured_lateness`.
    """
    drawn = _drawn(rows, world)
    until_us = np.minimum(rows.first_on_scene_us[drawn], rows.closed_us[drawn])
    waited_us = np.minimum(until_us, world.horizon_us) - rows.known_us[drawn]
    return to_s(int(waited_us.sum())), len(drawn)


def _drawn(rows: IncidentRows, world: World) -> Ints:
    """Return the rows of the run that the bounds count."""
    counted = world.incidents.incident_id[counted_rows(world)]
    found: Ints = np.flatnonzero(np.isin(rows.incident_id, counted))
    return found


def _column(bounds: list[Bound]) -> Column:
    return Column(
        sums=tuple(bound.value for bound in bounds),
        counts=tuple(float(bound.count) for bound in bounds),
    )
