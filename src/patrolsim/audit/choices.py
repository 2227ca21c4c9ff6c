"""What a strategy promises about its choices: order of the queue, the nearest, nobody idle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.audit.fitness import expected_arrival_us, is_feasible, is_sent, why_unfit
from patrolsim.audit.records import FREE
from patrolsim.eventlog import NEVER_US

if TYPE_CHECKING:
    from patrolsim.audit.records import Case, Person, Scene

ROUNDING_US = 4
"""Half-walked streets are cut to whole microseconds; nearer by less than this is a tie."""


def judge_queue(scene: Scene, case: Case, person: Person) -> None:
    """Check that nobody is sent past an incident that comes first and that they could do.

    Requests have no place in that queue: the appointments policy chooses among them.
    """
    if scene.rules.queue is None or person.status not in FREE:
        return
    if case.kind.request is not None:
        return
    key = _key(scene, case)
    for other in scene.waiting.values():
        passed = other is not case and _key(scene, other) < key
        if passed and is_feasible(scene, person, other):
            text = f"volunteer {person.id} is sent to incident {case.id} past {other.id}"
            scene.find("order of the queue", text)
            return


def judge_choice(scene: Scene, case: Case, person: Person) -> None:
    """Keep a choice until the decision is complete, to compare it with those left behind."""
    if scene.rules.nearest and case.kind.request is None and is_sent(scene, person):
        if scene.chosen and scene.chosen[0][0] is not case:
            close_decision(scene)
        scene.chosen.append((case, person, person.status))


def close_decision(scene: Scene) -> None:
    """Compare everybody who was sent with everybody free who could have gone in their place."""
    for case, person, status in scene.chosen:
        if person.case is case:
            _compare(scene, case, person, status)
    scene.chosen.clear()


def judge_idleness(scene: Scene) -> None:
    """Check that nobody is free after an instant while an incident waits that they could do."""
    if not scene.rules.work_conserving or not scene.waiting or not scene.free:
        return
    for case in scene.touched_cases.values():
        if case.id in scene.waiting:
            _find_idle(scene, case, [scene.people[i] for i in sorted(scene.free)])
    for person in scene.touched_people.values():
        if person.id in scene.free:
            for case in scene.waiting.values():
                _find_idle(scene, case, [person])


def _find_idle(scene: Scene, case: Case, people: list[Person]) -> None:
    for person in people:
        if is_feasible(scene, person, case):
            text = f"volunteer {person.id} is free while incident {case.id} waits"
            scene.find("work-conserving", text)
            return


def _compare(scene: Scene, case: Case, person: Person, status: int) -> None:
    arrival_us = expected_arrival_us(scene, person, case, status)
    if arrival_us is None or person.id not in case.slots:
        return
    paces, modes = scene.whereabouts.paces, range(len(scene.world.streets.modes))
    rounding_us = ROUNDING_US + max(paces.clock_slack_us(mode) for mode in modes)
    slot = case.slots.index(person.id)
    skill = case.needs[slot]
    case.slots[slot] = None
    for other_id in sorted(scene.free):
        other = scene.people[other_id]
        if other_id == person.id or not (
            skill is None or skill in other.facts.skills_at(scene.now_us)
        ):
            continue
        earlier_us = _earlier_us(scene, other, case)
        if earlier_us is not None and earlier_us < arrival_us - rounding_us:
            text = f"volunteer {other.id} could be at incident {case.id} before {person.id}"
            scene.find("nearest", text)
            break
    case.slots[slot] = person.id


def _earlier_us(scene: Scene, other: Person, case: Case) -> int | None:
    if not is_sent(scene, other) or why_unfit(other, case, scene.now_us) is not None:
        return None
    arrival_us = expected_arrival_us(scene, other, case, other.status)
    if arrival_us is None or other.must_stop_us >= NEVER_US:
        return arrival_us
    slack_us = scene.whereabouts.paces.clock_slack_us(other.mode_for(case.row.priority))
    return None if other.must_stop_us < arrival_us + slack_us else arrival_us


def _key(scene: Scene, case: Case) -> tuple[int, int, int]:
    priority = case.row.priority if scene.rules.queue == "priority" else 0
    return priority, NEVER_US if case.known_us is None else case.known_us, case.id
