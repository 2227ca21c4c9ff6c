"""People on their way are found in columns as they are one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_worlds import Wander, tiny_worlds
from tests.runs import Closest, Home, run

from patrolsim.engine.walkers import Walkers
from patrolsim.network.tiers import Tier

if TYPE_CHECKING:
    from patrolsim.testing import TinyWorld


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
