"""Legs against the streets: nobody teleports, jumps, flies or takes a closed street."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.audit.eras import Eras
from patrolsim.audit.paces import USUAL, Paces
from patrolsim.audit.whereabouts import Exit
from patrolsim.eventlog import OFF_ROAD_STEP, Purpose, Status
from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.audit.findings import Findings
    from patrolsim.audit.legs import Leg
    from patrolsim.audit.whereabouts import Whereabouts
    from patrolsim.eventlog import LegTable
    from patrolsim.network.streets import Stop, Streets
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

ROUNDING_US = 4
"""A street is left in its middle to the whole microsecond, up and down."""
NEAR_M = 0.01
"""Positions are computed in floating point."""
DOING = {
    Purpose.TO_SCENE: Status.ON_THE_WAY,
    Purpose.TO_PLACE: Status.ON_THE_WAY,
    Purpose.TO_POST: Status.GOING_TO_POST,
    Purpose.PATROL: Status.PATROLLING,
    Purpose.TO_SEARCH: Status.AT_WORK,
    Purpose.SEARCH: Status.AT_WORK,
}
WAYS_CHOSEN = (Purpose.PATROL, Purpose.SEARCH)
"""Whoever walks like this need not take the fastest way."""
SAMPLED_NODE_VISITS = 20_000_000
"""On large maps only so many legs are compared with the fastest way."""


def judge_steps(table: LegTable, world: World, findings: Findings) -> None:
    """Check every step of every leg: connected, open to the mode, as long as the street takes."""
    streets, paces = world.streets, Paces(world)
    steps = _Steps(table, paces)
    is_arc = steps.arc != OFF_ROAD_STEP
    weight_us, passing_us, longest_us = _times_of_arcs(steps, table, world)
    at_end = steps.is_first_road | steps.is_last_road
    rules = {
        "steps rise": steps.span_us < 0,
        "work adds up": _drifts(steps, weight_us, paces),
        "off the road at the ends only": ~is_arc & ~steps.is_first & ~steps.is_last,
        "open to the mode": is_arc & ~steps.is_first_road & (weight_us >= CLOSED_US),
        "open to those who pass": is_arc & ~at_end & (passing_us >= CLOSED_US),
        "time of a street": is_arc & ~at_end & ~_takes(steps, weight_us, paces),
        "time of a part of a street": is_arc & at_end & _outlasts(steps, longest_us, paces),
        "steps connect": _breaks(steps, is_arc, streets),
    }
    for rule, broken in rules.items():
        for step in np.flatnonzero(broken).tolist():
            leg = int(steps.leg[step])
            who = int(table.volunteer_id[leg])
            text = f"volunteer {who}, leg {leg}, arc {int(steps.arc[step])}"
            findings.add(rule, int(table.start_us[leg]), text)
    for leg in np.flatnonzero(_ends_badly(table)).tolist():
        text = f"volunteer {int(table.volunteer_id[leg])}, leg {leg}"
        findings.add("end of a leg", int(table.end_us[leg]), text)


def _times_of_arcs(steps: _Steps, table: LegTable, world: World) -> tuple[Ints, Ints, Ints]:
    """Return the times of each step's arc when its leg was planned.

    For those who are on it and those who pass it; and the longest that a part of it may take: the
    rest of a street may have been begun in another mode.
    """
    eras = Eras(world)
    found = tuple(np.full(len(steps.arc), CLOSED_US, np.int64) for _ in range(3))
    of_leg = np.searchsorted(eras.starts_us, table.start_us, side="right") - 1
    of_step = of_leg[steps.leg]
    for number in np.unique(of_leg).tolist():
        here = of_step == number
        mode, arc = steps.mode[here], steps.arc[here]
        # one more column for the steps off the road, whose arc is -1
        local_us, passing_us = (
            np.pad(times_us, ((0, 0), (0, 1)), constant_values=CLOSED_US)
            for times_us in (eras[number].weight_us, eras[number].passing_us)
        )
        found[0][here], found[1][here] = local_us[mode, arc], passing_us[mode, arc]
        # whoever has begun a street on foot against its one way ends it so, on whatever wheels
        found[2][here] = np.where(local_us < CLOSED_US, local_us, 0).max(axis=0)[arc]
    return found[0], found[1], found[2]


def judge_legs(whereabouts: Whereabouts, streets: Streets, findings: Findings) -> None:
    """Check each leg against the one before, the state of its walker, and the fastest way."""
    judge = _Judge(whereabouts, streets, findings)
    for who, legs in whereabouts.legs.items():
        before: Leg | None = None
        for leg in legs:
            judge.leg(who, leg, before)
            before = leg
    judge.fastest_ways()


class _Steps:
    """The steps of all legs as flat columns."""

    def __init__(self, table: LegTable, paces: Paces) -> None:
        counts = np.diff(table.first_step)
        self.leg = np.repeat(np.arange(len(counts)), counts)
        self.arc = table.step_arc
        self.mode = table.mode[self.leg]
        first = table.first_step[:-1]
        self.is_first = np.zeros(len(self.arc), np.bool_)
        self.is_first[first] = True
        self.is_last = np.zeros(len(self.arc), np.bool_)
        self.is_last[table.first_step[1:] - 1] = True
        is_road = self.arc != OFF_ROAD_STEP
        self.is_first_road = is_road & (self.is_first | np.roll(self.is_first & ~is_road, 1))
        self.is_last_road = is_road & (self.is_last | np.roll(self.is_last & ~is_road, -1))
        self.span_us = np.diff(table.step_end_us, prepend=0)
        self.span_us[first] = table.step_end_us[first] - table.start_us
        self.done = np.zeros(len(self.arc), np.int64)
        begun = np.zeros(len(counts), np.int64)
        for mode in sorted(set(table.mode.tolist())):
            here, there = self.mode == mode, table.mode == mode
            self.done[here] = paces.done(mode, table.step_end_us[here])
            begun[there] = paces.done(mode, table.start_us[there])
        self.work = np.diff(self.done, prepend=0)
        self.work[first] = self.done[first] - begun


def _takes(steps: _Steps, weight_us: Ints, paces: Paces) -> Bools:
    """Return where the work within a step is that of its arc, but for the rounding of its ends."""
    missing = steps.work - USUAL * np.where(weight_us < CLOSED_US, weight_us, 0)
    takes: Bools = (weight_us < CLOSED_US) & (np.abs(missing) < paces.most)
    return takes


def _outlasts(steps: _Steps, longest_us: Ints, paces: Paces) -> Bools:
    """Return where a part of an arc takes more than the arc, in whatever mode it was begun."""
    open_us = np.where(longest_us < CLOSED_US, longest_us, 0)
    too_long: Bools = steps.span_us > open_us * (USUAL / paces.least) + paces.rounding_us
    return too_long


def _drifts(steps: _Steps, weight_us: Ints, paces: Paces) -> Bools:
    """Return where the roundings of whole streets add up: each counts from the leg's start."""
    is_whole = (steps.arc != OFF_ROAD_STEP) & (weight_us < CLOSED_US)
    is_whole &= ~steps.is_first_road & ~steps.is_last_road
    over = np.cumsum(np.where(is_whole, steps.work - USUAL * weight_us, 0))
    runs = np.flatnonzero(is_whole & ~np.roll(is_whole, 1))
    if not runs.size:
        return np.zeros(len(is_whole), np.bool_)
    before = np.where(runs > 0, over[runs - 1], 0)
    run = np.maximum(np.searchsorted(runs, np.arange(len(is_whole)), side="right") - 1, 0)
    drifts: Bools = is_whole & (np.abs(over - before[run]) >= paces.most)
    return drifts


def _breaks(
    steps: _Steps, is_arc: npt.NDArray[np.bool_], streets: Streets
) -> npt.NDArray[np.bool_]:
    """Return where an arc does not start at the head of the arc before."""
    broken = np.zeros(len(steps.arc), np.bool_)
    both = is_arc[1:] & is_arc[:-1] & ~steps.is_first[1:]
    head = np.append(streets.head, -1)[steps.arc[:-1]]
    tail = np.append(streets.tail, -1)[steps.arc[1:]]
    broken[1:] = both & (head != tail)
    return broken


def _ends_badly(table: LegTable) -> npt.NDArray[np.bool_]:
    planned_us = table.step_end_us[table.first_step[1:] - 1]
    broken: npt.NDArray[np.bool_] = table.end_us > planned_us
    return broken | (table.end_us < table.start_us)


class _Way(NamedTuple):
    """A leg, or its rest since a time, to be compared with the fastest way there."""

    who: int
    leg: Leg
    since_us: int
    took_us: int
    exits: list[Exit]
    entries: list[Exit]
    stop: Stop | None


class _Judge:
    """Looks at the legs of one volunteer after the other."""

    def __init__(self, whereabouts: Whereabouts, streets: Streets, findings: Findings) -> None:
        self._whereabouts = whereabouts
        self._streets = streets
        self._findings = findings
        legs = sum(len(legs) for legs in whereabouts.legs.values())
        self._every = max(1, round(legs * len(streets.x) / SAMPLED_NODE_VISITS))
        self._ways: list[_Way] = []

    def leg(self, who: int, leg: Leg, before: Leg | None) -> None:
        """Check one leg."""
        if before is not None and leg.start_us < before.end_us:
            self._find("one way at a time", who, leg)
        last = self._whereabouts.valid_at(who, leg.start_us, before)
        x, y = self._whereabouts.position_after(who, last, leg.start_us)
        if abs(x - leg.origin[0]) > NEAR_M or abs(y - leg.origin[1]) > NEAR_M:
            self._find("starts where one is", who, leg)
        answers = leg.purpose in {Purpose.TO_SCENE, Purpose.TO_PLACE}
        if answers and leg.number not in self._whereabouts.claimed:
            self._find("a departure for each leg", who, leg)
        self._judge_state(who, leg)
        self._judge_way(who, leg, last)

    def fastest_ways(self) -> None:
        """Compare the sampled legs with the fastest ways, one target after the other."""
        for way in sorted(
            self._ways,
            key=lambda way: (
                self._whereabouts.eras.number(way.since_us),
                way.leg.mode,
                way.entries[0].node,
            ),
        ):
            best_us = self._best_us(way)
            rounding_us = ROUNDING_US + self._slack_us(way.leg)
            if way.took_us < best_us - rounding_us:
                self._find("no faster than possible", way.who, way.leg)
            elif way.took_us > best_us + rounding_us and way.leg.purpose not in WAYS_CHOSEN:
                self._find("the fastest way", way.who, way.leg)

    def _best_us(self, way: _Way) -> float:
        mode = way.leg.mode
        times_to = self._whereabouts.eras.at(way.since_us).ways.times_to
        best_us = min(
            exit_.cost_us + times_to(entry.node, mode)[exit_.node] + entry.cost_us
            for entry in way.entries
            for exit_ in way.exits
        )
        if way.stop is None:
            return float(best_us)
        straight_us = self._whereabouts.straight_us(way.exits, way.stop, mode, way.since_us)
        return float(best_us) if straight_us is None else min(float(best_us), straight_us)

    def _judge_state(self, who: int, leg: Leg) -> None:
        if leg.end_us == leg.start_us:
            return
        status, until_us = self._whereabouts.status_at(who, leg.start_us)
        changes = until_us is not None and until_us < leg.end_us
        if changes or status != DOING[Purpose(leg.purpose)]:
            self._find("state on the way", who, leg)

    def _judge_way(self, who: int, leg: Leg, last: Leg | None) -> None:
        arcs, ends_us = self._whereabouts.steps(leg)
        exits = self._whereabouts.exits_after(who, last, leg.start_us, leg.mode)
        roads = [step for step, arc in enumerate(arcs) if arc != OFF_ROAD_STEP]
        if not roads:
            return
        if exits and not self._starts_at(exits, leg, arcs, ends_us):
            self._find("way on to the streets", who, leg)
        end = self._end_of(leg, arcs[roads[-1]])
        if not self._ends_at(end, leg, arcs, ends_us):
            self._find("way off the streets", who, leg)
        elif exits and leg.number % self._every == 0:
            self._ways.append(_Way(who, leg, leg.start_us, ends_us[-1], exits, *end))
            self._judge_rest(who, leg, end)

    def _judge_rest(self, who: int, leg: Leg, end: tuple[list[Exit], Stop | None]) -> None:
        """Keep for comparison what was left of a leg at each change of the streets."""
        whereabouts = self._whereabouts
        for time_us in whereabouts.eras.changes_within(leg.start_us, leg.end_us):
            exits = whereabouts.exits_after(who, leg, time_us, leg.mode)
            _entries, stop = end
            entries = end[0] if stop is None else whereabouts.entries_of(stop, leg.mode, time_us)
            if exits and entries:
                left_us = whereabouts.work_left_us(leg, time_us)
                self._ways.append(_Way(who, leg, time_us, left_us, exits, entries, stop))

    def _starts_at(self, exits: list[Exit], leg: Leg, arcs: list[int], ends_us: list[int]) -> bool:
        """Whether a leg enters the streets by one of the ways from where the walker was."""
        head, tail = self._streets.head, self._streets.tail
        first = 0 if arcs[0] != OFF_ROAD_STEP else 1
        arc = arcs[first]
        slack_us = self._slack_us(leg)
        off_us = ends_us[0] if first else 0
        span_us = ends_us[first]
        is_only = first + 1 == len(arcs) or arcs[first + 1] == OFF_ROAD_STEP
        ends_within = is_only and self._whereabouts.ends_on(leg, arc) is not None
        ways = [(int(head[arc]), span_us)]
        whole_us = self._whole_us(leg, arc)
        if ends_within or abs(span_us - off_us - whole_us) <= slack_us:
            ways.append((int(tail[arc]), off_us))
        return any(
            (node == exit_.node and abs(cost_us - exit_.cost_us) <= ROUNDING_US + slack_us)
            or (ends_within and exit_.arc == arc)
            for node, cost_us in ways
            for exit_ in exits
        )

    def _end_of(self, leg: Leg, arc: int) -> tuple[list[Exit], Stop | None]:
        """Return the ways to the target of a leg whose last arc this is, and the place there."""
        head = int(self._streets.head[arc])
        known = self._whereabouts.stops_at(leg.target)
        if (float(self._streets.x[head]), float(self._streets.y[head])) == leg.target:
            free = [stop for stop in known if not stop.spots and stop.off_road_us[leg.mode] == 0]
            return [Exit(head, 0)], free[0] if free else None
        for stop in known:
            entries = self._whereabouts.entries_of(stop, leg.mode, leg.start_us)
            if any(arc == entry.arc or head == entry.node for entry in entries):
                return entries, stop
        return [], None

    def _ends_at(
        self, end: tuple[list[Exit], Stop | None], leg: Leg, arcs: list[int], ends_us: list[int]
    ) -> bool:
        """Whether a leg leaves the streets where its target joins them."""
        entries, _stop = end
        last = len(arcs) - (2 if arcs[-1] == OFF_ROAD_STEP else 1)
        off_us = ends_us[-1] - ends_us[last]
        slack_us = self._slack_us(leg)
        span_us = ends_us[last] - (ends_us[last - 1] if last else 0)
        is_first = last == 0 or arcs[last - 1] == OFF_ROAD_STEP
        head = int(self._streets.head[arcs[last]])
        whole_us = self._whole_us(leg, arcs[last])
        is_whole = is_first or abs(span_us - whole_us) <= slack_us
        return any(
            (is_whole and entry.node == head and abs(entry.cost_us - off_us) <= slack_us)
            or (
                entry.arc == arcs[last]
                and abs(entry.cost_us - entry.part_us - off_us) <= slack_us
                and (
                    abs(span_us - entry.part_us) <= slack_us
                    or (is_first and span_us < self._longest_us(leg, entry))
                )
            )
            for entry in entries
        )

    def _longest_us(self, leg: Leg, entry: Exit) -> int:
        """Return what a part of a street takes who has begun it in the slowest mode."""
        if not entry.whole_us:
            return entry.part_us
        times_us = self._whereabouts.eras.at(leg.start_us).weight_us[:, entry.arc]
        slowest_us = int(times_us[times_us < CLOSED_US].max())
        return max(entry.part_us, -(-(entry.part_us + 1) * slowest_us // entry.whole_us))

    def _whole_us(self, leg: Leg, arc: int) -> int:
        """Return the time of an arc when a leg was planned."""
        return int(self._whereabouts.eras.at(leg.start_us).weight_us[leg.mode, arc])

    def _slack_us(self, leg: Leg) -> int:
        return self._whereabouts.paces.slack_us(leg.mode)

    def _find(self, rule: str, who: int, leg: Leg) -> None:
        purpose = Purpose(leg.purpose).name.lower().replace("_", " ")
        text = f"volunteer {who}, leg {leg.number} ({purpose})"
        self._findings.add(rule, leg.start_us, text)
