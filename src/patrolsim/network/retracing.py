"""Questions to rows of times from places: who is first, and by which way.

A row holds the times from one node to all others. Who is first among people at such nodes is one
look at each row. A way is found from its end: all that leads to the targets in no more than the
time of the row is marked, and the canonical way is walked through it. The functions are kernels,
as those of `patrolsim.network.kernels` are, and run in both tiers.

`rows` are the row of each node (-1 for none), the rows one behind the other, what other methods
have spent on each node, and when each row was last used. `ends` are the nodes and the extra times
of the targets.

References
----------
Goldberg and Harrelson (2005), Computing the Shortest Path: A* Search Meets Graph Theory, section 4
(bounds by the triangle inequality).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patrolsim.network.kernels import NEVER_US, admit

if TYPE_CHECKING:
    Numbers = Any

ARC_BITS = 32
NODE_OF_STEP = 2**32 - 1
NO_WAY, SEVERAL = -1, -2
"""No way leads to a node, or more than one fastest way does."""


def time_along(first: int, table: Numbers, ends: tuple[Numbers, ...], targets: int) -> int:
    """Return the least time to the targets by a row, whose first entry is given."""
    nodes, extras_us = ends
    time_us = NEVER_US
    for target in range(targets):
        if table[first + nodes[target]] < NEVER_US:
            time_us = min(time_us, table[first + nodes[target]] + extras_us[target])
    return time_us


def bound_below(
    node: int, n: int, rows: tuple[Numbers, ...], ends: tuple[Numbers, ...], targets: int
) -> int:
    """Return a time in which nobody comes from a node to the targets, or that of the fastest way.

    From the place of a row one is not later at a target than by way of the node.
    """
    _row, table, _spent, used = rows
    nodes, extras_us = ends
    best_us = NEVER_US
    for target in range(targets):
        bound_us = 0
        for place in range(len(used)):
            if used[place] == 0:
                break
            past_us = table[place * n + node]
            if past_us < NEVER_US:
                whole_us = table[place * n + nodes[target]]
                if whole_us >= NEVER_US:
                    bound_us = NEVER_US
                    break
                bound_us = max(bound_us, whole_us - past_us)
        if bound_us < NEVER_US:
            best_us = min(best_us, bound_us + extras_us[target])
    return best_us


def look_up(
    ends: tuple[Numbers, ...],
    rows: tuple[Numbers, ...],
    seeds: tuple[Numbers, ...],
    best: tuple[Numbers, ...],
    left: Numbers,
    limits: tuple[int, int, int],
) -> int:
    """Find the first among those candidates whose nodes have rows; return how many.

    As many are wanted as `best` has room for. Seeds whose nodes have no row, and that may be among
    the first still, are written into `left`: their number, the node on which most was spent of all
    without a row (-1 for none), and then they. `limits` are the number of targets, the present
    question, for the rows that it uses, and what it costs to look up somebody else.
    """
    row, table, spent, used = rows
    candidates, nodes, costs_us, deadlines_us = seeds
    ids, arrivals_us = best
    targets, question, each = limits
    n, found, waiting = len(row), 0, 0
    for seed in range(len(candidates)):
        place = row[nodes[seed]]
        if place < 0:
            left[2 + waiting] = seed
            waiting += 1
            continue
        used[place] = question
        time_us = time_along(place * n, table, ends, targets)
        if time_us < NEVER_US:
            arrival_us = time_us + costs_us[seed]
            if arrival_us <= deadlines_us[seed]:
                found = admit(candidates[seed], arrival_us, ids, arrivals_us, found, len(ids))
    left[0], left[1] = 0, -1
    for number in range(waiting):
        seed = left[2 + number]
        node = nodes[seed]
        spent[node] += each
        if left[1] < 0 or spent[node] > spent[left[1]]:
            left[1] = node
        time_us = bound_below(node, n, rows, ends, targets)
        if time_us >= NEVER_US:
            continue
        arrival_us = time_us + costs_us[seed]
        is_late = found == len(ids) and arrival_us > arrivals_us[found - 1]
        if not is_late and arrival_us <= deadlines_us[seed]:
            left[2 + left[0]] = seed
            left[0] += 1
    return found


def retrace(
    start: tuple[int, int],
    table: Numbers,
    ends: tuple[Numbers, ...],
    targets: int,
    streets: tuple[tuple[Numbers, ...], tuple[Numbers, ...]],
    room: tuple[Numbers, ...],
) -> int:
    """Write the canonical way from the node of a row into the last of `room`; return its steps.

    The same way as `patrolsim.network.kernels.follow` finds. `start` are the node and the first
    entry of its row in `table`. `streets` are the arcs out of each node and the arcs into it.
    `room` is for marks, the mark of this question, nodes that wait, and the way.
    """
    (out_first, out_end, out_us), (in_first, in_end, in_us) = streets
    marks, now, stack, way = room
    nodes, extras_us = ends
    node, first = start
    total_us = time_along(first, table, ends, targets)
    now[0] += 1
    size = 0
    for target in range(targets):
        end = nodes[target]
        if marks[end] != now[0] and table[first + end] == total_us - extras_us[target]:
            marks[end] = now[0]
            stack[size] = end
            size += 1
    while size > 0:
        size -= 1
        at = stack[size]
        for arc in range(in_first[at], in_first[at + 1]):
            before = in_end[arc]
            if marks[before] != now[0] and table[first + before] == table[first + at] - in_us[arc]:
                marks[before] = now[0]
                stack[size] = before
                size += 1
    steps, at = 0, node
    while True:
        past_us = table[first + at]
        for target in range(targets):
            if nodes[target] == at and extras_us[target] == total_us - past_us:
                way[steps] = target
                return steps
        arc = out_first[at]
        while (
            marks[out_end[arc]] != now[0] or table[first + out_end[arc]] != past_us + out_us[arc]
        ):
            arc += 1
        way[steps] = arc
        steps += 1
        at = out_end[arc]


def point_on(times_us: Numbers, arcs: tuple[Numbers, ...], onward: Numbers) -> int:
    """Write how the canonical way to a node leaves each other one: the arc and its head; else -1.

    Both stand in one number, arc << ARC_BITS | node: a way is read by one look at each corner.
    `times_us` is the row of times to the node; `arcs` are the open arcs out of each node, rising:
    where they begin, the head and the time of each, and its number.
    """
    first, head, weight_us, ids = arcs
    for node in range(len(times_us)):
        onward[node] = NO_WAY
        for place in range(first[node], first[node + 1]):
            if times_us[head[place]] == times_us[node] - weight_us[place]:
                onward[node] = (int(ids[place]) << ARC_BITS) | head[place]
                break
    return 0


def point_back(times_us: Numbers, arcs: tuple[Numbers, ...], back: Numbers, begin: int) -> int:
    """Write, from an entry on, how each node is reached: arc and tail, `NO_WAY`, or `SEVERAL`.

    `times_us` is the row of times from a node; `arcs`, and the form, are those of `point_on`.
    """
    first, head, weight_us, ids = arcs
    for node in range(len(times_us)):
        back[begin + node] = NO_WAY
    for node in range(len(times_us)):
        if times_us[node] >= NEVER_US:
            continue
        for place in range(first[node], first[node + 1]):
            end = begin + head[place]
            if times_us[head[place]] == times_us[node] + weight_us[place]:
                is_first = back[end] == NO_WAY
                back[end] = (int(ids[place]) << ARC_BITS) | node if is_first else SEVERAL
    return 0


def walk_on(node: int, end: int, onward: Numbers, way: Numbers) -> int:
    """Write the arcs from a node to the one to which `onward` leads; return how many."""
    steps = 0
    while node != end:
        step = onward[node]
        way[steps] = step >> ARC_BITS
        steps += 1
        node = step & NODE_OF_STEP
    return steps


def walk_back(nodes: tuple[int, int], back: Numbers, begin: int, way: Numbers) -> int:
    """Write the arcs from one node to another at the end of `way`; `SEVERAL` where ways part.

    Returns how many there are.
    """
    start, node = nodes
    steps, size = 0, len(way)
    while node != start:
        step = back[begin + node]
        if step < 0:
            return SEVERAL
        steps += 1
        way[size - steps] = step >> ARC_BITS
        node = step & NODE_OF_STEP
    return steps


KERNELS = (time_along, bound_below, look_up, retrace, point_on, point_back, walk_on, walk_back)
"""All of them, those that are called before those that call them."""
