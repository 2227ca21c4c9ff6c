"""The example policy in a world of two people, where one can say what must happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from patrolsim.engine import Policies, simulate
from patrolsim.eventlog import Event
from patrolsim.testing import Call, Person, TinyWorld

from patrolsim_example import KeepReserve

if TYPE_CHECKING:
    from patrolsim import StateView

HOUR_US = 3_600_000_000


class Idle:
    """Nobody patrols, and everybody waits where they are."""

    def standby(self, _view: StateView, _volunteer_id: int) -> None:
        """Stay."""

    def next_patrol(self, _view: StateView, _volunteer_id: int) -> None:
        """Stand by."""


def closed(reserve: int, *priorities: int) -> int:
    """Return how many of some incidents are closed by two people within two and a half hours."""
    calls = [Call(at_us=at, work_us=(HOUR_US,), priority=p) for at, p in enumerate(priorities)]
    world = TinyWorld(
        calls=calls, people=[Person(), Person()], horizon_us=5 * HOUR_US // 2
    ).build()
    log = simulate(world, Policies(dispatch=KeepReserve(reserve), standby=Idle(), patrol=Idle()))
    return int((log.events.event == Event.CLOSED).sum())


@pytest.mark.parametrize(("reserve", "served"), [(0, 4), (1, 2), (2, 0)])
def test_less_urgent_incidents_wait_for_the_reserve(reserve: int, served: int) -> None:
    assert closed(reserve, 2, 2, 2, 2, 2, 2) == served


def test_urgent_incidents_get_everybody() -> None:
    assert closed(2, 1, 1) == 2
