"""Estimates as people read them: with their interval, or with the range of few replications."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from patrolsim.output_analysis import Estimate

NOTHING = "-"
MINUTE_S, HOUR_S = 60.0, 3600.0
_LARGEST_IN_S, _LARGEST_IN_MIN = 60.0, 7200.0


class Scale(NamedTuple):
    """How numbers of one unit are written.

    Attributes
    ----------
    size
        By how much they are divided.
    suffix
        What stands behind them, with its blank.
    digits
        Digits after the point.
    """

    size: float
    suffix: str
    digits: int = 1

    def number(self, value: float) -> str:
        """Return a number without its unit."""
        if math.isinf(value):
            return "never"
        text = f"{value / self.size:,.{self.digits}f}"
        return text.removeprefix("-") if not float(text.replace(",", "")) else text

    def text(self, value: float) -> str:
        """Return a number with its unit."""
        return "never" if math.isinf(value) else f"{self.number(value)}{self.suffix}"


def written(found: Estimate | None, unit: str) -> str:
    """Return a level with its interval in one unit, such as ``4.1 min ± 0.2``."""
    if found is None:
        return NOTHING
    if math.isinf(found.value):
        return "never"
    return _with_interval(found, scale_of(found.value, unit))


def level(value: float | None, unit: str) -> str:
    """Return a bare level in its unit, such as ``4.1 min``."""
    return NOTHING if value is None else scale_of(value, unit).text(value)


def duration(found: Estimate | None) -> str:
    """Return a time with its interval."""
    return written(found, "s")


def share(found: Estimate | None) -> str:
    """Return a share in percent with its interval in percentage points."""
    return written(found, "share")


def count(found: Estimate | None) -> str:
    """Return a mean count with its interval; the heading says of what."""
    return written(found, "")


def minutes(seconds: float) -> str:
    """Return a time in the unit in which it reads best."""
    return _scale_of_time(seconds).text(seconds)


def scale_of_gap(value: float, unit: str) -> Scale:
    """Return how a difference of this size is written."""
    return Scale(0.01, " percentage points") if unit == "share" else scale_of(value, unit)


def ends(found: Estimate) -> tuple[float, float]:
    """Return the interval; of few replications, or without an interval, the range."""
    if found.is_from_few or found.low is None or found.high is None:
        return found.smallest, found.largest
    return found.low, found.high


def _with_interval(found: Estimate, scale: Scale) -> str:
    text = scale.text(found.value)
    if found.n < 2:  # noqa: PLR2004 - a single value has no range
        return text
    if found.half_width is not None and not found.is_from_few:
        return f"{text} ± {scale.number(found.half_width)}"
    return f"{text} ({' to '.join(map(scale.number, ends(found)))})"


def scale_of(value: float, unit: str) -> Scale:
    """Return how a level of this size is written."""
    if unit == "s":
        return _scale_of_time(value)
    if unit == "s per hot spot":
        size, suffix, digits = _scale_of_time(value)
        return Scale(size, f"{suffix} per hot spot", digits)
    fixed = {
        "share": Scale(0.01, "%"),
        "person-seconds": Scale(HOUR_S, " person-hours"),
        "0 to 1": Scale(1.0, "", 3),
        "": Scale(1.0, ""),
    }
    return fixed.get(unit) or Scale(1.0, f" {unit}")


def _scale_of_time(seconds: float) -> Scale:
    if abs(seconds) < _LARGEST_IN_S:
        return Scale(1.0, " s")
    if abs(seconds) < _LARGEST_IN_MIN:
        return Scale(MINUTE_S, " min")
    return Scale(HOUR_S, " h")
