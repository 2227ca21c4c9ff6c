"""The auditor finds wrong searches: too early, too late, from afar, of nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.runs import run
from tests.unit.engine.test_searching import Told, still, with_police, world_of
from tests.unit.engine.test_searching import place as put

from patrolsim.audit import audit
from patrolsim.demand.subjects import Subject
from patrolsim.eventlog import Event, EventLog, Purpose
from patrolsim.incidents import Outcome
from patrolsim.policy import Sweep
from patrolsim.testing import Person, make_search

if TYPE_CHECKING:
    from patrolsim.world import World

WAY = [Sweep((0, 1, 2, 3)), Sweep((3, 2))]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> tuple[World, EventLog]:
    """Return a sound log: volunteer 0 finds at the second passing, at 3500."""
    put(monkeypatch, Subject(coverage=1.0, parts=(still(2, 3, 0.5),)))
    world = world_of(make_search(sweep=0.5), Person(node=0), Person(node=1)).build()
    log = run(world, search=Told(list(WAY)))
    assert audit(world, log) == ()
    return world, log


def rules(world: World, log: EventLog) -> set[str]:
    return {line.partition(", ")[2].partition(":")[0] for line in audit(world, log)}


def changed(log: EventLog, **columns: dict[Event, int]) -> EventLog:
    """Return a log in which columns of all rows of some events have other values."""
    events = log.events
    new = {name: getattr(events, name).copy() for name in columns}
    for name, values in columns.items():
        for event, value in values.items():
            new[name][events.event == event] = value
    return replace(log, events=replace(events, **new))


@pytest.fixture
def vain(monkeypatch: pytest.MonkeyPatch) -> tuple[World, EventLog]:
    """Return a sound log of a search in vain, after which the police come."""
    put(monkeypatch, Subject(coverage=9.0, parts=(still(2, 3, 0.5),)))
    world = with_police(make_search(sweep=0.5)).build()
    log = run(world, search=Told(list(WAY)))
    assert audit(world, log) == ()
    return world, log


def test_a_vain_search_that_ends_settled_is_told(vain: tuple[World, EventLog]) -> None:
    world, log = vain
    assert rules(world, changed(log, detail={Event.CLOSED: Outcome.SETTLED})) == {"outcome"}


def test_a_vain_search_that_is_not_followed_up_is_told(vain: tuple[World, EventLog]) -> None:
    world, _log = vain
    at_once = make_search(sweep=0.5, when_lost=Outcome.GAVE_UP)
    log = run(with_police(at_once).build(), search=Told(list(WAY)))
    assert {"closed unfinished", "outcome"} <= rules(world, log)


def test_police_who_come_although_a_search_just_ends_are_told(
    vain: tuple[World, EventLog],
) -> None:
    _world, log = vain
    at_once = make_search(sweep=0.5, when_lost=Outcome.GAVE_UP)
    assert "order of stages" in rules(with_police(at_once).build(), log)


def test_somebody_else_than_who_passed_finds_nobody(found: tuple[World, EventLog]) -> None:
    world, log = found
    assert "found where they are" in rules(world, changed(log, volunteer_id={Event.FOUND: 1}))


def test_a_find_with_too_little_effort_is_told(
    found: tuple[World, EventLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, log = found
    put(monkeypatch, Subject(coverage=1.2, parts=(still(2, 3, 0.5),)))
    assert rules(world, log) == {"found by enough effort"}


def test_an_overlooked_subject_is_told(
    found: tuple[World, EventLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, log = found
    put(monkeypatch, Subject(coverage=0.4, parts=(still(2, 3, 0.5),)))
    assert rules(world, log) == {"found when passed"}


def test_a_find_from_afar_is_told(
    found: tuple[World, EventLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, log = found
    put(monkeypatch, Subject(coverage=1.0, parts=(still(0, 1, 0.5),)))
    assert {"found by enough effort", "found where they are"} <= rules(world, log)


def test_a_search_leg_outside_a_search_is_told(found: tuple[World, EventLog]) -> None:
    world, log = found
    incident = np.where(log.legs.purpose == Purpose.SEARCH, 7, log.legs.incident_id)
    wrong = replace(log, legs=replace(log.legs, incident_id=incident))
    assert "searches in a search" in rules(world, wrong)


def test_a_find_of_nobody_who_is_looked_for_is_told(found: tuple[World, EventLog]) -> None:
    world, log = found
    rows = np.flatnonzero(log.events.event == Event.FOUND)
    keep = np.r_[0 : len(log.events.event), rows]
    order = np.argsort(np.r_[np.arange(len(log.events.event)), rows + 0.5], kind="stable")
    columns = {name: getattr(log.events, name)[keep][order] for name in log.events.__slots__}
    assert "found in a search" in rules(world, replace(log, events=replace(log.events, **columns)))


def test_a_walker_who_goes_too_fast_is_told(
    found: tuple[World, EventLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, log = found
    part = still(2, 3, 0.5)
    put(
        monkeypatch,
        Subject(
            coverage=1.0,
            parts=(part._replace(from_share=5, end_us=10), part._replace(begin_us=10)),
        ),
    )
    assert "the lost keep to the streets" in rules(world, log)
