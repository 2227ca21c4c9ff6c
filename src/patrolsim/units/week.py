"""Hours that come again every week, on the clock of a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim.units.seconds import DAY_S, to_us

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

DAY_US = to_us(DAY_S)
WEEKDAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyHours:
    """When something is open.

    Attributes
    ----------
    days
        Days of the week on which it opens; 0 is Monday.
    opens_us
        When it opens, in microseconds since midnight.
    length_us
        For how long, above 0; at its end it is closed.
    begins_us
        The microsecond of the week at which the period starts; 0 is Monday 00:00.
    """

    days: tuple[int, ...]
    opens_us: int
    length_us: int
    begins_us: int

    @classmethod
    def of(
        cls, days: tuple[int, ...], hours_s: tuple[float, float], start: datetime
    ) -> WeeklyHours:
        """Return the hours of a scenario.

        Parameters
        ----------
        days
            Days of the week on which it opens.
        hours_s
            Start and end in seconds since midnight; an end not after the start is the next day's.
        start
            First moment of the period, local time.
        """
        start_s, end_s = hours_s
        return cls(
            days=days,
            opens_us=to_us(start_s),
            length_us=to_us((end_s - start_s) % DAY_S or DAY_S),
            begins_us=_microsecond_of_week(start),
        )

    def next_us(self, time_us: int) -> int:
        """Return the first moment at or after a time at which it is open."""
        for from_us, until_us in self.spans_from(time_us):
            return max(from_us, time_us) if until_us > time_us else from_us
        raise ValueError("hours without a day are never open")

    def is_open(self, time_us: int) -> bool:
        """Whether it is open at a time."""
        return self.next_us(time_us) == time_us

    def spans_from(self, time_us: int) -> Iterator[tuple[int, int]]:
        """Yield the spans (opens, closes) of eight days that end after a time, rising."""
        today = (time_us + self.begins_us) // DAY_US
        for day in range(today - 1, today + WEEKDAYS + 1):
            opens_us = day * DAY_US + self.opens_us - self.begins_us
            if day % WEEKDAYS in self.days and opens_us + self.length_us > time_us:
                yield opens_us, opens_us + self.length_us


def weekly_moments_us(
    days: tuple[int, ...], times_s: tuple[float, ...], start: datetime, horizon_us: int
) -> tuple[int, ...]:
    """Return all moments of a period at some times of some days of the week, rising.

    Parameters
    ----------
    days, times_s
        Days of the week (0 is Monday), and seconds since midnight.
    start, horizon_us
        First moment (local time) and length of the period.
    """
    begins_us = _microsecond_of_week(start)
    first, last = begins_us // DAY_US, (begins_us + horizon_us) // DAY_US
    moments = (
        day * DAY_US + to_us(time_s) - begins_us
        for day in range(first, last + 1)
        if day % WEEKDAYS in days
        for time_s in sorted(times_s)
    )
    return tuple(moment for moment in moments if 0 <= moment < horizon_us)


def _microsecond_of_week(start: datetime) -> int:
    seconds = start.hour * 3600 + start.minute * 60 + start.second
    return start.weekday() * DAY_US + to_us(seconds)
