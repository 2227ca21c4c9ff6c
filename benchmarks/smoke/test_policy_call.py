"""What the border to policies costs: a decision, against the bare call of its method.

The target is 100 ns over a call that takes 40 ns, so 2.5 calls more than one.
"""

from __future__ import annotations

import time
import timeit
from typing import Any

from patrolsim.engine.callers import Caller, Policies
from patrolsim.policy import Role

MOST_MORE = 2.5
CALLS = 50_000
ROUNDS = 40


class Silent:
    """Decides nothing."""

    def dispatch(self, _view: Any, _incident: Any) -> None:
        """Return nothing."""


def quickest_s(statement: str, names: dict[str, Any]) -> float:
    """Return the processor time of the quickest of many rounds."""
    timer = timeit.Timer(statement, globals=names, timer=time.process_time)
    return min(timer.repeat(ROUNDS, CALLS))


def test_a_decision_costs_little_more_than_the_call_of_its_method() -> None:
    policy: Any = Silent()
    caller = Caller(Policies(dispatch=policy, standby=policy, patrol=policy), Role.DISPATCH)
    names = {"method": policy.dispatch, "decide": caller.decide}
    bare_s = quickest_s("method(1, 2)", names)
    asked_s = quickest_s("decide(0, 1, method, 1, 2)", names)
    assert asked_s - bare_s <= MOST_MORE * bare_s
