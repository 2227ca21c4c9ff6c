"""Alerts and answers: who may be asked, what they answer, and when nobody waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.audit.fitness import why_unfit
from patrolsim.audit.records import FREE
from patrolsim.audit.stages import wake
from patrolsim.eventlog import AlertEnd, Event, Status
from patrolsim.volunteers.habits import Habits, draw_answer, willingness

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.audit.records import Case, Person, Row, Scene

NO_HABITS = Habits()


def read_alerted(scene: Scene, row: Row) -> None:
    """Check that whoever is asked is on shift, free, fit, and may say no."""
    case, person = scene.cases[row.incident_id], scene.people[row.volunteer_id]
    wake(scene, case)
    if row.detail != case.alerts:
        scene.find("number of the alert", f"incident {case.id}: {row.detail}, not {case.alerts}")
    case.alerts += 1
    if person.status not in FREE or person.case is not None or person.alert is not None:
        scene.find("one job at a time", f"volunteer {person.id} is asked and is not free")
        return
    reason = why_unfit(person, case, scene.now_us)
    if case.ready_us is None or scene.now_us < case.ready_us:
        reason = "before it is known and handled"
    elif not person.facts.may_decline:
        reason = "always goes and need not be asked"
    if reason is not None:
        scene.find("fit to be asked", f"volunteer {person.id} for incident {case.id}: {reason}")
    person.alert = case, case.stage
    person.note_question(scene.now_us)
    expect_answer(scene, case, person)


def read_alert_ended(scene: Scene, row: Row) -> None:
    """Check that an alert ends as drawn, or because it is not needed any more."""
    case, person = scene.cases[row.incident_id], scene.people[row.volunteer_id]
    if person.alert is None or person.alert[0] is not case:
        scene.find("answers unasked", f"volunteer {person.id}, incident {case.id}")
        return
    if row.detail == AlertEnd.WITHDRAWN:
        scene.withdrawn.append((person, *person.alert))
        person.drawn = None
    else:
        judge_answer(scene, person, row.detail)
    person.alert = None
    if row.detail == AlertEnd.ACCEPTED:
        person.accepted = case
    elif row.detail != AlertEnd.WITHDRAWN:
        case.declined.add(person.id)


def expect_answer(scene: Scene, case: Case, person: Person) -> None:
    """Work out what somebody who has been asked must answer, and when."""
    facts, key = person.facts, (case.id, person.id)
    habits = facts.habits or NO_HABITS
    person.drawn = draw_answer(habits, facts.answers_after, key, scene.world.streams)
    person.answers_us = scene.now_us + person.drawn.after_us
    if person.answers_us <= scene.horizon_us:
        scene.expect(person.answers_us, person_id=person.id)


def judge_answer(scene: Scene, person: Person, end: int) -> None:
    """Compare an answer with the one that was drawn."""
    drawn, person.drawn = person.drawn, None
    if drawn is None:
        return
    habits, now_us = person.facts.habits or NO_HABITS, scene.now_us
    chance = willingness(person.facts.acceptance, habits.tires, person.accepted_lately(now_us))
    expected = AlertEnd.ACCEPTED if drawn.reluctance < chance else AlertEnd.DECLINED
    expected = expected if drawn.is_heard else AlertEnd.NOT_HEARD
    if end != expected:
        word = expected.name.lower().replace("_", " ")
        scene.find("answers as drawn", f"volunteer {person.id}: drawn was {word}")
    if now_us != person.answers_us:
        due = f"due at {person.answers_us / 1e6:.6f} s"
        scene.find("answers as drawn", f"volunteer {person.id} answers at another moment, {due}")
    if end == AlertEnd.ACCEPTED:
        person.accepted_us.append(now_us)


def judge_waiting(scene: Scene, person: Person) -> None:
    """Check, at the end of an instant, that answers come in time and alerts have a purpose."""
    if person.drawn is not None and scene.now_us >= person.answers_us:
        scene.find("answers as drawn", f"volunteer {person.id} does not answer when it is due")
        person.drawn = None
    if person.accepted is not None:
        text = f"volunteer {person.id} accepts incident {person.accepted.id} and is not assigned"
        scene.find("who accepts goes", text)
        person.accepted = None
    if person.alert is None:
        return
    case, stage = person.alert
    if person.status != Status.ALERTED:
        scene.find("state and work", f"volunteer {person.id} is asked and does something else")
    if not _is_needed(scene, person, case, stage):
        scene.find("alerts taken back", f"volunteer {person.id} is still asked for {case.id}")


def judge_withdrawn(scene: Scene) -> None:
    """Check, at the end of an instant, that no alert was taken back that had a purpose."""
    for person, case, stage in scene.withdrawn:
        if _is_needed(scene, person, case, stage):
            text = f"volunteer {person.id} was still needed at incident {case.id}"
            scene.find("alerts taken back", text)
    scene.withdrawn.clear()


def _is_needed(scene: Scene, person: Person, case: Case, stage: int) -> bool:
    """Whether the answer of somebody who was asked can still bring a person to the stage."""
    if case.closed_us is not None or case.stage != stage:
        return False
    is_on_shift = person.shift_end_us is not None and scene.now_us < person.shift_end_us
    return is_on_shift and case.open_slot(person.facts.skills_at(scene.now_us)) is not None


ALERT_READERS: dict[int, Callable[[Scene, Row], None]] = {
    Event.ALERTED: read_alerted,
    Event.ALERT_ENDED: read_alert_ended,
}
