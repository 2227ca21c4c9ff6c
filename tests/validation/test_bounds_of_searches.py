"""Bounds hold where people are looked for: a search ends nobody knows when, or where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_changes import changing_worlds
from tests.property.test_audited_searches import AnyStreets, searched
from tests.property.test_audited_worlds import PREEMPTIONS, tiny_worlds
from tests.runs import run
from tests.unit.bounds.test_cases import ONE, stage
from tests.validation.test_bounds import POLICIES, TURNS, chosen, is_beaten

from patrolsim.bounds import Roster, bound_response
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_search, make_streets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.policy import Preemption


@pytest.fixture(autouse=True, scope="module")
def _few_turns() -> Iterator[None]:
    """Keep the allowance for rounding small against the streets of these worlds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("patrolsim.bounds.footing.ROUNDING_US", TURNS)
        yield


@st.composite
def hurried(draw: st.DrawFn, worlds: st.SearchStrategy[TinyWorld], unit_us: int) -> TinyWorld:
    """Return a world with searches in which each kind may have a target."""
    tiny = draw(searched(worlds, unit_us, slower=(0.4, 1, 3)))
    targets = st.sampled_from([None, 0, 30 * unit_us, 400 * unit_us])
    kinds = [
        replace(kind, target_s=None if (us := draw(targets)) is None else us / 1e6)
        for kind in tiny.kinds
    ]
    return replace(tiny, kinds=tuple(kinds))


WORLDS = st.one_of(hurried(tiny_worlds(), 1), hurried(changing_worlds(), 1000))


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(tiny=WORLDS, preemption=st.sampled_from(PREEMPTIONS), names=POLICIES)
def test_no_strategy_beats_the_bound_where_people_are_looked_for(
    tiny: TinyWorld, preemption: Preemption, names: dict[str, object]
) -> None:
    world = tiny.build()
    log = run(world, **chosen(world, names, preemption), search=AnyStreets())
    assert not is_beaten(world, log, preempts=bool(preemption.interrupt), roster=Roster.OWN)


def test_a_bound_says_that_a_search_holds_nobody() -> None:
    streets = make_streets([(0, 0), (9, 0)], [Arc(0, 1, 50), Arc(1, 0, 50)])
    looks = replace(make_kind(), stages=(replace(stage(ONE), search=make_search()),))
    calls = [Call(at_us=0, work_us=(900,)), Call(at_us=1, node=1, work_us=(900,))]
    tiny = TinyWorld(
        calls=calls, people=[Person()], horizon_us=1000, streets=streets, kinds=(looks,)
    )
    bound = bound_response(tiny.build(), preempts=False, roster=Roster.OWN)
    assert bound.left_out == ("the time of searches: whoever is looked for may be found at once",)
    assert bound.value == pytest.approx(49e-6)  # the way from the first to the second
