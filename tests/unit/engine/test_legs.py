"""The steps of a leg; a day on a large network, read through views, is the day that lists give."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.smoke.test_engine_pace import small_day
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs import run

from patrolsim.engine.ground import Ground
from patrolsim.engine.legs import AT_ONCE, Departure, Errand, Roads, Start, plan_leg
from patrolsim.eventlog import OFF_ROAD_STEP, Purpose
from patrolsim.network.joints import Joint
from patrolsim.network.tiers import Tier
from patrolsim.testing import Arc, make_streets

if TYPE_CHECKING:
    import pytest


def test_views_of_the_streets_give_the_day_that_lists_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = small_day(12, travels=True)
    listed = run(world).digest()
    assert isinstance(Ground(world.streets).tail, list)
    monkeypatch.setattr("patrolsim.engine.ground.MOST_LISTED", 0)
    assert isinstance(Ground(world.streets).tail, memoryview)
    assert run(world).digest() == listed


@settings(max_examples=300, deadline=None)
@given(data=st.data(), tier=st.sampled_from(list(Tier)))
def test_a_leg_has_a_step_for_everything_that_takes_time_and_at_least_one(
    data: st.DataObject, tier: Tier
) -> None:
    weights_us = data.draw(st.lists(st.integers(1, 9), min_size=5, max_size=5))
    streets = make_streets(
        [(float(i), 0.0) for i in range(6)], [Arc(i, i + 1, us) for i, us in enumerate(weights_us)]
    )
    ground, times = Ground(streets, tier=tier), st.sampled_from([0, 0, 3, 4])
    first, *way, last = range(5)
    way = way[: data.draw(st.integers(0, 3))]
    rest_us = data.draw(st.integers(0, weights_us[first] - 1))
    last_us = data.draw(st.integers(0, weights_us[last] - 1))
    leaves_us, arrives_us = data.draw(times), data.draw(times)
    here = Departure(1, leaves_us, rest_us, first, weights_us[first], streets.stop_at_node(0))
    joint = Joint(4, last_us, last, weights_us[last]) if last_us else AT_ONCE
    goal = streets.stop_at_node(5)._replace(off_road_us=(arrives_us,))
    leg = plan_leg(
        Errand(0, Purpose.TO_POST),
        Start(100, 0.0, 0.0, ground),
        here,
        Roads(rest_us, np.array(way, np.int32), joint),
        goal,
        None,
    )
    steps = [(OFF_ROAD_STEP, leaves_us)] if leaves_us else []
    steps += [(first, rest_us)] if rest_us else []
    steps += [(arc, weights_us[arc]) for arc in way]
    steps += [(last, last_us)] if last_us else []
    steps += [(OFF_ROAD_STEP, arrives_us)] if arrives_us or not steps else []
    assert list(leg.arcs) == [arc for arc, _us in steps]
    assert list(leg.ends_us) == list(accumulate((us for _arc, us in steps), initial=100))[1:]
    on_road = [step for step, (arc, _us) in enumerate(steps) if arc != OFF_ROAD_STEP]
    assert list(range(leg.first_road, leg.last_road + 1)) == on_road
    if on_road:
        wholes_us = [weights_us[steps[step][0]] for step in (on_road[0], on_road[-1])]
        assert [leg.first_weight_us, leg.last_weight_us] == wholes_us
    else:
        assert leg.last_weight_us == 0
    assert leg.begun_us == (weights_us[first] - rest_us if rest_us else 0)
