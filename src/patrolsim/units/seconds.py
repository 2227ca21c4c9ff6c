"""Seconds: rounded to the whole microseconds of the clock, and written for a table."""

from __future__ import annotations

import math

US_PER_S = 1_000_000
DAY_S = 86_400.0
_LARGEST_SHOWN = {"s": 60.0, "min": 120.0, "h": 48.0}


def to_us(seconds: float) -> int:
    """Return seconds as whole microseconds, half to even."""
    return round(seconds * US_PER_S)


def to_s(us: int) -> float:
    """Return microseconds as seconds."""
    return us / US_PER_S


def format_duration(seconds: float) -> str:
    """Return a length of time for a table, such as ``4.1 min``; ``never`` for infinity."""
    if math.isnan(seconds):
        return "-"
    if math.isinf(seconds):
        return "never"
    for size, unit in ((1.0, "s"), (60.0, "min"), (3600.0, "h")):
        if abs(round(seconds / size, 1)) < _LARGEST_SHOWN[unit]:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds / DAY_S:.1f} days"
