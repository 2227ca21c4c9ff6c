"""Bugs about the time of day, planted in the engine: the auditor finds each of them in the log."""

from __future__ import annotations

from array import array
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from tests.runs import Home, run
from tests.validation.test_planted_bugs import MINUTE_US, RULES, busy_world

from patrolsim.audit import audit
from patrolsim.engine import legs
from patrolsim.engine.legs import Leg
from patrolsim.engine.pacing import Pacing
from patrolsim.network.warp import SpeedProfile, Warp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SPEEDS = (1000, 613, 287, 851)
HOURS = SpeedProfile(
    starts_us=tuple(minute * MINUTE_US for minute in range(0, 640, 5)),
    thousandths=SPEEDS * 32,
)
"""Short hours: most ways meet a change."""


def findings() -> tuple[str, ...]:
    """Run the world with the engine as it is now, and audit it."""
    world = replace(busy_world(), profiles=(HOURS,))
    return audit(world, run(world, standby=Home()), rules=RULES)


def test_the_auditor_finds_nothing_in_the_engine_as_it_is() -> None:
    assert findings() == ()


def freeze_the_speed_at_the_departure(patch: pytest.MonkeyPatch) -> None:
    def arrival_us(self: Warp, leaves_us: int, work_ns: int) -> int:
        speed = self.work_between_ns(leaves_us, leaves_us + 1)
        return leaves_us - (-work_ns // speed)

    patch.setattr(Warp, "arrival_us", arrival_us)


def forget_the_hours(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Pacing, "warp", lambda _self, _mode: None)


def round_each_street(patch: pytest.MonkeyPatch) -> None:
    def on_the_clock(own_ends_us: Sequence[int], start_us: int, warp: Warp) -> memoryview[int]:
        ends_us = [start_us]
        for begin_us, end_us in pairwise([start_us, *own_ends_us]):
            ends_us.append(warp.arrival_us(ends_us[-1], 1000 * (end_us - begin_us)))
        return memoryview(array("q", ends_us[1:]))

    patch.setattr(legs, "_on_the_clock", on_the_clock)


def walk_evenly_through_the_hours(patch: pytest.MonkeyPatch) -> None:
    def own_us(self: Leg, now_us: int) -> int:
        time_us = min(now_us, self.end_us) - self.start_us
        planned_us = max(self.ends_us[-1] - self.start_us, 1)
        return self.start_us + time_us * (self.own_ends_us[-1] - self.start_us) // planned_us

    patch.setattr(Leg, "own_us", own_us)


def be_an_hour_late_with_the_hours(patch: pytest.MonkeyPatch) -> None:
    honest = Warp.arrival_us

    def arrival_us(self: Warp, leaves_us: int, work_ns: int) -> int:
        late_us = 60 * MINUTE_US
        return honest(self, leaves_us + late_us, work_ns) - late_us

    patch.setattr(Warp, "arrival_us", arrival_us)


@pytest.mark.parametrize(
    "plant",
    [
        freeze_the_speed_at_the_departure,
        forget_the_hours,
        round_each_street,
        walk_evenly_through_the_hours,
        be_an_hour_late_with_the_hours,
    ],
    ids=lambda plant: plant.__name__,
)
def test_the_auditor_catches(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert findings() != ()
