"""The searches on the streets: one source for both tiers.

Each function works on flat sequences of whole numbers. Run as it stands on lists it is the plain
tier; compiled by numba on arrays it is the compiled tier. Both give the same bits, because
nothing is added but whole microseconds and every tie has a rule.

The heap holds one key per entry, time << NODE_BITS | node, four children to a parent, and stale
entries are skipped when they come up. Nothing is reset between questions: a time counts only if
its stamp is that of the present question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Numbers = Any
    """A list of int in the plain tier, an int64 array in the compiled one."""

NODE_BITS = 22
NODE_MASK = 2**22 - 1
LONGEST_US = 2**41 - 1
"""Longest way that a key can hold: 25 days."""
NEVER_US = 2**62
"""A deadline that never comes."""
TOO_FAR = -1
"""Answer of a search that met a longer way."""
GAVE_UP = -2
"""Answer of a search that settled more nodes than it was allowed."""


def push(heap: Numbers, size: int, key: int) -> int:
    """Put a key into the heap of a size; return the new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 2
        if heap[parent] <= key:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = key
    return size + 1


def drop(heap: Numbers, size: int) -> int:
    """Take the least key out of the heap; return the new size."""
    size -= 1
    key = heap[size]
    at = 0
    while True:
        child = 4 * at + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < heap[least]:
                least = other
        if heap[least] >= key:
            break
        heap[at] = heap[least]
        at = least
    heap[at] = key
    return size


def relax(
    node: int, time_us: int, arcs: tuple[Numbers, ...], work: tuple[Numbers, ...], size: int
) -> int:
    """Offer the arcs of a settled node to the frontier; return its size, or `TOO_FAR`."""
    start, end_node, weight_us = arcs
    times_us, stamps, heap, now = work
    stamp = now[0]
    for arc in range(start[node], start[node + 1]):
        further_us = time_us + weight_us[arc]
        other = end_node[arc]
        if stamps[other] != stamp or further_us < times_us[other]:
            if further_us > LONGEST_US:
                return TOO_FAR
            stamps[other] = stamp
            times_us[other] = further_us
            size = push(heap, size, (further_us << NODE_BITS) | other)
    return size


def begin(nodes: Numbers, extras_us: Numbers, count: int, work: tuple[Numbers, ...]) -> int:
    """Start a question from some nodes, each after some time; return the size of the heap."""
    times_us, stamps, heap, now = work
    now[0] += 1
    size = 0
    for number in range(count):
        node, extra_us = nodes[number], extras_us[number]
        if extra_us > LONGEST_US:
            return TOO_FAR
        if stamps[node] != now[0] or extra_us < times_us[node]:
            stamps[node] = now[0]
            times_us[node] = extra_us
            size = push(heap, size, (extra_us << NODE_BITS) | node)
    return size


def search_all(size: int, arcs: tuple[Numbers, ...], work: tuple[Numbers, ...]) -> int:
    """Settle everything that can be reached; return how many nodes, or `TOO_FAR`."""
    times_us, heap = work[0], work[2]
    settled = 0
    while size > 0:
        key = heap[0]
        size = drop(heap, size)
        node, time_us = key & NODE_MASK, key >> NODE_BITS
        if time_us > times_us[node]:
            continue
        settled += 1
        size = relax(node, time_us, arcs, work, size)
        if size < 0:
            return TOO_FAR
    return settled


def search_until(
    size: int,
    arcs: tuple[Numbers, ...],
    work: tuple[Numbers, ...],
    wanted: Numbers,
    left: int,
    bound: int,
) -> int:
    """Settle nodes until the wanted ones are; return how many, `GAVE_UP` or `TOO_FAR`.

    A node is wanted while its entry in `wanted` is the present stamp; `left` such nodes are
    looked for.
    """
    times_us, heap, stamp = work[0], work[2], work[3][0]
    settled = 0
    while size > 0 and left > 0:
        key = heap[0]
        size = drop(heap, size)
        node, time_us = key & NODE_MASK, key >> NODE_BITS
        if time_us > times_us[node]:
            continue
        settled += 1
        if settled > bound:
            return GAVE_UP
        if wanted[node] == stamp:
            wanted[node] = 0
            left -= 1
        size = relax(node, time_us, arcs, work, size)
        if size < 0:
            return TOO_FAR
    return settled


def hang(
    nodes: Numbers, count: int, first: Numbers, link: Numbers, hung: Numbers, stamp: int
) -> None:
    """Hang seeds on their nodes: `first` at a node, `link` from one to the next, -1 at the end."""
    for seed in range(count):
        node = nodes[seed]
        if hung[node] != stamp:
            hung[node] = stamp
            first[node] = -1
        link[seed] = first[node]
        first[node] = seed


def admit(
    candidate: int, arrival_us: int, ids: Numbers, arrivals_us: Numbers, found: int, count: int
) -> int:
    """Enter a candidate among the best; return how many there are.

    The best stand in the order of (arrival, id); each candidate once, with the better arrival.
    """
    at = 0
    while at < found and ids[at] != candidate:
        at += 1
    if at < found:
        if arrivals_us[at] <= arrival_us:
            return found
    elif found < count:
        at = found
        found += 1
    else:
        at = found - 1
        last_us = arrivals_us[at]
        if arrival_us > last_us or (arrival_us == last_us and candidate > ids[at]):
            return found
    while at > 0:
        before_us = arrivals_us[at - 1]
        if before_us < arrival_us or (before_us == arrival_us and ids[at - 1] < candidate):
            break
        ids[at], arrivals_us[at] = ids[at - 1], before_us
        at -= 1
    ids[at], arrivals_us[at] = candidate, arrival_us
    return found


def search_nearest(
    size: int,
    arcs: tuple[Numbers, ...],
    work: tuple[Numbers, ...],
    seeds: tuple[Numbers, ...],
    best: tuple[Numbers, ...],
    bound: int,
) -> int:
    """Find the first candidates at the targets that `begin` was given; return how many.

    As many are wanted as `best` has room for. What a search that goes on from here needs stands
    in `now` beside the stamp: the size of the heap, and the time up to which all is settled.
    Behind that stands how many nodes were settled.

    The search goes backwards and stops when the last wanted one is strictly nearer than the
    frontier: at the same distance a lower id may still come.
    """
    times_us, heap, now = work[0], work[2], work[3]
    first, link, hung, candidates, costs_us, deadlines_us = seeds
    ids, arrivals_us = best
    count, stamp = len(ids), now[0]
    found, settled, time_us = 0, 0, 0
    while size > 0:
        key = heap[0]
        if found == count and arrivals_us[count - 1] < key >> NODE_BITS:
            break
        size = drop(heap, size)
        node, time_us = key & NODE_MASK, key >> NODE_BITS
        if time_us > times_us[node]:
            continue
        settled += 1
        now[3] = settled
        if settled > bound:
            return GAVE_UP
        seed = first[node] if hung[node] == stamp else -1
        while seed >= 0:
            arrival_us = time_us + costs_us[seed]
            if arrival_us <= deadlines_us[seed]:
                found = admit(candidates[seed], arrival_us, ids, arrivals_us, found, count)
            seed = link[seed]
        size = relax(node, time_us, arcs, work, size)
        if size < 0:
            return TOO_FAR
    now[1], now[2] = size, time_us
    return found


def find_nearest(
    ends: tuple[Numbers, ...],
    arcs: tuple[Numbers, ...],
    work: tuple[Numbers, ...],
    seeds: tuple[Numbers, ...],
    best: tuple[Numbers, ...],
    limits: tuple[int, int, int],
) -> int:
    """Ask who is first at some targets, in one call: start, hang the seeds, search.

    `limits` are the numbers of targets and of seeds, and the bound of the search.
    """
    targets, people, bound = limits
    size = begin(ends[0], ends[1], targets, work)
    if size < 0:
        return TOO_FAR
    first, link, hung, nodes = seeds[0], seeds[1], seeds[2], seeds[3]
    hang(nodes, people, first, link, hung, work[3][0])
    hung_seeds = (first, link, hung, seeds[4], seeds[5], seeds[6])
    return search_nearest(size, arcs, work, hung_seeds, best, bound)


def rank(seeds: tuple[Numbers, ...], best: tuple[Numbers, ...]) -> int:
    """Find the first of candidates whose travel times are known; return how many.

    `seeds` are ids, travel times, times before them, and deadlines.
    """
    candidates, times_us, costs_us, deadlines_us = seeds
    ids, arrivals_us = best
    found = 0
    for seed in range(len(candidates)):
        if times_us[seed] < NEVER_US:
            arrival_us = times_us[seed] + costs_us[seed]
            if arrival_us <= deadlines_us[seed]:
                found = admit(candidates[seed], arrival_us, ids, arrivals_us, found, len(ids))
    return found


def follow(
    node: int,
    ends: tuple[Numbers, ...],
    targets: int,
    streets: tuple[tuple[Numbers, ...], tuple[Numbers, ...]],
    way: Numbers,
) -> int:
    """Write the canonical way from a settled node into `way`; return its number of arcs.

    At each node the way ends at the first of the targets whose time is the node's, else it takes
    the lowest arc that lies on a fastest way. `streets` are the arcs out of each node, rising, and
    the work of the search.
    """
    arcs, work = streets
    start, head, weight_us = arcs
    times_us, stamps, stamp = work[0], work[1], work[3][0]
    nodes, extras_us = ends
    steps, before = 0, -1
    time_us = times_us[node]
    while True:
        for target in range(targets):
            if nodes[target] == node and extras_us[target] == time_us:
                way[steps] = target
                return steps
        arc, last = start[node], start[node + 1] - 1
        while head[last] == before:  # no fastest way leads back
            last -= 1
        while arc < last and (  # when it is none of the others it is the last
            head[arc] == before
            or stamps[head[arc]] != stamp
            or times_us[head[arc]] != time_us - weight_us[arc]
        ):
            arc += 1
        way[steps] = arc
        steps += 1
        time_us -= weight_us[arc]
        before, node = node, head[arc]


KERNELS = (
    push,
    drop,
    relax,
    begin,
    search_all,
    search_until,
    hang,
    admit,
    search_nearest,
    find_nearest,
    rank,
    follow,
)
"""All of them, those that are called before those that call them."""
