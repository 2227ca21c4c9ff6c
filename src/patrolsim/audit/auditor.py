"""Read a trace from beginning to end and say what cannot have happened.

The auditor was written from the rules, not from the engine: it has its own picture of every
incident and volunteer, its own shortest ways, and its own reading of who may do what.
"""

from __future__ import annotations

from datetime import timedelta
from heapq import heappop
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.audit.alert_rules import ALERT_READERS, judge_withdrawn
from patrolsim.audit.changes import CHANGE_READERS, judge_changes
from patrolsim.audit.choices import close_decision, judge_idleness
from patrolsim.audit.deterrence_rules import DETERRENCE_READERS
from patrolsim.audit.duty_rules import DUTY_READERS, judge_person
from patrolsim.audit.eras import Eras
from patrolsim.audit.findings import Findings
from patrolsim.audit.hunts import judge_hunts
from patrolsim.audit.incident_rules import INCIDENT_READERS
from patrolsim.audit.journeys import judge_legs, judge_steps
from patrolsim.audit.open_cases import judge_case, judge_end
from patrolsim.audit.records import FREE, Person, Row, Scene
from patrolsim.audit.request_rules import REQUEST_READERS
from patrolsim.audit.rules import AuditRules
from patrolsim.audit.volunteer_rules import VOLUNTEER_READERS
from patrolsim.audit.whereabouts import Whereabouts
from patrolsim.eventlog import NOBODY, AlertEnd, Event, Known, Lapse, Purpose, Status
from patrolsim.incidents import Outcome

if TYPE_CHECKING:
    from enum import IntEnum

    import numpy.typing as npt

    from patrolsim.eventlog import EventLog, EventTable
    from patrolsim.world import World

READERS = {
    **INCIDENT_READERS,
    **VOLUNTEER_READERS,
    **ALERT_READERS,
    **DUTY_READERS,
    **REQUEST_READERS,
}
BOOKING_EVENTS = (Event.BOOKED, Event.UNBOOKED)
OTHER_READERS = {**DUTY_READERS, **CHANGE_READERS, **DETERRENCE_READERS}
"""Of rows that need not concern an incident."""
SAME_DECISION = frozenset(
    {
        Event.ASSIGNED,
        Event.DEPARTED,
        Event.ARRIVED,
        Event.STATUS,
        Event.RELEASED,
        Event.STAGE_PAUSED,
        Event.STAGE_STARTED,
        Event.QUORUM,
        Event.STAKE_KEPT,
    }
)


def audit(world: World, log: EventLog, *, rules: AuditRules | None = None) -> tuple[str, ...]:
    """Return one sentence for each breach of the rules that the trace shows.

    Parameters
    ----------
    world
        The streets, people and incidents of the replication.
    log
        What the engine wrote.
    rules
        What the strategy promises; None for nothing but what holds for every run.

    Returns
    -------
    tuple of str
        Findings with time, rule, volunteer and incident; empty when the trace is sound. Of each
        rule the first twenty are told and the rest is counted. On large maps the comparisons
        with the fastest way and the nearest person look at a fixed sample.
    """
    findings = Findings()
    judge_form(world, log, findings)
    if findings.sentences():
        return findings.sentences()
    judge_changes(world, log, findings)
    scene = _set_scene(world, log, rules or AuditRules(), findings)
    _read_rows(scene, log)
    judge_end(scene, log)
    judge_hunts(scene)
    judge_steps(log.legs, world, findings)
    judge_legs(scene.whereabouts, world.streets, findings)
    return findings.sentences()


def judge_form(world: World, log: EventLog, findings: Findings) -> None:
    """Check what everything else relies on: the clock, the horizon, and ids that exist."""
    events, legs, shifts = log.events, log.legs, log.shifts
    people, arcs = len(world.volunteers), len(world.streets.tail)
    modes = len(world.streets.modes)
    of_their_own = (*REQUEST_READERS, *ALERT_READERS, *DETERRENCE_READERS, Event.FOUND)
    of_cases = [int(event) for event in of_their_own]
    needs_case = (events.event < Event.SHIFT_STARTED) | np.isin(events.event, of_cases)
    of_people = (*VOLUNTEER_READERS, *ALERT_READERS, *DUTY_READERS)
    personal = (*of_people, Event.PLANNED_ANEW, Event.FOUND, *BOOKING_EVENTS)
    needs_person = np.isin(events.event, [int(event) for event in personal])
    rules = {
        "the clock never goes back": np.diff(events.time_us, prepend=0) < 0,
        "nothing after the horizon": events.time_us > log.horizon_us,
        "known events": ~np.isin(events.event, [int(event) for event in Event]),
        "known states": _strange(events, Event.STATUS, Status),
        "known reports": _strange(events, Event.KNOWN, Known),
        "known ends of alerts": _strange(events, Event.ALERT_ENDED, AlertEnd),
        "known outcomes": _strange(events, Event.CLOSED, Outcome),
        "known lapses": _strange(events, Event.UNBOOKED, Lapse),
        "known purposes": ~np.isin(legs.purpose, [int(purpose) for purpose in Purpose]),
        "known volunteers": (events.volunteer_id < NOBODY) | (events.volunteer_id >= people),
        "an incident": needs_case & (events.incident_id < 0),
        "a volunteer": needs_person & (events.volunteer_id == NOBODY),
        "legs of known volunteers": (legs.volunteer_id < 0) | (legs.volunteer_id >= people),
        "legs of known modes": (legs.mode < 0) | (legs.mode >= modes),
        "legs have steps": np.diff(legs.first_step) < 1,
        "legs on known arcs": (legs.step_arc < -1) | (legs.step_arc >= arcs),
        "legs within the period": (legs.start_us < 0) | (legs.end_us > log.horizon_us),
        "shifts of known volunteers": (shifts.volunteer_id < 0) | (shifts.volunteer_id >= people),
    }
    for rule, broken in rules.items():
        for row in np.flatnonzero(broken).tolist():
            findings.add(rule, 0, f"row {row}")
    if log.horizon_us != world.horizon_us:
        findings.add("horizon of the world", log.horizon_us, "the log ends at another time")


def _strange(events: EventTable, event: Event, words: type[IntEnum]) -> npt.NDArray[np.bool_]:
    """Return where the detail of an event is none of its words."""
    is_event: npt.NDArray[np.bool_] = events.event == event
    return is_event & ~np.isin(events.detail, [int(word) for word in words])


def _set_scene(world: World, log: EventLog, rules: AuditRules, findings: Findings) -> Scene:
    table = world.incidents
    rows = (table.row(index) for index in range(len(table.incident_id)))
    shifts = log.shifts
    starts = zip(shifts.volunteer_id.tolist(), shifts.start_us.tolist(), strict=True)
    return Scene(
        world=world,
        rules=rules,
        findings=findings,
        whereabouts=Whereabouts(world, log.legs, Eras(world)),
        people=[Person(person, _first_monday_us(world)) for person in world.volunteers],
        facts={row.incident_id: row for row in rows},
        horizon_us=log.horizon_us,
        roster=dict(zip(starts, shifts.end_us.tolist(), strict=True)),
    )


def _first_monday_us(world: World) -> int:
    """Return the Monday 00:00 before the period starts, in microseconds from its start."""
    start = world.start
    since = timedelta(days=start.weekday(), hours=start.hour, minutes=start.minute)
    since += timedelta(seconds=start.second, microseconds=start.microsecond)
    return -(since // timedelta(microseconds=1))


def _read_rows(scene: Scene, log: EventLog) -> None:
    events = log.events
    columns = (
        events.time_us,
        events.event,
        events.incident_id,
        events.volunteer_id,
        events.detail,
    )
    for numbers in zip(*(column.tolist() for column in columns), strict=True):
        row = Row(*numbers)
        if row.time_us > scene.now_us:
            _pass_time(scene, row.time_us)
        _read_row(scene, row)
    _pass_time(scene, scene.horizon_us + 1)


def _read_row(scene: Scene, row: Row) -> None:
    if scene.chosen and _ends_decision(row):
        close_decision(scene)
    if row.volunteer_id != NOBODY:
        scene.touched_people[row.volunteer_id] = scene.people[row.volunteer_id]
    if row.event in OTHER_READERS:
        OTHER_READERS[row.event](scene, row)
        return
    case = scene.cases.get(row.incident_id)
    if case is None and row.event != Event.OCCURRED:
        scene.find("unknown incident", f"{Event(row.event).name} of incident {row.incident_id}")
        return
    if case is not None:
        scene.touched_cases[case.id] = case
        if case.closed_us is not None:
            scene.find("after its end", f"{Event(row.event).name} of incident {case.id}")
            return
    READERS[row.event](scene, row)


def _ends_decision(row: Row) -> bool:
    """Whether a row comes after whatever the policy knew when it chose."""
    becomes_free = row.event == Event.STATUS and row.detail in FREE
    return becomes_free or row.event not in SAME_DECISION


def _pass_time(scene: Scene, time_us: int) -> None:
    """Judge this instant at its end, then every instant up to a time at which something is due."""
    _judge_instant(scene)
    while scene.dues and scene.dues[0][0] < time_us:
        scene.now_us = scene.dues[0][0]
        _touch_due(scene)
        _judge_instant(scene)
    scene.now_us = time_us
    _touch_due(scene)


def _touch_due(scene: Scene) -> None:
    while scene.dues and scene.dues[0][0] <= scene.now_us:
        _time_us, case_id, person_id = heappop(scene.dues)
        if case_id in scene.cases:
            scene.touched_cases[case_id] = scene.cases[case_id]
        if person_id != NOBODY:
            scene.touched_people[person_id] = scene.people[person_id]


def _judge_instant(scene: Scene) -> None:
    if scene.chosen:
        close_decision(scene)
    for case in scene.touched_cases.values():
        judge_case(scene, case)
    for person in scene.touched_people.values():
        judge_person(scene, person)
    judge_withdrawn(scene)
    judge_idleness(scene)
    scene.touched_cases.clear()
    scene.touched_people.clear()
