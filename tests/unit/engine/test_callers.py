"""The border to policies: who failed, when, for which incident, and at which line."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from tests.runs import Closest, NoPatrol, Stay, run

from patrolsim.engine import Policies, simulate
from patrolsim.errors import PolicyError
from patrolsim.policy import Assignment, OpenIncident, Role, RosterView, ShiftPlan, StateView
from patrolsim.testing import Call, Person, TinyWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from patrolsim.world import World


def one_call() -> World:
    return TinyWorld(
        calls=[Call(at_us=2_500_000)], people=[Person()], horizon_us=10_000_000
    ).build()


def line_of(function: Callable[..., object], text: str) -> int:
    """Return the line of this file at which a function says something."""
    lines, first = inspect.getsourcelines(function)
    return first + next(number for number, line in enumerate(lines) if text in line)


class Raises:
    def dispatch(self, _view: StateView, _incident: OpenIncident) -> Assignment:
        return sorted([3, "x"])  # type: ignore[type-var, return-value]  # meant


class SendsNobodyThere:
    def dispatch(self, _view: StateView, incident: OpenIncident) -> Assignment:
        return Assignment(incident.incident_id, (99,))


class Writes:
    def dispatch(self, view: Any, _incident: OpenIncident) -> None:
        view.now_s = 0.0


class AddsToTheView:
    def dispatch(self, view: Any, _incident: OpenIncident) -> None:
        view.memory = 1


@pytest.mark.parametrize(
    ("policy", "text", "reason"),
    [
        (Raises(), "sorted(", "TypeError"),
        (SendsNobodyThere(), "def dispatch", "there is no volunteer 99"),
        (Writes(), "view.now_s = ", "AttributeError"),
        (AddsToTheView(), "view.memory", "the view is read-only: 'memory' cannot be set"),
    ],
)
def test_a_faulty_policy_is_named_with_time_incident_and_line(
    policy: Any, text: str, reason: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        run(one_call(), dispatch=policy)
    error = caught.value
    assert (error.policy, error.time_s, error.incident_id) == ("dispatch", 2.5, 0)
    assert reason in error.reason
    assert error.where == f"{__file__}:{line_of(policy.dispatch, text)}"
    assert str(error).endswith(f"({error.where})")


class LateRoster:
    """Fails only when its answer is gone through."""

    def plan_roster(self, _view: RosterView) -> Iterator[ShiftPlan]:
        yield ShiftPlan(0, 0.0, 5.0)
        raise RuntimeError("no more people")


class RosterThatWrites:
    def plan_roster(self, view: Any) -> list[ShiftPlan]:
        view.planned = ()
        return []


@pytest.mark.parametrize(
    ("policy", "text", "reason"),
    [
        (LateRoster(), "raise RuntimeError", "RuntimeError: no more people"),
        (RosterThatWrites(), "view.planned", "the view is read-only"),
    ],
)
def test_a_faulty_roster_is_named_with_its_line(policy: Any, text: str, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        run(one_call(), roster=policy)
    assert reason in caught.value.reason
    assert caught.value.where == f"{__file__}:{line_of(policy.plan_roster, text)}"


@dataclass
class Diary:
    """Writes down what it is told."""

    entries: list[object] = field(default_factory=list)

    def enters(self, role: Role, time_us: int, incident_id: int | None) -> None:
        self.entries.append((role, time_us, incident_id))

    def leaves(self) -> None:
        self.entries.append("back")


def test_a_watch_is_told_of_every_call_before_and_after() -> None:
    diary = Diary()
    policies = Policies(dispatch=Closest(), standby=Stay(), patrol=NoPatrol(), watch=diary)
    log = simulate(one_call(), policies)
    standby, dispatch = (Role.STANDBY, 0, None), (Role.DISPATCH, 2_500_000, 0)
    assert diary.entries[:4] == [standby, "back", dispatch, "back"]
    assert log.digest() == run(one_call()).digest()


def test_a_watch_is_not_told_that_a_failing_policy_came_back() -> None:
    diary = Diary()
    policies = Policies(dispatch=Raises(), standby=Stay(), patrol=NoPatrol(), watch=diary)
    with pytest.raises(PolicyError):
        simulate(one_call(), policies)
    assert diary.entries[-1] == (Role.DISPATCH, 2_500_000, 0)
