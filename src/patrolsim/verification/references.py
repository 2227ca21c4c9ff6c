"""Short recursions that share no code with the engine; all times are whole microseconds.

References
----------
Kiefer, J. and Wolfowitz, J. (1955), On the theory of queues with many servers, Transactions of
the American Mathematical Society 78, 1-18, for the queue without travel.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

FAR_US = 2**60


class TraceCall(NamedTuple):
    """A call of a trace: when, where, how much work, and of which group."""

    at_us: int
    node: int
    work_us: int
    group: int = 0


class Answer(NamedTuple):
    """Who answered a call, when they were sent, were there and were done; None for nobody."""

    volunteer: int | None
    sent_us: int | None
    there_us: int | None
    done_us: int | None


LOST = Answer(None, None, None, None)


class Table(NamedTuple):
    """All pairs of nodes: travel times, and the next node on the way, shape (n, n)."""

    time_us: list[list[int]]
    next_node: list[list[int]]


def first_come_first_served(calls: Sequence[TraceCall], servers: int) -> list[tuple[int, int]]:
    """Return start and end of the work of each call: reference A, a heap of free times."""
    free_us = [0] * servers
    heapify(free_us)
    answers = []
    for call in calls:
        start_us = max(call.at_us, heappop(free_us))
        heappush(free_us, start_us + call.work_us)
        answers.append((start_us, start_us + call.work_us))
    return answers


def by_lists(
    calls: Sequence[TraceCall], lists: Sequence[Sequence[int]], *, loses: bool
) -> list[Answer]:
    """Return who answers each call: reference B, preference lists without travel."""
    free_us = [0] * len(lists[0])
    answers = []
    for call in calls:
        ready = (who for who in lists[call.group] if free_us[who] <= call.at_us)
        who = next(ready, None)
        if who is None and loses:
            answers.append(LOST)
            continue
        if who is None:
            who = min(range(len(free_us)), key=lambda one: (free_us[one], one))
        start_us = max(call.at_us, free_us[who])
        free_us[who] = start_us + call.work_us
        answers.append(Answer(who, start_us, start_us, free_us[who]))
    return answers


def by_nearness(
    calls: Sequence[TraceCall],
    homes: Sequence[int],
    table: Table,
    *,
    loses: bool,
    goes_home: bool,
) -> list[Answer]:
    """Return who answers each call: reference C, the nearest goes, with travel.

    Whoever has nothing to do stays where they are, or walks home and can be sent from the next
    corner of that way. A call that waits is answered by who is free first, from where they are.
    """
    places, free_us = list(homes), [0] * len(homes)
    answers = []
    for call in calls:
        idle = [who for who in range(len(homes)) if free_us[who] <= call.at_us]
        if not idle and loses:
            answers.append(LOST)
            continue
        if idle:
            ways = []
            for who in idle:
                home = homes[who] if goes_home else places[who]
                since_us = call.at_us - free_us[who]
                ways.append((_way_us(table, (places[who], home), since_us, call.node), who))
            way_us, who = min(ways)
        else:
            who = min(range(len(homes)), key=lambda one: (free_us[one], one))
            way_us = table.time_us[places[who]][call.node]
        sent_us = max(call.at_us, free_us[who])
        there_us = sent_us + way_us
        places[who], free_us[who] = call.node, there_us + call.work_us
        answers.append(Answer(who, sent_us, there_us, free_us[who]))
    return answers


def _way_us(table: Table, walk: tuple[int, int], since_us: int, node: int) -> int:
    """Return the way to a node of somebody who set out on a walk some time ago."""
    here, home = walk
    while here != home:
        ahead = table.next_node[here][home]
        street_us = table.time_us[here][ahead]
        if since_us == 0:
            break
        if since_us <= street_us:
            return street_us - since_us + table.time_us[ahead][node]
        since_us -= street_us
        here = ahead
    return table.time_us[here][node]


def all_pairs(count: int, ways: Sequence[tuple[int, int, int]]) -> Table:
    """Return all travel times and next nodes, by Floyd and Warshall.

    Parameters
    ----------
    count
        How many nodes there are.
    ways
        One-way streets: tail, head, microseconds.
    """
    time_us = [[0 if i == j else FAR_US for j in range(count)] for i in range(count)]
    next_node = [list(range(count)) for _ in range(count)]
    for tail, head, way_us in ways:
        time_us[tail][head] = way_us
    for k in range(count):
        for i in range(count):
            for j in range(count):
                through_us = time_us[i][k] + time_us[k][j]
                if through_us < time_us[i][j]:
                    time_us[i][j] = through_us
                    next_node[i][j] = next_node[i][k]
    return Table(time_us, next_node)
