"""Streets that change: at the right moments, and those under way plan anew for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NOBODY, Event, Purpose, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.audit.findings import Findings
    from patrolsim.audit.records import Row, Scene
    from patrolsim.eventlog import EventLog
    from patrolsim.world import World

UNDER_WAY = frozenset({Status.ON_THE_WAY, Status.PATROLLING, Status.GOING_TO_POST})
PURPOSES = {Status.PATROLLING: Purpose.PATROL, Status.GOING_TO_POST: Purpose.TO_POST}


def judge_changes(world: World, log: EventLog, findings: Findings) -> None:
    """Check that the streets change when the scenario says so, and never else."""
    events = log.events
    is_change = np.isin(events.event, [Event.INTERVENTION_BEGAN, Event.INTERVENTION_ENDED])
    columns = (events.time_us, events.event, events.detail)
    told = list(zip(*(column[is_change].tolist() for column in columns), strict=True))
    due = _changes_due(world)
    for row in sorted(set(told) ^ set(due)):
        findings.add("changes of the streets", row[0], f"{Event(row[1]).name} {row[2]}")
    if len(told) != len(set(told)):
        findings.add("changes of the streets", 0, "one is told twice")


def read_change(scene: Scene, row: Row) -> None:
    """Pass over what `judge_changes` has judged."""


def read_planned_anew(scene: Scene, row: Row) -> None:
    """Check that somebody under way plans anew when the streets change; expect them by then."""
    person = scene.people[row.volunteer_id]
    is_change = scene.now_us in scene.whereabouts.eras.starts_us
    is_searching = person.case is not None and person.case.hunt is not None
    if is_change and is_searching and person.status == Status.AT_WORK:
        return
    if not is_change or person.status not in UNDER_WAY:
        scene.find("planned anew", f"volunteer {person.id} has no reason to")
        return
    case = person.case
    number = NOBODY if case is None else case.id
    if row.incident_id != number:
        scene.find("planned anew", f"volunteer {person.id} goes for incident {row.incident_id}")
    escorts = Purpose.TO_PLACE if person.is_escorting else Purpose.TO_SCENE
    purpose = PURPOSES.get(Status(person.status), escorts)
    leg = scene.whereabouts.next_leg(person.id, scene.now_us, number, purpose)
    if leg is None:
        scene.find("planned anew", f"volunteer {person.id} sets out on no leg")
    elif case is not None:
        if person.leg is not None and leg.target != person.leg.target:
            scene.find("planned anew", f"volunteer {person.id} goes to another place")
        person.leg, person.due_us = leg, leg.planned_us
        scene.expect(leg.planned_us, person_id=person.id)


def _changes_due(world: World) -> list[tuple[int, int, int]]:
    """Return (time, event, number) of each change within the period."""
    found = []
    active: tuple[int, ...] = ()
    for phase in world.phases:
        if phase.start_us <= world.horizon_us:
            ended, began = set(active) - set(phase.active), set(phase.active) - set(active)
            found += [(phase.start_us, int(Event.INTERVENTION_ENDED), one) for one in ended]
            found += [(phase.start_us, int(Event.INTERVENTION_BEGAN), one) for one in began]
            active = phase.active
    return found


CHANGE_READERS: dict[int, Callable[[Scene, Row], None]] = {
    Event.INTERVENTION_BEGAN: read_change,
    Event.INTERVENTION_ENDED: read_change,
    Event.PLANNED_ANEW: read_planned_anew,
}
