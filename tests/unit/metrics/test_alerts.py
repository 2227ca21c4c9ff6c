"""Counts of alerts, from runs whose answers are known by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.runs import run
from tests.unit.engine.test_alerting import DEAF, UNWILLING, Ask, sure, world

from patrolsim.metrics import Alerts, count_alerts
from patrolsim.testing import Call, Person
from patrolsim.volunteers.habits import WEEK_US

if TYPE_CHECKING:
    from patrolsim.world import World


def counted(place: World, **policies: object) -> Alerts:
    found = count_alerts(run(place, **policies), place)
    assert found is not None
    return found


def test_every_alert_has_one_end() -> None:
    people = [sure(1, 40), sure(2, 20), sure(2, 30), Person(acceptance=UNWILLING)]
    found = counted(world(people), alerts=Ask(4))
    assert (found.sent, found.accepted, found.declined) == (4, 1, 1)
    assert (found.not_heard, found.withdrawn, found.needless) == (0, 2, 0)


def test_people_who_are_sent_one_by_one_are_counted_too() -> None:
    found = counted(world([Person(acceptance=UNWILLING), Person(habits=DEAF), sure(1)]))
    assert (found.sent, found.accepted, found.declined, found.not_heard) == (3, 1, 1, 1)


def test_who_is_let_go_on_the_way_has_gone_for_nothing() -> None:
    call = Call(at_us=0, node=0, work_us=(50,), patience_us=30)
    found = counted(world([sure(2, 20)], call), alerts=Ask(1))
    assert (found.accepted, found.needless) == (1, 1)


def test_weeks_are_those_of_people_who_may_decline() -> None:
    found = counted(world([sure(0), sure(0), Person()]), alerts=Ask(1))
    assert found.volunteer_weeks == pytest.approx(2 * 1000 / WEEK_US, rel=1e-12)


def test_a_team_that_says_nothing_of_alerts_has_no_counts() -> None:
    place = world([Person(acceptance=0.5), Person()])
    assert count_alerts(run(place), place) is None
