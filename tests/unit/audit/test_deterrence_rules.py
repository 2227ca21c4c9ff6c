"""The auditor finds incidents that are missing or moved without a patrol that would explain it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.runs import run
from tests.unit.engine.test_beats import There, prevents, world

from patrolsim.audit import audit
from patrolsim.demand.deterrence import Elsewhere
from patrolsim.eventlog import Event, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.eventlog import EventLog

ANOTHER_KIND = 5


def edited(log: EventLog, change: Callable[[dict[str, np.ndarray]], None]) -> EventLog:
    columns = {name: getattr(log.events, name).copy() for name in log.events.__slots__}
    change(columns)
    return replace(log, events=replace(log.events, **columns))


def rules_broken(found: tuple[str, ...]) -> str:
    return " | ".join(found)


def test_a_prevented_incident_that_is_not_written_down_is_lost() -> None:
    one = world(11.0, 1, prevents())

    def drop(columns: dict[str, np.ndarray]) -> None:
        keep = columns["event"] != Event.PREVENTED
        for name, column in columns.items():
            columns[name] = column[keep]

    found = audit(one, edited(run(one, patrol=There()), drop))
    assert "incident 0 never occurs" in rules_broken(found)


def test_an_incident_without_a_patrol_near_it_cannot_be_prevented() -> None:
    near, far = world(11.0, 1, prevents()), world(11.0, 2, prevents())
    assert "had no patrol near it" in rules_broken(audit(far, run(near, patrol=There())))


def test_who_stands_by_near_an_incident_is_no_patrol() -> None:
    one = world(11.0, 1, prevents())

    def stand_by(columns: dict[str, np.ndarray]) -> None:
        patrols = (columns["event"] == Event.STATUS) & (columns["detail"] == Status.PATROLLING)
        columns["detail"][patrols] = Status.STANDING_BY

    found = audit(one, edited(run(one, patrol=There()), stand_by))
    assert "had no patrol near it" in rules_broken(found)


def test_an_incident_that_was_not_drawn_to_be_cannot_be_prevented() -> None:
    one = world(11.0, 1, prevents())
    log = run(one, patrol=There())
    assert "was not drawn to be" in rules_broken(audit(replace(one, deterrable={}), log))
    assert "was not drawn to be" in rules_broken(audit(replace(one, deterrable=None), log))


def test_an_incident_that_should_be_prevented_does_not_happen() -> None:
    one = world(11.0, 1, prevents())
    log = run(replace(one, deterrable=None), patrol=There())
    assert "happens though a patrol was there" in rules_broken(audit(one, log))


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Event.PREVENTED, "was drawn to go elsewhere"),
        (Event.DISPLACED, "was drawn to be prevented"),
    ],
)
def test_prevented_and_displaced_are_told_apart(event: Event, words: str) -> None:
    stop = world(11.0, 0, None).incidents.stops[0]
    moved = prevents()._replace(elsewhere=Elsewhere(0.0, 0.0, stop))
    one = world(11.0, 1, moved if event is Event.PREVENTED else prevents())

    def swap(columns: dict[str, np.ndarray]) -> None:
        is_it = np.isin(columns["event"], [Event.PREVENTED, Event.DISPLACED])
        columns["event"] = np.where(is_it, event, columns["event"])

    assert words in rules_broken(audit(one, edited(run(one, patrol=There()), swap)))


def test_a_kind_or_time_that_was_not_drawn_is_found() -> None:
    one = world(11.0, 1, prevents())

    def change(columns: dict[str, np.ndarray]) -> None:
        columns["detail"][columns["event"] == Event.PREVENTED] = ANOTHER_KIND

    found = audit(one, edited(run(one, patrol=There()), change))
    assert "of another kind" in rules_broken(found)
