"""Peak-hour coverage: people are on duty when the forecast needs them.

Source: rules S1 to S3 of docs/policies.md. Staff per hour by the stationary independent
period-by-period rule (Green, Kolesar and Soares, 2001, Operations Research 49(4)) on Erlang's
C formula; each person's own shifts are started anew where most of it is still uncovered.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from patrolsim import Parameter, PolicySpec, Role, ShiftPlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import RosterView

HOUR_S = 3600.0
DAY_H = 24


def erlang_c(servers: int, load: float) -> float:
    """Return the probability of waiting in M/M/c; 1 where the load is not below the servers."""
    if load <= 0:
        return 0.0
    if load >= servers:
        return 1.0
    loss = 1.0
    for k in range(1, servers + 1):
        loss = load * loss / (k + load * loss)
    return loss / (1 - load / servers * (1 - loss))


def least_staff(load: float, alpha: float) -> int:
    """Return the least number of people with whom at most a share `alpha` has to wait.

    Parameters
    ----------
    load
        Expected work per hour of one hour: arrivals times mean work.
    alpha
        Share that may have to wait, above 0.
    """
    if load <= 0:
        return 0
    servers = max(1, math.ceil(load))
    while erlang_c(servers, load) > alpha:
        servers += 1
    return servers


@dataclass(frozen=True, slots=True)
class PeakHours:
    """Moves the teams' person-hours to where the forecast has most work.

    Looks at: the forecast by hour, the expected work per incident, the scenario's own roster.
    Each person keeps the number and the lengths of their own shifts on each day; only the hour
    at which a shift starts is chosen anew. For each day and team the need by hour is found from
    Erlang's C formula, scaled to the person-hours that there are, and shifts are started one by
    one where they cover most of what is still needed, earliest first.
    """

    alpha: float
    first_hour: int
    last_hour: int

    def plan_roster(self, view: RosterView) -> Sequence[ShiftPlan]:
        """Return the roster of all teams; people who are always on duty stay so."""
        plans: list[ShiftPlan] = []
        by_team: dict[str, list[ShiftPlan]] = defaultdict(list)
        for plan in view.planned:
            by_team[view.team_of(plan.volunteer_id)].append(plan)
        for team in sorted(by_team):
            plans += self._plan_team(view, team, by_team[team])
        return sorted(plans)

    def _plan_team(
        self, view: RosterView, team: str, planned: Sequence[ShiftPlan]
    ) -> list[ShiftPlan]:
        counts = view.expected_incidents(team)
        work_s = view.expected_work_s(team)
        need = [float(least_staff(count * work_s / HOUR_S, self.alpha)) for count in counts]
        loads = [count * work_s / HOUR_S for count in counts]
        plans: list[ShiftPlan] = []
        for _day, shifts in sorted(_by_day(view, planned).items()):
            movable = [shift for shift in shifts if _is_movable(shift)]
            plans += [shift for shift in shifts if not _is_movable(shift)]
            plans += self._plan_day(view, movable, need, loads)
        return _without_overlaps(plans, planned)

    def _plan_day(
        self,
        view: RosterView,
        shifts: Sequence[ShiftPlan],
        need: Sequence[float],
        loads: Sequence[float],
    ) -> list[ShiftPlan]:
        """Start the shifts of one day anew, the longest first."""
        if not shifts:
            return []
        hours = self._hours_of_day(view, shifts[0])
        hours_on_hand = sum(shift.end_s - shift.start_s for shift in shifts) / HOUR_S
        base = [max(need[h], loads[h]) if h < len(need) else 0.0 for h in hours]
        scale = hours_on_hand / sum(base) if sum(base) > 0 else 0.0
        left = {hour: value * scale for hour, value in zip(hours, base, strict=True)}
        plans = []
        for shift in sorted(shifts, key=lambda s: (s.start_s - s.end_s, s.volunteer_id)):
            length_h = max(1, round((shift.end_s - shift.start_s) / HOUR_S))
            starts = [hour for hour in hours if hour + length_h - 1 in left] or hours[:1]
            best = max(starts, key=lambda hour: (_gain(left, hour, length_h), -hour))
            for hour in range(best, best + length_h):
                left[hour] = left.get(hour, 0.0) - 1.0
            length_s = shift.end_s - shift.start_s
            start_s = min(best * HOUR_S, view.period_s - length_s)
            plans.append(ShiftPlan(shift.volunteer_id, start_s, start_s + length_s))
        return plans

    def _hours_of_day(self, view: RosterView, shift: ShiftPlan) -> list[int]:
        """Return the hours of the period at which people may be on duty on a shift's day."""
        offset = view.start_hour_of_week % DAY_H
        midnight = math.floor((shift.start_s / HOUR_S + offset) / DAY_H) * DAY_H - offset
        hours = range(math.ceil(midnight) + self.first_hour, math.ceil(midnight) + self.last_hour)
        last = math.ceil(view.period_s / HOUR_S)
        return [hour for hour in hours if 0 <= hour < last] or [0]


def _gain(left: Mapping[int, float], start: int, length: int) -> float:
    """Return how much of the need that is left a shift would cover."""
    return sum(min(1.0, max(0.0, left.get(hour, 0.0))) for hour in range(start, start + length))


def _by_day(view: RosterView, planned: Sequence[ShiftPlan]) -> dict[int, list[ShiftPlan]]:
    offset_s = (view.start_hour_of_week % DAY_H) * HOUR_S
    days: dict[int, list[ShiftPlan]] = defaultdict(list)
    for plan in planned:
        days[math.floor((plan.start_s + offset_s) / (DAY_H * HOUR_S))].append(plan)
    return days


def _is_movable(plan: ShiftPlan) -> bool:
    """Whether a shift is a part of a day: who is on duty all day and night stays so."""
    return plan.end_s - plan.start_s < (DAY_H - 4) * HOUR_S


def _without_overlaps(plans: Sequence[ShiftPlan], planned: Sequence[ShiftPlan]) -> list[ShiftPlan]:
    """Give a person back their own shifts where the new ones would overlap."""
    mine: dict[int, list[ShiftPlan]] = defaultdict(list)
    for plan in sorted(plans):
        mine[plan.volunteer_id].append(plan)
    kept: list[ShiftPlan] = []
    for volunteer_id, shifts in sorted(mine.items()):
        clash = any(b.start_s < a.end_s for a, b in pairwise(shifts))
        own = [plan for plan in planned if plan.volunteer_id == volunteer_id]
        kept += own if clash else shifts
    return kept


def _build(parameters: Mapping[str, Any]) -> PeakHours:
    return PeakHours(
        alpha=parameters["wait_share"],
        first_hour=parameters["first_hour"],
        last_hour=parameters["last_hour"],
    )


PEAK_HOURS = PolicySpec(
    name="peak_hours",
    role=Role.ROSTER,
    build=_build,
    about="Shifts start when the forecast needs people; the person-hours stay as they are.",
    parameters={
        "wait_share": Parameter(
            kind="share", default="5%", about="Share of incidents that may have to wait."
        ),
        "first_hour": Parameter(
            kind="count", default=0, about="No shift starts before this hour of the day."
        ),
        "last_hour": Parameter(
            kind="count", default=24, about="Every shift ends by this hour of the day."
        ),
    },
)
