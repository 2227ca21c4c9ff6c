"""What the border to policies costs: a decision of each role, against the bare call of its method.

The target is 100 ns over a call that takes 40 ns, so 2.5 calls more than one; as a ratio it holds
on slow and busy machines too. ``pytest -s`` shows the figures.
"""

from __future__ import annotations

import time
import timeit
from typing import Any

import pytest

from patrolsim.engine.callers import Caller, Policies
from patrolsim.policy import ROLE_METHODS, Role

MOST_MORE = 2.5
CALLS = 50_000
ROUNDS = 20
NS_PER_S = 1e9


class Silent:
    """Decides nothing in any role."""

    def dispatch(self, _view: Any, _about: Any) -> None:
        """Return nothing."""

    standby = next_patrol = next_appointments = alert = next_search = dispatch

    def plan_roster(self, _view: Any) -> None:
        """Return nothing."""


def quickest_s(bare: str, asked: str, names: dict[str, Any]) -> tuple[float, float]:
    """Return the processor time of the quickest of many rounds of both, in turns.

    The pace of a machine changes within seconds: so does that of both.
    """
    timers = [timeit.Timer(one, globals=names, timer=time.process_time) for one in (bare, asked)]
    rounds = [[timer.timeit(CALLS) for timer in timers] for _ in range(ROUNDS)]
    return min(first for first, _second in rounds), min(second for _first, second in rounds)


def caller_of(policy: Any, role: Role) -> Caller:
    """Return what calls a policy that has all roles in the engine."""
    return Caller(Policies(**{one.value: policy for one in Role}), role)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ROSTER])
def test_a_decision_costs_little_more_than_the_call_of_its_method(role: Role) -> None:
    policy: Any = Silent()
    method = getattr(policy, ROLE_METHODS[role])
    names = {"method": method, "decide": caller_of(policy, role).decide}
    bare_s, asked_s = quickest_s("method(1, 2)", "decide(0, 1, method, 1, 2)", names)
    show(role, bare_s, asked_s)
    assert asked_s - bare_s <= MOST_MORE * bare_s


def test_a_roster_costs_little_more_than_the_call_of_its_method() -> None:
    policy: Any = Silent()
    names = {"method": policy.plan_roster, "plan": caller_of(policy, Role.ROSTER).plan}
    bare_s, asked_s = quickest_s("method(1)", "plan(method, 1)", names)
    show(Role.ROSTER, bare_s, asked_s)
    assert asked_s - bare_s <= MOST_MORE * bare_s


def show(role: Role, bare_s: float, asked_s: float) -> None:
    """Print what a call takes, and what the border adds."""
    bare_ns, asked_ns = (NS_PER_S * seconds / CALLS for seconds in (bare_s, asked_s))
    more_ns = asked_ns - bare_ns
    print(f"{role.value:12} {bare_ns:6.1f} ns bare, {more_ns:6.1f} ns more")  # noqa: T201
