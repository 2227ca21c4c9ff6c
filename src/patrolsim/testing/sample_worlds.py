"""Small towns in which a policy is tried: an ordinary day, and the corners of what can happen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.distributions import Fixed
from patrolsim.eventlog import NEVER_US
from patrolsim.network.streets import CLOSED_US
from patrolsim.streams import RandomStreams
from patrolsim.testing.tiny_worlds import Arc, Call, Person, TinyWorld, make_kind, make_streets
from patrolsim.units import US_PER_S
from patrolsim.world import Forecast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.incidents import Kind, Stage
    from patrolsim.network.streets import Streets
    from patrolsim.world import World

SIDE = 5
BLOCK_M = 180.0
MINUTE_US = 60 * US_PER_S
HOUR_US = 60 * MINUTE_US
DAY_US = 10 * HOUR_US
MEDIATION = "mediation"
KINDS = 4
SEEN = 2
"""The kind that patrols see; the last one needs two people, which only the ordinary day has."""


def ordinary_day(replication: int = 0) -> World:
    """Return ten hours of a town of 25 corners: eight people, three of them patrol, 40 calls.

    Some calls need two people, some an errand to the clinic; some are seen by patrols only, some
    callers give up; some people come late, leave early, decline, or need time to get ready.
    """
    rng = RandomStreams(31, replication).generator("kit/calls")
    calls = [
        Call(
            at_us=int(rng.integers(0, 9 * HOUR_US)),
            node=int(rng.integers(0, SIDE * SIDE)),
            work_us=(int(rng.integers(5, 50)) * MINUTE_US, int(rng.integers(2, 9)) * MINUTE_US),
            kind=number % KINDS,
            priority=1 + number % 3,
            patience_us=40 * MINUTE_US if number % 5 == 0 else NEVER_US,
            report_us=20 * MINUTE_US if number % KINDS == SEEN else 0,
        )
        for number in range(40)
    ]
    people = [
        Person(node=0, skills=frozenset({MEDIATION}), turnout_us=MINUTE_US),
        Person(node=4, patrols=True),
        Person(node=7, skills=frozenset({MEDIATION}), shifts=((0, 6 * HOUR_US),), overtime_us=0),
        Person(node=12, patrols=True, shifts=((HOUR_US, 8 * HOUR_US),)),
        Person(node=12, acceptance=0.7),
        Person(node=18, patrols=True, skills=frozenset({MEDIATION})),
        Person(node=20, shifts=((4 * HOUR_US, DAY_US),), turnout_us=2 * MINUTE_US),
        Person(node=24, shifts=((0, 3 * HOUR_US), (5 * HOUR_US, 9 * HOUR_US))),
    ]
    return _world(calls, people, replication=replication, kinds=KINDS)


def two_at_one_instant() -> World:
    """Return a town in which calls of one kind come in pairs, and people are level."""
    calls = [
        Call(at_us=hour * HOUR_US, node=node, work_us=(20 * MINUTE_US, 5 * MINUTE_US), kind=0)
        for hour in range(6)
        for node in (12, 12 if hour % 2 else 2)
    ]
    people = [*(Person(node=node) for node in (2, 2, 12)), Person(node=22, patrols=True)]
    return _world(calls, people, streets=_grid(is_even=True))


def nobody_free() -> World:
    """Return a town with more calls than one person can serve, nobody at all for some hours."""
    calls = [
        Call(at_us=(10 + 3 * number) * MINUTE_US, node=number, work_us=(90 * MINUTE_US,), kind=0)
        for number in range(8)
    ]
    calls += [Call(at_us=7 * HOUR_US, node=3, work_us=(MINUTE_US,), kind=0)]
    shifts = ((0, 4 * HOUR_US), (9 * HOUR_US, DAY_US))
    patrol = ((0, 5 * MINUTE_US),)
    return _world(calls, [Person(shifts=shifts), Person(node=3, patrols=True, shifts=patrol)])


def islands() -> World:
    """Return a town with an island: calls, a post and busy corners lie where no way leads."""
    calls = [
        Call(at_us=number * 25 * MINUTE_US, node=node, work_us=(10 * MINUTE_US,), kind=0)
        for number, node in enumerate((3, 20, 8, 24, 12, 21, 6, 22))
    ]
    people = [Person(node=0, patrols=True), Person(node=12), Person(node=14, patrols=True)]
    return _world(calls, people, streets=_grid(island=range(20, 25)), busiest=24)


def _world(
    calls: Sequence[Call],
    people: Sequence[Person],
    *,
    streets: Streets | None = None,
    kinds: int = KINDS - 1,
    replication: int = 0,
    busiest: int = 8,
) -> World:
    town = TinyWorld(
        calls=calls,
        people=people,
        horizon_us=DAY_US,
        streets=_grid() if streets is None else streets,
        kinds=_kinds()[:kinds],
        places={"clinic": (6,), "gate": (16,), "harbour": (busiest,)},
        seed=31,
    ).build()
    forecast = expected(len(town.streets.x), busiest=busiest)
    return replace(
        town,
        streams=RandomStreams(31, replication),
        forecast=replace(forecast, per_hour=forecast.per_hour[:kinds]),
    )


def expected(nodes: int, *, busiest: int, horizon_us: int = DAY_US) -> Forecast:
    """Return a forecast in which corners and hours differ, one corner most of all."""
    hours = -(-horizon_us // HOUR_US)
    per_node = 0.2 + (np.arange(nodes) * 7 % 5).astype(np.float64)
    per_node[busiest % nodes] = 12.0
    per_hour = np.outer(np.linspace(0.4, 1.0, KINDS), 1.0 + np.arange(hours) % 4)
    return Forecast(per_hour=per_hour, per_node=per_node)


def _kinds() -> tuple[Kind, ...]:
    """Return kinds for one person, with an errand, to be seen by patrols, and for two people."""
    kinds = (
        make_kind("help"),
        make_kind("fall", places=(None, ("clinic",))),
        make_kind("street light", seen_by_patrols=True),
        make_kind("quarrel", needs=((MEDIATION, 1), (None, 1)), can_hand_over=False),
    )
    return tuple(replace(kind, stages=_lasting(kind)) for kind in kinds)


def _lasting(kind: Kind) -> tuple[Stage, ...]:
    return tuple(replace(stage, takes=Fixed(1500.0)) for stage in kind.stages)


def _grid(*, is_even: bool = False, island: Sequence[int] = ()) -> Streets:
    """Return streets between the corners of a square; an even one has many ties."""
    arcs = [
        Arc(here, there, 140 * US_PER_S + (0 if is_even else _more_us(here, there)))
        for node in range(SIDE * SIDE)
        for other in _later_neighbours(node)
        if (node in island) is (other in island)
        for here, there in ((node, other), (other, node))
    ]
    points = [(node % SIDE * BLOCK_M, node // SIDE * BLOCK_M) for node in range(SIDE * SIDE)]
    streets = make_streets(points, arcs)
    if not island:
        return streets
    usable = streets.usable.copy()
    usable[:, list(island)] = False
    weight_us = streets.weight_us.copy()
    weight_us[:, np.isin(streets.tail, list(island))] = CLOSED_US
    return replace(streets, usable=usable, weight_us=weight_us)


def _more_us(here: int, there: int) -> int:
    """Return what a street takes longer than the quickest: hardly two are alike."""
    low, high = sorted((here, there))
    return (low * 37 + high * 101) % 97 * US_PER_S // 2


def _later_neighbours(node: int) -> list[int]:
    east = [node + 1] if node % SIDE < SIDE - 1 else []
    return east + ([node + SIDE] if node + SIDE < SIDE * SIDE else [])
