"""A follow-up is fixed by the number of its parent, under every strategy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from patrolsim.demand.follow_up import draw_follow_up
from patrolsim.distributions import Exponential, Fixed
from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import FOLLOW_UP_STRIDE, FollowUp, Kind, Outcome
from patrolsim.streams import RandomStreams
from patrolsim.testing import Call, Person, TinyWorld, make_kind

if TYPE_CHECKING:
    from patrolsim.demand.table import Incident

US = 1_000_000
STREAMS = RandomStreams(1, 0)


def kinds(chance: float = 1.0, **changes: object) -> tuple[Kind, ...]:
    rule = FollowUp(
        kind="visit", chance=chance, after=Exponential(3600), outcomes=(Outcome.SETTLED,)
    )
    visit = make_kind("visit", places=(None, None))
    stages = tuple(replace(stage, takes=Exponential(600)) for stage in visit.stages)
    visit = replace(visit, stages=stages, priority=3, **changes)  # type: ignore[arg-type]
    return visit, replace(make_kind("call"), follow_up=rule)


def parent(number: int = 0) -> Incident:
    world = TinyWorld(
        calls=[Call(at_us=0, kind=1)], people=[Person()], horizon_us=10, kinds=kinds()
    ).build()
    return world.incidents.row(0)._replace(incident_id=number, x=4.0)


def follow_up(
    of: Incident,
    among: tuple[Kind, ...],
    *,
    closed_us: int = 10 * US,
    outcome: Outcome = Outcome.SETTLED,
) -> Incident | None:
    return draw_follow_up(of, kinds=among, streams=STREAMS, closed_us=closed_us, outcome=outcome)


def test_it_is_of_its_own_kind_at_the_place_of_its_parent() -> None:
    found = follow_up(parent(7), kinds())
    assert found is not None
    assert (found.incident_id, found.parent_id) == (7 + FOLLOW_UP_STRIDE, 7)
    assert (found.kind, found.priority, len(found.stage_us)) == (0, 3, 2)
    assert (found.x, found.stop) == (4.0, parent().stop)
    assert found.occurred_us > 10 * US
    assert found.known_us == found.ready_us == found.occurred_us
    assert found.patience_us == NEVER_US


def test_when_its_parent_is_closed_moves_it_and_changes_nothing_else() -> None:
    early, late = follow_up(parent(), kinds()), follow_up(parent(), kinds(), closed_us=70 * US)
    assert early is not None
    assert late is not None
    moved = late.occurred_us - 60 * US
    assert late._replace(occurred_us=moved, known_us=moved, ready_us=moved) == early


def test_its_stages_are_drawn_each_by_itself() -> None:
    found = follow_up(parent(), kinds())
    assert found is not None
    assert found.stage_us[0] != found.stage_us[1]


def test_it_has_the_patience_and_the_ends_of_its_kind() -> None:
    found = follow_up(parent(), kinds(patience=Fixed(60.0), escalates=1.0))
    assert found is not None
    assert found.patience_us == 60 * US
    assert found.escalates


def test_it_happens_with_its_chance() -> None:
    among = kinds(chance=0.3)
    happened = [follow_up(parent(number), among) is not None for number in range(2000)]
    assert sum(happened) == pytest.approx(600, abs=60)


def test_a_greater_chance_keeps_those_that_happen_anyway() -> None:
    numbers = range(300)
    rare = {n for n in numbers if follow_up(parent(n), kinds(chance=0.2)) is not None}
    often = {n for n in numbers if follow_up(parent(n), kinds(chance=0.5)) is not None}
    assert rare < often


@pytest.mark.parametrize("outcome", [Outcome.ESCALATED, Outcome.GAVE_UP])
def test_it_grows_only_out_of_the_ends_that_are_named(outcome: Outcome) -> None:
    assert follow_up(parent(), kinds(), outcome=outcome) is None


def test_nothing_grows_out_of_a_kind_without_follow_ups() -> None:
    assert follow_up(parent()._replace(kind=0), kinds()) is None
