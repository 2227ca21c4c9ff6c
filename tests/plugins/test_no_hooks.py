"""Hooks register when plugins are loaded; while a world runs nobody calls one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

from patrolsim.engine import Policies, simulate
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing import ordinary_day

if TYPE_CHECKING:
    import pytest


def test_no_hook_is_called_during_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
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
        "dispatch": host.build(Role.DISPATCH, "closest", {}),
        "standby": host.build(Role.STANDBY, "nearest_post", {}),
        "patrol": host.build(Role.PATROL, "hot_spot_rounds", {}),
        "roster": host.build(Role.ROSTER, "peak_hours", {}),
    }
    log = simulate(ordinary_day(), Policies(**built))
    assert len(log.events.event) > 100
    assert calls == []
