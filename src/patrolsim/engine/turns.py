"""What the calendar changes in people: a new week begins, newcomers have learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.clock import Rank
from patrolsim.units import DAY_S, to_us
from patrolsim.volunteers.habits import WEEK_US

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from patrolsim.engine.clock import Clock
    from patrolsim.engine.present import VolunteerState
    from patrolsim.engine.state import State


def first_monday_us(start: datetime) -> int:
    """Return the first Monday 00:00 after the start of a period, in microseconds from it."""
    since_monday_s = start.weekday() * DAY_S + start.hour * 3600 + start.minute * 60
    since_monday_us = to_us(since_monday_s + start.second) + start.microsecond
    return WEEK_US - since_monday_us


class Turns:
    """Tells people of whom the calendar changes something; without any it does nothing."""

    def __init__(self, state: State, clock: Clock, serve_queue: Callable[[], None]) -> None:
        self._state = state
        self._clock = clock
        self._serve_queue = serve_queue
        self._limited = [who for who in state.volunteers if who.week is not None]

    def schedule(self, start: datetime, horizon_us: int) -> None:
        """Plan the next Monday, and the days on which newcomers have learnt."""
        if self._limited:
            self._clock.at(first_monday_us(start), Rank.SHIFT_STARTS, self._week_begins)
        for volunteer in self._state.volunteers:
            if 0 < volunteer.person.learns_us <= horizon_us:
                learns_us = volunteer.person.learns_us
                self._clock.at(learns_us, Rank.SHIFT_STARTS, self._has_learnt, volunteer)

    def _week_begins(self) -> None:
        for volunteer in self._limited:
            self._state.begin_week(volunteer)
        next_us = self._clock.now_us + WEEK_US
        self._clock.at(next_us, Rank.SHIFT_STARTS, self._week_begins)
        self._serve_queue()

    def _has_learnt(self, volunteer: VolunteerState) -> None:
        self._state.learn(volunteer)
        self._serve_queue()
