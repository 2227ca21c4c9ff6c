"""Searches in plain Python with times of any size: the reference, and the way out.

The packed searches of `kernels` hold times up to 2**41 microseconds (25 days); whatever is
longer is searched here. All weights are whole microseconds of 1 or more, so sums are exact and
every way ends.
"""

from __future__ import annotations

from heapq import heappop, heappush, nsmallest
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.network.streets import CLOSED_US, UNREACHABLE_US

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patrolsim.network.streets import Streets


class Seed(NamedTuple):
    """A candidate of a search: somebody who is at a node after some time.

    Attributes
    ----------
    candidate_id
        Who; one candidate may have several seeds, of which the best counts.
    node, cost_us
        The node, and the time until they are there; added to the travel time.
    deadline_us
        A candidate who would arrive later than this is left out.
    """

    candidate_id: int
    node: int
    cost_us: int
    deadline_us: int


class ReverseArcs:
    """The arcs into each node that are open to a mode, as lists of (weight, tail)."""

    def __init__(self, streets: Streets, mode: int) -> None:
        weight_us = streets.weight_us[mode].tolist()
        tail = streets.tail.tolist()
        start, arcs = streets.in_start.tolist(), streets.in_arcs.tolist()
        self.into: list[list[tuple[int, int]]] = [
            [
                (weight_us[arc], tail[arc])
                for arc in arcs[start[node] : start[node + 1]]
                if weight_us[arc] != CLOSED_US
            ]
            for node in range(len(start) - 1)
        ]


class ForwardArcs(ReverseArcs):
    """The arcs out of each node, as lists of (weight, head): for searches the other way round."""

    def __init__(self, streets: Streets, mode: int) -> None:
        weight_us = streets.weight_us[mode].tolist()
        head, start = streets.head.tolist(), streets.out_start.tolist()
        self.into = [
            [
                (weight_us[arc], head[arc])
                for arc in range(start[node], start[node + 1])
                if weight_us[arc] != CLOSED_US
            ]
            for node in range(len(start) - 1)
        ]


def search_all(arcs: ReverseArcs, target: int) -> list[int]:
    """Return the travel time from every node to a target; `UNREACHABLE_US` where no way leads.

    References
    ----------
    Dijkstra (1959), A note on two problems in connexion with graphs.
    """
    times_us = [UNREACHABLE_US] * len(arcs.into)
    times_us[target] = 0
    frontier = [(0, target)]
    while frontier:
        time_us, node = heappop(frontier)
        if time_us > times_us[node]:
            continue
        for weight_us, tail in arcs.into[node]:
            further_us = time_us + weight_us
            if further_us < times_us[tail]:
                times_us[tail] = further_us
                heappush(frontier, (further_us, tail))
    return times_us


def search_nearest(
    arcs: ReverseArcs,
    targets: Sequence[tuple[int, int]],
    seeds: Sequence[Seed],
    count: int,
    bound: int,
) -> list[tuple[int, int]] | None:
    """Return the first candidates at the targets, as (arrival, id), by (arrival, id).

    The search goes backwards from the targets and stops when the count-th best candidate is
    strictly nearer than the frontier: at the same distance a lower id may still come. None
    when it has settled `bound` nodes before that.
    """
    waiting = _by_node(seeds)
    head_start_us = min((seed.cost_us for seed in seeds), default=0)
    best: dict[int, int] = {}
    times_us = {node: min(us for at, us in targets if at == node) for node, _us in targets}
    frontier = sorted((time_us, node) for node, time_us in times_us.items())
    settled: set[int] = set()
    last_us = UNREACHABLE_US
    while frontier and waiting:
        time_us, node = heappop(frontier)
        if node in settled:
            continue
        if time_us + head_start_us > last_us:  # strictly: at the same time a lower id may come
            break
        settled.add(node)
        if len(settled) > bound:
            return None
        if node in waiting:
            last_us = _admit(waiting.pop(node), time_us, best, count, last_us)
        for weight_us, tail in arcs.into[node]:
            further_us = time_us + weight_us
            if further_us < times_us.get(tail, UNREACHABLE_US):
                times_us[tail] = further_us
                heappush(frontier, (further_us, tail))
    return _rank(best, count)


def _rank(best: dict[int, int], count: int) -> list[tuple[int, int]]:
    return nsmallest(count, zip(best.values(), best.keys(), strict=True))


def _by_node(seeds: Iterable[Seed]) -> dict[int, list[Seed]]:
    waiting: dict[int, list[Seed]] = {}
    for seed in seeds:
        if seed.node in waiting:
            waiting[seed.node].append(seed)
        else:
            waiting[seed.node] = [seed]
    return waiting


def _admit(
    seeds: Iterable[Seed], time_us: int, best: dict[int, int], count: int, last_us: int
) -> int:
    """Enter the candidates at a node; return the arrival of the count-th best so far."""
    has_changed = False
    for candidate, _node, cost_us, deadline_us in seeds:
        arrival_us = time_us + cost_us
        if arrival_us <= deadline_us and arrival_us < best.get(candidate, UNREACHABLE_US):
            best[candidate] = arrival_us
            has_changed = has_changed or arrival_us < last_us
    if not has_changed or len(best) < count:
        return last_us
    return nsmallest(count, best.values())[-1]
