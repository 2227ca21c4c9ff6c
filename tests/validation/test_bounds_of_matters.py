"""Bounds hold where teams help each other, and people are brought home: nobody beats them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_matters import matters
from tests.property.test_audited_worlds import PREEMPTIONS
from tests.runs import run
from tests.validation.test_bounds import POLICIES, TURNS, chosen, is_beaten

from patrolsim.bounds import Roster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.policy import Preemption
    from patrolsim.testing import TinyWorld


@pytest.fixture(autouse=True, scope="module")
def _few_turns() -> Iterator[None]:
    """Keep the allowance for rounding small against the streets of these worlds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("patrolsim.bounds.footing.ROUNDING_US", TURNS)
        yield


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(tiny=matters(), preemption=st.sampled_from(PREEMPTIONS), names=POLICIES)
def test_no_strategy_beats_the_bound_where_teams_answer_together(
    tiny: TinyWorld, preemption: Preemption, names: dict[str, object]
) -> None:
    world = tiny.build()
    log = run(world, **chosen(world, names, preemption))
    assert not is_beaten(world, log, preempts=bool(preemption.interrupt), roster=Roster.OWN)
