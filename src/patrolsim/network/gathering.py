"""Who could be sent, and where they come to the next corner: over flat columns, in both tiers.

The functions are kernels, as those of `patrolsim.network.kernels` are. `people` are columns by
number: group, end of the shift, since when they stand by, the expected times to leaving with and
without getting ready, and when they must stop. `seeds` is room for ids, nodes, times to them and
deadlines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patrolsim.network.kernels import NEVER_US
from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    Numbers = Any

LONGEST_FACTOR_US = 2**31
"""A product of two times below it stays in 64 bits."""
NO_CORNER = -1
"""Nobody may turn round."""
TOO_LONG = -2
"""The arcs are too long for the product."""
FOUND, OFF_ROAD, PLACE_COLUMNS = 9, 10, 6
"""Columns of legs: of the step that was found last, of the place that a leg leaves, and how many
there are of each place."""
NO_PLACE, UNKNOWN = -2, -1
"""Modes of a place: a leg leaves none, and one of which nothing is known."""


def write_seed(
    number: int,
    node: int,
    cost_us: int,
    people: tuple[Numbers, ...],
    now_us: int,
    seeds: tuple[tuple[Numbers, ...], int],
) -> int:
    """Write a seed of somebody who is that far from a node; return how many there are.

    Somebody who has stood by since before this instant has to get ready first. `seeds` are the
    room and how many are in it.
    """
    _group, _shift_end_us, since_us, turnout_us, answer_us, must_stop_us = people
    (ids, nodes, costs_us, deadlines_us), count = seeds
    leaves_us = turnout_us[number] if since_us[number] < now_us else answer_us[number]
    left_us = must_stop_us[number]
    if left_us < NEVER_US:
        left_us -= now_us
    ids[count], nodes[count] = number, node
    costs_us[count], deadlines_us[count] = leaves_us + cost_us, left_us
    return count + 1


def gather(
    is_ready: Numbers,
    people: tuple[Numbers, ...],
    corners: tuple[Numbers, ...],
    wanted: Numbers,
    now_us: int,
    seeds: tuple[Numbers, ...],
) -> int:
    """Write the seeds of free people who rest into `seeds`; return how many.

    Nobody is sent whose shift has ended, nor whose group is not wanted; a corner below 0 is none.
    """
    group, shift_end_us = people[0], people[1]
    node_a, cost_a_us, node_b, cost_b_us = corners
    count = 0
    for number in range(len(is_ready)):
        if is_ready[number] == 0 or wanted[group[number]] == 0 or now_us >= shift_end_us[number]:
            continue
        for node, cost_us in (
            (node_a[number], cost_a_us[number]),
            (node_b[number], cost_b_us[number]),
        ):
            if node >= 0:
                count = write_seed(number, node, cost_us, people, now_us, (seeds, count))
    return count


def find_step(first: int, steps: int, time_us: int, ends_us: Numbers) -> int:
    """Return the first of some steps that ends at a time or later; behind the last: none does."""
    low, high = first, first + steps
    while low < high:
        middle = (low + high) // 2
        if ends_us[middle] < time_us:
            low = middle + 1
        else:
            high = middle
    return low


def measure(
    number: int, step: int, time_us: int, legs: tuple[Numbers, ...], ends_us: Numbers
) -> tuple[int, int]:
    """Return how much of the arc of a step lies behind at a time, and the time of the arc."""
    first, start_us, first_road, last_road = legs[0], legs[2], legs[4], legs[5]
    begun_us, first_us, last_us = legs[6], legs[7], legs[8]
    began_us = ends_us[step - 1] if step > first[number] else start_us[number]
    done_us = time_us - began_us
    if step - first[number] == first_road[number]:
        return done_us + begun_us[number], first_us[number]
    if step - first[number] == last_road[number]:
        return done_us, last_us[number]
    return done_us, ends_us[step] - began_us


def gather_walking(
    walkers: tuple[Numbers, int],
    people: tuple[Numbers, ...],
    legs: tuple[tuple[Numbers, ...], Numbers, Numbers],
    streets: tuple[Numbers, ...],
    question: tuple[Numbers, Numbers, int, int, int, int, int],
    room: tuple[tuple[Numbers, ...], int, Numbers],
) -> int:
    """Write the seeds of free people who are on a leg behind those that are there.

    Returns how many there are then. Whoever is at the end of the leg or on the street in front of
    the place, or off the road with no corners written down, is written into the last part of the
    room instead: their number first, then they.

    Parameters
    ----------
    walkers
        Numbers of those who are on a leg, and how many.
    people, legs
        Columns by number; of legs: the first step and how many, the moments of the start and of
        the end, the first and last step on a road, what `Leg` knows of those, and which step was
        found last. Then, for the place that the leg leaves and the one to which it leads, the mode
        (-1 where nothing is known), the arc on which it lies, and two corners with the times to
        them. Then the arcs and the ends of all steps.
    streets
        Tail, head, twin and time of each arc.
    question
        The groups that are wanted, for each mode whether it is as fast off the road as this one,
        the time, the mode, whether it turns round, and the two arcs of the street in front of the
        place, -1 for none.
    room
        Room for seeds, how many are in it, and room for numbers.
    """
    columns, arcs, ends_us = legs
    wanted, alike, now_us, mode, turns, front, back = question
    seeds, count, others = room
    others[0] = 0
    for place in range(walkers[1]):
        number = walkers[0][place]
        if wanted[people[0][number]] == 0 or now_us >= people[1][number]:
            continue
        time_us = min(now_us, columns[3][number])
        first, last = columns[0][number], columns[0][number] + columns[1][number] - 1
        if time_us < ends_us[last]:
            step = resume(number, time_us, columns, ends_us)
            arc = arcs[step]
            if arc >= 0 and arc != front and arc != back:  # noqa: PLR1714 - no tuple in a kernel
                spans = measure(number, step, time_us, columns, ends_us)
                ways = ways_on(arc, spans, streets, turns)
            elif arc < 0:
                is_first = step == first and columns[OFF_ROAD][number] != NO_PLACE
                off = OFF_ROAD if is_first else OFF_ROAD + PLACE_COLUMNS
                began_us = ends_us[step - 1] if step > first else columns[2][number]
                way_us = ends_us[step] - time_us if is_first else time_us - began_us
                ways = ways_off((number, way_us), columns, alike, (off, mode, front, back))
            else:
                ways = (NO_CORNER, 0, TOO_LONG, 0)
            if ways[2] != TOO_LONG:
                for node, cost_us in ((ways[0], ways[1]), (ways[2], ways[3])):
                    if node >= 0:
                        count = write_seed(number, node, cost_us, people, now_us, (seeds, count))
                continue
        others[0] += 1
        others[others[0]] = number
    return count


def resume(number: int, time_us: int, legs: tuple[Numbers, ...], ends_us: Numbers) -> int:
    """Return the step of somebody at a time before the end of their leg: mostly the last found."""
    first, found = legs[0][number], legs[FOUND]
    step = first + found[number]
    if step > first and ends_us[step - 1] >= time_us:
        step = find_step(first, step - first, time_us, ends_us)
    else:
        while ends_us[step] < time_us:
            step += 1
    found[number] = step - first
    return int(step)


def ways_off(
    walker: tuple[int, int],
    legs: tuple[Numbers, ...],
    alike: Numbers,
    question: tuple[int, int, int, int],
) -> tuple[int, int, int, int]:
    """Return the corners and the times to them of somebody who is off the road, as `ways_on` does.

    The walker are a number and the time to the street. `question` are the first column of the
    place in front of which it lies, the mode, and the two arcs of the street that is asked about.
    In another mode than that of the leg they come to the same corner, if the place lies at one.
    """
    number, way_us = walker
    off, mode, front, back = question
    walked, arc = legs[off][number], legs[off + 1][number]
    is_known = walked == mode or (walked >= 0 and arc < 0 and alike[walked] == 1)
    lies_there = arc == front or arc == back  # noqa: PLR1714 - no tuple in a kernel
    if not is_known or (arc >= 0 and lies_there):
        return NO_CORNER, 0, TOO_LONG, 0
    node_a, cost_a_us = legs[off + 2][number], legs[off + 3][number]
    node_b, cost_b_us = legs[off + 4][number], legs[off + 5][number]
    return int(node_a), way_us + cost_a_us, int(node_b), way_us + cost_b_us


def ways_on(
    arc: int, spans_us: tuple[int, int], streets: tuple[Numbers, ...], turns: int
) -> tuple[int, int, int, int]:
    """Return the next corner and the time to it, on and back, of somebody in the midst of an arc.

    The corner back may be `NO_CORNER` or `TOO_LONG`.
    """
    tail, head, twin, weight_us = streets
    done_us, whole_us = spans_us
    if done_us == 0:
        return int(tail[arc]), 0, NO_CORNER, 0
    onward, left_us, back = int(head[arc]), whole_us - done_us, twin[arc]
    if back < 0 or left_us == 0 or turns == 0 or weight_us[back] == CLOSED_US:
        return onward, left_us, NO_CORNER, 0
    if weight_us[back] >= LONGEST_FACTOR_US or done_us >= LONGEST_FACTOR_US:
        return onward, left_us, TOO_LONG, 0
    return onward, left_us, int(tail[arc]), weight_us[back] * done_us // whole_us


KERNELS = (
    write_seed,
    gather,
    find_step,
    measure,
    ways_on,
    resume,
    ways_off,
    gather_walking,
)
"""All of them, those that are called before those that call them."""
