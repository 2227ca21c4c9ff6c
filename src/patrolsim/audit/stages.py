"""Which stage an incident is at: nothing in the trace says it but the work itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.audit.fitness import teams_of
from patrolsim.audit.records import BEFORE_FIRST, Hunt
from patrolsim.demand.table import SKIPPED_US
from patrolsim.incidents import Outcome, Where
from patrolsim.network.streets import NO_NODE

if TYPE_CHECKING:
    from patrolsim.audit.records import Case, Person, Scene


def wake(scene: Scene, case: Case) -> None:
    """Let an incident whose handling is over enter its first stage."""
    is_ready = case.ready_us is not None and scene.now_us >= case.ready_us
    if case.stage == BEFORE_FIRST and is_ready:
        begin_stage(scene, case, 0)


def begin_stage(scene: Scene, case: Case, index: int) -> None:
    """Go on to the first stage from this index on that happens, with the people of the last.

    Those who are there fill the new needs first, then those who are on their way to the same
    place; each fills the first need that fits. Everybody else has to leave at once.
    Each stage of a request is an appointment of its own: there everybody leaves.
    """
    before = case.stage
    present = sorted(case.team(), key=lambda who: who not in case.there)
    case.stage = _next_stage(case, index)
    is_last = case.stage == len(case.kind.stages)
    needs = () if is_last else case.kind.stages[case.stage].needs
    case.needs = tuple(need.skill for need in needs for _ in range(need.people))
    case.left_us = 0 if is_last else case.row.work_us(case.stage)
    case.slots = [None] * len(case.needs)
    goes_on = not is_last and before != BEFORE_FIRST and _is_same_place(case, before)
    for who in present:
        person = scene.people[who]
        is_asked = (goes_on or who in case.there) and _may_go_on(case, person)
        slot = case.open_slot(person.facts.skills_at(scene.now_us)) if is_asked else None
        if case.kind.request is not None:
            slot = None
        scene.touched_people[who] = person
        if slot is None:
            case.spare.add(who)
        else:
            case.slots[slot] = who
    case.there.intersection_update(case.team())
    stage = case.present
    if stage is not None and stage.search is not None:
        case.hunt = Hunt(case, case.stage, scene.now_us)
        scene.hunts.append(case.hunt)
    if not case.missing:
        scene.waiting.pop(case.id, None)


def _may_go_on(case: Case, person: Person) -> bool:
    """Whether somebody of a former stage may stay: by their team, and to bring people home."""
    stage, teams, team = case.present, teams_of(case), person.facts.team
    helped = {one.helped for one in case.kind.helps if one.team == team}
    if stage is None or (teams and team not in teams and not helped & {*teams}):
        return False
    address = case.row.particulars.address
    if stage.where is not Where.ADDRESS or address is None:
        return True
    return address.nodes[person.facts.mode] != NO_NODE


def _is_same_place(case: Case, before: int) -> bool:
    old, new = case.kind.stages[before], case.kind.stages[case.stage]
    if old.search is not None:
        return False
    return old.where is new.where and set(old.places) == set(new.places)


def _next_stage(case: Case, index: int) -> int:
    stages = len(case.kind.stages)
    while index < stages and not _happens(case, index):
        index += 1
    return min(index, stages)


def _happens(case: Case, index: int) -> bool:
    """Whether a stage happens when its turn comes; after a search in vain, only some do."""
    drawn_us = case.row.stage_us[index]
    if not case.is_lost:
        return drawn_us >= 0
    is_for_escalated = case.kind.stages[index].only_when is Outcome.ESCALATED
    return is_for_escalated and drawn_us != SKIPPED_US
