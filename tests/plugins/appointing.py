"""Tiny worlds in which a shipped policy makes appointments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.runs import Home, run

from patrolsim.audit import audit
from patrolsim.distributions import Fixed
from patrolsim.eventlog import Event, EventLog
from patrolsim.incidents import RequestRule
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.scenario.parameters import read_parameter
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets
from patrolsim.units import US_PER_S, WeeklyHours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.incidents import Kind
    from patrolsim.world import World

MINUTE_US = 60 * US_PER_S
HOUR_US = 60 * MINUTE_US
CORNERS = 6
STREET = make_streets(
    [(100.0 * node, 0.0) for node in range(CORNERS)],
    [
        Arc(here, there, 10 * MINUTE_US)
        for node in range(CORNERS - 1)
        for here, there in ((node, node + 1), (node + 1, node))
    ],
)
"""One street of six corners, ten minutes from each to the next."""


def form(
    name: str = "form",
    *,
    work_min: float = 10,
    due_min: int = 600,
    hours: tuple[int, int] | None = None,
    **parts: Any,
) -> Kind:
    """Return a kind of request whose expected work is `work_min`."""
    kind = make_kind(name, **parts)
    start = TinyWorld(calls=[], people=[], horizon_us=1).build().start
    windows = hours and WeeklyHours.of(
        tuple(range(7)), (hours[0] * 3600.0, hours[1] * 3600.0), start
    )
    rule = RequestRule(due_within_us=due_min * MINUTE_US, windows=windows or None)
    stages = tuple(replace(stage, takes=Fixed(60.0 * work_min)) for stage in kind.stages)
    return replace(kind, stages=stages, request=rule)


def call(minute: float, node: int, *, kind: int = 0, work_min: float = 10) -> Call:
    work_us = (round(work_min * MINUTE_US),)
    return Call(at_us=round(minute * MINUTE_US), node=node, work_us=work_us, kind=kind)


def street(calls: Sequence[Call], people: Sequence[Person], *kinds: Kind) -> World:
    return TinyWorld(
        calls=calls, people=people, horizon_us=40 * HOUR_US, streets=STREET, kinds=kinds
    ).build()


def lived(world: World, policy: str, **written: object) -> EventLog:
    """Return what happens under a shipped policy; the auditor must find nothing."""
    host = PluginHost()
    host.load_installed()
    known = host.spec(Role.APPOINTMENTS, policy).parameters
    values = {key: read_parameter(value, known[key]) for key, value in written.items()}
    log = run(world, standby=Home(), appointments=host.build(Role.APPOINTMENTS, policy, values))
    assert audit(world, log) == ()
    return log


def started(log: EventLog) -> list[tuple[float, int]]:
    """Return when work started on which incident, in minutes."""
    return _rows(log, Event.STAGE_STARTED)


def booked(log: EventLog) -> list[tuple[float, int]]:
    """Return when people were reserved for which incident, in minutes."""
    return _rows(log, Event.BOOKED)


def _rows(log: EventLog, event: Event) -> list[tuple[float, int]]:
    chosen = log.events.event == event
    times_us, ids = log.events.time_us[chosen].tolist(), log.events.incident_id[chosen].tolist()
    return [(us / MINUTE_US, number) for us, number in zip(times_us, ids, strict=True)]
