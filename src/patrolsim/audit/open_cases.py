"""Incidents at the end of an instant and of the run: none is lost, late or forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.audit.incident_rules import may_work
from patrolsim.audit.letters import judge_letter
from patrolsim.audit.request_rules import next_start_us
from patrolsim.audit.stages import wake
from patrolsim.audit.stakes import judge_stake
from patrolsim.eventlog import NEVER_US, Event

if TYPE_CHECKING:
    from patrolsim.audit.records import Case, Scene
    from patrolsim.eventlog import EventLog


def judge_case(scene: Scene, case: Case) -> None:
    """Check, at the end of an instant, that an incident is where its facts put it."""
    judge_stake(scene, case)
    judge_letter(scene, case)
    if case.closed_us is not None:
        return
    if case.known_us is None:
        if scene.now_us >= max(case.row.known_us, case.row.occurred_us):
            scene.find("known at its time", f"incident {case.id} is not reported")
        return
    patience_us = case.row.patience_us
    is_over = patience_us != NEVER_US and scene.now_us >= case.known_us + patience_us
    if is_over and case.reached_us is None:
        scene.find("gives up at patience", f"incident {case.id} does not")
    if case.kind.request is not None and case.due_us is None:
        scene.find("due as the rules say", f"incident {case.id} has no due time")
    wake(scene, case)
    if case.ready_us is not None and scene.now_us >= case.ready_us:
        _judge_stage(scene, case)


def judge_end(scene: Scene, log: EventLog) -> None:
    """Check, at the end of the run, that everything planned has happened."""
    for facts in scene.facts.values():
        if facts.occurred_us <= scene.horizon_us and facts.incident_id not in scene.cases:
            scene.find("none lost", f"incident {facts.incident_id} never occurs")
    for (who, start_us), end_us in scene.roster.items():
        if start_us <= scene.horizon_us and start_us < end_us:
            text = f"volunteer {who} never starts the one at {start_us / 1e6:.6f} s"
            scene.find("shift of the roster", text)
    _judge_waits(scene, log)


def _judge_stage(scene: Scene, case: Case) -> None:
    if case.spare:
        text = f"volunteers {sorted(case.spare)} stay at incident {case.id} unneeded"
        scene.find("released when done", text)
    if case.stage == len(case.kind.stages):
        scene.find("closed when done", f"incident {case.id} has no stage left")
        return
    if case.missing and case.id not in scene.waiting and case.kind.request is None:
        scene.find("conservation", f"incident {case.id} misses people and is not in the queue")
    is_working = case.working_since_us is not None
    is_time = is_working or next_start_us(case, scene.now_us) <= scene.now_us
    if is_working != (may_work(case) and is_time):
        word = "goes on without" if is_working else "waits with"
        scene.find("work and people", f"incident {case.id} {word} the people it needs")
    if is_working and scene.now_us >= (case.working_since_us or 0) + case.left_us:
        scene.find("service time", f"incident {case.id} is worked on longer than drawn")


def _judge_waits(scene: Scene, log: EventLog) -> None:
    """Compare the area under the number waiting with the sum of the waits: Little's law.

    References
    ----------
    Little (1961), A proof for the queuing formula L = lambda W; exact on any finite trace.
    """
    waits_us = 0
    for case in scene.cases.values():
        if case.known_us is not None:
            ends = (case.reached_us, case.closed_us, scene.horizon_us)
            waits_us += min(end for end in ends if end is not None) - case.known_us
    if _area_us(log) != waits_us:
        scene.find("Little's law", "the waits do not add up to the queue")


def _area_us(log: EventLog) -> int:
    """Return the integral of the number known but not reached, from the rows alone."""
    events = log.events
    ends = np.isin(events.event, [Event.ARRIVED, Event.CLOSED])
    ended, first = np.unique(events.incident_id[ends], return_index=True)
    known = events.event == Event.KNOWN
    ended_us = events.time_us[ends][first][np.isin(ended, events.incident_id[known])]
    times_us = np.concatenate([events.time_us[known], ended_us, [log.horizon_us]])
    change = np.repeat([1, -1, 0], [int(known.sum()), len(ended_us), 1])
    order = np.argsort(times_us, kind="stable")
    spans_us = np.diff(times_us[order])
    return int((np.cumsum(change[order])[:-1] * spans_us).sum())
