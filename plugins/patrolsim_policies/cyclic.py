"""Patrol on one round over all places, at equal distances.

References
----------
Chevaleyre, Y. (2004), Theoretical analysis of the multi-agent patrolling problem, IAT 2004,
302-308. The round: nearest neighbour, then 2-opt (Croes 1958, Operations Research 6(6), 791-812).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim import Parameter, PolicySpec, Role, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import HotSpot, StateView

    Times = Sequence[Sequence[float]]

CLOSE_S = 1e-3
"""Times nearer to each other than this are the same: they were cut to microseconds."""


class Round(NamedTuple):
    """A closed round with its timetable.

    Attributes
    ----------
    nodes, offsets_s
        The places in order, and when each is left, counted from the first.
    length_s
        The time that a whole round takes, stops included.
    """

    nodes: tuple[int, ...]
    offsets_s: tuple[float, ...]
    length_s: float


class Slot(NamedTuple):
    """One patrol's part of the plan: a round, and how much later it starts than the period."""

    course: Round
    later_s: float


class Next(NamedTuple):
    """The place that somebody goes to: its number on the round, and when they should leave it."""

    number: int
    due_s: float


@dataclass(slots=True)
class Cyclic:
    """Keeps everybody on their part of the plan; who was called away comes back to it in time.

    Looks at: the forecast's hot spots, travel times between them, who is on duty. The round is
    solved once, in the mode of whoever asks first: O(count^3) or so; then O(count) to join it and
    O(1) to go on.

    Attributes
    ----------
    count, people, dwell_s
        How many places, how many patrols share the plan, and how long a stop lasts.
    in_parts
        Whether the places are divided among the patrols; else all walk one round.
    slots
        The parts of the plan, once it is made.
    holders, coming
        The part of each volunteer, and where each was last sent.
    """

    count: int
    people: int
    dwell_s: float
    in_parts: bool = False
    slots: tuple[Slot, ...] = ()
    holders: dict[int, int] = field(default_factory=dict)
    coming: dict[int, Next] = field(default_factory=dict)

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | None:
        """Return the next place of the round; None without two places that can be reached."""
        if not self.slots:
            self.slots = self._plan(view, volunteer_id)
        slot = self.slots[self._slot_of(view, volunteer_id)] if self.slots else None
        if slot is None or not slot.course.nodes:
            return None
        course, came = slot.course, self.coming.get(volunteer_id)
        following: Next | None
        if came is not None and view.node_of(volunteer_id) == course.nodes[came.number]:
            following = _following(course, came)
        else:
            following = _first_to_reach(view, volunteer_id, slot)
        if following is None:
            return None
        self.coming[volunteer_id] = following
        node = course.nodes[following.number]
        way_s = view.travel_time_to_node_s(volunteer_id, node)
        early_s = following.due_s - self.dwell_s - (view.now_s + way_s)
        return Visit(node, self.dwell_s + (early_s if early_s > CLOSE_S else 0.0))

    def _slot_of(self, view: StateView, volunteer_id: int) -> int:
        """Return somebody's part of the plan: kept while on duty, else the least taken one."""
        on_duty = set(view.on_duty())
        self.holders = {who: slot for who, slot in self.holders.items() if who in on_duty}
        if volunteer_id not in self.holders:
            held = list(self.holders.values())
            self.holders[volunteer_id] = min(range(len(self.slots)), key=held.count)
            self.coming.pop(volunteer_id, None)
        return self.holders[volunteer_id]

    def _plan(self, view: StateView, volunteer_id: int) -> tuple[Slot, ...]:
        spots, times_s = _times_between(view, volunteer_id, self.count)
        if len(spots) < len(("from", "to")):
            return ()
        order = solve_round(times_s)
        if self.in_parts:
            weights = [spots[number].weight for number in order]
            parts = [[order[k] for k in part] for part in divide(weights, self.people)]
            courses = [self._round(spots, times_s, _shortened(times_s, part)) for part in parts]
            return tuple(Slot(course, 0.0) for course in courses)
        course = self._round(spots, times_s, order)
        apart_s = course.length_s / self.people
        return tuple(Slot(course, number * apart_s) for number in range(self.people))

    def _round(self, spots: Sequence[HotSpot], times_s: Times, order: Sequence[int]) -> Round:
        offsets_s = [0.0]
        for here, there in zip(order, [*order[1:], order[0]], strict=True):
            offsets_s.append(offsets_s[-1] + times_s[here][there] + self.dwell_s)
        nodes = tuple(spots[number].node for number in order)
        # A round of a single place takes no time: one looks again after a minute.
        return Round(nodes, tuple(offsets_s[:-1]), max(offsets_s[-1], 60.0))


def _following(course: Round, came: Next) -> Next:
    """Return the next place of a round, due so much later as it is away."""
    number = (came.number + 1) % len(course.nodes)
    later_s = course.offsets_s[number] - course.offsets_s[came.number]
    return Next(number, came.due_s + (later_s if number else later_s + course.length_s))


def _first_to_reach(view: StateView, volunteer_id: int, slot: Slot) -> Next | None:
    """Return the place at which somebody can be first on time; ties: the first of the round."""
    course, found = slot.course, []
    for number, node in enumerate(course.nodes):
        ready_s = view.now_s + view.travel_time_to_node_s(volunteer_id, node)
        if ready_s < math.inf:
            first_s = course.offsets_s[number] + slot.later_s
            rounds = math.ceil((ready_s - first_s - CLOSE_S) / course.length_s)
            due_s = first_s + rounds * course.length_s
            if due_s <= view.now_s + CLOSE_S:
                due_s += course.length_s
            found.append((due_s, number))
    return None if not found else Next(min(found)[1], min(found)[0])


def _times_between(
    view: StateView, volunteer_id: int, count: int
) -> tuple[list[HotSpot], list[list[float]]]:
    """Return the hot spots that can be reached from each other, and the times between them."""
    spots = list(view.hot_spots(count))
    columns = [view.times_to_s(volunteer_id, spot.node) for spot in spots]
    kept = [
        number
        for number, spot in enumerate(spots)
        if view.travel_time_to_node_s(volunteer_id, spot.node) < math.inf
        and columns[number][view.node_of(volunteer_id)] < math.inf
        and columns[0][spot.node] < math.inf
    ]
    rows = [[float(columns[to][spots[start].node]) for to in kept] for start in kept]
    return [spots[number] for number in kept], rows


def solve_round(times_s: Times) -> list[int]:
    """Return a short closed round: nearest neighbour from 0, then 2-opt; it begins with 0.

    Parameters
    ----------
    times_s
        From each place to each, square; it may take longer one way than the other.
    """
    left = list(range(1, len(times_s)))
    order = [0] if times_s else []
    while left:
        order.append(min(left, key=lambda other: (times_s[order[-1]][other], other)))
        left.remove(order[-1])
    best_s = round_length_s(times_s, order)
    is_better = True
    while is_better:
        is_better = False
        for first in range(1, len(order) - 1):
            for last in range(first + 1, len(order)):
                turned = order[:first] + order[first : last + 1][::-1] + order[last + 1 :]
                turned_s = round_length_s(times_s, turned)
                if turned_s < best_s - CLOSE_S:
                    order, best_s, is_better = turned, turned_s, True
    return order


def _shortened(times_s: Times, part: Sequence[int]) -> list[int]:
    """Return the places of a part as a round of their own."""
    inner = [[times_s[here][there] for there in part] for here in part]
    return [part[number] for number in solve_round(inner)]


def round_length_s(times_s: Times, order: Sequence[int]) -> float:
    """Return the time of a closed round without stops."""
    ends = [*order[1:], *order[:1]]
    return math.fsum(times_s[here][there] for here, there in zip(order, ends, strict=True))


def divide(weights: Sequence[float], parts: int) -> list[list[int]]:
    """Return consecutive places in so many parts that the heaviest is as light as can be.

    Exact, by dynamic programming: O(parts x places^2). With fewer places than parts some are
    empty.
    """
    places = len(weights)
    sums = [math.fsum(weights[:end]) for end in range(places + 1)]
    least = [[math.inf] * (places + 1) for _ in range(parts + 1)]
    cut = [[0] * (places + 1) for _ in range(parts + 1)]
    least[0][0] = 0.0
    for part in range(1, parts + 1):
        for end in range(places + 1):
            for start in range(end + 1):
                heaviest = max(least[part - 1][start], sums[end] - sums[start])
                if heaviest < least[part][end]:
                    least[part][end], cut[part][end] = heaviest, start
    found, end = [], places
    for part in range(parts, 0, -1):
        start = cut[part][end]
        found.append(list(range(start, end)))
        end = start
    return found[::-1]


def build_cyclic(parameters: Mapping[str, Any], *, in_parts: bool) -> Cyclic:
    """Return a policy from its parameters.

    Raises
    ------
    ValueError
        If a parameter makes no sense.
    """
    for name in ("people", "hot_spots"):
        if parameters[name] <= 0:
            raise ValueError(f"{name} must be above 0")
    return Cyclic(
        count=parameters["hot_spots"],
        people=parameters["people"],
        dwell_s=parameters["dwell"],
        in_parts=in_parts,
    )


ROUND_PARAMETERS: Mapping[str, Parameter] = {
    "hot_spots": Parameter(kind="count", default=20, about="How many places."),
    "people": Parameter(kind="count", default=1, about="How many patrols share the plan."),
    "dwell": Parameter(kind="duration", default="0 min", about="Length of a stop."),
}
CYCLIC = PolicySpec(
    name="cyclic",
    role=Role.PATROL,
    build=lambda parameters: build_cyclic(parameters, in_parts=False),
    about="Patrols walk one round over all places, at equal distances.",
    parameters=ROUND_PARAMETERS,
)
