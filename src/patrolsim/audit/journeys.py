"""Legs against the streets: nobody teleports, jumps, flies or takes a closed street."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import OFF_ROAD_STEP, Purpose, Status
from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.audit.findings import Findings
    from patrolsim.audit.whereabouts import Exit, Leg, Whereabouts
    from patrolsim.eventlog import LegTable
    from patrolsim.network.streets import Streets

ROUNDING_US = 4
"""A street is left in its middle to the whole microsecond, up and down."""
NEAR_M = 0.01
"""Positions are computed in floating point."""
DOING = {
    Purpose.TO_SCENE: Status.ON_THE_WAY,
    Purpose.TO_PLACE: Status.ON_THE_WAY,
    Purpose.TO_POST: Status.GOING_TO_POST,
    Purpose.PATROL: Status.PATROLLING,
}
SAMPLED_NODE_VISITS = 20_000_000
"""On large maps only so many legs are compared with the fastest way."""


def judge_steps(table: LegTable, streets: Streets, findings: Findings) -> None:
    """Check every step of every leg: connected, open to the mode, as long as the street takes."""
    steps = _Steps(table)
    is_arc = steps.arc != OFF_ROAD_STEP
    # one more column for the steps off the road, whose arc is -1
    weights_us = np.pad(streets.weight_us, ((0, 0), (0, 1)), constant_values=CLOSED_US)
    weight_us = weights_us[steps.mode, steps.arc]
    # the rest of a street may have been begun in another mode: the slowest one bounds it
    slowest_us = np.where(weights_us < CLOSED_US, weights_us, 0).max(axis=0)[steps.arc]
    longest_us = np.maximum(slowest_us, weight_us)
    rules = {
        "steps rise": steps.span_us < 0,
        "off the road at the ends only": ~is_arc & ~steps.is_first & ~steps.is_last,
        "open to the mode": is_arc & ~steps.is_first & (weight_us >= CLOSED_US),
        "time of a street": is_arc & ~steps.is_first & (steps.span_us != weight_us),
        "time of the first street": is_arc & steps.is_first & (steps.span_us > longest_us),
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

    def __init__(self, table: LegTable) -> None:
        counts = np.diff(table.first_step)
        self.leg = np.repeat(np.arange(len(counts)), counts)
        self.arc = table.step_arc
        self.mode = table.mode[self.leg]
        first = table.first_step[:-1]
        self.is_first = np.zeros(len(self.arc), np.bool_)
        self.is_first[first] = True
        self.is_last = np.zeros(len(self.arc), np.bool_)
        self.is_last[table.first_step[1:] - 1] = True
        self.span_us = np.diff(table.step_end_us, prepend=0)
        self.span_us[first] = table.step_end_us[first] - table.start_us


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


class _Judge:
    """Looks at the legs of one volunteer after the other."""

    def __init__(self, whereabouts: Whereabouts, streets: Streets, findings: Findings) -> None:
        self._whereabouts = whereabouts
        self._streets = streets
        self._findings = findings
        legs = sum(len(legs) for legs in whereabouts.legs.values())
        self._every = max(1, round(legs * len(streets.x) / SAMPLED_NODE_VISITS))
        self._ways: list[tuple[int, int, int, int, list[Exit], Leg]] = []

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
        for mode, target, who, took_us, exits, leg in sorted(self._ways, key=lambda way: way[:3]):
            times_us = self._whereabouts.ways.times_to(target, mode)
            best_us = min(exit_.cost_us + times_us[exit_.node] for exit_ in exits)
            if took_us < best_us - ROUNDING_US:
                self._find("no faster than possible", who, leg)
            elif took_us > best_us + ROUNDING_US and leg.purpose != Purpose.PATROL:
                self._find("the fastest way", who, leg)

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
        target = int(self._streets.head[arcs[roads[-1]]])
        if not self._ends_at(leg, target, ends_us[-1] - ends_us[roads[-1]]):
            self._find("way off the streets", who, leg)
        if exits and leg.number % self._every == 0:
            took_us = ends_us[roads[-1]] - leg.start_us
            self._ways.append((leg.mode, target, who, took_us, exits, leg))

    def _starts_at(self, exits: list[Exit], leg: Leg, arcs: list[int], ends_us: list[int]) -> bool:
        """Whether a leg enters the streets by one of the ways from where the walker was."""
        head, tail = self._streets.head, self._streets.tail
        span_us = ends_us[0] - leg.start_us
        if arcs[0] == OFF_ROAD_STEP:
            entries = [(int(tail[arcs[1]]), span_us)]
        else:
            entries = [(int(head[arcs[0]]), span_us)]
            if span_us == self._streets.weight_us[leg.mode, arcs[0]]:
                entries.append((int(tail[arcs[0]]), 0))
        return any(
            node == exit_.node and abs(cost_us - exit_.cost_us) <= ROUNDING_US
            for node, cost_us in entries
            for exit_ in exits
        )

    def _ends_at(self, leg: Leg, node: int, off_road_us: int) -> bool:
        """Whether a leg leaves the streets where its target joins them."""
        streets = self._streets
        is_node = (float(streets.x[node]), float(streets.y[node])) == leg.target
        if is_node and off_road_us == 0:
            return True
        return any(
            stop.nodes[leg.mode] == node and stop.off_road_us[leg.mode] == off_road_us
            for stop in self._whereabouts.stops_at(leg.target)
        )

    def _find(self, rule: str, who: int, leg: Leg) -> None:
        purpose = Purpose(leg.purpose).name.lower().replace("_", " ")
        text = f"volunteer {who}, leg {leg.number} ({purpose})"
        self._findings.add(rule, leg.start_us, text)
