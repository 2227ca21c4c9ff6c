"""Each way of getting a stake, a letter or a helper wrong in a trace is found and named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.runs import run

from patrolsim.audit import audit
from patrolsim.demand.table import Particulars
from patrolsim.distributions import Fixed
from patrolsim.eventlog import NEVER_US, Event, EventLog, Known
from patrolsim.incidents import Help, Stake
from patrolsim.testing import Call, Person, TinyWorld, make_kind

STAKE = Stake(amount=Fixed(7), unit="yuan", lost_after=Fixed(1))
WORLD = TinyWorld(
    calls=[
        Call(at_us=100, work_us=(50,), particulars=Particulars(stake=7, lost_us=130)),
        Call(at_us=110, work_us=(50,), particulars=Particulars(stake=9, lost_us=140)),
        Call(at_us=200, kind=1, report_us=NEVER_US, particulars=Particulars(posted_us=200)),
        Call(at_us=300, kind=2, work_us=(20,)),
        Call(at_us=600, kind=3, work_us=(20,)),
    ],
    people=[Person(team="campus", shifts=((0, 550),)), Person(team="red", shifts=((590, 1000),))],
    horizon_us=1000,
    kinds=(
        replace(make_kind("fraud"), stake=STAKE),
        make_kind("letter"),
        make_kind("round", places=(("box",),)),
        replace(
            make_kind("alarm"),
            teams=("campus",),
            helps=(Help(team="red", helped="campus", after_us=60),),
        ),
    ),
    places={"box": (0,)},
    rounds={1: 2},
).build()
LOG = run(WORLD)


def changed(log: EventLog, row: int, **columns: int) -> EventLog:
    """Return a log with other numbers in one row."""
    found = {}
    for name, value in columns.items():
        column = getattr(log.events, name).copy()
        column[row] = value
        found[name] = column
    return replace(log, events=replace(log.events, **found))


def without(log: EventLog, row: int) -> EventLog:
    """Return a log that lacks one row."""
    columns = {name: np.delete(getattr(log.events, name), row) for name in log.events.__slots__}
    return replace(log, events=replace(log.events, **columns))


def shifted(log: EventLog, row: int) -> EventLog:
    """Return a log in which one row comes a little later, in its place among the others."""
    late = changed(log, row, time_us=int(log.events.time_us[row]) + 1)
    order = np.argsort(late.events.time_us, kind="stable")
    columns = {name: getattr(late.events, name)[order] for name in late.events.__slots__}
    return replace(late, events=replace(late.events, **columns))


def row_of(event: Event, number: int = 0) -> int:
    return int(np.flatnonzero(LOG.events.event == event)[number])


def fetched() -> int:
    return int(
        np.flatnonzero((LOG.events.event == Event.KNOWN) & (LOG.events.detail == Known.FETCHED))[0]
    )


def test_the_trace_of_the_engine_is_sound() -> None:
    assert audit(WORLD, LOG) == ()
    assert (LOG.events.event == Event.STAKE_KEPT).sum() == 1
    assert (LOG.events.event == Event.STAKE_LOST).sum() == 1


@pytest.mark.parametrize(
    ("log", "rule"),
    [
        (without(LOG, row_of(Event.AT_STAKE)), "stake as drawn"),
        (changed(LOG, row_of(Event.AT_STAKE), detail=8), "stake as drawn"),
        (without(LOG, row_of(Event.STAKE_KEPT)), "stake decided"),
        (changed(LOG, row_of(Event.STAKE_KEPT), detail=8), "stake as drawn"),
        (changed(LOG, row_of(Event.STAKE_KEPT), event=Event.STAKE_LOST), "stake lost"),
        (without(LOG, row_of(Event.STAKE_LOST)), "stake decided"),
        (changed(LOG, row_of(Event.STAKE_LOST), event=Event.STAKE_KEPT), "stake kept safe"),
        (changed(LOG, row_of(Event.STAKE_LOST), time_us=141), "stake lost"),
        (changed(LOG, row_of(Event.STAKE_LOST), incident_id=0), "stake decided"),
    ],
)
def test_a_wrong_stake_is_found(log: EventLog, rule: str) -> None:
    found = audit(WORLD, log)
    assert any(rule in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("log", "rule"),
    [
        (changed(LOG, fetched(), detail=Known.REPORTED), "known at its time"),
        (changed(LOG, fetched(), detail=Known.SEEN), "seen by patrols"),
        (changed(LOG, fetched(), detail=9), "known reports"),
        (shifted(LOG, fetched()), "letters are fetched"),
        (without(LOG, fetched()), "letters are fetched"),
    ],
)
def test_a_letter_that_is_known_otherwise_is_found(log: EventLog, rule: str) -> None:
    found = audit(WORLD, log)
    assert any(rule in sentence for sentence in found), found


def test_a_helper_who_comes_too_early_is_found() -> None:
    (early,) = (
        i
        for i in np.flatnonzero(LOG.events.event == Event.ASSIGNED)
        if LOG.events.incident_id[i] == 4
    )
    assert LOG.events.time_us[early] == 660
    slow = replace(WORLD.kinds[3], helps=(Help(team="red", helped="campus", after_us=61),))
    found = audit(replace(WORLD, kinds=(*WORLD.kinds[:3], slow)), LOG)
    assert any("is of team 'red', which does not answer 'alarm'" in one for one in found), found
