"""The part of a period that a playback shows."""

from __future__ import annotations

from dataclasses import dataclass

from patrolsim.errors import PatrolsimError
from patrolsim.units import US_PER_S

DAY_US = 86_400 * US_PER_S
MOST_DAYS = 7
"""More days make a page that no mail takes."""
REACHES_BACK_US = 40 * DAY_US
"""Four bytes hold 49 days of milliseconds."""


class WindowError(PatrolsimError):
    """A day that the period does not have."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Whole days of a period, the last one perhaps cut off by its end.

    Attributes
    ----------
    from_us, to_us
        First moment and end, microseconds since the start of the period.
    first_day, days, of
        Number of the first day from 1, how many are shown, how many the period has.
    """

    from_us: int
    to_us: int
    first_day: int
    days: int
    of: int


def window_of(horizon_us: int, first_day: int | None = None) -> Window:
    """Return up to `MOST_DAYS` days from a day on; None for the first.

    Raises
    ------
    WindowError
        If the period has no such day.
    """
    of = max(1, -(-horizon_us // DAY_US))
    first = 1 if first_day is None else first_day
    if not 1 <= first <= of:
        raise WindowError(f"there is no day {first}: the period has days 1 to {of}")
    days = min(MOST_DAYS, of - first + 1)
    from_us = (first - 1) * DAY_US
    to_us = min(from_us + days * DAY_US, horizon_us)
    return Window(from_us=from_us, to_us=to_us, first_day=first, days=days, of=of)


def origin_us(window: Window) -> int:
    """Return the moment from which the trace counts its milliseconds in four bytes.

    What is still going on when the window opens may have begun before it, if need be a long time
    ago: what began before the origin is shown as if it had begun there.
    """
    return max(0, window.from_us - REACHES_BACK_US)
