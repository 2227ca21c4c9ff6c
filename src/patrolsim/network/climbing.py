"""Questions to a hierarchy of the corners: up from the targets, and down to whoever asks.

A fastest way climbs from corner to higher corner and then descends. What leads down to the targets
is found once per question; the time from a corner is then the best of that and of its ways up,
and is kept. So who asks for many corners pays for each high one once. The functions are kernels,
as those of `patrolsim.network.kernels` are, and run in both tiers.

Corners are numbered by rank. `up` are the rank of each node, the first link of each rank, and of
each link the higher end, the time up and the time down.

References
----------
Geisberger, Sanders, Schultes and Vetter (2012), Exact Routing in Large Road Networks Using
Contraction Hierarchies; Strasser and Zeitz (2021), A Fast and Tight Heuristic for A* in Road
Networks, section 3 (the times that are kept).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patrolsim.network.kernels import LONGEST_US, NEVER_US, TOO_FAR, admit, drop, push

if TYPE_CHECKING:
    Numbers = Any


def lay_out(order: Numbers, links: tuple[Numbers, ...], up: tuple[Numbers, ...]) -> None:
    """Write the links that contracting has left to each node as `up`."""
    first, after, ends, from_us, to_us = links
    rank, start, higher, out_us, in_us = up
    for place in range(len(order)):
        rank[order[place]] = place
    link = 0
    for place in range(len(order)):
        record = first[order[place]]
        while record >= 0:
            higher[link] = rank[ends[record]]
            out_us[link], in_us[link] = from_us[record], to_us[record]
            link += 1
            record = after[record]
        start[place + 1] = link


def climb(
    ends: tuple[Numbers, ...], targets: int, up: tuple[Numbers, ...], work: tuple[Numbers, ...]
) -> int:
    """Begin a question: find the ways down to some targets; return 0, or `TOO_FAR`."""
    nodes, extras_us = ends
    rank, start, higher, in_us = up[0], up[1], up[2], up[4]
    down_us, reached, heap, now = work[0], work[1], work[4], work[5]
    now[0] += 1
    stamp, size = now[0], 0
    for number in range(targets):
        at, extra_us = rank[nodes[number]], extras_us[number]
        if extra_us > LONGEST_US:
            return TOO_FAR
        if reached[at] != stamp:
            reached[at], down_us[at] = stamp, extra_us
            size = push(heap, size, at)
        elif extra_us < down_us[at]:
            down_us[at] = extra_us
    while size > 0:  # by rank: all that lies below is final
        at = heap[0]
        size = drop(heap, size)
        for link in range(start[at], start[at + 1]):
            if in_us[link] < NEVER_US:
                above, time_us = higher[link], down_us[at] + in_us[link]
                if reached[above] != stamp:
                    reached[above], down_us[above] = stamp, time_us
                    size = push(heap, size, above)
                elif time_us < down_us[above]:
                    down_us[above] = time_us
    return 0


def time_from(node: int, up: tuple[Numbers, ...], work: tuple[Numbers, ...]) -> int:
    """Return the time from a node to the targets of the question; `NEVER_US` without a way."""
    rank, start, higher, out_us = up[0], up[1], up[2], up[3]
    down_us, reached, times_us, known, stack, now = work
    stamp, root, size = now[0], rank[node], 0
    if known[root] != stamp:
        stack[0], size = root, 1
    while size > 0:
        at = stack[size - 1]
        if known[at] == stamp:
            size -= 1
            continue
        time_us = down_us[at] if reached[at] == stamp else NEVER_US
        waiting = size
        for link in range(start[at], start[at + 1]):
            if out_us[link] < NEVER_US:
                above = higher[link]
                if known[above] != stamp:
                    stack[waiting] = above
                    waiting += 1
                elif times_us[above] < NEVER_US:
                    time_us = min(time_us, out_us[link] + times_us[above])
        if waiting > size:
            size = waiting
        else:  # all that lies above is known
            times_us[at], known[at] = time_us, stamp
            size -= 1
    return int(times_us[root])


def climb_nearest(
    ends: tuple[Numbers, ...],
    up: tuple[Numbers, ...],
    work: tuple[Numbers, ...],
    seeds: tuple[Numbers, ...],
    best: tuple[Numbers, ...],
    limits: tuple[int, int],
) -> int:
    """Find the first candidates at some targets; return how many, or `TOO_FAR`.

    As many are wanted as `best` has room for. `limits` are the numbers of targets and of seeds.
    """
    candidates, nodes, costs_us, deadlines_us = seeds
    ids, arrivals_us = best
    targets, people = limits
    found = 0
    if climb(ends, targets, up, work) < 0:
        return TOO_FAR
    for seed in range(people):
        time_us = time_from(nodes[seed], up, work)
        if time_us < NEVER_US:
            arrival_us = time_us + costs_us[seed]
            if arrival_us <= deadlines_us[seed]:
                found = admit(candidates[seed], arrival_us, ids, arrivals_us, found, len(ids))
    return found


def descend(
    node: int,
    ends: tuple[Numbers, ...],
    targets: int,
    streets: tuple[tuple[Numbers, ...], ...],
    way: Numbers,
) -> int:
    """Write the canonical way from a node into `way`; return its number of arcs.

    The same way as `patrolsim.network.kernels.follow` finds. `streets` are the arcs out of each
    node, rising, the hierarchy and its work.
    """
    arcs, up, work = streets
    start, head, weight_us = arcs
    nodes, extras_us = ends
    steps, arc = 0, 0
    time_us = time_from(node, up, work)
    while True:
        for target in range(targets):
            if nodes[target] == node and extras_us[target] == time_us:
                way[steps] = target
                return steps
        for arc in range(start[node], start[node + 1]):
            if time_from(head[arc], up, work) == time_us - weight_us[arc]:
                break
        way[steps] = arc
        steps += 1
        time_us -= weight_us[arc]
        node = head[arc]


KERNELS = (lay_out, climb, time_from, climb_nearest, descend)
"""All of them, those that are called before those that call them."""
