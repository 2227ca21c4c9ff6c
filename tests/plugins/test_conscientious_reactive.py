"""To the neighbour that has waited longest: the recorded figures of a grid, and the limits."""

from __future__ import annotations

import numpy as np
import pytest
from tests.plugins.fakes import FakeView
from tests.plugins.walking import ME, grid, patrol

from patrolsim import Walk
from patrolsim_policies.conscientious_reactive import ConscientiousReactive

SIDE = 5


class Grid(FakeView):
    """A grid of unit streets that answers at once."""

    def neighbours(self, _volunteer_id: int, node: int) -> list[int]:
        row, column = divmod(node, SIDE)
        steps = ((-1, 0), (1, 0), (0, -1), (0, 1))
        ends = [(row + down, column + right) for down, right in steps]
        return sorted(SIDE * r + c for r, c in ends if r in range(SIDE) and c in range(SIDE))

    def arc_time_s(self, _volunteer_id: int, _node: int, _next_node: int) -> float:
        return 1.0

    def travel_time_to_node_s(self, _volunteer_id: int, _node: int) -> float:
        return 1.0


def test_on_a_grid_the_idleness_is_that_of_another_program() -> None:
    # Ties lead into one of several cycles, from 13.2 to 16.0; this seed into the recorded one.
    steps, dropped = 20_000, 1_000
    passed = patrol(ConscientiousReactive(), Grid(nodes={ME: 0}, seed=3), steps)
    last, idle = np.zeros(SIDE * SIDE), []
    for came in passed:
        idle.append(came.at_s - last)
        last[came.node] = came.at_s
    kept = np.array(idle[dropped:])
    assert kept.mean() == pytest.approx(13.28, abs=0.005)
    assert kept.max() == 26


def test_the_neighbour_that_has_waited_longest_is_next() -> None:
    view = FakeView(streets={(0, 1): 1.0, (0, 2): 1.0, (0, 3): 1.0}, nodes={ME: 0}, now_s=9.0)
    policy = ConscientiousReactive()
    policy.idleness.last_s = {1: 5.0, 2: 3.0, 3: 4.0}
    assert policy.next_patrol(view, ME) == Walk((2,))


def test_ties_are_drawn_alike() -> None:
    view = FakeView(streets=grid(3), nodes={ME: 4})
    first = [ConscientiousReactive().next_patrol(view, ME) for _ in range(2_000)]
    for node in (1, 3, 5, 7):
        # Binomial: four standard deviations of 2,000 draws with a share of 1/4 are 78.
        assert first.count(Walk((node,))) == pytest.approx(500, abs=78)


def test_where_another_patrol_goes_is_passed_when_it_should_be_there() -> None:
    view = FakeView(streets={(0, 1): 1.0, (0, 2): 9.0}, nodes={ME: 0, 6: 1}, now_s=10.0)
    policy = ConscientiousReactive()
    policy.next_patrol(view, 6)
    view.targets, view.now_s = {6: 0}, 11.5
    policy.idleness.look(view, ME)
    assert policy.idleness.last_s[0] == 11.5
    assert policy.idleness.last_s[1] == 10.0


def test_a_way_that_was_broken_off_passes_nothing() -> None:
    view = FakeView(streets=grid(3), nodes={ME: 4}, now_s=10.0)
    policy = ConscientiousReactive()
    going = policy.next_patrol(view, ME)
    assert going is not None
    view.nodes[ME], view.now_s = 0, 99.0
    policy.idleness.look(view, ME)
    assert going.nodes[0] not in policy.idleness.last_s


def test_where_no_street_leaves_nobody_walks() -> None:
    assert ConscientiousReactive().next_patrol(FakeView(nodes={ME: 0}), ME) is None
