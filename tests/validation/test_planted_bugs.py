"""Bugs planted in the engine on purpose: the auditor finds each of them in the log.

The auditor must find nothing in the log of the engine as it is, and something in the log of
the same world with any one of the bugs. A bug that the auditor misses is a missing rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.runs import Closest, Home, run

from patrolsim.audit import AuditRules, audit
from patrolsim.engine.answering import Answering
from patrolsim.engine.clock import Clock, Rank
from patrolsim.engine.desk import Desk
from patrolsim.engine.duty import Duty
from patrolsim.engine.present import IncidentState
from patrolsim.engine.state import State
from patrolsim.engine.travel import Travel
from patrolsim.eventlog import NEVER_US, Status
from patrolsim.network.router import Router
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.world import World

MINUTE_US = 60_000_000
RULES = AuditRules(queue="priority", nearest=True, work_conserving=True)


def busy_world() -> World:
    """Return a day with queues, transports, parties, skills, shifts, hand-over and patience."""
    generator = np.random.Generator(np.random.Philox(key=7))
    side = 4
    arcs = []
    for here in range(side * side):
        row, column = divmod(here, side)
        for other in [here + 1] * (column < side - 1) + [here + side] * (row < side - 1):
            weight_us = int(generator.integers(1, 4 * MINUTE_US))
            arcs += [Arc(here, other, weight_us), Arc(other, here, weight_us)]
    points = [(100.0 * (i % side), 100.0 * (i // side)) for i in range(side * side)]
    kinds = (
        make_kind("small"),
        make_kind("dispute", needs=(("mediation", 1), (None, 1))),
        make_kind("transport", places=(None, ("clinic",))),
        make_kind("urgent", can_hand_over=False),
    )
    calls = [_call(generator, side * side) for _ in range(120)]
    mediator = frozenset({"mediation"})
    halves = ((0, 360 * MINUTE_US),), ((300 * MINUTE_US, 720 * MINUTE_US),)
    people = [
        Person(
            node=int(generator.integers(0, side * side)),
            skills=mediator if number % 3 == 0 else frozenset(),
            shifts=halves[number % 2],
            overtime_us=(0, 10 * MINUTE_US, NEVER_US)[number % 3],
        )
        for number in range(7)
    ]
    return TinyWorld(
        calls=calls,
        people=people,
        horizon_us=720 * MINUTE_US,
        streets=make_streets(points, arcs),
        kinds=kinds,
        places={"clinic": (0, 15)},
    ).build()


def _call(generator: np.random.Generator, nodes: int) -> Call:
    kind = int(generator.integers(0, 4))
    work_us = [int(generator.integers(1, 40 * MINUTE_US)) for _ in range(2 if kind == 2 else 1)]
    impatient = generator.random() < 0.3
    return Call(
        at_us=int(generator.integers(0, 700 * MINUTE_US)),
        node=int(generator.integers(0, nodes)),
        work_us=tuple(work_us),
        kind=kind,
        priority=1 if kind == 3 else 2 + kind % 2,
        patience_us=int(generator.integers(1, 60 * MINUTE_US)) if impatient else NEVER_US,
    )


def findings() -> tuple[str, ...]:
    """Run the world with the engine as it is now, and audit it."""
    world = busy_world()
    return audit(world, run(world, dispatch=Closest(), standby=Home()), rules=RULES)


def test_the_auditor_finds_nothing_in_the_engine_as_it_is() -> None:
    assert findings() == ()


def arrive_too_early(patch: pytest.MonkeyPatch) -> None:
    honest = Travel.leg_to

    def leg_to(self: Travel, *args: Any) -> Any:
        leg = honest(self, *args)
        leg.ends_us[-1] -= leg.ends_us[-1] > leg.start_us
        leg.end_us = leg.ends_us[-1]
        return leg

    patch.setattr(Travel, "leg_to", leg_to)


def late(rank: int) -> Callable[[pytest.MonkeyPatch], None]:
    """Let everything of a rank happen one microsecond late."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        honest = Clock.at

        def at(self: Clock, time_us: int, its_rank: int, *args: Any) -> Any:
            return honest(self, time_us + (its_rank is rank), its_rank, *args)

        patch.setattr(Clock, "at", at)

    return plant


def forget_paused_work(patch: pytest.MonkeyPatch) -> None:
    honest = State.pause_work

    def pause_work(self: State, incident: IncidentState) -> None:
        left_us = incident.left_us
        honest(self, incident)
        incident.left_us = left_us

    patch.setattr(State, "pause_work", pause_work)


def never_hand_over(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Answering, "hand_over", lambda _self, _volunteer: None)


def stay_on_after_the_shift(patch: pytest.MonkeyPatch) -> None:
    honest = State.start_shift

    def start_shift(self: State, volunteer: Any, end_us: int) -> None:
        honest(self, volunteer, end_us)
        volunteer.shift_end_us = NEVER_US

    patch.setattr(State, "start_shift", start_shift)
    patch.setattr(Duty, "ends_shift", lambda _self, _volunteer: None)


def send_the_farthest(patch: pytest.MonkeyPatch) -> None:
    honest = Router.nearest_of

    def nearest_of(self: Router, targets: Any, seeds: Any, *, mode: int, count: int) -> Any:
        return honest(self, targets, seeds, mode=mode, count=99)[-count:]

    patch.setattr(Router, "nearest_of", nearest_of)


def serve_the_last_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Desk, "_key", lambda _self, incident: (incident.row.priority, -incident.known_us)
    )


def ignore_skills(patch: pytest.MonkeyPatch) -> None:
    def open_slot(self: IncidentState, _skills: frozenset[str]) -> int | None:
        return self.people.index(None) if None in self.people else None

    patch.setattr(IncidentState, "open_slot", open_slot)
    patch.setattr(IncidentState, "missing_skills", lambda self: (None,) * self.missing)


def teleport_home(patch: pytest.MonkeyPatch) -> None:
    honest = State.leave

    def leave(self: State, volunteer: Any, why: int) -> Any:
        if volunteer.leg is None:
            volunteer.stop = volunteer.person.base
        return honest(self, volunteer, why)

    patch.setattr(State, "leave", leave)


def lose_those_who_wait(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Desk, "serve_queue", lambda _self: None)


def start_without_the_quorum(patch: pytest.MonkeyPatch) -> None:
    honest = State.begin_stage

    def begin_stage(self: State, incident: IncidentState, *args: Any) -> None:
        honest(self, incident, *args)
        incident.skills, incident.people, incident.missing = incident.skills[:1], [None], 1

    patch.setattr(State, "begin_stage", begin_stage)


def hide_states(patch: pytest.MonkeyPatch) -> None:
    honest = State.set_status

    def set_status(self: State, volunteer: Any, status: Status) -> None:
        if status is Status.AT_WORK:
            volunteer.status = status
            self.free.discard(volunteer.id)
        else:
            honest(self, volunteer, status)

    patch.setattr(State, "set_status", set_status)


@pytest.mark.parametrize(
    "plant",
    [
        arrive_too_early,
        late(Rank.ARRIVES),
        late(Rank.WORK_ENDS),
        late(Rank.GIVES_UP),
        late(Rank.OCCURS),
        forget_paused_work,
        never_hand_over,
        stay_on_after_the_shift,
        send_the_farthest,
        serve_the_last_first,
        ignore_skills,
        teleport_home,
        lose_those_who_wait,
        start_without_the_quorum,
        hide_states,
    ],
    ids=lambda plant: plant.__name__,
)
def test_the_auditor_catches(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert findings() != ()
