"""Questions to a hierarchy of the corners: up from the targets, and down to whoever asks.

A fastest way climbs from corner to higher corner and then descends. What leads down to the targets
is found once per question; the time from a corner is then the best of that and of its ways up,
and is kept. So who asks for many corners pays for each high one once. The functions are kernels,
as those of `patrolsim.network.kernels` are, and run in both tiers.

The highest corners are the core: the times between any two of them stand in a table, and nobody
climbs within it.

Corners are numbered by rank. `up` are the rank of each node, the first link of each rank, of each
link the higher end, the time up and the time down, and the table, row by row. `now` holds the
stamp of the question, the first rank of the core, and how many corners of it lead down.

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


def reach(at: int, time_us: int, size: int, work: tuple[Numbers, ...]) -> int:
    """Offer a way down from a corner; return how many corners wait."""
    down_us, reached, heap, now = work[0], work[1], work[4], work[6]
    if reached[at] != now[0]:
        reached[at], down_us[at] = now[0], time_us
        return push(heap, size, at)
    down_us[at] = min(down_us[at], time_us)
    return size


def climb(
    ends: tuple[Numbers, ...], targets: int, up: tuple[Numbers, ...], work: tuple[Numbers, ...]
) -> int:
    """Begin a question: find the ways down to some targets; return 0, or `TOO_FAR`."""
    nodes, extras_us = ends
    rank, start, higher, in_us = up[0], up[1], up[2], up[4]
    down_us, heap, entries, now = work[0], work[4], work[5], work[6]
    now[0] += 1
    now[2] = 0
    size = 0
    for number in range(targets):
        if extras_us[number] > LONGEST_US:
            return TOO_FAR
        size = reach(rank[nodes[number]], extras_us[number], size, work)
    while size > 0:  # by rank: all that lies below is final
        at = heap[0]
        size = drop(heap, size)
        if at >= now[1]:
            entries[now[2]] = at
            now[2] += 1
            continue
        for link in range(start[at], start[at + 1]):
            if in_us[link] < NEVER_US:
                size = reach(higher[link], down_us[at] + in_us[link], size, work)
    return 0


def cross(at: int, up: tuple[Numbers, ...], work: tuple[Numbers, ...]) -> int:
    """Return the time from a corner of the core to the targets; `NEVER_US` without a way."""
    down_us, entries, now = work[0], work[5], work[6]
    table, core = up[5], now[1]
    row = (at - core) * (len(up[0]) - core) - core
    time_us = NEVER_US
    for number in range(now[2]):
        entry = entries[number]
        if table[row + entry] < NEVER_US:
            time_us = min(time_us, table[row + entry] + down_us[entry])
    return time_us


def time_from(node: int, up: tuple[Numbers, ...], work: tuple[Numbers, ...]) -> int:
    """Return the time from a node to the targets of the question; `NEVER_US` without a way."""
    rank, start, higher, out_us = up[0], up[1], up[2], up[3]
    down_us, reached, times_us, known, stack, _entries, now = work
    stamp, core, root, size = now[0], now[1], rank[node], 0
    if known[root] != stamp:
        stack[0], size = root, 1
    while size > 0:
        at = stack[size - 1]
        if known[at] == stamp:
            size -= 1
            continue
        if at >= core:
            times_us[at], known[at] = cross(at, up, work), stamp
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


def tabulate(
    order: Numbers,
    core: int,
    ends: tuple[Numbers, ...],
    up: tuple[Numbers, ...],
    work: tuple[Numbers, ...],
) -> None:
    """Fill the table of the core, which begins at a rank.

    `order` are the nodes by rank; `ends` have room for one target.
    """
    table, now = up[5], work[6]
    size = len(order) - core
    now[1] = len(order)
    ends[1][0] = 0
    for entry in range(size):
        ends[0][0] = order[core + entry]
        climb(ends, 1, up, work)
        for number in range(size):
            table[number * size + entry] = time_from(order[core + number], up, work)
    now[1] = core


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
    steps, before = 0, -1
    time_us = time_from(node, up, work)
    while True:
        for target in range(targets):
            if nodes[target] == node and extras_us[target] == time_us:
                way[steps] = target
                return steps
        arc, last = start[node], start[node + 1] - 1
        while head[last] == before:  # no fastest way leads back
            last -= 1
        while arc < last and (  # when it is none of the others it is the last
            head[arc] == before or time_from(head[arc], up, work) != time_us - weight_us[arc]
        ):
            arc += 1
        way[steps] = arc
        steps += 1
        time_us -= weight_us[arc]
        before, node = node, head[arc]


KERNELS = (lay_out, reach, climb, cross, time_from, tabulate, climb_nearest, descend)
"""All of them, those that are called before those that call them."""
