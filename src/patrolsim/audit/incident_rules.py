"""The life of an incident: each row of the trace against what the rules allow at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.audit.deterrence_rules import judge_undeterred
from patrolsim.audit.hunts import end_hunt, place_of_find
from patrolsim.audit.letters import fetch, post
from patrolsim.audit.records import Case
from patrolsim.audit.request_rules import judge_start
from patrolsim.audit.stages import begin_stage, wake
from patrolsim.audit.stakes import STAKE_READERS
from patrolsim.demand.follow_up import draw_follow_up
from patrolsim.eventlog import NEVER_US, NOBODY, Event, Known
from patrolsim.incidents import Outcome, StartsWith

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.audit.records import Row, Scene


def read_occurred(scene: Scene, row: Row) -> None:
    """Check that an incident appears once, at its time, as it was drawn."""
    facts = scene.facts.get(row.incident_id)
    if facts is None:
        scene.find("invented", f"incident {row.incident_id} occurs, but was never drawn")
        return
    if row.incident_id in scene.cases:
        scene.find("occurs twice", f"incident {row.incident_id}")
        return
    if row.time_us != facts.occurred_us:
        due = f"drawn for {facts.occurred_us / 1e6:.6f} s"
        scene.find("occurs at its time", f"incident {row.incident_id}, {due}")
    judge_undeterred(scene, row)
    if row.detail != facts.kind:
        scene.find("occurs as drawn", f"incident {row.incident_id} is of kind {row.detail}")
    case = scene.cases[row.incident_id] = Case(row=facts, kind=scene.world.kinds[facts.kind])
    scene.touched_cases[case.id] = case
    post(scene, case)
    if facts.known_us != NEVER_US:
        scene.expect(max(facts.known_us, facts.occurred_us), row.incident_id)


def read_known(scene: Scene, row: Row) -> None:
    """Check that it becomes known once: when it is reported, or when a patrol passes before."""
    case = scene.cases[row.incident_id]
    reported_us = max(case.row.known_us, case.row.occurred_us)
    if case.known_us is not None:
        scene.find("known twice", f"incident {case.id}")
        return
    if row.detail == Known.REPORTED and row.time_us != reported_us:
        scene.find("known at its time", f"incident {case.id} is reported at another moment")
    if row.detail == Known.FETCHED and row.time_us != case.fetched_us:
        scene.find("letters are fetched", f"incident {case.id} has no round at its box")
    is_seen = row.detail == Known.SEEN
    if is_seen and not case.kind.seen_by_patrols:
        scene.find("seen by patrols", f"incident {case.id} of kind {case.kind.name!r} cannot be")
    if is_seen and row.time_us > reported_us:
        scene.find("seen by patrols", f"incident {case.id} was reported before it was seen")
    if is_seen and not scene.whereabouts.is_passed(case.row.stop, row.time_us):
        scene.find("seen by patrols", f"incident {case.id} has no patrol at its place")
    handling_us = 0 if is_seen else case.row.ready_us - case.row.known_us
    case.known_us, case.ready_us = row.time_us, row.time_us + handling_us
    scene.expect(case.ready_us, case.id)
    for wait_us in case.kind.help_after_us:
        scene.expect(case.known_us + wait_us, case.id)
    if case.row.patience_us != NEVER_US:
        scene.expect(case.known_us + case.row.patience_us, case.id)


def read_queued(scene: Scene, row: Row) -> None:
    """Put it into the queue, because people are missing."""
    case = scene.cases[row.incident_id]
    wake(scene, case)
    if case.known_us is None or not case.missing:
        scene.find("queued without need", f"incident {case.id} misses nobody")
        return
    scene.waiting[case.id] = case


def read_quorum(scene: Scene, row: Row) -> None:
    """Check that all people of the stage are there."""
    case = scene.cases[row.incident_id]
    _check_stage(scene, case, row)
    if case.missing or set(case.team()) != case.there:
        scene.find("quorum", f"incident {case.id}: not all people of the stage are there")


def read_stage_started(scene: Scene, row: Row) -> None:
    """Check that work starts or goes on with the people for whom the stage waits."""
    case = scene.cases[row.incident_id]
    wake(scene, case)
    _check_stage(scene, case, row)
    if case.working_since_us is not None:
        scene.find("work starts twice", f"incident {case.id}")
    if not case.there:
        scene.find("work without people", f"incident {case.id}")
    elif not may_work(case):
        scene.find("quorum before work", f"incident {case.id} starts with {len(case.there)}")
    judge_start(scene, case)
    case.working_since_us = row.time_us
    case.first_work_us = row.time_us if case.first_work_us is None else case.first_work_us
    scene.expect(row.time_us + case.left_us, case.id)


def read_stage_paused(scene: Scene, row: Row) -> None:
    """Keep what is left of work that stops unfinished."""
    case = scene.cases[row.incident_id]
    _check_stage(scene, case, row)
    if case.working_since_us is None:
        scene.find("pause of nothing", f"incident {case.id} is not worked on")
        return
    case.left_us -= row.time_us - case.working_since_us
    case.working_since_us = None
    if case.left_us < 0:
        scene.find("service time", f"incident {case.id} was worked on longer than drawn")


def read_stage_ended(scene: Scene, row: Row) -> None:
    """Check that work took exactly the drawn time, or its parts add up to it."""
    case = scene.cases[row.incident_id]
    _check_stage(scene, case, row)
    if case.working_since_us is None:
        scene.find("work ends unstarted", f"incident {case.id}")
    elif _is_found(case, row):
        case.left_us = 0
    elif row.time_us - case.working_since_us != case.left_us:
        took_us, left_us = row.time_us - case.working_since_us, case.left_us
        scene.find("service time", f"incident {case.id}: {took_us} us of work, {left_us} us left")
    case.working_since_us = None
    fetch(scene, case, row)
    if case.hunt is not None and case.hunt.end_us is None:
        end_hunt(case, row.time_us)
        case.is_lost = True
        if _end_of_hunt(case) is not Outcome.ESCALATED:
            begin_stage(scene, case, len(case.kind.stages))
            return
    begin_stage(scene, case, case.stage + 1)


def read_found(scene: Scene, row: Row) -> None:
    """Let a search end where the subject is; the work, if any, ends in the same instant."""
    case = scene.cases[row.incident_id]
    wake(scene, case)
    _check_stage(scene, case, row)
    hunt = case.hunt
    if hunt is None or hunt.end_us is not None:
        scene.find("found in a search", f"incident {case.id}: nobody is looked for")
        return
    hunt.finder = row.volunteer_id
    hunt.end_us = row.time_us
    case.scene = place_of_find(scene, hunt)
    if case.working_since_us is None:
        begin_stage(scene, case, case.stage + 1)


def read_closed(scene: Scene, row: Row) -> None:
    """Check that it ends as drawn after all its stages, or because nobody came in time."""
    case = scene.cases[row.incident_id]
    wake(scene, case)
    if case.team() or case.spare:
        scene.find("closed with people", f"incident {case.id} still has {case.team()}")
    if case.is_lost:
        _check_lost(scene, case, row)
    elif row.detail == Outcome.GAVE_UP:
        _check_patience(scene, case, row)
    elif row.detail == Outcome.UNSERVED:
        scene.find("outcome", f"incident {case.id} is closed as unserved during the run")
    else:
        _check_settled(scene, case, row)
    case.closed_us, case.outcome = row.time_us, row.detail
    end_hunt(case, row.time_us)
    scene.waiting.pop(case.id, None)
    follow_up = draw_follow_up(
        case.row,
        kinds=scene.world.kinds,
        streams=scene.world.streams,
        closed_us=row.time_us,
        outcome=Outcome(row.detail),
        addresses=scene.world.addresses,
    )
    if follow_up is not None:
        scene.facts[follow_up.incident_id] = follow_up
        address = follow_up.particulars.address
        if address is not None:
            scene.whereabouts.learn(address)


def may_work(case: Case) -> bool:
    """Whether the people are there for whom the present stage waits."""
    if not case.missing and set(case.team()) == case.there:
        return True
    stage = case.present
    return stage is not None and stage.starts_with is StartsWith.FIRST and bool(case.there)


def _check_stage(scene: Scene, case: Case, row: Row) -> None:
    if row.detail != case.stage:
        text = f"incident {case.id} is at stage {case.stage}, the trace says {row.detail}"
        scene.find("order of stages", text)


def _check_patience(scene: Scene, case: Case, row: Row) -> None:
    patience_us = case.row.patience_us
    limit_us = NEVER_US if case.known_us is None else case.known_us + patience_us
    if patience_us == NEVER_US or row.time_us != limit_us:
        scene.find("gives up at patience", f"incident {case.id} gives up at another moment")
    if case.reached_us is not None:
        scene.find("gives up at patience", f"incident {case.id} was reached before")


def _check_lost(scene: Scene, case: Case, row: Row) -> None:
    if case.stage < len(case.kind.stages):
        scene.find("closed unfinished", f"incident {case.id} is still at stage {case.stage}")
    if row.detail != _end_of_hunt(case):
        scene.find("outcome", f"incident {case.id} does not end as a search that is given up")


def _end_of_hunt(case: Case) -> Outcome:
    """Return how an incident ends of which a search was in vain: as the last one says.

    Whoever was found by then only, by a later search, was missed by an earlier one.
    """
    search = None if case.hunt is None else case.kind.stages[case.hunt.stage].search
    if search is None or case.hunt is None or case.hunt.finder != NOBODY:
        return Outcome.ESCALATED
    return search.when_lost


def _is_found(case: Case, row: Row) -> bool:
    """Whether the present stage is a search that has just come to its find."""
    hunt = case.hunt
    return hunt is not None and (hunt.stage, hunt.end_us) == (case.stage, row.time_us)


def _check_settled(scene: Scene, case: Case, row: Row) -> None:
    if case.stage < len(case.kind.stages):
        scene.find("closed unfinished", f"incident {case.id} is still at stage {case.stage}")
    if (row.detail == Outcome.ESCALATED) != case.row.escalates:
        scene.find("outcome", f"incident {case.id} does not end as drawn")


INCIDENT_READERS: dict[int, Callable[[Scene, Row], None]] = {
    Event.OCCURRED: read_occurred,
    Event.KNOWN: read_known,
    Event.QUEUED: read_queued,
    Event.QUORUM: read_quorum,
    Event.STAGE_STARTED: read_stage_started,
    Event.STAGE_PAUSED: read_stage_paused,
    Event.STAGE_ENDED: read_stage_ended,
    Event.CLOSED: read_closed,
    **STAKE_READERS,
    Event.FOUND: read_found,
}
