"""Hooks register when plugins are loaded; while a world runs nobody calls one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy
import pytest

from patrolsim.engine import Policies, simulate
from patrolsim.eventlog import Event, Purpose
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing import ordinary_day
from patrolsim.testing.on_call import on_call
from patrolsim.testing.with_requests import with_requests
from patrolsim.testing.with_searches import with_searches

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.eventlog import EventLog
    from patrolsim.world import World

CHOSEN = {
    Role.DISPATCH: "closest",
    Role.STANDBY: "nearest_post",
    Role.PATROL: "hot_spot_rounds",
    Role.ROSTER: "peak_hours",
}


def is_asked(log: EventLog, role: Role) -> bool:
    """Whether there are traces of decisions of a role that only some worlds need."""
    if role is Role.SEARCH:
        return bool((log.legs.purpose == Purpose.SEARCH).any())
    sign = {Role.ALERTS: Event.ALERTED, Role.APPOINTMENTS: Event.BOOKED}[role]
    return bool((log.events.event == sign).any())


@pytest.mark.parametrize(
    ("role", "name", "place"),
    [
        (Role.ALERTS, "phased", on_call),
        (Role.APPOINTMENTS, "insertion", with_requests),
        (Role.SEARCH, "greedy_rate", with_searches),
    ],
)
def test_no_hook_is_called_during_a_run(
    role: Role, name: str, place: Callable[[World], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    usual = pluggy.HookCaller.__call__

    def counted(caller: Any, **arguments: Any) -> Any:
        calls.append(caller.name)
        return usual(caller, **arguments)

    monkeypatch.setattr(pluggy.HookCaller, "__call__", counted)
    host = PluginHost()
    host.load_installed()
    assert "patrolsim_policies" in calls
    calls.clear()
    built: dict[str, Any] = {
        one.value: host.build(one, policy, {}) for one, policy in {**CHOSEN, role: name}.items()
    }
    log = simulate(place(ordinary_day()), Policies(**built))
    assert len(log.events.event) > 100
    assert is_asked(log, role)
    assert calls == []
