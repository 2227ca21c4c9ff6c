"""Walks without a plan: they follow streets, and do not turn back where they need not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from tests.plugins.fakes import FakeView

from patrolsim_policies.random_walk import RandomWalk, Stand

if TYPE_CHECKING:
    from patrolsim import Walk

SQUARE = {(0, 1): 60.0, (1, 2): 60.0, (2, 3): 60.0, (0, 3): 60.0, (0, 2): 90.0}


def walk(view: FakeView, *, may_turn_back: bool = False, stretch_s: float = 600.0) -> Walk:
    found = RandomWalk(stretch_s, may_turn_back).next_patrol(view, 5)
    assert found is not None
    return found


def test_each_node_is_a_neighbour_of_the_one_before() -> None:
    view = FakeView(streets=SQUARE, nodes={5: 0})
    way = [0, *walk(view).nodes]
    steps = pairwise(way)
    assert all((min(step), max(step)) in SQUARE for step in steps)


def test_a_walk_lasts_the_stretch_and_no_street_longer() -> None:
    view = FakeView(streets=SQUARE, nodes={5: 0})
    way = [0, *walk(view, stretch_s=500.0).nodes]
    times = [view.arc_time_s(5, a, b) for a, b in pairwise(way)]
    assert sum(times[:-1]) < 500 <= sum(times)


def test_a_walk_has_a_street_however_short_the_stretch() -> None:
    assert len(walk(FakeView(streets=SQUARE, nodes={5: 0}), stretch_s=0.0).nodes) == 1


def test_a_walk_does_not_turn_back() -> None:
    way = [0, *walk(FakeView(streets=SQUARE, nodes={5: 0}), stretch_s=6_000.0).nodes]
    assert all(a != b for a, b in zip(way, way[2:], strict=False))


def test_a_walk_may_turn_back_when_that_is_asked_for() -> None:
    view = FakeView(streets=SQUARE, nodes={5: 0})
    way = [0, *walk(view, may_turn_back=True, stretch_s=6_000.0).nodes]
    assert any(a == b for a, b in zip(way, way[2:], strict=False))


def test_a_walk_turns_back_in_a_blind_alley() -> None:
    assert walk(FakeView(streets={(0, 1): 300.0}, nodes={5: 0})).nodes == (1, 0)


def test_the_next_stretch_does_not_turn_back_either() -> None:
    view = FakeView(streets=SQUARE, nodes={5: 0})
    policy = RandomWalk(60.0, may_turn_back=False)
    way = [0]
    for _ in range(100):
        found = policy.next_patrol(view, 5)
        assert found is not None
        way += found.nodes
        view.nodes[5] = way[-1]
    assert all(a != b for a, b in zip(way, way[2:], strict=False))


def test_after_work_elsewhere_every_street_is_open() -> None:
    policy = RandomWalk(60.0, may_turn_back=False)
    view = FakeView(streets={(0, 1): 60.0, (1, 2): 60.0, (2, 3): 60.0}, nodes={5: 0})
    policy.next_patrol(view, 5)
    view.nodes[5] = 1
    seen = set()
    for _ in range(50):
        policy.last[5] = (0, 2)
        found = policy.next_patrol(view, 5)
        assert found is not None
        seen.add(found.nodes[0])
    assert seen == {0, 2}


def test_where_no_street_leaves_nobody_walks() -> None:
    view = FakeView(nodes={5: 0})
    assert RandomWalk(600.0, may_turn_back=False).next_patrol(view, 5) is None


def test_all_streets_of_a_corner_are_drawn_alike() -> None:
    view = FakeView(streets=SQUARE, nodes={5: 0})
    first = [walk(view, stretch_s=1.0).nodes[0] for _ in range(3_000)]
    # Binomial: four standard deviations of 3,000 draws with a share of 1/3 are 103.
    assert all(first.count(node) == pytest.approx(1_000, abs=103) for node in (1, 2, 3))


def test_the_same_stream_gives_the_same_walk() -> None:
    walks = [walk(FakeView(streets=SQUARE, nodes={5: 0}, seed=seed)) for seed in (3, 3, 4)]
    assert walks[0] == walks[1] != walks[2]


def test_who_stands_does_not_patrol() -> None:
    decision: object = Stand().next_patrol(FakeView(), 0)  # type: ignore[func-returns-value]
    assert decision is None
