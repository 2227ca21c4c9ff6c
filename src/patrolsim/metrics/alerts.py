"""What became of asking people who may decline, and how often each was asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import AlertEnd, Event, Release
from patrolsim.volunteers.habits import WEEK_US

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.eventlog import EventLog
    from patrolsim.metrics.facts import WorldFacts

IN_VAIN = (Release.DONE, Release.GAVE_UP, Release.NOT_NEEDED)
"""Whoever is let go for one of these, and was not on scene, has set out for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Counts of alerts: questions to people who may decline, by an alerts policy or one by one.

    Attributes
    ----------
    sent
        How often somebody was asked.
    accepted, declined, not_heard, withdrawn
        What became of it; withdrawn: nobody waited for the answer any more.
    needless
        How many who had accepted were let go before they were on scene, because the incident or
        the stage went on without them.
    volunteer_weeks
        Weeks that people who may decline belonged to their team, all of them together.
    """

    sent: int
    accepted: int
    declined: int
    not_heard: int
    withdrawn: int
    needless: int
    volunteer_weeks: float


def count_alerts(log: EventLog, world: WorldFacts, *, from_us: int = 0) -> Alerts | None:
    """Return what became of the alerts of a run.

    None where nobody was alerted and no team says more of being asked than its acceptance.

    Parameters
    ----------
    log, world
        The run, and the world in which it happened.
    from_us
        Only what happens from this moment on counts.
    """
    may_decline = [person.may_decline for person in world.volunteers]
    has_habits = any(person.habits is not None for person in world.volunteers)
    if not has_habits and not np.any(log.events.event == Event.ALERTED):
        return None
    tally = _Tally()
    for time_us, event, who, detail in _rows(log):
        if may_decline[who]:
            what = tally.read(event, who, detail)
            tally.counts.update(what if time_us >= from_us else ())
    weeks_us = [
        max(log.horizon_us - max(person.joins_us, from_us), 0)
        for person in world.volunteers
        if person.may_decline
    ]
    words = ("sent", "accepted", "declined", "not_heard", "withdrawn", "needless")
    counts = {word: tally.counts[word] for word in words}
    return Alerts(**counts, volunteer_weeks=sum(weeks_us) / WEEK_US)


def _rows(log: EventLog) -> list[tuple[int, int, int, int]]:
    events = log.events
    chosen = np.isin(events.event, [int(event) for event in _READERS])
    columns = events.time_us, events.event, events.volunteer_id, events.detail
    return list(zip(*(column[chosen].tolist() for column in columns), strict=True))


class _Tally:
    """Follows each person from the question to the scene."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._asked: set[int] = set()
        self._accepted: set[int] = set()
        self._going: set[int] = set()

    def read(self, event: int, who: int, detail: int) -> tuple[str, ...]:
        """Return what a row adds to the counts."""
        return _READERS[event](self, who, detail)

    def alert(self, _who: int, _detail: int) -> tuple[str, ...]:
        return ("sent",)

    def decline(self, who: int, _detail: int) -> tuple[str, ...]:
        self._asked.discard(who)
        return ("declined",)

    def arrive(self, who: int, _detail: int) -> tuple[str, ...]:
        self._going.discard(who)
        return ()

    def end_alert(self, who: int, detail: int) -> tuple[str, ...]:
        if detail == AlertEnd.ACCEPTED:
            self._accepted.add(who)
        return (AlertEnd(detail).name.lower(),)

    def assign(self, who: int, _detail: int) -> tuple[str, ...]:
        if who in self._accepted:
            self._accepted.discard(who)
            self._going.add(who)
            return ()
        self._asked.add(who)
        return ("sent",)

    def accept(self, who: int, _detail: int) -> tuple[str, ...]:
        """Take a departure for the answer of somebody who was asked by being sent."""
        if who not in self._asked:
            return ()
        self._asked.discard(who)
        self._going.add(who)
        return ("accepted",)

    def release(self, who: int, detail: int) -> tuple[str, ...]:
        if who in self._going:
            self._going.discard(who)
            return ("needless",) if detail in IN_VAIN else ()
        if who not in self._asked:
            return ()
        self._asked.discard(who)
        return ("not_heard",) if detail == Release.NOT_HEARD else ("withdrawn",)


_READERS: dict[int, Callable[[_Tally, int, int], tuple[str, ...]]] = {
    Event.ALERTED: _Tally.alert,
    Event.ALERT_ENDED: _Tally.end_alert,
    Event.ASSIGNED: _Tally.assign,
    Event.DECLINED: _Tally.decline,
    Event.DEPARTED: _Tally.accept,
    Event.ARRIVED: _Tally.arrive,
    Event.RELEASED: _Tally.release,
}
