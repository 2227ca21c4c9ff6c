"""Rows of times from the places where people rest: what they tell, and when they are made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs import run
from tests.unit.network.test_hierarchy import SEARCHES, SIDE, square
from tests.validation.test_geometry import torus

from patrolsim.network.origins import ENTRY_BYTES, Origins
from patrolsim.network.router import ORIGIN_SHARE, Router, Seed
from patrolsim.network.streets import UNREACHABLE_US, Streets
from patrolsim.network.tiers import Tier
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_streets

CORNERS = SIDE * SIDE
STATIONS = (3, 40, 77)
PRICE = 10**6
LARGE_SIDE = 30


def columns_of(seeds: list[Seed]) -> tuple[np.ndarray, ...]:
    return tuple(np.array(column, np.int64) for column in zip(*seeds, strict=True))


def origins_of(streets: Streets, tier: Tier, rooms: int) -> Origins:
    """Return room for so many rows."""
    memory_bytes = ORIGIN_SHARE * ENTRY_BYTES * len(streets.x) * rooms
    router = Router(streets, tier=tier, memory_bytes=memory_bytes, origin_price=PRICE)
    return router._origins_of(0)


def origins_at(tier: Tier, nodes: tuple[int, ...], rooms: int = 8) -> Origins:
    """Return rows from some corners of a torus; no others come to them."""
    origins = origins_of(square(), tier, rooms)
    for node in nodes:
        origins.charge([node], PRICE)
        assert node not in origins
        origins.charge([node], 1)
        assert node in origins
    return origins


@settings(max_examples=150, deadline=None)
@given(data=st.data(), tier=st.sampled_from(list(Tier)), count=st.integers(1, 3))
def test_whoever_is_left_out_without_a_row_is_not_among_the_first(
    data: st.DataObject, tier: Tier, count: int
) -> None:
    # Each street of the torus takes a second: arrivals are often equal, and the number decides.
    corners, costs = st.integers(0, CORNERS - 1), st.sampled_from([0, 10**6])
    deadlines = st.sampled_from([4 * 10**6, UNREACHABLE_US])
    people = [data.draw(st.sampled_from(STATIONS)) for _ in range(3)]
    people += data.draw(st.lists(corners, max_size=4))
    numbers = data.draw(st.permutations(range(len(people))))
    seeds = [
        Seed(number, node, data.draw(costs), data.draw(deadlines))
        for number, node in zip(numbers, people, strict=True)
    ]
    targets = data.draw(st.lists(st.tuples(corners, costs), min_size=1, max_size=2))
    searching = Router(square(), settle_bound=SEARCHES)
    first = searching.nearest(targets, seeds, mode=0, count=count)
    found, left = origins_at(tier, STATIONS).nearest(targets, columns_of(seeds), count, 1)  # type: ignore[arg-type]
    named = {who for _arrival_us, who in found} | set([] if left is None else left[0].tolist())
    assert {who for _arrival_us, who in first} <= named
    for arrival_us, who in found:
        assert (arrival_us, who) in searching.nearest(targets, seeds, mode=0, count=len(seeds))
    if left is not None and len(found) == count:
        _ids, nodes, costs_us, _deadlines_us = left
        for node, cost_us in zip(nodes.tolist(), costs_us.tolist(), strict=True):
            assert cost_us + min(extra_us for _node, extra_us in targets) <= found[-1][0], node


@pytest.mark.parametrize("tier", list(Tier))
def test_whoever_is_farther_than_somebody_at_a_station_is_not_looked_up(tier: Tier) -> None:
    opposite = SIDE // 2 + CORNERS // 2
    origins = origins_at(tier, (0, opposite))
    near, far = Seed(0, 0, 0, UNREACHABLE_US), Seed(1, opposite + 1, 0, UNREACHABLE_US)
    found, left = origins.nearest([(1, 0)], columns_of([near, far]), 1, 1)  # type: ignore[arg-type]
    assert [who for _arrival_us, who in found] == [0]
    assert left is None


@pytest.mark.parametrize("tier", list(Tier))
def test_whoever_may_be_there_at_the_same_moment_with_a_lower_number_is_looked_up(
    tier: Tier,
) -> None:
    street_us = int(square().weight_us[0, 0])
    resting, walking = Seed(5, 0, 0, UNREACHABLE_US), Seed(2, 1, street_us, UNREACHABLE_US)
    seeds = columns_of([resting, walking])
    found, left = origins_at(tier, (0,)).nearest([(3, 0)], seeds, 1, 1)  # type: ignore[arg-type]
    assert found == [(3 * street_us, 5)]
    assert left is not None
    assert left[0].tolist() == [2]


@pytest.mark.parametrize("tier", list(Tier))
def test_nobody_is_looked_for_where_no_way_leads(tier: Tier) -> None:
    arcs = [Arc(0, 1, 5), Arc(1, 0, 5), Arc(2, 0, 5)]
    streets = make_streets([(0.0, 0.0)] * 3, arcs)
    origins = origins_of(streets, tier, 3)
    origins.charge([0], PRICE + 1)
    found, left = origins.nearest([(2, 0)], columns_of([Seed(0, 1, 0, UNREACHABLE_US)]), 1, 1)  # type: ignore[arg-type]
    assert (found, left) == ([], None)
    assert origins.time_us(0, [(2, 0)]) == UNREACHABLE_US


@pytest.mark.parametrize("tier", list(Tier))
def test_the_row_that_was_used_least_recently_leaves_for_a_new_one(tier: Tier) -> None:
    origins = origins_at(tier, (3, 40), rooms=2)
    origins.time_us(3, [(0, 0)])
    origins.charge([77], PRICE + 1)
    assert (3 in origins, 40 in origins, 77 in origins) == (True, False, True)
    row_us = Router(square()).times_from(77, 0)
    assert [origins.time_us(77, [(node, 0)]) for node in range(CORNERS)] == row_us.tolist()
    origins.charge([40], PRICE)
    assert 40 not in origins


def large_square() -> Streets:
    points = [
        (float(node % LARGE_SIDE), float(node // LARGE_SIDE)) for node in range(LARGE_SIDE**2)
    ]
    return make_streets(points, torus(LARGE_SIDE))


def test_few_people_who_rest_get_rows_when_these_have_paid_and_many_never() -> None:
    streets = large_square()
    router, crowded = Router(streets), Router(streets)
    few = [Seed(number, 50 + 300 * number, 0, UNREACHABLE_US) for number in range(2)]
    many = [Seed(number, number, 0, UNREACHABLE_US) for number in range(100)]
    known = []
    for question in range(40):
        target = [(5 + question, 0)]
        router.nearest(target, few, mode=0, count=2)
        crowded.nearest(target, many, mode=0, count=1)
        known.append([seed.node in router._origins_of(0) for seed in few])
    assert known[0] == [False, False]
    assert known[-1] == [True, True]
    assert not any(node in crowded._origins_of(0) for node in range(100))


def test_a_second_run_on_the_same_streets_solves_no_row_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    homes = (3, 440, 777)
    calls = [Call(at_us=10**8 * number, node=7 * number % LARGE_SIDE**2) for number in range(60)]
    people = [Person(node=node) for node in homes]
    world = TinyWorld(
        calls=calls, people=people, horizon_us=10**11, streets=large_square()
    ).build()
    solved, from_place = [], Router._solve_row_from

    def solve(self: Router, node: int, mode: int) -> np.ndarray:
        solved.append(node)
        return from_place(self, node, mode)

    monkeypatch.setattr(Router, "_solve_row_from", solve)
    first = run(world).digest()
    assert solved
    assert run(world).digest() == first
    assert len(set(solved)) == len(solved)
