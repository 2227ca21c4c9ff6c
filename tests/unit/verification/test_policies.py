"""The policies that only the table uses."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from patrolsim.policy import Assignment, Role, Walk
from patrolsim.verification import verification_host

if TYPE_CHECKING:
    from patrolsim.policy import OpenIncident, StateView
    from patrolsim.verification.policies import PreferenceLists, Tour


def call(number: int, kind: str) -> OpenIncident:
    return cast("OpenIncident", SimpleNamespace(incident_id=number, kind=kind, known_s=1.0))


def view(*free: int) -> StateView:
    return cast("StateView", SimpleNamespace(available=lambda _incident: list(free)))


def lists(**parameters: str) -> PreferenceLists:
    text = "north: 2 0 1; south: 1 0 2"
    host = verification_host()
    built = host.build(Role.DISPATCH, "verify_lists", {"lists": text, **parameters})
    return cast("PreferenceLists", built)


@pytest.mark.parametrize(
    ("kind", "free", "sent"), [("north", (0, 1), 0), ("north", (0, 2), 2), ("south", (0, 1), 1)]
)
def test_the_first_of_the_list_who_is_free_is_sent(
    kind: str, free: tuple[int, ...], sent: int
) -> None:
    assert lists().dispatch(view(*free), call(7, kind)) == Assignment(7, (sent,))


def test_a_call_waits_while_nobody_is_free() -> None:
    policy = lists()
    assert policy.dispatch(view(), call(7, "north")) is None
    assert policy.dispatch(view(1), call(7, "north")) == Assignment(7, (1,))


def test_a_lost_call_is_never_served() -> None:
    policy = lists(when_busy="lose")
    assert policy.dispatch(view(), call(7, "north")) is None
    assert policy.dispatch(view(1), call(7, "north")) is None
    assert policy.dispatch(view(1), call(8, "north")) is not None


def test_a_tour_starts_apart_and_goes_round() -> None:
    given = {"nodes": "0 1 2 0 3 4", "apart": 3}
    tour = cast("Tour", verification_host().build(Role.PATROL, "verify_tour", given))
    assert tour.next_patrol(view(), 0) == Walk((1, 2, 0, 3, 4))
    assert tour.next_patrol(view(), 0) == Walk((0, 1, 2, 0, 3))
    assert tour.next_patrol(view(), 1) == Walk((3, 4, 0, 1, 2))
