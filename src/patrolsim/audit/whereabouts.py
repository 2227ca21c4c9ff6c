"""Where people are at any moment, read from the legs of the trace."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.audit.legs import PlacesLeft, read_legs
from patrolsim.audit.paces import Paces, present_part
from patrolsim.audit.places import is_off_road, known_stops, share_on
from patrolsim.eventlog import OFF_ROAD_STEP, Purpose, Status
from patrolsim.network.streets import CLOSED_US, NO_NODE, SHARES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.audit.eras import Eras
    from patrolsim.audit.legs import Leg
    from patrolsim.eventlog import LegTable
    from patrolsim.network.streets import Stop
    from patrolsim.world import World

SAMPLED_NODE_VISITS = 20_000_000
SAMPLED_PAIRS = 500_000
"""Arrivals are compared for so many incidents that neither the searches on the streets nor the
pairs of incident and volunteer exceed this."""


class Exit(NamedTuple):
    """A corner next to a point of the streets, and the time between them.

    The last three say on which arc the point lies, how much of it the way takes, and what the
    whole arc takes; -1, 0 and 0 at a corner.
    """

    node: int
    cost_us: int
    arc: int = -1
    part_us: int = 0
    whole_us: int = 0


class Whereabouts:
    """The legs of everybody in order, and the moments at which they were at their base."""

    def __init__(self, world: World, table: LegTable, eras: Eras) -> None:
        self.eras = eras
        self.paces = Paces(world)
        self._world = world
        self._table = table
        self._head = world.streets.head.tolist()
        self.legs: dict[int, list[Leg]] = {person.volunteer_id: [] for person in world.volunteers}
        for leg, who in zip(read_legs(table), table.volunteer_id.tolist(), strict=True):
            self.legs[who].append(leg)
        self._starts = {who: [leg.start_us for leg in legs] for who, legs in self.legs.items()}
        self.claimed: set[int] = set()
        self._next = dict.fromkeys(self.legs, 0)
        self.statuses: dict[int, tuple[list[int], list[int]]] = {
            who: ([0], [int(Status.OFF_DUTY)]) for who in self.legs
        }
        self.at_base_us: dict[int, list[int]] = {who: [0] for who in self.legs}
        self._stops = known_stops(world)
        self._left = PlacesLeft(self.legs.values(), table, self._stops)
        incidents = max(len(world.incidents.incident_id), 1)
        searches = incidents * len(world.streets.x) / SAMPLED_NODE_VISITS
        pairs = incidents * len(world.volunteers) / SAMPLED_PAIRS
        self._every = max(1, round(searches), round(pairs))

    def is_sampled(self, incident_id: int) -> bool:
        """Whether travel times to this incident are worth their cost."""
        return incident_id % self._every == 0

    def note_status(self, who: int, time_us: int, status: int) -> None:
        """Remember that a state began; of several at one instant the last counts."""
        times_us, statuses = self.statuses[who]
        times_us.append(time_us)
        statuses.append(status)

    def status_at(self, who: int, time_us: int) -> tuple[int, int | None]:
        """Return the state just after a time, and when it changes next; None for never."""
        times_us, statuses = self.statuses[who]
        index = bisect_right(times_us, time_us)
        return statuses[index - 1], times_us[index] if index < len(times_us) else None

    def has_stood_by(self, who: int, time_us: int) -> bool:
        """Whether somebody who stands by at a time began to before that time."""
        times_us, statuses = self.statuses[who]
        for index in range(bisect_right(times_us, time_us) - 1, -1, -1):
            if statuses[index] == Status.STANDING_BY:
                return times_us[index] < time_us
        return False

    def return_to_base(self, who: int, time_us: int) -> None:
        """Remember that a shift starts: nobody knows how people come to their base."""
        self.at_base_us[who].append(time_us)

    def next_leg(self, who: int, time_us: int, incident_id: int, purpose: Purpose) -> Leg | None:
        """Return the next leg of somebody that starts now for an incident, if any."""
        legs, index = self.legs[who], self._next[who]
        while index < len(legs) and legs[index].start_us <= time_us:
            leg = legs[index]
            index += 1
            is_for_it = leg.purpose == purpose and leg.incident_id == incident_id
            if leg.start_us == time_us and is_for_it:
                self._next[who] = index
                self.claimed.add(leg.number)
                return leg
        return None

    def leg_before(self, who: int, time_us: int) -> Leg | None:
        """Return the last leg that started before a time, but not before the shift did."""
        index = bisect_left(self._starts[who], time_us)
        return self.valid_at(who, time_us, self.legs[who][index - 1] if index else None)

    def is_setting_out(self, who: int, time_us: int, incident_id: int) -> bool:
        """Whether somebody starts another leg than to an incident: before or after, who knows."""
        first = bisect_left(self._starts[who], time_us)
        legs = self.legs[who][first : bisect_right(self._starts[who], time_us)]
        return any(leg.incident_id != incident_id for leg in legs)

    def valid_at(self, who: int, time_us: int, leg: Leg | None) -> Leg | None:
        """Return the leg, or None if a shift has started at the base since then."""
        bases_us = self.at_base_us[who]
        since_us = bases_us[bisect_right(bases_us, time_us) - 1]
        return leg if leg is not None and leg.start_us >= since_us else None

    def position(self, who: int, time_us: int) -> tuple[float, float]:
        """Return where somebody is at a time."""
        return self.position_after(who, self.leg_before(who, time_us), time_us)

    def positions(self, who: int, time_us: int) -> list[tuple[float, float]]:
        """Return where somebody is at an instant: ways that take no time may lead elsewhere."""
        first = bisect_left(self._starts[who], time_us)
        legs = self.legs[who][first : bisect_right(self._starts[who], time_us)]
        there = [leg.target for leg in legs if leg.planned_us == time_us]
        return [self.position(who, time_us), *there]

    def position_after(self, who: int, leg: Leg | None, time_us: int) -> tuple[float, float]:
        """Return where somebody is whose last leg is given; None for the base."""
        if leg is None:
            base = self._world.volunteers[who].base
            return base.x, base.y
        return self.position_on(leg, min(time_us, leg.end_us))

    def position_on(self, leg: Leg, time_us: int) -> tuple[float, float]:
        """Return where a leg is at a time not after its end."""
        if time_us >= leg.planned_us:
            return leg.target
        arcs, ends_us = self.steps(leg)
        own_us = self._work_on(leg, time_us)
        step = bisect_left(ends_us, own_us)
        if arcs[step] != OFF_ROAD_STEP:
            return self._point(arcs[step], *self._done(leg, step, own_us))
        begin_us = ends_us[step - 1] if step else 0
        share = (own_us - begin_us) / max(ends_us[step] - begin_us, 1)
        comes, goes = self._left.of(leg), (leg.target, leg.mode)
        x, y = leg.origin if step == 0 else self._corner(leg, arcs, step, goes)
        is_last = step + 1 == len(arcs) and (
            step > 0 or not is_off_road(self.stops_at(comes[0]), comes[1])
        )
        to_x, to_y = leg.target if is_last else self._corner(leg, arcs, step + 1, comes)
        return x + share * (to_x - x), y + share * (to_y - y)

    def exits(self, who: int, time_us: int, mode: int, leaves_us: int) -> list[Exit]:
        """Return the ways on from where somebody is at a time, who leaves then or later."""
        leg = self.leg_before(who, time_us)
        if leg is not None and min(time_us, leg.end_us) < leg.planned_us:
            return self._exits_on(leg, (time_us, leaves_us), mode)
        return self.exits_after(who, leg, time_us, mode)

    def exits_after(self, who: int, leg: Leg | None, time_us: int, mode: int) -> list[Exit]:
        """Return the ways on of somebody whose last leg is given; none if they are not known."""
        if leg is None:
            return self.exits_of(self._world.volunteers[who].base, mode, time_us)
        if min(time_us, leg.end_us) < leg.planned_us:
            return self._exits_on(leg, (time_us, time_us), mode)
        arcs, _ends_us = self.steps(leg)
        stops = self._stops.get(leg.target, ())
        if stops:
            return self.exits_of(stops[0], mode, time_us)
        return [Exit(self._head[arcs[-1]], 0)] if arcs[-1] != OFF_ROAD_STEP else []

    def steps(self, leg: Leg) -> tuple[list[int], list[int]]:
        """Return the arcs of a leg, and the work from its start to the end of each step."""
        first, last = self._table.first_step[leg.number], self._table.first_step[leg.number + 1]
        return (
            self._table.step_arc[first:last].tolist(),
            self.paces.works_us(leg.mode, leg.start_us, self._table.step_end_us[first:last]),
        )

    def steps_on_the_clock(self, leg: Leg) -> tuple[list[int], list[int]]:
        """Return the arcs of a leg, and the planned end of each step on the clock."""
        steps = slice(*self._table.first_step[leg.number : leg.number + 2])
        return self._table.step_arc[steps].tolist(), self._table.step_end_us[steps].tolist()

    def learn(self, stop: Stop) -> None:
        """Get to know a place: that at which somebody was found, or the address of a follow-up."""
        known = self._stops.get((stop.x, stop.y), ())
        if stop not in known:
            self._stops[stop.x, stop.y] = (*known, stop)
            self._left.forget()

    def _work_on(self, leg: Leg, time_us: int) -> int:
        """Return the work from the start of a leg to a time."""
        return self.paces.works_us(leg.mode, leg.start_us, np.array([time_us], np.int64))[0]

    def work_left_us(self, leg: Leg, time_us: int) -> int:
        """Return the work from a time to the planned end of a leg."""
        return self.paces.works_us(leg.mode, time_us, np.array([leg.planned_us], np.int64))[0]

    def stops_at(self, place: tuple[float, float]) -> tuple[Stop, ...]:
        """Return the known places of a position: bases, incidents, named places."""
        return self._stops.get(place, ())

    def is_passed(self, stop: Stop, time_us: int) -> bool:
        """Whether somebody on patrol is at the node of a place at a time."""
        return any(
            self.status_at(who, time_us)[0] == Status.PATROLLING
            and self._is_near(who, stop, time_us)
            for who in self.legs
        )

    def _is_near(self, who: int, stop: Stop, time_us: int) -> bool:
        streets = self._world.streets
        node = stop.nodes[self._world.volunteers[who].mode]
        x, y = self.position(who, time_us)
        near_m = 1.0
        return (
            node != NO_NODE
            and abs(x - float(streets.x[node])) < near_m
            and abs(y - float(streets.y[node])) < near_m
        )

    def exits_of(self, stop: Stop, mode: int, time_us: int) -> list[Exit]:
        """Return the ways on to the streets from a place, as they are at a time."""
        return self._joints(stop, mode, time_us, is_way_out=True)

    def entries_of(self, stop: Stop, mode: int, time_us: int) -> list[Exit]:
        """Return the ways from the last corners to a place, as they are at a time."""
        return self._joints(stop, mode, time_us, is_way_out=False)

    def _joints(self, stop: Stop, mode: int, time_us: int, *, is_way_out: bool) -> list[Exit]:
        off_us = stop.off_road_us[mode]
        spot = stop.spots[mode] if stop.spots else None
        if spot is None:
            return [Exit(stop.nodes[mode], off_us)] if stop.nodes[mode] != NO_NODE else []
        streets, weight_us = self._world.streets, self.eras.at(time_us).weight_us
        found = []
        for arc, share in ((spot.arc, spot.share), (streets.twin[spot.arc], SHARES - spot.share)):
            whole_us = int(weight_us[mode, arc])
            if arc < 0 or whole_us >= CLOSED_US:
                continue
            before_us = whole_us * share // SHARES
            part_us = whole_us - before_us if is_way_out else before_us
            node = int((streets.head if is_way_out else streets.tail)[arc])
            found.append(Exit(node, off_us + part_us, int(arc), part_us, whole_us))
        return found

    def straight_us(self, exits: list[Exit], stop: Stop, mode: int, time_us: int) -> int | None:
        """Return the time to a place ahead on the street that somebody is on; None elsewhere.

        The ways on from where they are hold at a time.
        """
        ways = [
            exit_.cost_us - exit_.part_us + between_us + stop.off_road_us[mode]
            for exit_ in exits
            for entry in self.entries_of(stop, mode, time_us)
            if exit_.arc == entry.arc >= 0
            for between_us in [
                exit_.part_us
                - exit_.whole_us
                + exit_.whole_us * share_on(stop, mode, exit_.arc) // SHARES
            ]
            if between_us >= 0
        ]
        return min(ways, default=None)

    def _done(self, leg: Leg, step: int, own_us: int) -> tuple[int, int]:
        """Return how much of the arc of a step lies behind after some work, and the whole arc."""
        arcs, ends_us = self.steps(leg)
        begin_us = ends_us[step - 1] if step else 0
        arc = arcs[step]
        whole_us = int(self.eras.at(leg.start_us).weight_us[leg.mode, arc])
        roads = [i for i, arc in enumerate(arcs) if arc != OFF_ROAD_STEP]
        if step != roads[0]:
            return own_us - begin_us, whole_us
        begun = self._begun(leg, arc)
        if begun is not None:
            return begun.whole_us - begun.part_us + own_us - begin_us, begun.whole_us
        part_us = self.ends_on(leg, arc) if step == roads[-1] else None
        end_us = part_us or whole_us  # a part of nothing: the leg ends at the corner before
        return end_us - (ends_us[step] - own_us), whole_us

    def _begun(self, leg: Leg, arc: int) -> Exit | None:
        """Return how an arc was begun by somebody who changed the mode in its middle."""
        who = int(self._table.volunteer_id[leg.number])
        index = bisect_left(self.legs[who], leg.number, key=lambda one: one.number)
        before = self.valid_at(who, leg.start_us, self.legs[who][index - 1]) if index else None
        if before is None or not self._is_recast(self.legs[who][: index + 1], arc):
            return None
        exits = self.exits_after(who, before, leg.start_us, leg.mode)
        return next((exit_ for exit_ in exits if exit_.arc == arc and exit_.part_us), None)

    def _is_recast(self, legs: Sequence[Leg], arc: int) -> bool:
        """Whether the first arc of the last leg may have been begun in another mode."""
        for leg, before in pairwise(reversed(legs)):
            if before.mode != leg.mode:
                return True
            roads = [one for one in self.steps(before)[0] if one != OFF_ROAD_STEP]
            if before.end_us >= before.planned_us or not roads or roads[0] != arc:
                return False
        return False

    def ends_on(self, leg: Leg, arc: int) -> int | None:
        """Return how much of an arc lies before the target of a leg; None when it is not there."""
        entries = [
            entry
            for stop in self.stops_at(leg.target)
            for entry in self.entries_of(stop, leg.mode, leg.start_us)
        ]
        return next((entry.part_us for entry in entries if entry.arc == arc), None)

    def _point(self, arc: int, done_us: int, whole_us: int) -> tuple[float, float]:
        streets = self._world.streets
        tail, head, share = streets.tail[arc], streets.head[arc], done_us / max(whole_us, 1)
        x, y = float(streets.x[tail]), float(streets.y[tail])
        return x + share * (float(streets.x[head]) - x), y + share * (float(streets.y[head]) - y)

    def _corner(
        self, leg: Leg, arcs: list[int], step: int, joins: tuple[tuple[float, float], int]
    ) -> tuple[float, float]:
        """Return where a place off the road joins the streets for a mode, before a step."""
        place, mode = joins
        stops = self._stops.get(place, ())
        spot = stops[0].spots[mode] if stops and stops[0].spots else None
        if spot is not None:
            return self._point(spot.arc, spot.share, SHARES)
        return self._node_between(leg, arcs, step)

    def _node_between(self, leg: Leg, arcs: list[int], step: int) -> tuple[float, float]:
        streets = self._world.streets
        if arcs[step - 1] != OFF_ROAD_STEP:
            node = self._head[arcs[step - 1]]
        elif step < len(arcs) and arcs[step] != OFF_ROAD_STEP:
            node = int(streets.tail[arcs[step]])
        else:
            node = self._entry(leg)
        return float(streets.x[node]), float(streets.y[node])

    def _entry(self, leg: Leg) -> int:
        """Return the node between two steps off the road."""
        stops = self._stops.get(leg.target) or self._stops.get(leg.origin, ())
        return stops[0].nodes[leg.mode] if stops else NO_NODE

    def _exits_on(self, leg: Leg, times_us: tuple[int, int], mode: int) -> list[Exit]:
        """Return the ways on from a leg at a time, of somebody who leaves then or later."""
        time_us, leaves_us = times_us
        arcs, ends_us = self.steps(leg)
        own_us = self._work_on(leg, min(time_us, leg.end_us))
        step = bisect_left(ends_us, own_us)
        arc = arcs[step]
        if arc == OFF_ROAD_STEP:
            return []
        weights, before = (self.eras.at(when).weight_us for when in (time_us, leg.start_us))
        if int(before[leg.mode, arc]) >= CLOSED_US:
            return []
        done_us, whole_us = self._done(leg, step, own_us)
        left_us = max(whole_us - done_us, 0)
        slack_us = self.paces.slack_us(leg.mode)
        if slack_us and min(done_us, left_us) <= slack_us:
            return []  # so near a corner the trace does not tell which side they are on
        if done_us <= 0:
            return [Exit(int(self._world.streets.tail[arc]), 0)]
        # A new mode starts at the next corner: until there the speed is that of the leg.
        left = present_part(
            (left_us, whole_us), int(before[leg.mode, arc]), int(weights[leg.mode, arc])
        )
        found = [self._onward(leg, arc, left, mode, leaves_us)]
        twin = int(self._world.streets.twin[arc])
        may_turn = twin >= 0 and self._world.streets.modes[mode].turns_round
        if may_turn and left_us and weights[mode, twin] < CLOSED_US:
            twin_us = int(weights[mode, twin])
            back_us = twin_us * done_us // whole_us
            found.append(Exit(self._head[twin], back_us, twin, back_us, twin_us))
        return found

    def _onward(
        self, leg: Leg, arc: int, left: tuple[int, int], mode: int, leaves_us: int
    ) -> Exit:
        """Return the way to the end of a street, in work of the mode of the next leg."""
        left_us, whole_us = left
        if mode == leg.mode or not left_us:
            return Exit(self._head[arc], left_us, arc, left_us, whole_us)
        recast_us = self.paces.recast_us((leg.mode, mode), leaves_us, left_us)
        whole_us = -(-whole_us * recast_us // left_us)
        return Exit(self._head[arc], recast_us, arc, recast_us, whole_us)
