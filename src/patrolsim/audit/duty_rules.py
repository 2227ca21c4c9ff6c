"""Shifts and states: on duty when the roster says so, and in exactly one state at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.audit.alert_rules import judge_answer, judge_waiting
from patrolsim.audit.records import ENGAGED, FREE
from patrolsim.audit.request_rules import judge_booking
from patrolsim.eventlog import NEVER_US, AlertEnd, Event, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.audit.records import Case, Person, Row, Scene


GOING = (Status.TURNING_OUT, Status.ON_THE_WAY)
"""Whoever has been asked and does this has said yes."""


def read_shift_started(scene: Scene, row: Row) -> None:
    """Check that a shift starts when the roster says so."""
    person = scene.people[row.volunteer_id]
    end_us = scene.roster.pop((person.id, row.time_us), None)
    if end_us is None:
        scene.find("shift of the roster", f"volunteer {person.id} starts one that is not in it")
        return
    if row.time_us < person.facts.joins_us:
        scene.find("on duty before joining", f"volunteer {person.id}")
    if person.shift_end_us is not None:
        scene.find("one shift at a time", f"volunteer {person.id}")
    person.shift_end_us = person.last_end_us = end_us
    scene.expect(end_us, person_id=person.id)
    if person.status == Status.OFF_DUTY:
        scene.whereabouts.return_to_base(person.id, row.time_us)


def read_shift_ended(scene: Scene, row: Row) -> None:
    """Check that a shift ends when the roster says so."""
    person = scene.people[row.volunteer_id]
    if person.shift_end_us != row.time_us:
        scene.find("shift of the roster", f"volunteer {person.id} ends a shift at another moment")
    person.shift_end_us = None
    if person.must_stop_us < NEVER_US:
        scene.expect(max(person.must_stop_us, row.time_us), person_id=person.id)


def read_status(scene: Scene, row: Row) -> None:
    """Let the state change: time up to now was spent in the old one."""
    person = scene.people[row.volunteer_id]
    if person.status == row.detail:
        scene.find("one state at a time", f"volunteer {person.id} changes to the same state")
    if person.last_end_us < 0:
        scene.find("off duty", f"volunteer {person.id} does something before the first shift")
    scene.whereabouts.note_status(person.id, row.time_us, row.detail)
    if person.case is not None and row.detail in GOING:
        judge_answer(scene, person, AlertEnd.ACCEPTED)
    person.status = row.detail
    if row.detail in FREE:
        scene.free.add(person.id)
    else:
        scene.free.discard(person.id)


def judge_person(scene: Scene, person: Person) -> None:
    """Compare, at the end of an instant, what a volunteer does with what they are bound to."""
    case, status = person.case, person.status
    word = Status(status).name.lower().replace("_", " ")
    judge_waiting(scene, person)
    if (status in ENGAGED) != (case is not None or person.alert is not None):
        bound = "nothing" if case is None else f"incident {case.id}"
        scene.find("state and work", f"volunteer {person.id} is {word}, assigned to {bound}")
    elif case is not None:
        _judge_work(scene, person, case, word)
    if person.taken_from is not None:
        text = f"volunteer {person.id} is called away from {person.taken_from[0].id} for nothing"
        scene.find("called away", text)
        person.taken_from = None
    judge_booking(scene, person)
    _judge_shift(scene, person, word)


def _judge_work(scene: Scene, person: Person, case: Case, word: str) -> None:
    is_there = person.id in case.there
    is_working = is_there and case.working_since_us is not None
    expected = is_there, is_working
    said = person.status in {Status.AT_WORK, Status.WAITING}, person.status == Status.AT_WORK
    if expected != said:
        scene.find("state and work", f"volunteer {person.id} is {word} at incident {case.id}")
    if person.due_us is not None and scene.now_us >= person.due_us:
        scene.find("arrives when the leg ends", f"volunteer {person.id} does not arrive")
        person.due_us = None
    if (person.status == Status.ON_THE_WAY) != (person.due_us is not None):
        scene.find("state and way", f"volunteer {person.id} is {word}")


def _judge_shift(scene: Scene, person: Person, word: str) -> None:
    end_us, is_off = person.shift_end_us, person.status == Status.OFF_DUTY
    if end_us is not None and scene.now_us >= end_us:
        scene.find("shift of the roster", f"volunteer {person.id} does not end the shift")
        person.shift_end_us = end_us = None
    if is_off and end_us is not None:
        scene.find("on duty in the shift", f"volunteer {person.id} is off duty")
    if is_off or end_us is not None:
        return
    if person.case is None:
        scene.find("off duty after the shift", f"volunteer {person.id} is {word}")
    elif scene.now_us >= person.must_stop_us and not _must_finish(person, person.case):
        scene.find("overtime", f"volunteer {person.id} goes on with incident {person.case.id}")


def _must_finish(person: Person, case: Case) -> bool:
    """Whether the work cannot pass to others now: an escort, or a stage that is finished."""
    if person.is_escorting or case.present is None:
        return True
    return not case.present.can_hand_over


DUTY_READERS: dict[int, Callable[[Scene, Row], None]] = {
    Event.SHIFT_STARTED: read_shift_started,
    Event.SHIFT_ENDED: read_shift_ended,
    Event.STATUS: read_status,
}
