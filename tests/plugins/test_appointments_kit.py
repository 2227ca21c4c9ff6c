"""The kit holds policies for appointments to the rules: each fault is caught by its own check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from patrolsim import Appointment, PolicySpec, Role
from patrolsim.eventlog import Event
from patrolsim.testing import CHECKS, Verdict, ordinary_day
from patrolsim.testing.checking import subject_of
from patrolsim.testing.companions import FirstDueFirst
from patrolsim.testing.examining import PROCESSES, Examination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim import Request, StateView

HERE = [name for name in CHECKS if name not in {*PROCESSES, "quick"}]


class TakesAnybody:
    def next_appointments(self, _view: StateView, requests: Sequence[Request]) -> Any:
        return [Appointment(requests[0].incident.incident_id, (0,), 0.0)]


class SetsTheClock(FirstDueFirst):
    def next_appointments(self, view: StateView, requests: Sequence[Request]) -> Any:
        view.now_s = 0.0  # type: ignore[misc]  # a fault that is meant
        return super().next_appointments(view, requests)


class LooksBehind(FirstDueFirst):
    def next_appointments(self, view: StateView, requests: Sequence[Request]) -> Any:
        world = view._world  # type: ignore[attr-defined]  # a fault that is meant
        return super().next_appointments(view, requests) if len(world.incidents) else ()


class Remembers(FirstDueFirst):
    seen: ClassVar[list[float]] = []

    def next_appointments(self, view: StateView, requests: Sequence[Request]) -> Any:
        self.seen.append(view.now_s)
        return super().next_appointments(view, requests) if len(self.seen) % 7 else ()


@pytest.mark.parametrize(
    ("policy", "check"),
    [
        (TakesAnybody, "feasible"),
        (SetsTheClock, "no_mutation"),
        (LooksBehind, "no_peeking"),
        (Remembers, "no_shared_state"),
    ],
)
def test_a_fault_is_caught(policy: type, check: str) -> None:
    spec = PolicySpec(
        name=policy.__name__, role=Role.APPOINTMENTS, build=lambda _parameters: policy()
    )
    outcome = Examination(subject_of(spec)).outcome(check)
    assert outcome.verdict is Verdict.FAILED, outcome


def test_the_worlds_of_the_kit_have_requests_to_decide_on() -> None:
    spec = PolicySpec(
        name="first", role=Role.APPOINTMENTS, build=lambda _parameters: FirstDueFirst()
    )
    subject = subject_of(spec)
    play = subject.play(ordinary_day())
    assert play.log is not None
    counts = {event: int((play.log.events.event == event).sum()) for event in Event}
    assert counts[Event.DUE] >= 10
    assert counts[Event.BOOKED] >= 10
    examination = Examination(subject)
    outcomes = [examination.outcome(name) for name in HERE]
    assert [str(one) for one in outcomes if one.verdict is Verdict.FAILED] == []
