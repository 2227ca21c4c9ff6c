"""One row per incident that occurred: its clocks, its end, and who came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NEVER_US, NOBODY, Event, Release
from patrolsim.incidents import FOLLOW_UP_STRIDE, Outcome, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from patrolsim.eventlog import EventLog, EventTable, LegTable
    from patrolsim.metrics.facts import WorldFacts

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]

NO_PLACE = ""
"""In `IncidentRows.place`: nothing was brought to another place."""
LEFT_AT_THE_END = (Release.DONE, Release.GAVE_UP, Release.NOT_NEEDED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncidentRows:
    """Columns of one length, in the order in which the incidents occurred.

    Times are microseconds since the start of the period, `NEVER_US` where it did not happen.
    Each clock shows the first time that it happened.

    Attributes
    ----------
    incident_id
        Its number; follow-ups have numbers from `FOLLOW_UP_STRIDE` on.
    label
        The planner's own number in a replay, else empty.
    kind, priority, x, y
        Index of its kind; priority; where it happened, metres.
    occurred_us, known_us, queued_us, assigned_us, departed_us, first_on_scene_us, quorum_us
        The clocks up to the first stage. An incident that never waited has no `queued_us`.
    place_arrival_us, place
        When somebody first reached the place of a transport or an escort, and its name; an
        address has none.
    closed_us, outcome
        When it ended and how; an incident open at the end of the run is unserved.
    volunteer_ids
        Who came, or was assigned at the end; in the order in which they were first assigned.
    first_volunteer, travel_us
        Who was first on scene (`NOBODY`), and how long their way took.
    is_counted
        Whether it occurred after the warm-up: only these enter summaries.
    """

    incident_id: Ints
    label: tuple[str, ...]
    kind: Ints
    priority: Ints
    x: Floats
    y: Floats
    occurred_us: Ints
    known_us: Ints
    queued_us: Ints
    assigned_us: Ints
    departed_us: Ints
    first_on_scene_us: Ints
    quorum_us: Ints
    place_arrival_us: Ints
    place: tuple[str, ...]
    closed_us: Ints
    outcome: Ints
    volunteer_ids: tuple[tuple[int, ...], ...]
    first_volunteer: Ints
    travel_us: Ints
    is_counted: Bools

    @property
    def response_us(self) -> Ints:
        """Time from known to first on scene; `NEVER_US` where nobody came."""
        return _between(self.known_us, self.first_on_scene_us)

    @property
    def waiting_us(self) -> Ints:
        """Time from queued to assigned, 0 for who never waited; `NEVER_US` if never assigned."""
        waited = _between(self.queued_us, self.assigned_us)
        is_assigned = self.assigned_us < NEVER_US
        never_waited = is_assigned & (self.queued_us >= self.assigned_us)
        return np.where(never_waited, 0, np.where(is_assigned, waited, NEVER_US))


def incident_table(log: EventLog, world: WorldFacts) -> IncidentRows:
    """Return what became of every incident that occurred during a run."""
    events = log.events
    happened = np.flatnonzero(events.event == Event.OCCURRED)
    numbers = events.incident_id[happened]
    finder = _RowFinder(numbers)
    root = np.searchsorted(world.incidents.incident_id, numbers % FOLLOW_UP_STRIDE)
    kind = events.detail[happened]
    first_arrival = finder.first_rows(events, Event.ARRIVED)
    closing = finder.first_rows(events, Event.CLOSED)
    closed_us = _pick(events.time_us, closing, NEVER_US)
    first_volunteer = _pick(events.volunteer_id, first_arrival, NOBODY)
    occurred_us = events.time_us[happened]
    place_arrival_us, place = _places(log, world, finder, kind)
    x, y = _where(log, world, root)
    return IncidentRows(
        incident_id=numbers,
        label=tuple(_labels(world, numbers, root)),
        kind=kind,
        priority=_priorities(world, numbers, kind, root),
        x=x,
        y=y,
        occurred_us=occurred_us,
        known_us=finder.first_times(events, Event.KNOWN),
        queued_us=finder.first_times(events, Event.QUEUED),
        assigned_us=finder.first_times(events, Event.ASSIGNED),
        departed_us=finder.first_times(events, Event.DEPARTED),
        first_on_scene_us=_pick(events.time_us, first_arrival, NEVER_US),
        quorum_us=finder.first_times(events, Event.QUORUM),
        place_arrival_us=place_arrival_us,
        place=place,
        closed_us=closed_us,
        outcome=_pick(events.detail, closing, int(Outcome.UNSERVED)),
        volunteer_ids=_people(events, finder, closed_us),
        first_volunteer=first_volunteer,
        travel_us=_travel_us(events, first_arrival),
        is_counted=occurred_us >= world.warm_up_us,
    )


def _where(log: EventLog, world: WorldFacts, root: Ints) -> tuple[Floats, Floats]:
    """Return where incidents happened: as drawn, unless a patrol has driven them elsewhere."""
    x, y = world.incidents.x, world.incidents.y
    if world.deterrable:
        x, y = x.copy(), y.copy()
        moved = log.events.incident_id[log.events.event == Event.DISPLACED]
        for number in moved.tolist():
            place = world.deterrable[number].elsewhere
            if place is not None:
                x[number], y[number] = place.x, place.y
    return x[root], y[root]


class _RowFinder:
    """Finds the row of an incident by its number."""

    def __init__(self, numbers: Ints) -> None:
        self._order = np.argsort(numbers, kind="stable")
        self._sorted = numbers[self._order]
        self.size = numbers.size

    def rows_of(self, numbers: Ints) -> Ints:
        """Return the row of each number; all of them must have occurred."""
        return self._order[np.searchsorted(self._sorted, numbers)]

    def first_rows(self, events: EventTable, event: Event) -> Ints:
        """Return for each incident the first row of the log with this event, or -1."""
        return self.first_of(events, np.flatnonzero(events.event == event))

    def first_of(self, events: EventTable, chosen: Ints) -> Ints:
        """Return for each incident the first of the chosen rows of the log, or -1."""
        found = np.full(self.size, -1, np.int64)
        found[self.rows_of(events.incident_id[chosen])[::-1]] = chosen[::-1]
        return found

    def first_times(self, events: EventTable, event: Event) -> Ints:
        """Return for each incident when this first happened, or `NEVER_US`."""
        return _pick(events.time_us, self.first_rows(events, event), NEVER_US)


def _pick(column: Ints, rows: Ints, missing: int) -> Ints:
    if column.size == 0:
        return np.full(rows.size, missing, np.int64)
    return np.where(rows >= 0, column[np.maximum(rows, 0)], missing)


def _between(start_us: Ints, end_us: Ints) -> Ints:
    happened = (start_us < NEVER_US) & (end_us < NEVER_US)
    return np.where(happened, end_us - start_us, NEVER_US)


def _labels(world: WorldFacts, numbers: Ints, root: Ints) -> list[str]:
    """Return the planner's own numbers; a follow-up has none, it was never recorded."""
    labels = world.incidents.label
    rows = zip(numbers.tolist(), root.tolist(), strict=True)
    return [labels[row] if number < FOLLOW_UP_STRIDE else "" for number, row in rows]


def _priorities(world: WorldFacts, numbers: Ints, kind: Ints, root: Ints) -> Ints:
    of_kind = np.array([each.priority for each in world.kinds], np.int64)
    return np.where(numbers < FOLLOW_UP_STRIDE, world.incidents.priority[root], of_kind[kind])


def _travel_us(events: EventTable, first_arrival: Ints) -> Ints:
    """Return how long the way of the first on scene took, from their last departure."""
    key = _pair_key(events)
    departures = np.flatnonzero(events.event == Event.DEPARTED)
    order = departures[np.lexsort((departures, key[departures]))]
    arrived = np.maximum(first_arrival, 0)
    travel_us = np.full(first_arrival.size, NEVER_US, np.int64)
    if not order.size:
        return travel_us
    # The last departure of the same person for the same incident before the arrival.
    before = _last_before(key[order], order, key[arrived], arrived)
    happened = (first_arrival >= 0) & (before >= 0)
    happened &= key[order[np.maximum(before, 0)]] == key[arrived]
    departed_us = events.time_us[order[np.maximum(before, 0)]]
    return np.where(happened, events.time_us[arrived] - departed_us, travel_us)


def _last_before(keys: Ints, rows: Ints, key: Ints, row: Ints) -> Ints:
    """Return the last position with (keys, rows) < (key, row), both sorted, or -1."""
    start = np.searchsorted(keys, key, side="left")
    end = np.searchsorted(keys, key, side="right")
    found = [
        first + np.searchsorted(rows[first:last], at) - 1 if last > first else -1
        for first, last, at in zip(start.tolist(), end.tolist(), row.tolist(), strict=True)
    ]
    return np.array(found, np.int64)


def _pair_key(events: EventTable) -> Ints:
    """Return one number per (incident, volunteer): the volunteers' numbers are the low digits."""
    base = int(events.volunteer_id.max(initial=0)) + 2
    _, incident = np.unique(events.incident_id, return_inverse=True)
    return incident.astype(np.int64) * base + events.volunteer_id + 1


def _people(
    events: EventTable, finder: _RowFinder, closed_us: Ints
) -> tuple[tuple[int, ...], ...]:
    """Return for each incident who came or was assigned at the end."""
    key = _pair_key(events)
    asked = np.flatnonzero(events.event == Event.ASSIGNED)
    arrived = np.flatnonzero(events.event == Event.ARRIVED)
    left = _left_early(events, finder, closed_us)
    came = set(key[arrived].tolist())
    last_asked = dict(zip(key[asked].tolist(), asked.tolist(), strict=True))
    last_left = dict(zip(key[left].tolist(), left.tolist(), strict=True))
    found: list[dict[int, None]] = [{} for _ in range(finder.size)]
    columns = (key[asked], finder.rows_of(events.incident_id[asked]), events.volunteer_id[asked])
    for pair, row, who in zip(*(column.tolist() for column in columns), strict=True):
        if pair in came or last_left.get(pair, -1) < last_asked[pair]:
            found[row][who] = None
    return tuple(tuple(people) for people in found)


def _left_early(events: EventTable, finder: _RowFinder, closed_us: Ints) -> Ints:
    """Return the rows in which somebody leaves an incident before it ends."""
    left = np.flatnonzero(events.event == Event.RELEASED)
    end_us = closed_us[finder.rows_of(events.incident_id[left])]
    at_the_end = (events.time_us[left] == end_us) & np.isin(events.detail[left], LEFT_AT_THE_END)
    early: Ints = left[~at_the_end]
    return early


def _places(
    log: EventLog, world: WorldFacts, finder: _RowFinder, kind: Ints
) -> tuple[Ints, tuple[str, ...]]:
    """Return when each incident was first brought to a place, and where that is."""
    events = log.events
    arrivals = np.flatnonzero(events.event == Event.ARRIVED)
    kinds = kind[finder.rows_of(events.incident_id[arrivals])]
    is_there = _stages_elsewhere(world)[kinds, events.detail[arrivals]]
    first = finder.first_of(events, arrivals[is_there])
    return _pick(events.time_us, first, NEVER_US), tuple(_place_names(log, world, first))


def _stages_elsewhere(world: WorldFacts) -> Bools:
    """Say for each kind and stage whether people are brought to another place for it."""
    width = max(len(kind.stages) for kind in world.kinds)
    found = np.zeros((len(world.kinds), width), np.bool_)
    for row, kind in enumerate(world.kinds):
        for column, stage in enumerate(kind.stages):
            found[row, column] = stage.where in {Where.NEAREST, Where.ADDRESS}
    return found


def _place_names(log: EventLog, world: WorldFacts, arrivals: Ints) -> Iterator[str]:
    """Yield the name of the place that was reached with each of these rows of the log."""
    events, legs = log.events, log.legs
    goals = _goals(legs, np.isin(legs.incident_id, events.incident_id[arrivals[arrivals >= 0]]))
    named = {
        (stop.x, stop.y): name if len(stops) == 1 else f"{name} {number}"
        for name, stops in reversed(tuple(world.places.items()))
        for number, stop in enumerate(stops, 1)
    }
    for row in arrivals.tolist():
        if row < 0:
            yield NO_PLACE
            continue
        arrival = (int(events.volunteer_id[row]), int(events.time_us[row]))
        yield named.get(goals.get(arrival, (np.nan, np.nan)), NO_PLACE)


def _goals(legs: LegTable, chosen: Bools) -> dict[tuple[int, int], tuple[float, float]]:
    """Return where the chosen legs lead, by (volunteer, end)."""
    columns = (legs.volunteer_id, legs.end_us, legs.to_x, legs.to_y)
    rows = zip(*(column[chosen].tolist() for column in columns), strict=True)
    return {(volunteer, end_us): (x, y) for volunteer, end_us, x, y in rows}
