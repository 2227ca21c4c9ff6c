"""The same number of people in every hour of the day: the baseline of staffing comparisons.

Source: rule S4 of docs/policies.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import PolicySpec, Role
from patrolsim_policies.shift_moving import HOUR_S, WINDOW, Wish, move_shifts, read_window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import RosterView, ShiftPlan


@dataclass(frozen=True, slots=True)
class Uniform:
    """Places shift after shift where the fewest people are on duty.

    Looks at: the scenario's own roster only. O(people x hours) per day.
    """

    window: tuple[int, int]

    def plan_roster(self, view: RosterView) -> Sequence[ShiftPlan]:
        """Return the roster of all teams; people who are always on duty stay so."""
        hours = math.ceil(view.period_s / HOUR_S)
        wish = Wish([0] * hours, [1.0] * hours)
        return move_shifts(view, lambda _team: wish, self.window)


def _build(parameters: Mapping[str, Any]) -> Uniform:
    return Uniform(read_window(parameters))


UNIFORM = PolicySpec(
    name="uniform",
    role=Role.ROSTER,
    build=_build,
    about="Shifts are spread evenly over the day; the person-hours stay as they are.",
    parameters=WINDOW,
)
