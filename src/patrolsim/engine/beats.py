"""Where patrols have been lately, for incidents that they would prevent or displace.

Only a scenario that assumes so keeps beats. A beat is a leg of a patrol and the stay at its end;
whether it came near a place is worked out when an incident asks, on the straight lines between
corners.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

from patrolsim.engine.positions import position
from patrolsim.eventlog import NOBODY, Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.demand.deterrence import Deterrable
    from patrolsim.demand.table import Incident
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.legs import Leg
    from patrolsim.engine.logbook import Logbook

Point = tuple[float, float]


@dataclass(slots=True, eq=False)
class Beat:
    """A leg of a patrol and the stay at its end; `until_us` is None while it lasts."""

    leg: Leg
    until_us: int | None = None


class Beats:
    """Remembers the beats of all patrols for as long as an incident may ask for them.

    Parameters
    ----------
    deterrable
        The incidents that ask, by number; at least one.
    clock, log
        Knows the time; is told what is prevented or displaced.
    """

    def __init__(self, deterrable: Mapping[int, Deterrable], clock: Clock, log: Logbook) -> None:
        self._deterrable = deterrable
        self._memory_us = max(one.memory_us for one in deterrable.values())
        self._clock, self._log = clock, log
        self._beats: deque[Beat] = deque()
        self._present: dict[int, Beat] = {}

    def sets_out(self, volunteer_id: int, leg: Leg) -> None:
        """Begin a beat; it ends the one before."""
        self.ends(volunteer_id)
        beat = Beat(leg)
        self._present[volunteer_id] = beat
        self._beats.append(beat)

    def ends(self, volunteer_id: int) -> None:
        """End the present beat of somebody, if any."""
        beat = self._present.pop(volunteer_id, None)
        if beat is not None:
            beat.until_us = self._clock.now_us

    def what_happens(self, row: Incident) -> Incident | None:
        """Return what happens instead of an incident that was drawn; None for nothing."""
        case = self._deterrable.get(row.incident_id)
        if case is None or not self._was_near(row, case):
            return row
        event = Event.PREVENTED if case.elsewhere is None else Event.DISPLACED
        self._log.write((self._clock.now_us, event, row.incident_id, NOBODY, row.kind))
        return case.moved(row)

    def _was_near(self, row: Incident, case: Deterrable) -> bool:
        now_us = self._clock.now_us
        self._forget(now_us - self._memory_us)
        since_us = now_us - case.memory_us
        return any(
            _comes_within(beat, (row.x, row.y), case.radius_m, (since_us, now_us))
            for beat in self._beats
        )

    def _forget(self, before_us: int) -> None:
        """Drop the oldest beats that nobody asks for any more; one that lasts keeps the rest."""
        beats = self._beats
        while beats and beats[0].until_us is not None and beats[0].until_us < before_us:
            beats.popleft()


def _comes_within(beat: Beat, place: Point, radius_m: float, span_us: tuple[int, int]) -> bool:
    """Whether a beat comes within a radius of a place in a span of time, ends included."""
    leg, until_us = beat.leg, beat.until_us
    first_us = max(leg.start_us, span_us[0])
    last_us = span_us[1] if until_us is None else min(until_us, span_us[1])
    if first_us > last_us:
        return False
    corners_us = (end_us for end_us in leg.ends_us if first_us < end_us < last_us)
    times_us = (first_us, *corners_us, last_us)
    points = [position(leg.ground, leg, time_us) for time_us in times_us]
    return any(_distance_m(place, a, b) <= radius_m for a, b in pairwise(points))


def _distance_m(place: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from a line between two points."""
    (x, y), (x1, y1), (x2, y2) = place, start, end
    length2 = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = 0.0 if length2 == 0 else ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length2
    share = min(max(share, 0.0), 1.0)
    return hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1))
