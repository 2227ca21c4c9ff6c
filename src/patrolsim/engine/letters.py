"""Letters: what lies in a box is known when a round has emptied it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from patrolsim.demand.letters import box_of, boxes_of
from patrolsim.eventlog import NEVER_US, Known

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.demand.letters import Point
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.present import IncidentState
    from patrolsim.world import World


class Letters:
    """Keeps the letters that wait, by the kind of the round and the box."""

    def __init__(self, world: World, clock: Clock, fetched: Callable[..., None]) -> None:
        self._round_of = world.rounds
        self._boxes = {
            index: boxes_of(world.kinds[index], world.places)
            for index in set(world.rounds.values())
        }
        self._clock = clock
        self._fetched = fetched
        self._waiting: dict[tuple[int, Point], list[IncidentState]] = defaultdict(list)

    def post(self, incident: IncidentState) -> None:
        """Put a letter into the box nearest to where it is written; anything else is passed over.

        Until the time comes at which it is posted, no round finds it.
        """
        if incident.row.particulars.posted_us == NEVER_US:
            return
        number = self._round_of[incident.row.kind]
        box = box_of(incident.row, self._boxes[number])
        self._waiting[number, box].append(incident)

    def empty(self, done: IncidentState) -> None:
        """Let a round, whose stage is done, bring what was posted before to its box."""
        if done.row.kind not in self._boxes or done.place is None:
            return
        key = done.row.kind, (done.place.x, done.place.y)
        waiting, now_us = self._waiting[key], self._clock.now_us
        posted = [one for one in waiting if one.row.particulars.posted_us < now_us]
        self._waiting[key] = [one for one in waiting if one not in posted]
        for letter in posted:
            self._fetched(letter, how=Known.FETCHED)
