"""What volunteers do for an incident: asked, gone, there, released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.audit.alert_rules import expect_answer, judge_answer
from patrolsim.audit.choices import judge_choice, judge_queue
from patrolsim.audit.fitness import is_sent, why_unable, why_unfit
from patrolsim.audit.request_rules import LONGEST_WAIT_US, leave_booking, next_start_us
from patrolsim.audit.stages import wake
from patrolsim.eventlog import NEVER_US, AlertEnd, Event, Purpose, Release, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.audit.records import Case, Person, Row, Scene


def read_assigned(scene: Scene, row: Row) -> None:
    """Check that whoever is asked is on shift, free or rightly called away, and fit."""
    case, person = scene.cases[row.incident_id], scene.people[row.volunteer_id]
    wake(scene, case)
    if case.ready_us is None or scene.now_us < case.ready_us:
        scene.find("assigned too early", f"incident {case.id} is not known or not handled yet")
    if row.detail != case.offers:
        scene.find("number of the offer", f"incident {case.id}: {row.detail}, not {case.offers}")
    case.offers += 1
    if person.case is not None:
        text = f"volunteer {person.id} goes to incident {case.id} with {person.case.id} in hand"
        scene.find("one job at a time", text)
        return
    _check_asked(scene, case, person)
    judge_queue(scene, case, person)
    _check_called_away(scene, case, person)
    leave_booking(scene, case, person)
    slot = case.open_slot(person.facts.skills_at(scene.now_us))
    if slot is not None:
        case.slots[slot] = person.id
    person.case = case
    person.note_work(scene.now_us, begins=True)
    judge_choice(scene, case, person)
    if not case.missing:
        scene.waiting.pop(case.id, None)


def _check_asked(scene: Scene, case: Case, person: Person) -> None:
    """Check that somebody may be sent, or has just said yes to an alert."""
    if person.accepted is case:
        person.accepted = None
        reason = why_unable(person, case, scene.now_us)
    elif person.alert is not None:
        reason = "is asked for an incident and has not answered"
    elif case.kind.request is None and not is_sent(scene, person):
        reason = "may decline and was not asked"
    else:
        reason = why_unfit(person, case, scene.now_us)
        person.note_question(scene.now_us)
        if person.facts.habits is not None:
            expect_answer(scene, case, person)
    if reason is not None:
        scene.find("fit for the work", f"volunteer {person.id} for incident {case.id} {reason}")


def read_declined(scene: Scene, row: Row) -> None:
    """Check that who declines was asked, and does not always go."""
    case, person = scene.cases[row.incident_id], scene.people[row.volunteer_id]
    if person.case is not case or person.status != Status.ALERTED:
        scene.find("declined unasked", f"volunteer {person.id}, incident {case.id}")
    judge_answer(scene, person, AlertEnd.DECLINED)
    if not person.facts.may_decline:
        scene.find("declined against habit", f"volunteer {person.id} always goes")
    case.declined.add(person.id)


def read_departed(scene: Scene, row: Row) -> None:
    """Expect somebody at the end of their leg, or at once when they are there already."""
    case, person = scene.cases[row.incident_id], scene.people[row.volunteer_id]
    if person.case is not case:
        scene.find("departed unassigned", f"volunteer {person.id}, incident {case.id}")
        return
    person.is_escorting = person.id in case.there
    case.there.discard(person.id)
    purpose = Purpose.TO_PLACE if person.is_escorting else Purpose.TO_SCENE
    leg = person.leg = scene.whereabouts.next_leg(person.id, scene.now_us, case.id, purpose)
    places = scene.places_of(case)
    person.due_us = scene.now_us if leg is None else leg.planned_us
    scene.expect(person.due_us, person_id=person.id)
    if places is None:
        return
    here = scene.whereabouts.positions(person.id, scene.now_us) if leg is None else [leg.target]
    if not any((stop.x, stop.y) in here for stop in places):
        x, y = here[0]
        text = f"volunteer {person.id} goes to ({x:.1f}, {y:.1f}) for incident {case.id}"
        scene.find("way to the place", text)


def read_arrived(scene: Scene, row: Row) -> None:
    """Check that somebody is where the work is exactly when the leg ends."""
    case, person = scene.cases[row.incident_id], scene.people[row.volunteer_id]
    if person.case is not case or person.due_us is None:
        scene.find("arrived without a way", f"volunteer {person.id}, incident {case.id}")
        return
    if row.time_us != person.due_us or not _is_broken_off_at(person, row.time_us):
        due = f"planned {person.due_us / 1e6:.6f} s"
        scene.find("arrives when the leg ends", f"volunteer {person.id}, {due}")
    if row.detail != case.stage:
        scene.find("order of stages", f"volunteer {person.id} arrives for stage {row.detail}")
    person.due_us, person.leg, person.is_escorting = None, None, False
    case.there.add(person.id)
    if case.reached_us is None:
        case.reached_us = row.time_us


def read_released(scene: Scene, row: Row) -> None:
    """Check that somebody leaves an incident for a reason that holds at this moment."""
    case, person = scene.cases[row.incident_id], scene.people[row.volunteer_id]
    if person.case is not case:
        scene.find("released unassigned", f"volunteer {person.id}, incident {case.id}")
        return
    if person.due_us is not None and not _is_broken_off_at(person, row.time_us):
        scene.find("leg of the released", f"volunteer {person.id} does not stop")
    _RELEASE_CHECKS.get(row.detail, _accept)(scene, case, person)
    if row.detail in {Release.DIVERTED, Release.INTERRUPTED}:
        person.taken_from = (case, row.detail)
    person.drawn = None
    person.note_work(scene.now_us, begins=False)
    if person.id in case.slots:
        case.slots[case.slots.index(person.id)] = None
    case.there.discard(person.id)
    case.spare.discard(person.id)
    person.case, person.due_us, person.leg, person.is_escorting = None, None, None, False


def _is_broken_off_at(person: Person, time_us: int) -> bool:
    """Whether the present leg, if any, ends at a time."""
    return person.leg is None or person.leg.end_us == time_us


def _check_called_away(scene: Scene, case: Case, person: Person) -> None:
    """Whoever leaves something less urgent must be allowed to; their old work may start again."""
    if person.taken_from is None:
        return
    old, reason = person.taken_from
    person.taken_from = None
    pair = (old.row.priority, case.row.priority)
    was_at_work = reason == Release.INTERRUPTED
    if pair not in (scene.rules.interrupt if was_at_work else scene.rules.divert):
        word = "interrupts" if was_at_work else "turns round on"
        scene.find("called away", f"volunteer {person.id} {word} incident {old.id} for {case.id}")
    is_paused = old.present is not None and old.working_since_us is None
    if was_at_work and scene.rules.repeat and is_paused:
        old.left_us = old.row.work_us(old.stage)


def _check_done(scene: Scene, case: Case, person: Person) -> None:
    is_over = case.stage == len(case.kind.stages)
    if person.id not in case.spare and not is_over:
        scene.find("released as done", f"volunteer {person.id} is needed at incident {case.id}")


def _check_handed_over(scene: Scene, case: Case, person: Person) -> None:
    if scene.now_us < person.must_stop_us or person.must_stop_us == NEVER_US:
        text = f"volunteer {person.id} hands incident {case.id} over before the time is up"
        scene.find("handed over", text)
    if case.present is not None and not case.present.can_hand_over:
        scene.find("handed over", f"incident {case.id} is at a stage that cannot be")


def _check_gave_up(scene: Scene, case: Case, person: Person) -> None:
    if case.reached_us is not None:
        scene.find("released", f"volunteer {person.id}: incident {case.id} did not give up")
    scene.expect(scene.now_us, case.id)


def _check_diverted(scene: Scene, case: Case, person: Person) -> None:
    if person.id in case.there or person.status != Status.ON_THE_WAY:
        scene.find("called away", f"volunteer {person.id} was not on the way to {case.id}")


def _check_interrupted(scene: Scene, case: Case, person: Person) -> None:
    if person.id not in case.there:
        scene.find("called away", f"volunteer {person.id} was not at work on {case.id}")


def _check_turned_away(scene: Scene, case: Case, person: Person) -> None:
    opens_us = next_start_us(case, scene.now_us)
    if person.id not in case.there or opens_us <= scene.now_us + LONGEST_WAIT_US:
        scene.find("turned away", f"volunteer {person.id} could have waited at {case.id}")


def _check_not_heard(scene: Scene, case: Case, person: Person) -> None:
    if person.status != Status.ALERTED or person.facts.habits is None:
        scene.find("released as not heard", f"volunteer {person.id} was not asked")
    judge_answer(scene, person, AlertEnd.NOT_HEARD)
    case.declined.add(person.id)


def _accept(scene: Scene, case: Case, person: Person) -> None:
    """Other reasons need no check of their own."""


_RELEASE_CHECKS: dict[int, Callable[[Scene, Case, Person], None]] = {
    Release.DONE: _check_done,
    Release.HANDED_OVER: _check_handed_over,
    Release.GAVE_UP: _check_gave_up,
    Release.DIVERTED: _check_diverted,
    Release.INTERRUPTED: _check_interrupted,
    Release.TURNED_AWAY: _check_turned_away,
    Release.NOT_HEARD: _check_not_heard,
}

VOLUNTEER_READERS: dict[int, Callable[[Scene, Row], None]] = {
    Event.ASSIGNED: read_assigned,
    Event.DECLINED: read_declined,
    Event.DEPARTED: read_departed,
    Event.ARRIVED: read_arrived,
    Event.RELEASED: read_released,
}
