"""How those were looked for who were lost: found or not, how soon, at what cost of people's time.

A search counts from the moment at which its incident became known, whoever was looking by then.
Who was not found, or not found by the end of the run, is kept as a time that is longer than any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NEVER_US, Event, Status
from patrolsim.units import US_PER_S, to_us

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.incidents import Kind
    from patrolsim.metrics.facts import WorldFacts
    from patrolsim.metrics.incidents import IncidentRows

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Searches:
    """The searches of one kind of incident.

    Attributes
    ----------
    found_s
        Time from known to found of each known incident, rising; infinite where nobody was found.
    with_target, within_target
        How many have a time in which they should be found, and how many of these were.
    searched_s
        Person-seconds at work until they were found or given up, ways from street to street
        included, those to the last known place not.
    """

    found_s: Floats
    with_target: int
    within_target: int
    searched_s: float

    @classmethod
    def none(cls) -> Searches:
        """Return the searches of a kind for which nobody ever looked."""
        return cls(found_s=np.empty(0), with_target=0, within_target=0, searched_s=0.0)

    @property
    def known(self) -> int:
        """How many there are."""
        return self.found_s.size

    @property
    def found(self) -> int:
        """How many were found."""
        return int(np.count_nonzero(np.isfinite(self.found_s)))


def measure_searches(rows: IncidentRows, log: EventLog, world: WorldFacts) -> dict[str, Searches]:
    """Return the searches of each kind that has some; an empty mapping where nobody is looked for.

    Parameters
    ----------
    rows
        The incidents; those of the warm-up and those that nobody knows do not count.
    log, world
        What happened, and what is known of the kinds.
    """
    kinds = [number for number, kind in enumerate(world.kinds) if _searches(kind)]
    if not kinds:
        return {}
    found_us = _found_us(rows, log)
    at_work_us = _searched_us(rows, log, world)
    counted = rows.is_counted & (rows.known_us < NEVER_US)
    return {
        world.kinds[number].name: _of_kind(
            world.kinds[number],
            rows.known_us,
            found_us,
            at_work_us,
            counted & (rows.kind == number),
        )
        for number in kinds
        if (counted & (rows.kind == number)).any()
    }


def _searches(kind: Kind) -> bool:
    return any(stage.search is not None for stage in kind.stages)


def _of_kind(
    kind: Kind, known_us: Ints, found_us: Ints, at_work_us: Ints, chosen: npt.NDArray[np.bool_]
) -> Searches:
    spans_us = np.where(found_us < NEVER_US, found_us - known_us, NEVER_US)[chosen]
    targets = [stage.search.target_s for stage in kind.stages if stage.search is not None]
    target_us = NEVER_US if targets[0] is None else to_us(targets[0])
    has_target = target_us < NEVER_US
    found_s = np.where(spans_us < NEVER_US, spans_us / US_PER_S, np.inf)
    return Searches(
        found_s=np.sort(found_s),
        with_target=int(chosen.sum()) if has_target else 0,
        within_target=int(np.count_nonzero(spans_us <= target_us)) if has_target else 0,
        searched_s=float(at_work_us[chosen].sum()) / US_PER_S,
    )


def _found_us(rows: IncidentRows, log: EventLog) -> Ints:
    """Return when somebody was first found, by incident."""
    events = log.events
    found = np.full(len(rows.incident_id), NEVER_US, np.int64)
    row_of = {number: row for row, number in enumerate(rows.incident_id.tolist())}
    chosen = np.flatnonzero(events.event == Event.FOUND)
    columns = events.incident_id[chosen].tolist(), events.time_us[chosen].tolist()
    for number, time_us in zip(*columns, strict=True):
        found[row_of[number]] = min(int(found[row_of[number]]), time_us)
    return found


def _searched_us(rows: IncidentRows, log: EventLog, world: WorldFacts) -> Ints:
    """Return the person-microseconds at work in stages that are searches, by incident.

    Work of such a stage lies between the rows of its start, and of its pause or end.
    """
    row_of = {number: row for row, number in enumerate(rows.incident_id.tolist())}
    reader = _Reader(row_of, rows.kind.tolist(), world)
    events = log.events
    columns = events.time_us, events.event, events.incident_id, events.volunteer_id, events.detail
    kept = np.isin(events.event, _READ)
    for numbers in zip(*(column[kept].tolist() for column in columns), strict=True):
        reader.read(*numbers)
    reader.end(log.horizon_us)
    return np.array(reader.total_us, np.int64)


_READ = [Event.STAGE_STARTED, Event.STAGE_PAUSED, Event.STAGE_ENDED, Event.STATUS, Event.CLOSED]


class _Reader:
    """Adds up the time of those who are at work on a search, row by row."""

    def __init__(self, row_of: dict[int, int], kinds: list[int], world: WorldFacts) -> None:
        self._row_of, self._kinds, self._world = row_of, kinds, world
        self.total_us = [0] * len(row_of)
        self._searching: set[int] = set()
        self._at_work: dict[int, tuple[int, int]] = {}

    def read(self, time_us: int, event: int, incident: int, volunteer: int, detail: int) -> None:
        """Take note of a row."""
        if event == Event.STATUS:
            self._leave(volunteer, time_us)
            if detail == Status.AT_WORK and incident in self._row_of:
                self._at_work[volunteer] = incident, time_us
            return
        self._settle(incident, time_us)
        stages = self._world.kinds[self._kinds[self._row_of[incident]]].stages
        if event == Event.STAGE_STARTED and stages[detail].search is not None:
            self._searching.add(incident)
        else:
            self._searching.discard(incident)

    def end(self, time_us: int) -> None:
        """Count what lasts until the end."""
        for volunteer in list(self._at_work):
            self._leave(volunteer, time_us)

    def _leave(self, volunteer: int, time_us: int) -> None:
        incident, since_us = self._at_work.pop(volunteer, (-1, time_us))
        if incident in self._searching:
            self.total_us[self._row_of[incident]] += time_us - since_us

    def _settle(self, incident: int, time_us: int) -> None:
        """Count what has passed before the work on an incident changes."""
        for volunteer, (about, since_us) in self._at_work.items():
            if about == incident:
                if incident in self._searching:
                    self.total_us[self._row_of[incident]] += time_us - since_us
                self._at_work[volunteer] = about, time_us
