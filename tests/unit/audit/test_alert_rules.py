"""The auditor finds what is wrong with alerts, row by row of a sound log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.runs import run
from tests.unit.engine.test_alerting import SURE, Ask, sure, world

from patrolsim.audit import AuditRules, audit
from patrolsim.eventlog import AlertEnd, Event
from patrolsim.testing import Person
from patrolsim.volunteers.habits import Habits

if TYPE_CHECKING:
    from patrolsim.eventlog import EventLog
    from patrolsim.world import World

RULES = AuditRules(alerts=True)
PEOPLE = [sure(1, 40), sure(2, 20), sure(2, 30)]


def with_detail(log: EventLog, event: Event, place: int, detail: int) -> EventLog:
    """Return the log with another detail in one row of an event."""
    column = log.events.detail.copy()
    column[(log.events.event == event).nonzero()[0][place]] = detail
    return replace(log, events=replace(log.events, detail=column))


def with_habits(place: World, number: int, **changes: object) -> World:
    """Return the world in which one person is another than the one who was simulated."""
    people = list(place.volunteers)
    people[number] = replace(people[number], **changes)  # type: ignore[arg-type]
    return replace(place, volunteers=tuple(people))


def rules_broken(place: World, log: EventLog) -> set[str]:
    return {one.partition(", ")[2].partition(":")[0] for one in audit(place, log, rules=RULES)}


@pytest.mark.parametrize(
    ("event", "row", "detail", "rule"),
    [
        (Event.ALERTED, 1, 7, "number of the alert"),
        (Event.ALERT_ENDED, 0, AlertEnd.DECLINED, "answers as drawn"),
        (Event.ALERT_ENDED, 1, AlertEnd.NOT_HEARD, "answers as drawn"),
        (Event.ALERT_ENDED, 2, AlertEnd.ACCEPTED, "who accepts goes"),
        (Event.ALERT_ENDED, 2, 99, "known ends of alerts"),
    ],
)
def test_a_wrong_word_is_found(event: Event, row: int, detail: int, rule: str) -> None:
    place = world(PEOPLE)
    log = run(place, alerts=Ask(3))
    assert rules_broken(place, log) == set()
    assert rule in rules_broken(place, with_detail(log, event, row, detail))


@pytest.mark.parametrize(
    ("number", "changes", "rule"),
    [
        (1, {"acceptance": 1e-12}, "answers as drawn"),
        (1, {"answers_after": None}, "answers as drawn"),
        (1, {"habits": None}, "fit to be asked"),
        (1, {"habits": replace(SURE, most_alerts=0)}, "fit to be asked"),
        (0, {"joins_us": 5}, "on duty before joining"),
    ],
)
def test_what_such_a_person_cannot_have_done_is_found(
    number: int, changes: dict[str, object], rule: str
) -> None:
    place = world(PEOPLE)
    log = run(place, alerts=Ask(3))
    assert rule in rules_broken(with_habits(place, number, **changes), log)


def test_whoever_may_decline_and_was_sent_unasked_is_found() -> None:
    place = world([Person(acceptance=0.999999)])
    log = run(place)
    assert audit(place, log) == ()
    assert rules_broken(place, log) == {"fit for the work"}


def test_more_work_than_a_week_allows_is_found() -> None:
    place = world([Person(habits=Habits(most_alerts=5))])
    log = run(place)
    assert audit(place, log) == ()
    limited = with_habits(place, 0, habits=Habits(most_alerts=0))
    assert any("fit for the work" in one for one in audit(limited, log))
