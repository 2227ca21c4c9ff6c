"""Estimates as people read them: with their interval, or with the range of few replications."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.output_analysis import Estimate

NOTHING = "-"
MINUTE_S, HOUR_S = 60.0, 3600.0
_LARGEST_IN_S, _LARGEST_IN_MIN = 60.0, 7200.0


def duration(found: Estimate | None) -> str:
    """Return a time with its interval in one unit, such as ``4.1 min ± 0.2``."""
    if found is None:
        return NOTHING
    if math.isinf(found.value):
        return "never"
    size, unit = _unit_of_time(found.value)
    return _with_interval(found, lambda seconds: _in_unit(seconds, size), f" {unit}")


def share(found: Estimate | None) -> str:
    """Return a share in percent with its interval in percentage points."""
    if found is None:
        return NOTHING
    return _with_interval(found, lambda value: f"{100 * value:.1f}", "%")


def count(found: Estimate | None) -> str:
    """Return a mean count with its interval."""
    if found is None:
        return NOTHING
    return _with_interval(found, lambda value: f"{value:,.1f}", "")


def minutes(seconds: float) -> str:
    """Return a time in the unit in which it reads best."""
    size, unit = _unit_of_time(seconds)
    return f"{seconds / size:.1f} {unit}"


def time_span(found: Estimate) -> tuple[str, str]:
    """Return a time without its sign, and its interval or range with signs, in one unit."""
    size, unit = _unit_of_time(found.value)
    low, high = _ends(found)
    return f"{abs(found.value) / size:.1f} {unit}", f"{low / size:.1f} to {high / size:.1f} {unit}"


def share_span(found: Estimate) -> tuple[str, str]:
    """Return a difference of shares without its sign, and its interval or range with signs."""
    low, high = _ends(found)
    points = "percentage points"
    return f"{100 * abs(found.value):.1f} {points}", f"{100 * low:.1f} to {100 * high:.1f}"


def _with_interval(found: Estimate, write: Callable[[float], str], unit: str) -> str:
    text = f"{write(found.value)}{unit}"
    if found.n < 2:  # noqa: PLR2004 - a single value has no range
        return text
    if found.half_width is not None and not found.is_from_few:
        return f"{text} ± {write(found.half_width)}"
    return f"{text} ({' to '.join(map(write, _ends(found)))})"


def _in_unit(seconds: float, size: float) -> str:
    return "never" if math.isinf(seconds) else f"{seconds / size:.1f}"


def _ends(found: Estimate) -> tuple[float, float]:
    if found.is_from_few or found.low is None or found.high is None:
        return found.smallest, found.largest
    return found.low, found.high


def _unit_of_time(seconds: float) -> tuple[float, str]:
    if abs(seconds) < _LARGEST_IN_S:
        return 1.0, "s"
    return (MINUTE_S, "min") if abs(seconds) < _LARGEST_IN_MIN else (HOUR_S, "h")
