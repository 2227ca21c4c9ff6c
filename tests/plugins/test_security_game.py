"""The game against somebody who watches: its value, its draw, and who goes where."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.plugins.fakes import FakeView
from tests.plugins.walking import ME

from patrolsim import HotSpot, Visit, Walk
from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim_policies.security_game import draw_comb, solve_coverage

STREETS = {(0, 1): 60.0, (1, 2): 60.0, (2, 3): 60.0, (0, 3): 60.0}
SPOTS = tuple(HotSpot(node, 0.0, 0.0, 10.0) for node in (1, 2, 3))


def game(**parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.PATROL, "security_game", parameters)


def test_the_coverage_is_that_of_the_worked_example() -> None:
    shares = solve_coverage([10.0, 6.0, 4.0, 1.0], 1)
    assert shares == pytest.approx([0.612903, 0.354839, 0.032258, 0.0], abs=5e-7)
    assert 10 * (1 - shares[0]) == pytest.approx(3.870968, abs=5e-7)


@given(st.lists(st.integers(1, 20).map(float), min_size=1, max_size=7), st.integers(1, 8))
def test_no_coverage_leaves_the_attacker_less(values: list[float], people: int) -> None:
    shares = solve_coverage(values, people)
    gain = max(value * (1 - share) for value, share in zip(values, shares, strict=True))
    # Least gain g with V_i (1 - c_i) <= g, the sum of c at most m, 0 <= c <= 1.
    number = len(values)
    rows = np.column_stack([-np.diag(values), -np.ones(number)])
    rows = np.vstack([rows, [1.0] * number + [0.0]])
    most = [*(-value for value in values), people]
    bounds = [(0, 1)] * number + [(0, None)]
    best = linprog([0.0] * number + [1.0], rows, most, bounds=bounds)
    assert gain == pytest.approx(best.fun, abs=1e-7)
    assert sum(shares) == pytest.approx(min(people, number))


@given(st.lists(st.integers(1, 20).map(float), min_size=2, max_size=7), st.integers(1, 6))
def test_each_draw_guards_exactly_as_many_as_there_are_patrols(
    values: list[float], people: int
) -> None:
    shares = solve_coverage(values, people)
    starts = (np.arange(4_000) + 0.5) / 4_000
    draws = [draw_comb(shares, float(start)) for start in starts]
    assert {len(draw) for draw in draws} == {min(people, len(values))}
    counts = Counter(place for draw in draws for place in draw)
    for place, share in enumerate(shares):
        assert counts[place] / 4_000 == pytest.approx(share, abs=1 / 1_000)


def test_two_patrols_guard_two_places_until_the_interval_ends() -> None:
    policy = game(people=2, stay=1_800.0)
    view = FakeView(streets=STREETS, nodes={ME: 0, 6: 0}, spots=SPOTS)
    first = policy.next_patrol(view, ME)
    view.targets = {ME: first.node}
    second = policy.next_patrol(view, 6)
    assert first.node != second.node
    for visit in (first, second):
        way_s = view.travel_time_to_node_s(ME, visit.node)
        assert way_s + visit.dwell_s == 1_800.0


def test_who_goes_somewhere_without_a_claim_does_not_keep_others_away() -> None:
    policy = game(people=3, stay=1_800.0)
    view = FakeView(streets=STREETS, nodes={ME: 1, 6: 2, 7: 3}, spots=SPOTS, now_s=1_800.0)
    view.targets = {ME: 3, 6: 2, 7: 1}
    nodes = []
    for who in (ME, 6, 7):
        nodes.append(policy.next_patrol(view, who).node)
        view.targets[who] = nodes[-1]
    assert nodes == [1, 2, 3]


def test_who_stands_at_a_guarded_place_keeps_it_in_the_next_interval() -> None:
    policy = game(people=3, stay=1_800.0)
    view = FakeView(streets=STREETS, nodes={ME: 0, 6: 0}, spots=SPOTS)
    for now_s in (0.0, 1_800.0):
        view.now_s = now_s
        for who in (ME, 6):
            view.targets[who] = policy.next_patrol(view, who).node
            view.nodes[who] = view.targets[who]
        assert view.targets == {ME: 1, 6: 3}


def test_who_finds_all_places_taken_wanders() -> None:
    policy = game(people=1)
    view = FakeView(streets=STREETS, nodes={ME: 0, 6: 0}, spots=SPOTS)
    view.targets = {ME: policy.next_patrol(view, ME).node}
    assert isinstance(policy.next_patrol(view, 6), Walk)


def test_who_was_called_away_leaves_the_place_to_others() -> None:
    policy = game(people=1)
    view = FakeView(streets=STREETS, nodes={ME: 0, 6: 0}, spots=SPOTS)
    going = policy.next_patrol(view, ME)
    decision = policy.next_patrol(view, 6)
    assert isinstance(decision, Visit)
    assert decision.node == going.node


def test_the_same_stream_gives_the_same_places() -> None:
    nodes = []
    for seed in (3, 3, 4, 5, 6, 7, 8):
        view = FakeView(streets=STREETS, nodes={ME: 0}, spots=SPOTS, seed=seed)
        nodes.append(game().next_patrol(view, ME).node)
    assert nodes[0] == nodes[1]
    assert len(set(nodes)) > 1


@pytest.mark.parametrize("name", ["people", "hot_spots", "stay"])
def test_a_parameter_that_makes_no_sense_is_refused(name: str) -> None:
    with pytest.raises(PluginError, match=name):
        game(**{name: 0.0 if name == "stay" else 0})
