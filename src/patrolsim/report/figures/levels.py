"""Five steps from little to much, and their key."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from patrolsim.report.figures.figure import WIDTH
from patrolsim.report.figures.palette import LEVELS
from patrolsim.report.figures.scales import rounded_up, tick_label
from patrolsim.report.figures.svg import box, label

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY = 34.0
"""Height of the key."""


class Levels(NamedTuple):
    """Equal steps from 0 to the top; seconds."""

    top_s: float

    @classmethod
    def up_to(cls, values_s: Iterable[float]) -> Levels:
        """Return steps that hold all values that have an end."""
        return cls(rounded_up(max((v for v in values_s if math.isfinite(v)), default=0.0), "s"))

    def step_of(self, value_s: float) -> int:
        """Return the step of a value; what has no end belongs to the last."""
        if math.isinf(value_s):
            return LEVELS - 1
        return min(int(value_s / self.top_s * LEVELS), LEVELS - 1)

    def key(self, top: float) -> Markup:
        """Return the key: a box per step, with the ends of the steps below."""
        width = (WIDTH - 60) / LEVELS
        boxes = [box(30 + n * width, top, width, 12, class_=f"cell h{n}") for n in range(LEVELS)]
        ends = [
            label(
                30 + n * width,
                top + 25,
                tick_label(self.top_s * n / LEVELS, "s"),
                class_="soft mid small",
            )
            for n in range(LEVELS + 1)
        ]
        return Markup().join([*boxes, *ends])
