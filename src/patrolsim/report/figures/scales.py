"""Axes: round ticks, and units in which they are written."""

from __future__ import annotations

import math
from typing import NamedTuple

from patrolsim.report.words.said import Said, bare

STEPS = (1.0, 2.0, 5.0, 10.0)
TIME_STEPS_S = (5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0)


class Axis(NamedTuple):
    """A straight scale.

    Attributes
    ----------
    low, high
        Its ends in the unit of the values.
    start, end
        Where these stand in the drawing.
    """

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value stands; beyond the ends it stands at them."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, most: int, unit: str) -> list[float]:
    """Return at most so many round values from low to high, and 0 if it lies between."""
    step = _time_step(high - low, most) if unit == "s" else _step(high - low, most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def rounded_up(value: float, unit: str) -> float:
    """Return the end of an axis from 0 on that holds a value; 1 for none."""
    if not value > 0:
        return 1.0
    step = _time_step(value, 5) if unit == "s" else _step(value, 5)
    return max(1, math.ceil(value / step - 1e-9)) * step


def tick_label(value: float, unit: str) -> Said:
    """Return what stands at a tick."""
    if unit == "share":
        percent = f"{100 * value:.6g}%"
        return Said(percent, percent)
    if unit == "s":
        said = bare(value, unit)
        return Said(said.en.replace(".0 ", " "), said.zh.replace(".0 ", " "))
    plain = f"{value:,.6g}"
    return Said(plain, plain)


def _step(span: float, most: int) -> float:
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))


def _time_step(span_s: float, most: int) -> float:
    rough = span_s / most
    if rough > TIME_STEPS_S[-1]:
        return 3600.0 * _step(span_s / 3600, most)
    return next(step for step in TIME_STEPS_S if step >= rough)
