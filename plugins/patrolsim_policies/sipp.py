"""As many people in each hour as the queue of that hour needs, and no more.

Source: rules S1 to S3 of docs/policies.md: the stationary independent period-by-period rule, with
or without the lag of Green, Kolesar and Soares (2001), Operations Research 49(4); shifts by a
program of least work; people by a flow of least cost.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim import Parameter, PolicySpec, Role, ShiftPlan
from patrolsim_policies.covering import Start, cover_by_program, match_people
from patrolsim_policies.shift_moving import (
    DAY_H,
    HOUR_S,
    NIGHT,
    WHOLE_DAY_S,
    WINDOW,
    read_window,
)
from patrolsim_policies.staffing import least_staff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import RosterView


@dataclass(frozen=True, slots=True)
class Sipp:
    """Gives each hour the least c with ``C(c, a) exp(-(c - a) wait / work) <= share``.

    Looks at: the forecast by hour, the expected work per incident, the scenario's own roster. The
    load a of an hour is that of the hour itself or, with the lag, that of a mean work earlier: the
    people are busiest that much after the calls. Shifts have the lengths that the team has today.
    O(program + days x people^3).
    """

    share: float
    wait_s: float
    window: tuple[int, int]
    is_lagged: bool

    def plan_roster(self, view: RosterView) -> Sequence[ShiftPlan]:
        """Return the roster of all teams; people who are always on duty stay so."""
        teams: dict[str, list[ShiftPlan]] = defaultdict(list)
        for plan in view.planned:
            teams[view.team_of(plan.volunteer_id)].append(plan)
        plans = [
            plan for team in sorted(teams) for plan in self._plan_team(view, team, teams[team])
        ]
        return sorted(plans)

    def required(self, view: RosterView, team: str) -> list[int]:
        """Return how many people a team needs in each hour of the period."""
        counts, work_s = view.expected_incidents(team), view.expected_work_s(team)
        if self.is_lagged:
            counts = lagged(counts, work_s / HOUR_S)
        wait = self.wait_s / work_s if work_s > 0 else 0.0
        return [least_staff(n * work_s / HOUR_S, self.share, wait) for n in counts]

    def _plan_team(
        self, view: RosterView, team: str, planned: Sequence[ShiftPlan]
    ) -> list[ShiftPlan]:
        kept = [plan for plan in planned if plan.end_s - plan.start_s >= WHOLE_DAY_S]
        own = [plan for plan in planned if plan.end_s - plan.start_s < WHOLE_DAY_S]
        hours = math.floor(view.period_s / HOUR_S)
        offset_h = view.start_hour_of_week % DAY_H
        need = self.required(view, team)[:hours]
        always = _on_duty(kept, hours)
        left = [max(0, have - there) for have, there in zip(need, always, strict=True)]
        starts = _starts(own, hours, offset_h, self.window)
        within = {hour for one in starts for hour in range(one.first, one.first + one.length)}
        left = [have if hour in within else 0 for hour, have in enumerate(left)]
        chosen = Counter(cover_by_program(left, starts))
        return [*kept, *_Staff(own, offset_h).assign(chosen)]


@dataclass(slots=True)
class _Staff:
    """The people of a team: on which days they come, how long, and what they have so far."""

    own: Sequence[ShiftPlan]
    offset_h: float
    _hours_left: dict[int, int] = field(init=False, default_factory=lambda: defaultdict(int))
    _days: dict[int, set[int]] = field(init=False, default_factory=lambda: defaultdict(set))
    _nights: dict[int, int] = field(init=False, default_factory=lambda: defaultdict(int))
    _busy_until: dict[int, int] = field(init=False, default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        for plan in self.own:
            self._days[self._day(plan.start_s / HOUR_S)].add(plan.volunteer_id)
            self._hours_left[plan.volunteer_id] += _length_h(plan)

    def assign(self, chosen: Counter[Start]) -> list[ShiftPlan]:
        """Return the shifts with their people, day by day; those that nobody can work are left."""
        of_day: dict[int, list[Start]] = defaultdict(list)
        for shift in sorted(chosen.elements()):
            of_day[self._day(shift.first)].append(shift)
        return [plan for day in sorted(of_day) for plan in self._assign_day(day, of_day[day])]

    def _assign_day(self, day: int, shifts: Sequence[Start]) -> list[ShiftPlan]:
        people = sorted(self._days[day])
        plans = []
        for shift, who in zip(shifts, match_people(people, shifts, self._cost), strict=True):
            if who is None:
                continue
            self._hours_left[who] -= shift.length
            self._nights[who] += self._night_hours(shift)
            self._busy_until[who] = shift.first + shift.length
            start_s = shift.first * HOUR_S
            plans.append(ShiftPlan(who, start_s, start_s + shift.length * HOUR_S))
        return plans

    def _cost(self, who: int, shift: Start) -> int | None:
        """Return what a shift costs somebody: night hours cost more with each that they had."""
        if shift.length > self._hours_left[who] or shift.first < self._busy_until[who]:
            return None
        before, more = self._nights[who], self._night_hours(shift)
        return (before + more) ** 2 - before**2

    def _day(self, hour: float) -> int:
        return math.floor((hour + self.offset_h) / DAY_H)

    def _night_hours(self, shift: Start) -> int:
        evening, morning = NIGHT
        of_day = (
            (hour + math.floor(self.offset_h)) % DAY_H
            for hour in range(shift.first, shift.first + shift.length)
        )
        return sum(hour >= evening or hour < morning for hour in of_day)


def lagged(counts: Sequence[float], lag_h: float) -> list[float]:
    """Return the counts of hours that begin some time earlier; before the first it counts as then.

    Parameters
    ----------
    counts
        Expected incidents of each hour.
    lag_h
        How much earlier, in hours.
    """
    whole, part = divmod(lag_h, 1.0)
    back = int(whole)

    def count(hour: int) -> float:
        return counts[max(hour, 0)]

    return [
        (1 - part) * count(hour - back) + part * count(hour - back - 1)
        for hour in range(len(counts))
    ]


def _on_duty(plans: Sequence[ShiftPlan], hours: int) -> list[int]:
    return [
        sum(plan.start_s <= hour * HOUR_S and (hour + 1) * HOUR_S <= plan.end_s for plan in plans)
        for hour in range(hours)
    ]


def _starts(
    own: Sequence[ShiftPlan], hours: int, offset_h: float, window: tuple[int, int]
) -> list[Start]:
    """Return the shifts that may be started: lengths of today, within the window of the day."""
    first, last = window
    found = []
    for length in sorted({_length_h(plan) for plan in own}):
        for start in range(hours - length + 1):
            of_day = (start + offset_h) % DAY_H
            if first <= of_day and (of_day + length <= last or window == (0, DAY_H)):
                found.append(Start(start, length))
    return found


def _length_h(plan: ShiftPlan) -> int:
    """Return the length of a shift in whole hours, rounded down: nobody works more than today."""
    return max(1, math.floor(round((plan.end_s - plan.start_s) / HOUR_S, 6)))


def _build(parameters: Mapping[str, Any], *, is_lagged: bool) -> Sipp:
    if parameters["wait_share"] <= 0:
        raise ValueError("wait_share must be above 0: somebody always may have to wait")
    return Sipp(parameters["wait_share"], parameters["wait"], read_window(parameters), is_lagged)


_PARAMETERS = {
    "wait_share": Parameter(
        kind="share", default="5%", about="Share of incidents that may wait longer than that."
    ),
    "wait": Parameter(
        kind="duration", default="0 min", about="How long an incident may wait for somebody."
    ),
    **WINDOW,
}

SIPP = PolicySpec(
    name="sipp",
    role=Role.ROSTER,
    build=lambda parameters: _build(parameters, is_lagged=False),
    about="As many people in each hour as its queue needs; nobody works more than today.",
    parameters=_PARAMETERS,
)

LAG_SIPP = PolicySpec(
    name="lag_sipp",
    role=Role.ROSTER,
    build=lambda parameters: _build(parameters, is_lagged=True),
    about="As sipp, for the calls of a mean work earlier: people are busiest after the calls.",
    parameters=_PARAMETERS,
)
