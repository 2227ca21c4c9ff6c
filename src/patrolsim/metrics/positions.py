"""At which node everybody is, or to which they come next, at any moment of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import Event, Status
from patrolsim.network.streets import NO_NODE

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.eventlog import EventLog, LegTable
    from patrolsim.metrics.facts import WorldFacts

    Ints = npt.NDArray[np.int64]


class WaypointTable:
    """Where each volunteer gets to, and when, in one order by (volunteer, time)."""

    def __init__(self, log: EventLog, world: WorldFacts) -> None:
        self._span = log.horizon_us + 1
        homes = [person.base.nodes[person.mode] for person in world.volunteers]
        self._base = np.array(homes, np.int64)
        self._keys, self._nodes = self._walks(log, world)
        self._starts = self._start_keys(log)

    def nodes_at(self, people: Ints, time_us: int) -> Ints:
        """Return the node of each of these people: on a street, the node at its end.

        Everybody starts a shift at their own base.
        """
        wanted = people * self._span + time_us
        step = np.searchsorted(self._keys, wanted, side="right") - 1
        start = np.searchsorted(self._starts, wanted, side="right") - 1
        if not self._nodes.size:
            return self._base[people]
        step_key = self._keys[np.maximum(step, 0)]
        has_walked = (step >= 0) & (step_key // self._span == people)
        if self._starts.size:
            start_key = np.where(start >= 0, self._starts[np.maximum(start, 0)], -1)
            has_walked &= step_key >= start_key
        node = np.where(has_walked, self._nodes[np.maximum(step, 0)], NO_NODE)
        return np.where(node >= 0, node, self._base[people])

    def _walks(self, log: EventLog, world: WorldFacts) -> tuple[Ints, Ints]:
        """Return when each step begins, as (volunteer, time), and the node at its end."""
        legs = log.legs
        steps = np.diff(legs.first_step)
        leg = np.repeat(np.arange(steps.size), steps)
        begins_us = np.empty(legs.step_end_us.size, np.int64)
        begins_us[1:] = legs.step_end_us[:-1]
        begins_us[legs.first_step[:-1][steps > 0]] = legs.start_us[steps > 0]
        walked = begins_us < np.maximum(legs.end_us, legs.start_us + 1)[leg]
        nodes = _step_nodes(legs, world, leg)
        keys = legs.volunteer_id[leg[walked]] * self._span + begins_us[walked]
        order = np.argsort(keys, kind="stable")
        return keys[order], nodes[walked][order]

    def _start_keys(self, log: EventLog) -> Ints:
        """Return when people come on duty, as (volunteer, time): a shift after being off duty."""
        events = log.events
        changes = np.flatnonzero(events.event == Event.STATUS)
        order = changes[np.argsort(events.volunteer_id[changes], kind="stable")]
        status, who = events.detail[order], events.volunteer_id[order]
        before = np.append(int(Status.OFF_DUTY), status[:-1])
        before[np.append(True, who[1:] != who[:-1])[: who.size]] = int(Status.OFF_DUTY)
        begins = (before == Status.OFF_DUTY) & (status != Status.OFF_DUTY)
        keys: Ints = who[begins] * self._span + events.time_us[order][begins]
        return keys


def _step_nodes(legs: LegTable, world: WorldFacts, leg: Ints) -> Ints:
    """Return the node at the end of each step; off the streets, the node before or after it."""
    streets, arc = world.streets, legs.step_arc
    if not arc.size:
        return np.zeros(0, np.int64)
    is_street = arc >= 0
    at = np.maximum(arc, 0)
    head = np.where(is_street, streets.head[at] if streets.head.size else -1, -1).astype(np.int64)
    tail = np.where(is_street, streets.tail[at] if streets.tail.size else -1, -1).astype(np.int64)
    rows = np.arange(arc.size)
    before = np.maximum.accumulate(np.where(is_street, rows, -1))
    after = np.minimum.accumulate(np.where(is_street, rows, arc.size)[::-1])[::-1]
    has_before = (before >= 0) & (leg[np.maximum(before, 0)] == leg)
    has_after = (after < arc.size) & (leg[np.minimum(after, arc.size - 1)] == leg)
    from_after = np.where(has_after, tail[np.minimum(after, arc.size - 1)], -1)
    return np.where(has_before, head[np.maximum(before, 0)], from_after)
