"""Random small worlds: the engine's log equals a loop of a few lines, row by row.

The loop shares no code with the engine. It knows one thing only: whoever is there first among
the free goes; if nobody is free, the first in the queue gets whoever is free next.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs import Closest, Home, Row, Stay, rows, run

from patrolsim.testing import Arc, Call, Person, TinyWorld, make_streets

if TYPE_CHECKING:
    from collections.abc import Sequence

HORIZON_US = 10**9
FAR_US = 10**15


def all_pairs(n: int, arcs: Sequence[Arc]) -> list[list[int]]:
    """Return all travel times, by Floyd and Warshall."""
    times = [[0 if i == j else FAR_US for j in range(n)] for i in range(n)]
    for arc in arcs:
        times[arc.tail][arc.head] = min(times[arc.tail][arc.head], arc.weight_us)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                times[i][j] = min(times[i][j], times[i][k] + times[k][j])
    return times


def reference(
    calls: Sequence[Call], homes: Sequence[int], times: list[list[int]], *, fcfs: bool
) -> dict[int, Row]:
    """Serve the calls; freed people stay where they are.

    At one instant people become free before calls come in, in the order in which the engine
    meets them: by the time at which their work was started, then as it was started.
    """
    where = list(homes)
    free = set(range(len(homes)))
    ends: list[tuple[int, int, int]] = []
    queue: list[tuple[int, int, int]] = []
    result: dict[int, Row] = {}
    started = 0

    def serve(number: int, now: int) -> None:
        nonlocal started
        call = calls[number]
        way, who = min((times[where[v]][call.node], v) for v in free)
        free.discard(who)
        arrived = now + way
        closed = arrived + call.work_us[0]
        where[who] = call.node
        started += 1
        heappush(ends, (closed, arrived, who))
        result[number] = Row(who, now, arrived, closed)

    def release_until(now: int, *, inclusive: bool) -> None:
        while ends and (ends[0][0] < now or (inclusive and ends[0][0] == now)):
            closed, _arrived, who = heappop(ends)
            free.add(who)
            if queue:
                serve(heappop(queue)[2], closed)

    for number, call in enumerate(calls):
        release_until(call.at_us, inclusive=True)
        if free:
            serve(number, call.at_us)
        else:
            heappush(queue, (0 if fcfs else call.priority, call.at_us, number))
    release_until(FAR_US, inclusive=True)
    return result


@st.composite
def worlds(draw: st.DrawFn, *, travel: bool) -> tuple[list[Call], list[int], int, list[Arc]]:
    """Return calls, homes, the number of nodes and strongly connected arcs."""
    n = draw(st.integers(1, 6)) if travel else 1
    weights = st.integers(1, 50)
    arcs = [Arc(i, (i + 1) % n, draw(weights)) for i in range(n)] if n > 1 else []
    nodes = st.integers(0, n - 1)
    arcs += draw(st.lists(st.builds(Arc, nodes, nodes, weights), max_size=8)) if n > 1 else []
    at_us = sorted(draw(st.lists(st.integers(0, 400), min_size=1, max_size=25)))
    calls = [
        Call(
            at_us=time_us,
            node=draw(st.integers(0, n - 1)),
            work_us=(draw(st.integers(0, 90)),),
            priority=draw(st.integers(1, 3)),
        )
        for time_us in at_us
    ]
    homes = draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=4))
    return calls, homes, n, arcs


def spread(calls: list[Call]) -> list[Call]:
    """Make all times distinct, so that only one thing happens at an instant.

    Calls keep their order; each gets a remainder of its own modulo a large number, so that no
    sum of arrival, travel and work ends at the same microsecond as another.
    """
    return [
        Call(
            at_us=call.at_us * 10**6 + 1 + 2**number,
            node=call.node,
            work_us=(call.work_us[0] * 10**6,),
            priority=call.priority,
        )
        for number, call in enumerate(calls)
    ]


@pytest.mark.parametrize("fcfs", [True, False], ids=["first come first served", "priorities"])
@pytest.mark.parametrize("travel", [False, True], ids=["no travel", "travel"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_log_equals_the_reference_loop(data: st.DataObject, fcfs: bool, travel: bool) -> None:  # noqa: FBT001
    calls, homes, n, arcs = data.draw(worlds(travel=travel))
    arcs = [Arc(arc.tail, arc.head, arc.weight_us * 10**6) for arc in arcs]
    calls = spread(calls)
    points = [(float(node), 0.0) for node in range(n)]
    world = TinyWorld(
        calls=calls,
        people=[Person(node=home) for home in homes],
        horizon_us=HORIZON_US * 10,
        streets=make_streets(points, arcs),
    ).build()
    log = run(world, dispatch=Closest(fcfs=fcfs), standby=Stay())
    assert rows(log) == reference(calls, homes, all_pairs(n, arcs), fcfs=fcfs)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_simultaneous_calls_and_no_work_equal_the_reference_loop(data: st.DataObject) -> None:
    calls, homes, _n, _arcs = data.draw(worlds(travel=False))
    world = TinyWorld(calls=calls, people=[Person() for _ in homes], horizon_us=HORIZON_US).build()
    log = run(world, dispatch=Closest(fcfs=True))
    expected = reference(calls, [0] * len(homes), [[0]], fcfs=True)
    found = rows(log)
    assert {i: row.closed_us for i, row in found.items()} == {
        i: row.closed_us for i, row in expected.items()
    }
    assert {i: row.assigned_us for i, row in found.items()} == {
        i: row.assigned_us for i, row in expected.items()
    }


def test_a_freed_person_goes_home_and_can_be_turned_round_on_the_way() -> None:
    streets = make_streets(
        [(0, 0), (100, 0), (200, 0)],
        [Arc(0, 1, 10), Arc(1, 0, 10), Arc(1, 2, 10), Arc(2, 1, 10)],
    )
    calls = [Call(at_us=0, node=2, work_us=(5,)), Call(at_us=29, node=2, work_us=(1,))]
    world = TinyWorld(
        calls=calls, people=[Person(node=0)], horizon_us=1000, streets=streets
    ).build()
    found = rows(run(world, standby=Home()))
    assert found[0] == Row(0, 0, 20, 25)
    assert found[1] == Row(0, 29, 33, 34)
