"""Places drawn by risk."""

from __future__ import annotations

from typing import Any

import pytest
from tests.plugins.fakes import FakeView
from tests.plugins.walking import ME

from patrolsim import HotSpot, Visit
from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role

STREETS = {(0, 1): 60.0, (1, 2): 60.0, (2, 3): 60.0, (0, 3): 60.0}
SPOTS = (
    HotSpot(1, 0.0, 0.0, 4.0),
    HotSpot(2, 0.0, 0.0, 2.0),
    HotSpot(9, 0.0, 0.0, 1.5),
    HotSpot(3, 0.0, 0.0, 1.0),
)


def waypoint(**parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.PATROL, "random_waypoint", parameters)


@pytest.mark.parametrize(("beta", "weights"), [(0, (1, 1, 1)), (1, (4, 2, 1)), (2, (16, 4, 1))])
def test_places_are_drawn_in_proportion_to_risk(beta: int, weights: tuple[int, ...]) -> None:
    view, policy = FakeView(streets=STREETS, nodes={ME: 0}, spots=SPOTS), waypoint(beta=beta)
    chosen = [policy.next_patrol(view, ME).node for _ in range(4_000)]
    for node, weight in zip((1, 2, 3), weights, strict=True):
        # Binomial: four standard deviations of 4,000 draws are at most 127.
        assert chosen.count(node) == pytest.approx(4_000 * weight / sum(weights), abs=127)


def test_nobody_is_sent_where_they_are_or_where_no_way_leads() -> None:
    view = FakeView(streets=STREETS, nodes={ME: 1}, spots=SPOTS[:3])
    policy = waypoint(dwell=30.0)
    assert {policy.next_patrol(view, ME) for _ in range(50)} == {Visit(2, 30.0)}


def test_without_another_place_nobody_patrols() -> None:
    assert waypoint().next_patrol(FakeView(nodes={ME: 1}, spots=SPOTS[:1]), ME) is None


def test_the_same_stream_gives_the_same_places() -> None:
    def draws(seed: int) -> list[int]:
        view = FakeView(streets=STREETS, nodes={ME: 0}, spots=SPOTS, seed=seed)
        return [waypoint().next_patrol(view, ME).node for _ in range(30)]

    assert draws(3) == draws(3) != draws(4)


def test_a_negative_exponent_is_refused() -> None:
    with pytest.raises(PluginError, match="beta"):
        waypoint(beta=-1.0)
