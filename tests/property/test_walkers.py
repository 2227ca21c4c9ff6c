"""People on their way are found in columns as they are one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_worlds import Wander, tiny_worlds
from tests.property.test_mid_edge import ERRAND, places, setting, towns
from tests.runs import Closest, Home, run

from patrolsim.engine.walkers import Walkers
from patrolsim.network.streets import UNREACHABLE_US
from patrolsim.network.tiers import Tier, blank, numbers

if TYPE_CHECKING:
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
    for moment in data.draw(st.lists(st.integers(0, who.leg.end_us), min_size=1, max_size=8)):
        clock.now_us = moment
        columns = [numbers(tier, np.array([value], np.int64)) for value in (0, NEVER, 0, 0, 0)]
        people = (*columns, numbers(tier, np.array([NEVER], np.int64)))
        wanted, room = numbers(tier, np.ones(1, np.int64)), tuple(blank(tier, 2) for _ in range(4))
        count, others = walkers.gather(people, (wanted, 0, moment, None), (), (room, 0))
        found = [(int(room[1][seed]), int(room[2][seed])) for seed in range(count)]
        expected = [(way.node, way.cost_us) for way in travel.departures(who, 0)]
        assert found == expected or (others == [0] and not found)
        assert bool(others) == (moment == who.leg.end_us)
