"""Who is on duty when: the scenario's own shifts, or those of a roster policy, checked."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.engine.callers import Caller
from patrolsim.engine.sealing import Sealed
from patrolsim.incidents import Where
from patrolsim.network.streets import CLOSED_US
from patrolsim.policy import Role, ShiftPlan
from patrolsim.units import to_s, to_us
from patrolsim.volunteers.roster import Shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.engine.callers import Policies
    from patrolsim.incidents import Kind
    from patrolsim.world import World

MEAN_NEAREST = 0.6267
"""Mean right-angle distance to the nearest of Poisson points of density 1: sqrt(2 pi) / 4."""


def plan_shifts(world: World, policies: Policies) -> tuple[Shift, ...]:
    """Return the roster of the period.

    Raises
    ------
    PolicyError
        If the roster policy fails, or names people or times that do not exist.
    """
    if policies.roster is None:
        return tuple(world.shifts)
    caller, method = Caller(policies, Role.ROSTER), policies.roster.plan_roster
    answer = caller.plan(method, LiveRosterView(world, caller.name))
    # The answer may be a generator: it runs, and may fail, when it is gone through.
    plans = caller.ask(0, None, tuple, answer)
    shifts = []
    for plan in plans:
        reason = _why_no_shift(plan, world)
        if reason is not None:
            raise caller.refusal(0, None, method, reason)
        shifts.append(Shift(plan.volunteer_id, to_us(plan.start_s), to_us(plan.end_s)))
    shifts.sort(key=lambda shift: (shift.volunteer_id, shift.start_us))
    for first, second in pairwise(shifts):
        if first.volunteer_id == second.volunteer_id and second.start_us < first.end_us:
            reason = f"volunteer {first.volunteer_id} has two shifts at the same time"
            raise caller.refusal(second.start_us, None, method, reason)
    return tuple(shifts)


class LiveRosterView(Sealed):
    """Implements `patrolsim.policy.RosterView`."""

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self.rng = world.streams.generator(f"policy/roster/{name}")
        self.period_s = to_s(world.horizon_us)
        start = world.start
        self.start_hour_of_week = start.weekday() * 24 + start.hour + start.minute / 60
        self.planned: Sequence[ShiftPlan] = tuple(
            ShiftPlan(shift.volunteer_id, to_s(shift.start_us), to_s(shift.end_us))
            for shift in world.shifts
        )
        self.seal()

    def team_of(self, volunteer_id: int) -> str:
        """Return the name of the volunteer's team."""
        return self._world.volunteers[volunteer_id].team

    def trade_of(self, volunteer_id: int) -> str:
        """Return the name of the volunteer's trade; empty in a team without trades."""
        return self._world.volunteers[volunteer_id].trade

    def skills_of(self, volunteer_id: int, at_s: float = 0.0) -> frozenset[str]:
        """Return what the volunteer can do at a time: some are trained during the period."""
        return self._world.volunteers[volunteer_id].skills_at(to_us(at_s))

    def expected_incidents(self, team: str) -> Sequence[float]:
        """Return the forecast for each hour of the period: incidents that the team may answer."""
        hours = math.ceil(self.period_s / 3600)
        total = np.zeros(hours)
        for index, _kind in self._kinds_of(team):
            total += self._world.forecast.per_hour_of_period(index)
        return [float(count) for count in total]

    def expected_work_s(self, team: str) -> float:
        """Return the expected person-seconds that one incident takes the team, travel included.

        The way is guessed from the density of the people on duty by the square-root law.

        References
        ----------
        Larson and Odoni (1981), Urban Operations Research, section 3.7.
        """
        forecast = self._world.forecast
        weights, work_s = [], []
        for index, kind in self._kinds_of(team):
            weights.append(float(np.sum(forecast.per_hour_of_period(index))))
            work_s.append(_work_s(kind, self._way_s(team)))
        total = math.fsum(weights)
        if total <= 0:
            return 0.0
        return math.fsum(w * s for w, s in zip(weights, work_s, strict=True)) / total

    def _kinds_of(self, team: str) -> list[tuple[int, Kind]]:
        kinds = self._world.kinds
        return [(i, kind) for i, kind in enumerate(kinds) if kind.answers(team)]

    def _way_s(self, team: str) -> float:
        streets = self._world.streets
        people = [v for v in self._world.volunteers if v.team == team]
        on_duty_s = math.fsum(
            p.end_s - p.start_s for p in self.planned if self.team_of(p[0]) == team
        )
        density_area = float(np.ptp(streets.x) * np.ptp(streets.y))
        present = max(on_duty_s / self.period_s, 1.0)
        mode = people[0].mode
        weight_us = streets.weight_us[mode]
        is_open = weight_us < CLOSED_US
        if not is_open.any():
            return 0.0
        speed_mps = float(streets.length_m[is_open].sum() / (weight_us[is_open].sum() / 1e6))
        return MEAN_NEAREST * math.sqrt(density_area / present) / max(speed_mps, 0.1)


def _work_s(kind: Kind, way_s: float) -> float:
    people = max(sum(need.people for need in stage.needs) for stage in kind.stages)
    remote = all(stage.where is Where.REMOTE for stage in kind.stages)
    work_s = math.fsum(
        stage.takes.mean_s * sum(need.people for need in stage.needs) * chance
        for stage, chance in zip(kind.stages, kind.likelihoods(), strict=True)
    )
    return work_s + (0.0 if remote else way_s * people)


def _why_no_shift(plan: object, world: World) -> str | None:
    """Return why a plan cannot be worked; None when it can."""
    if not isinstance(plan, ShiftPlan):
        return f"{plan!r} is no ShiftPlan"
    if plan.volunteer_id not in range(len(world.volunteers)):
        return f"there is no volunteer {plan.volunteer_id!r}"
    if not 0 <= to_us(plan.start_s) < to_us(plan.end_s) <= world.horizon_us:
        shift = f"a shift from {plan.start_s:g} to {plan.end_s:g} s"
        return f"volunteer {plan.volunteer_id}: {shift} does not lie in the period"
    joins_us = world.volunteers[plan.volunteer_id].joins_us
    if to_us(plan.start_s) < joins_us:
        joins = f"joins at {to_s(joins_us):g} s"
        return f"volunteer {plan.volunteer_id} {joins}, the shift starts at {plan.start_s:g} s"
    return None
