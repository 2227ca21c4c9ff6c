"""Bugs about streets that change, planted in the engine: the auditor finds each in the log."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.property.test_audited_worlds import Wander
from tests.runs import Home, run
from tests.unit.network.test_phases import change
from tests.validation.test_planted_bugs import MINUTE_US, RULES, busy_world

from patrolsim.audit import audit
from patrolsim.engine import changes, legs
from patrolsim.engine.changes import StreetChanges
from patrolsim.engine.travel import Travel
from patrolsim.eventlog import Event
from patrolsim.network.phases import Effect, check_phase, solve_phases

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.engine.legs import Departure
    from patrolsim.engine.logbook import Logbook
    from patrolsim.network.phases import Phase
    from patrolsim.world import World


@cache
def changing_world() -> World:
    """Return a busy world in which streets are jammed and closed every few minutes."""
    world = busy_world()
    m = len(world.streets.tail)
    starts = range(3, 700, 6)
    jams = [
        change(
            Effect.JAMS,
            list(range(first, m, 3)),
            tuple((at * MINUTE_US, (at + 3) * MINUTE_US) for at in starts[first::3]),
            name=f"jam {first}",
            thousandths=(150, 400, 1900)[first],
        )
        for first in range(3)
    ]
    shut = [arc for arc in range(4) if world.streets.twin[arc] >= 0][:1]
    shut += [int(world.streets.twin[arc]) for arc in shut]
    spells = tuple((at * MINUTE_US, (at + 11) * MINUTE_US) for at in range(5, 700, 20))
    closed = change(Effect.CLOSES, shut, spells, name="works")
    phases = solve_phases(world.streets, (*jams, closed))
    for phase in phases:
        check_phase(phase, ["jam 0", "jam 1", "jam 2", "works"])
    return replace(world, interventions=(*jams, closed), phases=phases)


def findings() -> tuple[str, ...]:
    """Run the world with the engine as it is now, and audit it."""
    world = changing_world()
    return audit(world, run(world, standby=Home(), patrol=Wander()), rules=RULES)


def test_the_auditor_finds_nothing_in_the_engine_as_it_is() -> None:
    world = changing_world()
    log = run(world, standby=Home(), patrol=Wander())
    assert audit(world, log, rules=RULES) == ()
    assert np.count_nonzero(log.events.event == Event.PLANNED_ANEW) > 10


def plan_nothing_anew(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StreetChanges, "_plan_anew", lambda *_given: None)


def keep_the_old_searches(patch: pytest.MonkeyPatch) -> None:
    change_to = Travel.change_to

    def without_router(self: Travel, phase: Phase) -> None:
        router = self.router
        change_to(self, phase)
        self.router = router

    patch.setattr(Travel, "change_to", without_router)


def walk_the_rest_at_the_old_speed(patch: pytest.MonkeyPatch) -> None:
    def as_before(way: Departure, *_given: Any) -> Departure:
        return way

    patch.setattr(legs, "_at_present", as_before)


def plan_anew_only_what_is_shorter(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(changes, "is_as_planned", lambda *_given: True)


def change_a_second_late(patch: pytest.MonkeyPatch) -> None:
    _init = StreetChanges.__init__

    def late(self: StreetChanges, phases: tuple[Phase, ...], *given: Any) -> None:
        moved = [replace(phase, start_us=phase.start_us + 1_000_000) for phase in phases]
        _init(self, moved, *given)

    patch.setattr(StreetChanges, "__init__", late)


def tell_nobody_who_planned_anew(patch: pytest.MonkeyPatch) -> None:
    _init = StreetChanges.__init__

    def deaf(
        self: StreetChanges, phases: Any, fleet: Any, clock: Any, log: Any, *rest: Any
    ) -> None:
        _init(self, phases, fleet, clock, _Deaf(log), *rest)  # type: ignore[arg-type]

    patch.setattr(StreetChanges, "__init__", deaf)


class _Deaf:
    """A logbook that hears of changes only."""

    def __init__(self, log: Logbook) -> None:
        self._log = log

    def write(self, row: tuple[int, int, int, int, int]) -> None:
        if row[1] != Event.PLANNED_ANEW:
            self._log.write(row)


@pytest.mark.parametrize(
    "plant",
    [
        plan_nothing_anew,
        keep_the_old_searches,
        walk_the_rest_at_the_old_speed,
        plan_anew_only_what_is_shorter,
        change_a_second_late,
        tell_nobody_who_planned_anew,
    ],
    ids=lambda plant: plant.__name__,
)
def test_the_auditor_finds_a_planted_bug(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert findings() != ()
