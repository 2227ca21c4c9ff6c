"""People in proportion to the expected incidents of the hour: a baseline of staffing comparisons.

Source: rule S4 of docs/policies.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import PolicySpec, Role
from patrolsim_policies.shift_moving import WINDOW, Wish, move_shifts, read_window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import RosterView, ShiftPlan


@dataclass(frozen=True, slots=True)
class Proportional:
    """Places shift after shift where the people on duty have most incidents each.

    Looks at: the forecast by hour, the scenario's own roster. O(people x hours) per day.
    """

    window: tuple[int, int]

    def plan_roster(self, view: RosterView) -> Sequence[ShiftPlan]:
        """Return the roster of all teams; people who are always on duty stay so."""

        def wish(team: str) -> Wish:
            counts = view.expected_incidents(team)
            return Wish([0] * len(counts), counts)

        return move_shifts(view, wish, self.window)


def _build(parameters: Mapping[str, Any]) -> Proportional:
    return Proportional(read_window(parameters))


PROPORTIONAL = PolicySpec(
    name="proportional",
    role=Role.ROSTER,
    build=_build,
    about="People on duty in proportion to the expected incidents; the person-hours stay.",
    parameters=WINDOW,
)
