"""Between the work of a way and the clock: how long people take at the hour at which they go.

Ways are planned in work, the time that they take at the usual speed of a mode. A mode that
always has its usual speed has no warp, and its work is time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NEVER_US
from patrolsim.network.warp import NS_PER_US, warps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from patrolsim.network.warp import SpeedProfile, Warp

    Ints = npt.NDArray[np.int64]
    Seeds = tuple[Ints, Ints, Ints, Ints]
    Ask = Callable[..., list[tuple[int, int]]]


class Pacing:
    """The warps of all modes.

    Parameters
    ----------
    profiles
        The speed of each mode over time; empty when all always have their usual speed.
    modes
        How many modes there are.
    """

    def __init__(self, profiles: Sequence[SpeedProfile], modes: int) -> None:
        self._warps = warps_of(profiles, modes)
        self.has_hours = any(warp is not None for warp in self._warps)
        """Whether the speed of some mode changes."""

    def warp(self, mode: int) -> Warp | None:
        """Return the warp of a mode; None when it always has its usual speed."""
        return self._warps[mode]

    def lasts_us(self, mode: int, leaves_us: int, work_us: int) -> int:
        """Return how long some work takes on the clock when it is begun at a moment."""
        warp = self._warps[mode]
        if warp is None:
            return work_us
        return warp.arrival_us(leaves_us, NS_PER_US * work_us) - leaves_us

    def recast(self, walked: int, mode: int, leaves_us: int) -> Callable[[int], int] | None:
        """Return what turns work begun at a moment in one mode into work of another one.

        Whoever changes the mode in the middle of a street goes on to its end as before. The
        work of the new mode that fits into that time, rounded up, stands for it. None when the
        speeds of both change together.
        """
        before, after = self._warps[walked], self._warps[mode]
        if before is after:
            return None

        def recast_us(work_us: int) -> int:
            lasts_us = self.lasts_us(walked, leaves_us, work_us)
            if after is None:
                return lasts_us
            return -(-after.work_between_ns(leaves_us, leaves_us + lasts_us) // NS_PER_US)

        return recast_us


def first_on_the_clock(
    ask: Ask, warp: Warp, seeds: Seeds, ready_us: Ints, now_us: int, count: int
) -> list[tuple[int, int]]:
    """Return who is first by the clock, as (time from now, id), in this order, exactly.

    The search compares whole microseconds of work. What somebody needs to get ready is time, and
    seldom a whole number of them: the whole part enters the search, and the nanoseconds that
    are left decide where it finds a tie. Different work may be done within the same microsecond
    of the clock, so as many are looked at as arrive in that of the last.

    Parameters
    ----------
    ask
        Answers who is first for some seeds in work, and for a count.
    warp
        The warp of their mode.
    seeds
        Ids, nodes, costs and deadlines: costs are the time to get ready and work on top of it,
        deadlines are times from now.
    ready_us
        The time to get ready within each cost; the same for all seeds of one person.
    now_us
        The present.
    count
        How many are wanted, 1 or more.
    """
    ids, nodes, costs_us, deadlines_us = seeds
    whole_us, left_ns = np.divmod(_works_ns(warp, now_us, ready_us), NS_PER_US)
    until_us = (_works_ns(warp, now_us, deadlines_us) - left_ns) // NS_PER_US
    until_us = np.where(deadlines_us < NEVER_US, until_us, NEVER_US)
    span = int(ids.max()) + 1
    rank = left_ns * span + ids
    in_work = rank, nodes, costs_us - ready_us + whole_us, until_us

    def on_the_clock(work_us: int, rank: int) -> tuple[int, int]:
        left_ns, volunteer_id = divmod(rank, span)
        arrival_us = warp.arrival_us(now_us, NS_PER_US * work_us + left_ns)
        return arrival_us - now_us, volunteer_id

    asked = count
    while True:
        found = [on_the_clock(*one) for one in ask(in_work, count=asked + 1)]
        if len(found) <= asked or found[-1][0] > found[count - 1][0]:
            return sorted(found)[:count]
        asked *= 2


def _works_ns(warp: Warp, now_us: int, times_us: Ints) -> Ints:
    """Return the work from now on for so long; few times differ, mostly none. Never is 0."""

    def work_ns(time_us: int) -> int:
        return warp.work_between_ns(now_us, now_us + time_us) if time_us < NEVER_US else 0

    if np.all(times_us == times_us[0]):
        return np.full(len(times_us), work_ns(int(times_us[0])), np.int64)
    values_us, which = np.unique(times_us, return_inverse=True)
    return np.array([work_ns(time_us) for time_us in values_us.tolist()], np.int64)[which]
