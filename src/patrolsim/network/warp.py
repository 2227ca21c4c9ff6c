"""Speeds by time of day as an exact warp of time: who leaves later never arrives earlier.

A way is planned as work: the time that it takes at the usual speed. While a mode moves at a
share of its usual speed, a microsecond of the clock does that share of a microsecond of work.
The share is a whole number of thousandths, so the work done between two moments is a whole
number of nanoseconds, and nothing is rounded but the arrival, up to the next microsecond. All
streets of a mode change together: the fastest way is the same at every hour, and the searches
go on in work as if there were no hours.

Plain whole numbers are used throughout: a year at twice the usual speed is 6e16 nanoseconds of
work, and sums of any size stay exact. An arrival fits the 64 bits of a log up to 292 years of
work at the slowest speed, a thousandth of the usual one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

USUAL = 1000
"""Thousandths of the usual speed."""
NS_PER_US = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedProfile:
    """The speed of a mode over time, constant between changes.

    Attributes
    ----------
    starts_us
        When each speed begins, microseconds since the period's start: first 0, then rising. The
        last speed lasts.
    thousandths
        Each speed, in thousandths of the usual one, 1 or more; as many as `starts_us`.
    """

    starts_us: tuple[int, ...] = (0,)
    thousandths: tuple[int, ...] = (USUAL,)

    def __post_init__(self) -> None:
        """Refuse what is no profile.

        Raises
        ------
        ValueError
            If the lengths differ, times do not rise from 0, or a speed is below a thousandth.
        """
        rises = all(begin_us < end_us for begin_us, end_us in pairwise(self.starts_us))
        is_paired = len(self.starts_us) == len(self.thousandths) > 0
        if not is_paired or self.starts_us[0] != 0 or not rises or min(self.thousandths) < 1:
            raise ValueError(f"no profile of speeds: {self.starts_us}, {self.thousandths}")

    @property
    def is_usual(self) -> bool:
        """Whether the speed is always the usual one."""
        return self.thousandths == (USUAL,)

    @property
    def fastest(self) -> int:
        """The highest speed, in thousandths of the usual one."""
        return max(self.thousandths)


class Warp:
    """Work and arrivals under a profile of speeds.

    Parameters
    ----------
    profile
        The speeds.

    References
    ----------
    Sung, Bell, Seong and Park (2000), Shortest paths in a network with time-dependent flow
    speeds: speeds that change while a street is walked, not times frozen at its entry.
    """

    def __init__(self, profile: SpeedProfile) -> None:
        self._starts_us: Sequence[int] = profile.starts_us
        self._thousandths: Sequence[int] = profile.thousandths
        spans = zip(pairwise(profile.starts_us), profile.thousandths, strict=False)
        pieces = (speed * (end_us - begin_us) for (begin_us, end_us), speed in spans)
        self._done_ns = list(accumulate(pieces, initial=0))
        self._latest = -1, 0

    def work_between_ns(self, from_us: int, to_us: int) -> int:
        """Return the work that is done between two moments: nanoseconds at the usual speed."""
        return self._done_at_ns(to_us) - self._done_at_ns(from_us)

    def arrival_us(self, leaves_us: int, work_ns: int) -> int:
        """Return the first microsecond at which some work, begun at a moment, is done."""
        if leaves_us != self._latest[0]:  # many works are asked about at one moment
            self._latest = leaves_us, self._done_at_ns(leaves_us)
        goal_ns = self._latest[1] + work_ns
        piece = bisect_right(self._done_ns, goal_ns) - 1
        missing_ns = goal_ns - self._done_ns[piece]
        return self._starts_us[piece] - (-missing_ns // self._thousandths[piece])

    def _done_at_ns(self, time_us: int) -> int:
        """Return the integral of the speed from 0 to a time, 0 or later."""
        piece = bisect_right(self._starts_us, time_us) - 1
        return self._done_ns[piece] + self._thousandths[piece] * (time_us - self._starts_us[piece])


def warps_of(profiles: Sequence[SpeedProfile], modes: int) -> tuple[Warp | None, ...]:
    """Return the warp of each mode, one for equal profiles; None for the usual speed.

    Parameters
    ----------
    profiles
        One per mode; empty when all modes always have their usual speed.
    modes
        How many modes there are.
    """
    known = tuple(profiles) or (SpeedProfile(),) * modes
    warps = {profile: None if profile.is_usual else Warp(profile) for profile in known}
    return tuple(warps[profile] for profile in known)
