"""How a hierarchy of the corners is made: one after the other is left out, the least first.

Whoever leaves a corner out adds a shortcut between two of its neighbours wherever the way over it
may be the only fastest one: all times between the corners that are left stay as they were. The
functions are kernels, as those of `patrolsim.network.kernels` are, and run in both tiers.

A link is a pair of records, one in the list of each of its ends; record `r` belongs to the link
of record ``r ^ 1``. It holds the time of both directions, `NO_LINK_US` where one is missing.

References
----------
Geisberger, Sanders, Schultes and Vetter (2012), Exact Routing in Large Road Networks Using
Contraction Hierarchies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patrolsim.network.kernels import (
    LONGEST_US,
    NODE_BITS,
    NODE_MASK,
    TOO_FAR,
    drop,
    push,
)

if TYPE_CHECKING:
    Numbers = Any

NO_LINK_US = 2**62
"""Time of a direction in which a link does not lead; never added."""
FULL = -2
"""Answer when there is no room for another link."""
WITNESSES = 40
"""Corners that are looked at for a way round the one that is left out; with fewer, more shortcuts
are added than needed (docs/performance.md)."""


def find_record(node: int, other: int, links: tuple[Numbers, ...]) -> int:
    """Return the record of a node that leads to another one; -1 for none."""
    first, after, ends = links[0], links[1], links[2]
    record = first[node]
    while record >= 0 and ends[record] != other:
        record = after[record]
    return int(record)


def add_link(
    tail: int, head: int, time_us: int, links: tuple[Numbers, ...], counts: Numbers
) -> int:
    """Add one direction of a link, or make it faster; return 0, or `FULL`.

    `counts` holds the number of records, and from place 1 on the number of records of each node.
    """
    first, after, ends, out_us, in_us = links
    record = find_record(tail, head, links)
    if record < 0:
        record = counts[0]
        if record + 2 > len(ends):
            return FULL
        counts[0] = record + 2
        ends[record], after[record], first[tail] = head, first[tail], record
        ends[record + 1], after[record + 1], first[head] = tail, first[head], record + 1
        for own in range(record, record + 2):
            out_us[own], in_us[own] = NO_LINK_US, NO_LINK_US
        counts[1 + tail] += 1
        counts[1 + head] += 1
    if time_us < out_us[record]:
        out_us[record] = time_us
        in_us[record ^ 1] = time_us
    return 0


def add_arcs(
    start: Numbers, head: Numbers, weight_us: Numbers, links: tuple[Numbers, ...], counts: Numbers
) -> int:
    """Add the arcs out of each node, of parallel ones the fastest; return 0, or `FULL`."""
    for node in range(len(start) - 1):
        for arc in range(start[node], start[node + 1]):
            if head[arc] != node and add_link(node, head[arc], weight_us[arc], links, counts) < 0:
                return FULL
    return 0


def take_out(node: int, other: int, links: tuple[Numbers, ...], counts: Numbers) -> None:
    """Take the record that leads to another node out of the list of a node."""
    first, after, ends = links[0], links[1], links[2]
    record, before = first[node], -1
    while ends[record] != other:
        before, record = record, after[record]
    if before < 0:
        first[node] = after[record]
    else:
        after[before] = after[record]
    counts[1 + node] -= 1


def look_round(
    source: int, avoided: int, limit_us: int, links: tuple[Numbers, ...], work: tuple[Numbers, ...]
) -> int:
    """Find times of ways from a node that avoid another one; return 0, or `TOO_FAR`.

    Not all ways, and perhaps not the fastest: what is found is enough to save a shortcut.
    """
    first, after, ends, out_us = links[0], links[1], links[2], links[3]
    times_us, stamps, heap, now = work
    if limit_us > LONGEST_US:
        return TOO_FAR
    now[0] += 1
    times_us[source], stamps[source] = 0, now[0]
    size, settled = push(heap, 0, source), 0
    while size > 0 and settled < WITNESSES:
        key = heap[0]
        size = drop(heap, size)
        node, time_us = key & NODE_MASK, key >> NODE_BITS
        if time_us > times_us[node]:
            continue
        settled += 1
        record = first[node]
        while record >= 0:
            other = ends[record]
            if other != avoided and out_us[record] <= limit_us - time_us:
                further_us = time_us + out_us[record]
                if stamps[other] != now[0] or further_us < times_us[other]:
                    times_us[other], stamps[other] = further_us, now[0]
                    size = push(heap, size, (further_us << NODE_BITS) | other)
            record = after[record]
    return 0


def bridge(
    source: int,
    into_us: int,
    node: int,
    links: tuple[Numbers, ...],
    work: tuple[Numbers, ...],
    counts: Numbers,
) -> int:
    """Add the shortcuts from a neighbour of a node that is left out; return 0, or why not."""
    first, after, ends, out_us = links[0], links[1], links[2], links[3]
    times_us, stamps, _heap, now = work
    longest_us = 0
    record = first[node]
    while record >= 0:
        if ends[record] != source and out_us[record] < NO_LINK_US:
            longest_us = max(longest_us, into_us + out_us[record])
        record = after[record]
    if longest_us == 0:
        return 0
    if look_round(source, node, longest_us, links, work) < 0:
        return TOO_FAR
    record = first[node]
    while record >= 0:
        other = ends[record]
        if other != source and out_us[record] < NO_LINK_US:
            over_us = into_us + out_us[record]
            is_passed = stamps[other] == now[0] and times_us[other] <= over_us
            if not is_passed and add_link(source, other, over_us, links, counts) < 0:
                return FULL
        record = after[record]
    return 0


def leave_out(
    node: int, links: tuple[Numbers, ...], work: tuple[Numbers, ...], counts: Numbers
) -> int:
    """Leave a node out of the streets; return 0, `FULL` or `TOO_FAR`."""
    first, after, ends, in_us = links[0], links[1], links[2], links[4]
    record = first[node]
    while record >= 0:
        if in_us[record] < NO_LINK_US:
            answer = bridge(ends[record], in_us[record], node, links, work, counts)
            if answer < 0:
                return answer
        record = after[record]
    record = first[node]
    while record >= 0:
        take_out(ends[record], node, links, counts)
        record = after[record]
    return 0


def contract(
    order: Numbers,
    links: tuple[Numbers, ...],
    work: tuple[Numbers, ...],
    counts: Numbers,
    queue: tuple[Numbers, ...],
) -> int:
    """Leave out all nodes, those with the fewest links first; return 0, `FULL` or `TOO_FAR`.

    Nodes are written into `order` as they are left out, and so is what is left of the links of
    each. A node waits the longer the more were left out beside it, so that all parts of the map
    are thinned out alike. `queue` is a heap, the present worth of each node, and its depth.
    """
    first, after, ends = links[0], links[1], links[2]
    heap, worths, depths = queue
    size = 0
    for node in range(len(order)):
        worths[node] = DEGREE_WORTH * counts[1 + node]
        size = push(heap, size, (worths[node] << NODE_BITS) | node)
    done = 0
    while size > 0:
        key = heap[0]
        size = drop(heap, size)
        node = key & NODE_MASK
        if worths[node] != key >> NODE_BITS:
            continue
        answer = leave_out(node, links, work, counts)
        if answer < 0:
            return answer
        order[done], worths[node] = node, -1
        done += 1
        record = first[node]
        while record >= 0:
            other = ends[record]
            depths[other] = max(depths[other], depths[node] + 1)
            worth = DEGREE_WORTH * counts[1 + other] + depths[other]
            if worth != worths[other]:
                worths[other] = worth
                if size == len(heap):
                    return FULL
                size = push(heap, size, (worth << NODE_BITS) | other)
            record = after[record]
    return 0


DEGREE_WORTH = 4
"""How much one link more counts beside one level more below (docs/performance.md)."""

KERNELS = (find_record, add_link, add_arcs, take_out, look_round, bridge, leave_out, contract)
"""All of them, those that are called before those that call them."""
