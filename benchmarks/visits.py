"""How long patrols leave places alone: the intervals between visits, as the literature counts.

References
----------
Machado, Ramalho, Zucker and Drogoul (2003), Multi-agent patrolling, MABS 2002, LNAI 2581, 155-170:
the worst interval. Sampaio, Ramalho and Tedesco (2010), The gravitational strategy for the timed
patrolling, ICTAI 2010, 113-120: the quadratic mean of the intervals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import Purpose
from patrolsim.units import US_PER_S

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]


class Intervals(NamedTuple):
    """The intervals between visits of all corners, in seconds.

    Attributes
    ----------
    worst_s
        The longest.
    quadratic_mean_s
        Root of the mean of their squares.
    """

    worst_s: float
    quadratic_mean_s: float


def intervals_between_visits(log: EventLog, world: World) -> Intervals:
    """Return how long corners were left alone by those who walk on patrol.

    Every corner counts as visited when the period begins and when it ends, so that one that
    nobody ever comes to counts with the whole period.
    """
    time_us, node = _visits(log, world)
    nodes = np.arange(len(world.streets.x), dtype=np.int64)
    begin_us, end_us = np.zeros_like(nodes), np.full_like(nodes, world.horizon_us)
    return _summed(
        np.concatenate([begin_us, time_us, end_us]), np.concatenate([nodes, node, nodes])
    )


def _visits(log: EventLog, world: World) -> tuple[Ints, Ints]:
    """Return when a patrol came to the end of a street, and the node there; both shape (n,)."""
    legs = log.legs
    steps = np.diff(legs.first_step)
    walked = np.repeat(legs.purpose == Purpose.PATROL, steps) & (legs.step_arc >= 0)
    walked &= legs.step_end_us <= np.minimum(np.repeat(legs.end_us, steps), world.horizon_us)
    node: Ints = world.streets.head[legs.step_arc[walked]].astype(np.int64)
    return legs.step_end_us[walked], node


def _summed(time_us: Ints, place: Ints) -> Intervals:
    order = np.lexsort((time_us, place))
    is_same = np.diff(place[order]) == 0
    gaps_s = np.diff(time_us[order])[is_same] / US_PER_S
    # Two patrols at one corner at the same instant are one visit.
    gaps_s = gaps_s[gaps_s > 0]
    return Intervals(float(gaps_s.max()), float(np.sqrt(np.mean(gaps_s**2))))
