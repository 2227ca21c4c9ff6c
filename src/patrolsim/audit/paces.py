"""The auditor's own reckoning of speeds by the hour: sums over pieces, and arrivals by halving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]

USUAL = 1000
"""A profile counts in thousandths of the usual speed, and a microsecond has a thousand parts."""


class Paces:
    """How much work is done by when, in each mode: the time that it takes at the usual speed.

    Attributes
    ----------
    least, most
        The slowest and the highest speed of any mode, in thousandths of the usual one.
    rounding_us
        How much longer than its work a step may take where ends are rounded to the clock.
    """

    def __init__(self, world: World) -> None:
        self._pieces = [
            _Pieces(np.array(profile.starts_us, np.int64), np.array(profile.thousandths, np.int64))
            for profile in world.profiles
        ]
        speeds = [speed for pieces in self._pieces for speed in pieces.speeds.tolist()] or [USUAL]
        self.least: int = min(speeds)
        self.most: int = max(speeds)
        self.rounding_us = 0 if self.least == self.most == USUAL else 1

    def is_usual(self, mode: int) -> bool:
        """Whether a mode always has its usual speed."""
        return not self._pieces or self._pieces[mode].is_usual

    def done(self, mode: int, times_us: Ints) -> Ints:
        """Return the work since the period's start until these times, in thousandths of 1 us."""
        if self.is_usual(mode):
            return USUAL * times_us
        return self._pieces[mode].done(times_us)

    def works_us(self, mode: int, from_us: int, to_us: Ints) -> list[int]:
        """Return the work between a time and later ones, in whole microseconds, rounded down."""
        begun = self._done_at(mode, from_us)
        return [(done - begun) // USUAL for done in self.done(mode, to_us).tolist()]

    def arrives_us(self, mode: int, leaves_us: int, work_us: int) -> int:
        """Return the first microsecond by which some work is done that begins at a time."""
        if self.is_usual(mode):
            return leaves_us + work_us
        begun = self._done_at(mode, leaves_us)
        early_us = leaves_us - 1
        late_us: int = leaves_us + USUAL * work_us // self.least + 1
        while late_us - early_us > 1:
            middle_us = (early_us + late_us) // 2
            if self._done_at(mode, middle_us) - begun >= USUAL * work_us:
                late_us = middle_us
            else:
                early_us = middle_us
        return late_us

    def _done_at(self, mode: int, time_us: int) -> int:
        return int(self.done(mode, np.array([time_us], np.int64))[0])

    def recast_us(self, modes: tuple[int, int], leaves_us: int, work_us: int) -> int:
        """Return the work in the second mode while some is done in the first one, rounded up."""
        walked, mode = modes
        until_us = self.arrives_us(walked, leaves_us, work_us)
        return -((self._done_at(mode, leaves_us) - self._done_at(mode, until_us)) // USUAL)

    def slack_us(self, mode: int) -> int:
        """Return how much work is hidden where a step ends within a microsecond of the clock.

        None at the usual speed or below: there each microsecond of work has a moment of its own.
        """
        is_slow = self.is_usual(mode) or self.most <= USUAL
        return 0 if is_slow else 2 + 2 * -(-self.most // USUAL)

    def clock_slack_us(self, mode: int) -> int:
        """Return how long that work takes at the slowest speed."""
        return -(-USUAL * self.slack_us(mode) // self.least)


class _Pieces:
    """One profile: the speed changes by a step at each of its times."""

    def __init__(self, starts_us: Ints, speeds: Ints) -> None:
        self.speeds = speeds
        self.is_usual = bool(np.all(speeds == USUAL))
        self._starts_us = starts_us
        # At t the speed s is the sum of its steps, and the work that of step x (t - its time).
        self._lost = np.cumsum(np.diff(speeds, prepend=0) * starts_us)

    def done(self, times_us: Ints) -> Ints:
        """Return the work until these times, in thousandths of 1 us."""
        piece = np.searchsorted(self._starts_us, times_us, side="right") - 1
        total: Ints = self.speeds[piece] * times_us - self._lost[piece]
        return total


def present_part(left: tuple[int, int], before_us: int, present_us: int) -> tuple[int, int]:
    """Return what is left of a street and all of it, in the time that it takes at present."""
    if before_us == present_us or present_us >= CLOSED_US:
        return left
    left_us, whole_us = (-(-part_us * present_us // before_us) for part_us in left)
    return left_us, whole_us
