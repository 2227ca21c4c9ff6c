"""Peak-hour coverage: people are on duty when the forecast needs them.

Source: rules S1 to S3 of docs/policies.md: staff per hour by the stationary independent
period-by-period rule on Erlang's C formula, covered by the fewest shifts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import Parameter, PolicySpec, Role
from patrolsim_policies.shift_moving import HOUR_S, WINDOW, Wish, move_shifts, read_window
from patrolsim_policies.staffing import least_staff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import RosterView, ShiftPlan


@dataclass(frozen=True, slots=True)
class PeakHours:
    """Moves the teams' person-hours to where the forecast has most work.

    Looks at: the forecast by hour, the expected work per incident, the scenario's own roster.
    The need of an hour is the least c with ``C(c, a) exp(-(c - a) wait / work) <= share``,
    where a is the expected work of the hour in person-hours. O(people x hours) per day.
    """

    share: float
    wait_s: float
    window: tuple[int, int]

    def plan_roster(self, view: RosterView) -> Sequence[ShiftPlan]:
        """Return the roster of all teams; people who are always on duty stay so."""
        return move_shifts(view, lambda team: self.wish(view, team), self.window)

    def wish(self, view: RosterView, team: str) -> Wish:
        """Return how many people a team needs in each hour, and its expected work."""
        counts, work_s = view.expected_incidents(team), view.expected_work_s(team)
        loads = [count * work_s / HOUR_S for count in counts]
        wait = self.wait_s / work_s if work_s > 0 else 0.0
        return Wish([least_staff(load, self.share, wait) for load in loads], loads)


def _build(parameters: Mapping[str, Any]) -> PeakHours:
    if parameters["wait_share"] <= 0:
        raise ValueError("wait_share must be above 0: somebody always may have to wait")
    return PeakHours(parameters["wait_share"], parameters["wait"], read_window(parameters))


PEAK_HOURS = PolicySpec(
    name="peak_hours",
    role=Role.ROSTER,
    build=_build,
    about="Shifts start when the forecast needs people; the person-hours stay as they are.",
    parameters={
        "wait_share": Parameter(
            kind="share", default="5%", about="Share of incidents that may wait longer than that."
        ),
        "wait": Parameter(
            kind="duration", default="0 min", about="How long an incident may wait for somebody."
        ),
        **WINDOW,
    },
)
