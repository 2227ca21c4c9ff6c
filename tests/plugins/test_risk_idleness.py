"""Risk x idleness over time needed: the choice, claims and limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.plugins.fakes import FakeView
from tests.plugins.walking import ME, patrol

from patrolsim import HotSpot, Visit
from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role

STREETS = {(0, 1): 60.0, (1, 2): 60.0, (2, 3): 60.0, (0, 3): 60.0}
SPOTS = (HotSpot(1, 0.0, 0.0, 3.0), HotSpot(2, 0.0, 0.0, 2.0), HotSpot(3, 0.0, 0.0, 1.0))
VIEW = FakeView(streets=STREETS, spots=SPOTS, now_s=1_000.0)


def rule(**parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.PATROL, "risk_idleness", {"dwell": 60.0, **parameters})


def view(**changes: Any) -> FakeView:
    return replace(VIEW, **{"nodes": {ME: 0, 6: 0}, **changes})


@pytest.mark.parametrize(
    ("last_s", "node"),
    [
        # w I / (way + 60): ways are 60, 120 and 60 s.
        ({}, 1),
        ({1: 600.0}, 2),  # 3 x 400 / 120 = 10; 2 x 1000 / 180 = 11.1; 1000 / 120 = 8.3
        ({1: 500.0}, 1),  # 3 x 500 / 120 = 12.5: the way counts against 2
        ({1: 900.0, 2: 500.0}, 3),  # 2.5; 5.6; 8.3
    ],
)
def test_the_largest_rate_is_next(last_s: dict[int, float], node: int) -> None:
    policy = rule()
    policy.idleness.last_s = last_s
    assert policy.next_patrol(view(), ME) == Visit(node, 60.0)


def test_nobody_goes_where_another_patrol_is_or_goes() -> None:
    assert rule().next_patrol(view(targets={6: 1}), ME).node == 2


def test_at_the_start_the_nearer_place_is_next_then_the_lower() -> None:
    assert rule().next_patrol(view(now_s=0.0), ME).node == 1
    assert rule().next_patrol(view(now_s=0.0, nodes={ME: 3}), ME).node == 3


def test_with_equal_weights_on_a_round_all_places_are_visited_in_turn() -> None:
    spots = tuple(HotSpot(node, 0.0, 0.0, 1.0) for node in range(4))
    passed = patrol(rule(), view(spots=spots, now_s=0.0), 40)
    order = [came.node for came in passed[8:]]
    assert all(len(set(order[k : k + 4])) == 4 for k in range(len(order) - 4))


def test_without_a_place_in_reach_nobody_patrols() -> None:
    assert rule().next_patrol(view(spots=(HotSpot(9, 0.0, 0.0, 1.0),)), ME) is None


def test_a_stop_without_length_is_refused() -> None:
    with pytest.raises(PluginError, match="dwell"):
        rule(dwell=0.0)
