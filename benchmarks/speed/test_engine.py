"""One incident through the whole engine, in bare SimPy events; the number of rows is asserted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from benchmarks.smoke.test_engine_pace import INCIDENTS, bare_event_s, least_s, small_day
from tests.runs import run

from patrolsim.eventlog import Event

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("people", "travels", "rows"), [(12, False, 42_048), (12, True, 42_050), (1_500, True, 48_000)]
)
def test_an_incident(
    people: int,
    travels: bool,  # noqa: FBT001 - a parameter of the test
    rows: int,
    report: Callable[[str, str, str], None],
) -> None:
    world = small_day(people, travels=travels)
    log = run(world)
    assert int((log.events.event == Event.CLOSED).sum()) == INCIDENTS
    assert len(log.events.event) == rows
    cost = least_s(lambda: run(world)) / INCIDENTS / bare_event_s()
    where = "on 900 corners" if travels else "at one place"
    report(f"an incident, {people:,} people {where}", f"{cost:.0f}", "bare SimPy events")
