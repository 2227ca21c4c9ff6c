"""What one incident costs in the whole engine, in bare SimPy events of the same run."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

import numpy as np
import pytest
import simpy
from tests.runs import run
from tests.validation.test_geometry import torus

from patrolsim.eventlog import Event
from patrolsim.testing import Call, Person, TinyWorld

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.world import World

INCIDENTS = 3_000
BARE_EVENTS = 200_000
TRIES = 3


def bare_event_s() -> float:
    """Return the time of one callback event of SimPy: the least of some tries."""

    def once() -> None:
        env = simpy.Environment()
        left = BARE_EVENTS

        def again(_event: simpy.Event) -> None:
            nonlocal left
            left -= 1
            if left:
                env.timeout(1).callbacks.append(again)

        env.timeout(1).callbacks.append(again)
        env.run()

    return least_s(once) / BARE_EVENTS


def least_s(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(TRIES):
        begin = process_time()
        work()
        spent.append(process_time() - begin)
    return min(spent)


def small_day(people: int, *, travels: bool) -> World:
    from patrolsim.testing import make_streets

    generator = np.random.Generator(np.random.Philox(key=1))
    at_us = np.sort(generator.integers(0, 10**10, INCIDENTS)).tolist()
    work_us = generator.integers(1, 10**7, INCIDENTS).tolist()
    side = 30
    nodes = generator.integers(0, side * side if travels else 1, INCIDENTS).tolist()
    calls = [
        Call(at_us=at, node=node, work_us=(work,))
        for at, node, work in zip(at_us, nodes, work_us, strict=True)
    ]
    homes = generator.integers(0, side * side if travels else 1, people).tolist()
    points = [(float(i % side), float(i // side)) for i in range(side * side)]
    streets = make_streets(points, torus(side)) if travels else make_streets([(0.0, 0.0)], [])
    return TinyWorld(
        calls=calls,
        people=[Person(node=home) for home in homes],
        horizon_us=10**11,
        streets=streets,
    ).build()


@pytest.mark.parametrize(
    ("name", "people", "travels"),
    [("no travel, 12 people", 12, False), ("a torus of 900 corners, 12 people", 12, True)],
)
def test_an_incident_in_bare_events(name: str, people: int, travels: bool) -> None:  # noqa: FBT001
    world = small_day(people, travels=travels)
    log = run(world)
    assert int((log.events.event == Event.CLOSED).sum()) == INCIDENTS
    assert int((log.events.event == Event.ARRIVED).sum()) == INCIDENTS
    cost = least_s(lambda: run(world)) / INCIDENTS / bare_event_s()
    print(f"\n{name}: one incident costs {cost:.0f} bare SimPy events")  # noqa: T201
