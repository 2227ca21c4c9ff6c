"""Hot-spot patrol: which stops are eligible, how they are drawn, what happens between them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from tests.plugins.fakes import FakeView

from patrolsim import HotSpot, Visit, Walk
from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim_policies.random_walk import RandomWalk

if TYPE_CHECKING:
    from patrolsim_policies.hot_spot_rounds import HotSpotRounds

MIN_S = 60.0
STREETS = {(0, 1): 60.0, (1, 2): 60.0, (2, 3): 60.0, (0, 3): 60.0}
SPOTS = (HotSpot(1, 0.0, 0.0, 3.0), HotSpot(2, 0.0, 0.0, 2.0), HotSpot(3, 0.0, 0.0, 1.0))


def rounds(**parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.PATROL, "hot_spot_rounds", parameters)


def view(**changes: object) -> FakeView:
    return replace(FakeView(streets=STREETS, nodes={5: 0, 6: 0}, spots=SPOTS), **changes)  # type: ignore[arg-type]


def visits(policy: HotSpotRounds, state: FakeView, draws: int) -> list[Visit]:
    """Ask again and again with nothing changed but the stream."""
    found = []
    for _ in range(draws):
        policy.plans.clear()
        decision = policy.next_patrol(state, 5)
        assert isinstance(decision, Visit)
        found.append(decision)
    return found


def patrol(policy: HotSpotRounds, state: FakeView, until_s: float) -> list[tuple[float, Visit]]:
    """Let volunteer 5 do what the policy says; return the stops with their arrivals."""
    stops = []
    while state.now_s < until_s:
        decision = policy.next_patrol(state, 5)
        assert decision is not None
        if isinstance(decision, Walk):
            for node in decision.nodes:
                state.now_s += state.arc_time_s(5, state.nodes[5], node)
                state.nodes[5] = node
        else:
            state.now_s += state.travel_time_to_node_s(5, decision.node)
            state.nodes[5] = decision.node
            stops.append((state.now_s, decision))
        state.now_s += decision.dwell_s
    return stops


def test_a_stop_lasts_ten_to_sixteen_minutes() -> None:
    stays = [visit.dwell_s for visit in visits(rounds(), view(), 500)]
    assert 10 * MIN_S <= min(stays) < 10.2 * MIN_S
    assert 15.8 * MIN_S < max(stays) <= 16 * MIN_S


def test_near_and_heavy_spots_are_drawn_in_proportion() -> None:
    chosen = [visit.node for visit in visits(rounds(near=60.0), view(), 4_000)]
    weights = {1: 3 / 2, 2: 2 / 3, 3: 1 / 2}
    for node, weight in weights.items():
        share = weight / sum(weights.values())
        # Binomial: four standard deviations of 4,000 draws are at most 127.
        assert chosen.count(node) == pytest.approx(4_000 * share, abs=127)


def test_a_place_that_has_waited_longer_is_drawn_more_often() -> None:
    policy, state = rounds(smallest_gap=0.0, near=1e12), view(now_s=7_200.0)
    policy.last_s = {1: 6_480.0, 2: 3_600.0, 3: 3_600.0}
    chosen = [visit.node for visit in visits(policy, state, 2_000)]
    # Weights 3 * 0.1, 2 * 0.5, 1 * 0.5; four standard deviations are at most 90.
    assert chosen.count(1) == pytest.approx(2_000 * 0.3 / 1.8, abs=90)


def test_with_beta_0_waiting_does_not_count() -> None:
    policy, state = rounds(smallest_gap=0.0, near=1e12, beta=0.0), view(now_s=7_200.0)
    policy.last_s = {1: 7_200.0, 2: 3_600.0, 3: 3_600.0}
    chosen = [visit.node for visit in visits(policy, state, 2_000)]
    assert chosen.count(1) == pytest.approx(1_000, abs=90)


def test_when_some_have_waited_too_long_only_they_are_drawn() -> None:
    policy, state = rounds(), view(now_s=10_000.0)
    policy.last_s = {1: 8_000.0, 2: 7_000.0, 3: 1_000.0}
    assert {visit.node for visit in visits(policy, state, 50)} == {3}


def test_a_place_is_left_alone_for_a_while_after_a_visit() -> None:
    policy, state = rounds(), view(now_s=10_000.0)
    policy.last_s = {1: 9_000.0, 2: 8_201.0, 3: 8_200.0}
    assert {visit.node for visit in visits(policy, state, 50)} == {3}


def test_nobody_goes_where_another_patrol_is_or_goes() -> None:
    state = view(targets={6: 1, 7: 3})
    assert {visit.node for visit in visits(rounds(), state, 50)} == {2}


def test_only_the_heaviest_places_are_hot_spots() -> None:
    assert {visit.node for visit in visits(rounds(hot_spots=1), view(), 20)} == {1}


def test_a_place_that_cannot_be_reached_is_never_drawn() -> None:
    state = view(spots=(HotSpot(9, 0.0, 0.0, 1e9), SPOTS[2]))
    assert {visit.node for visit in visits(rounds(), state, 50)} == {3}


def test_without_hot_spots_nobody_patrols() -> None:
    assert rounds().next_patrol(view(spots=()), 5) is None


def test_people_wander_until_a_place_is_due() -> None:
    policy, state = rounds(), view(now_s=10_000.0)
    policy.last_s = {1: 10_000.0, 2: 10_000.0, 3: 8_500.0}
    decision = policy.next_patrol(state, 5)
    assert isinstance(decision, Walk)
    assert len(decision.nodes) == 5  # place 3 is due in 300 s, each street takes 60


def test_with_one_hot_spot_the_rounds_are_a_cycle() -> None:
    state = view(spots=SPOTS[:1])
    stops = patrol(rounds(), state, until_s=24 * 3_600.0)
    arrivals = [arrival_s for arrival_s, _visit in stops]
    ends = [arrival_s + visit.dwell_s for arrival_s, visit in stops]
    gaps = [start - end for end, start in zip(ends, arrivals[1:], strict=False)]
    assert len(gaps) > 20
    assert min(gaps) >= 30 * MIN_S
    assert max(gaps) < 40 * MIN_S


def test_no_place_waits_much_longer_than_the_largest_gap() -> None:
    stops = patrol(rounds(), view(), until_s=48 * 3_600.0)
    for spot in SPOTS:
        arrivals = [arrival_s for arrival_s, visit in stops if visit.node == spot.node]
        gaps = [b - a for a, b in pairwise(arrivals)]
        assert max(gaps) < 2 * 3_600 + 3 * 16 * MIN_S + 600


def test_a_stop_that_was_broken_off_is_no_visit() -> None:
    policy, state = rounds(), view()
    decision = policy.next_patrol(state, 5)
    state.nodes[5], state.now_s = 0, 5_000.0
    policy.next_patrol(state, 5)
    assert decision is not None
    assert policy.last_s == {}


def test_who_is_still_on_the_way_has_not_been_there() -> None:
    policy, state = rounds(), view()
    decision = policy.next_patrol(state, 5)
    state.nodes[5], state.now_s = decision.node, 30.0
    policy.next_patrol(state, 5)
    assert policy.last_s == {}


def test_who_stands_at_a_hot_spot_does_not_keep_themselves_away() -> None:
    policy = rounds(smallest_gap=0.0)
    state = view(spots=SPOTS[:1], nodes={5: 1}, targets={5: 1})
    assert policy.next_patrol(state, 5).node == 1


def test_a_stop_that_was_made_is_a_visit_from_its_end() -> None:
    policy, state = rounds(), view()
    decision = policy.next_patrol(state, 5)
    state.nodes[5], state.now_s = decision.node, 5_000.0
    policy.next_patrol(state, 5)
    assert policy.last_s == {decision.node: 5_000.0}


def test_between_stops_the_walk_is_that_of_the_random_walk() -> None:
    policy, state = rounds(), view(now_s=10_000.0)
    policy.last_s = {1: 10_000.0, 2: 10_000.0, 3: 10_000.0}
    wandering = RandomWalk(600.0, may_turn_back=False).next_patrol(view(), 5)
    assert policy.next_patrol(state, 5) == wandering


def test_the_same_stream_gives_the_same_stops() -> None:
    first, again, other = (patrol(rounds(), view(seed=s), until_s=4 * 3_600.0) for s in (3, 3, 4))
    assert first == again != other


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dwell", (0.0, 60.0)),
        ("largest_gap", 0.0),
        ("near", 0.0),
        ("beta", -1.0),
        ("smallest_gap", 1e9),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(name: str, value: object) -> None:
    with pytest.raises(PluginError, match=name):
        rounds(**{name: value})
