"""People on their way are found in columns as they are one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_worlds import Wander, tiny_worlds
from tests.property.test_mid_edge import ERRAND, places, setting, towns
from tests.runs import Closest, Home, run

from patrolsim.engine.walkers import Walkers
from patrolsim.network.streets import SHARES, UNREACHABLE_US, Spot, Stop
from patrolsim.network.tiers import Tier, blank, numbers

if TYPE_CHECKING:
    from patrolsim.engine.present import VolunteerState
    from patrolsim.network.streets import Streets
    from patrolsim.testing import TinyWorld


NEVER = 2**62


def one_by_one(
    self: Walkers,
    _people: tuple[Any, ...],
    _question: tuple[Any, ...],
    _declined: object,
    seeds: tuple[tuple[Any, ...], int],
) -> tuple[int, list[int]]:
    """Find nobody in columns: leave everybody to be looked at."""
    return seeds[1], self.ids()


@settings(max_examples=50, deadline=None)
@given(tiny=tiny_worlds(), tier=st.sampled_from(list(Tier)))
def test_a_run_is_the_same_when_people_on_their_way_are_looked_at_one_by_one(
    tiny: TinyWorld, tier: Tier
) -> None:
    world, policies = tiny.build(), {"dispatch": Closest(), "standby": Home(), "patrol": Wander()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("patrolsim.network.router.default_tier", lambda: tier)
        found = run(world, **policies).digest()
        patch.setattr(Walkers, "gather", one_by_one)
        assert run(world, **policies).digest() == found


@settings(max_examples=100, deadline=None)
@given(data=st.data(), tier=st.sampled_from(list(Tier)))
def test_columns_tell_the_next_corners_of_a_walker_at_any_moment(
    data: st.DataObject, tier: Tier
) -> None:
    streets = data.draw(towns())
    favourite = data.draw(st.integers(0, len(streets.tail) - 1))
    base, goal = (data.draw(places(streets, favourite)) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("patrolsim.network.router.default_tier", lambda: tier)
        travel, clock, who = setting(streets, base)
    if travel.time_to(who, goal, 0) in {0, UNREACHABLE_US}:
        return
    who.leg, who.stop = travel.leg_to(who, goal, ERRAND), None
    walkers = Walkers(1, travel)
    walkers.write(0, who.leg)
    for moment in moments(data, who):
        found, others = ask(walkers, tier, moment, 0)
        clock.now_us = moment
        expected = [(way.node, way.cost_us) for way in travel.departures(who, 0)]
        assert found == expected or (others == [0] and not found)
        assert bool(others) == (moment == who.leg.end_us)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), tier=st.sampled_from(list(Tier)), fast=st.sampled_from([1.0, 0.7]))
def test_columns_tell_what_somebody_does_who_answers_in_another_mode(
    data: st.DataObject, tier: Tier, fast: float
) -> None:
    plain = data.draw(towns())
    lights = replace(plain.modes[0], name="lights", off_road_mps=fast)
    streets = replace(
        plain,
        weight_us=np.vstack([plain.weight_us, plain.weight_us // 2 + 1]),
        usable=np.vstack([plain.usable, plain.usable]),
        modes=(plain.modes[0], lights),
    )
    nodes = st.integers(0, len(streets.x) - 1)
    base, goal = (data.draw(either_place(streets, data.draw(nodes))) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("patrolsim.network.router.default_tier", lambda: tier)
        travel, clock, who = setting(streets, base)
    if travel.time_to(who, goal, 0) in {0, UNREACHABLE_US}:
        return
    who.leg, who.stop = travel.leg_to(who, goal, ERRAND), None
    walkers = Walkers(1, travel)
    walkers.write(0, who.leg)
    are_corners = not base.spots and not goal.spots
    for moment in moments(data, who):
        found, others = ask(walkers, tier, moment, 1)
        clock.now_us = moment
        expected = [(way.node, way.cost_us) for way in travel.departures(who, 1)]
        assert found == expected or (others == [0] and not found)
        if are_corners and fast == plain.modes[0].off_road_mps and moment < who.leg.end_us:
            assert not others


@st.composite
def either_place(draw: st.DrawFn, streets: Streets, node: int) -> Stop:
    """Return a place at a corner or in the middle of a street, of two modes."""
    own = (float(draw(st.integers(10, 10**6))), -1.0)
    off_road_us = draw(st.sampled_from([(0, 0), (13, 9)]))
    if draw(st.booleans()):
        return Stop(*own, (node, node), off_road_us)
    arc, share = draw(st.integers(0, len(streets.tail) - 1)), draw(st.integers(1, SHARES - 1))
    tail = int(streets.tail[arc])
    return Stop(*own, (tail, tail), off_road_us, (Spot(arc, share), Spot(arc, share)))


def moments(data: st.DataObject, who: VolunteerState) -> list[int]:
    """Return moments of a leg, many of them at its ends, where it may lead off the road."""
    end_us = who.leg.end_us  # type: ignore[union-attr]  # they are on one
    near = st.one_of(st.integers(0, min(12, end_us)), st.integers(max(end_us - 12, 0), end_us))
    return data.draw(st.lists(st.one_of(near, st.integers(0, end_us)), min_size=1, max_size=8))


def ask(
    walkers: Walkers, tier: Tier, moment: int, mode: int
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the corners, with the times to them, that the columns tell, and who is left out."""
    columns = [numbers(tier, np.array([value], np.int64)) for value in (0, NEVER, 0, 0, 0)]
    people = (*columns, numbers(tier, np.array([NEVER], np.int64)))
    wanted, room = numbers(tier, np.ones(1, np.int64)), tuple(blank(tier, 2) for _ in range(4))
    count, others = walkers.gather(people, (wanted, mode, moment, None), (), (room, 0))
    return [(int(room[1][seed]), int(room[2][seed])) for seed in range(count)], others
