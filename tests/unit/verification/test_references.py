"""The recursions against a clock that ticks through every moment."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.verification.references import (
    Answer,
    TraceCall,
    all_pairs,
    by_lists,
    by_nearness,
    first_come_first_served,
)

CALLS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=20)
LISTS = ((0, 1, 2), (2, 1, 0))


def trace(pairs: list[tuple[int, int]]) -> list[TraceCall]:
    at_us, calls = 0, []
    for number, (gap_us, work_us) in enumerate(pairs):
        at_us += gap_us
        calls.append(TraceCall(at_us, 0, work_us, number % len(LISTS)))
    return calls


def ticked(calls: list[TraceCall], servers: int) -> list[int]:
    """Return when each call starts, moment by moment: free servers take the first in line."""
    starts: dict[int, int] = {}
    busy_until = [0] * servers
    now, nobody_yet = 0, 0
    while len(starts) < len(calls):
        for server in range(servers):
            while (
                nobody_yet < len(calls)
                and calls[nobody_yet].at_us <= now
                and busy_until[server] <= now
            ):
                starts[nobody_yet] = now
                busy_until[server] = now + calls[nobody_yet].work_us
                nobody_yet += 1
        now += 1
    return [starts[number] for number in range(len(calls))]


@given(CALLS)
def test_the_heap_starts_work_when_the_clock_says(pairs: list[tuple[int, int]]) -> None:
    calls = trace(pairs)
    assert [start for start, _ in first_come_first_served(calls, 3)] == ticked(calls, 3)


@given(CALLS)
def test_lists_change_who_goes_and_not_when(pairs: list[tuple[int, int]]) -> None:
    calls = trace(pairs)
    answers = by_lists(calls, LISTS, loses=False)
    assert [answer.sent_us for answer in answers] == ticked(calls, 3)


@given(CALLS)
def test_a_call_is_lost_exactly_when_all_are_busy(pairs: list[tuple[int, int]]) -> None:
    calls = trace(pairs)
    answers = by_lists(calls, LISTS, loses=True)
    for number, (call, answer) in enumerate(zip(calls, answers, strict=True)):
        busy = [a for a in answers[:number] if a.done_us is not None and a.done_us > call.at_us]
        assert (answer.volunteer is None) == (len(busy) == 3)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 50)), max_size=15))
def test_all_pairs_are_those_of_networkx(ways: list[tuple[int, int, int]]) -> None:
    ring = [(i, (i + 1) % 6, 60) for i in range(6)]
    streets = {(tail, head): time for tail, head, time in [*ring, *ways] if tail != head}
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_weighted_edges_from((*ends, time) for ends, time in streets.items())
    table = all_pairs(6, [(*ends, time) for ends, time in streets.items()])
    wanted = dict(nx.all_pairs_dijkstra_path_length(graph))
    assert table.time_us == [[wanted[i][j] for j in range(6)] for i in range(6)]
    for i in range(6):
        for j in range(6):
            if i != j:
                ahead = table.next_node[i][j]
                assert table.time_us[i][ahead] + table.time_us[ahead][j] == table.time_us[i][j]


def test_somebody_on_the_way_home_goes_on_to_the_next_corner() -> None:
    """Three corners in a row, 10 apart; done at 25, sent out again at 29 from the next corner."""
    table = all_pairs(3, [(0, 1, 10), (1, 0, 10), (1, 2, 10), (2, 1, 10)])
    calls = [TraceCall(0, 2, 5), TraceCall(29, 2, 1)]
    answers = by_nearness(calls, [0], table, loses=False, goes_home=True)
    assert answers == [Answer(0, 0, 20, 25), Answer(0, 29, 29 + 6 + 10, 46)]


def test_somebody_who_is_home_again_starts_from_there() -> None:
    table = all_pairs(2, [(0, 1, 10), (1, 0, 10)])
    calls = [TraceCall(0, 1, 5), TraceCall(100, 1, 1)]
    goes_home = by_nearness(calls, [0], table, loses=False, goes_home=True)
    stays = by_nearness(calls, [0], table, loses=False, goes_home=False)
    assert goes_home[1] == Answer(0, 100, 110, 111)
    assert stays[1] == Answer(0, 100, 100, 101)
