"""The same world with requests among its incidents, for policies that make appointments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import RequestRule
from patrolsim.units import WeeklyHours, to_us

if TYPE_CHECKING:
    from patrolsim.incidents import Kind
    from patrolsim.world import World

DUE_WITHIN_S = 7200.0
OPENS_S, CLOSES_S = 3600.0, 25_200.0
LEAD_S = 1800.0


def with_requests(world: World) -> World:
    """Return a world whose kinds are requests, those that patrols see left out.

    The first may be started at any time, the last is at fixed times half an hour after each
    becomes known, and those between may be started in some hours only.
    """
    last = len(world.kinds) - 1
    kinds = tuple(
        _as_request(kind, number, last, world) for number, kind in enumerate(world.kinds)
    )
    is_fixed = np.array([_is_fixed(kind) for kind in kinds], np.bool_)[world.incidents.kind]
    known_us = np.minimum(world.incidents.known_us, NEVER_US // 2)
    due_us = np.where(is_fixed, known_us + to_us(LEAD_S), NEVER_US)
    return replace(world, kinds=kinds, incidents=replace(world.incidents, due_us=due_us))


def _as_request(kind: Kind, number: int, last: int, world: World) -> Kind:
    if kind.seen_by_patrols:
        return kind
    if number == last > 0:
        return replace(kind, request=RequestRule(due_within_us=None, windows=None))
    hours = WeeklyHours.of((0, 1, 2, 3, 4, 5, 6), (OPENS_S, CLOSES_S), world.start)
    rule = RequestRule(due_within_us=to_us(DUE_WITHIN_S), windows=hours if number else None)
    return replace(kind, request=rule)


def _is_fixed(kind: Kind) -> bool:
    return kind.request is not None and kind.request.is_fixed
