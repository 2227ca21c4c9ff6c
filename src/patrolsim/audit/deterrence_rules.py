"""Incidents that a patrol has prevented or displaced, where a scenario assumes that it does.

An incident is moved or missing only if it was drawn to be and a patrol was near enough, lately
enough; and it happens as drawn only if none was. Where a patrol was exactly at the limit, both
readings are let pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import Event, Purpose, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from patrolsim.audit.records import Row, Scene
    from patrolsim.demand.deterrence import Deterrable

SLACK_M = 0.5
SLACK_US = 1000


def read_prevented(scene: Scene, row: Row) -> None:
    """Check that an incident may be missing, and expect it no longer."""
    case = _case_of(scene, row, "prevented")
    if case is None:
        return
    if case.elsewhere is not None:
        scene.find("prevented", f"incident {row.incident_id} was drawn to go elsewhere")
    scene.facts.pop(row.incident_id)


def read_displaced(scene: Scene, row: Row) -> None:
    """Check that an incident may be elsewhere, and expect it there."""
    case = _case_of(scene, row, "displaced")
    if case is None:
        return
    moved = case.moved(scene.facts[row.incident_id])
    if moved is None:
        scene.find("displaced", f"incident {row.incident_id} was drawn to be prevented")
        return
    scene.facts[row.incident_id] = moved
    scene.displaced.add(row.incident_id)


def judge_undeterred(scene: Scene, row: Row) -> None:
    """Check that an incident which happens as drawn had no patrol near it."""
    case = (scene.world.deterrable or {}).get(row.incident_id)
    if case is None or row.incident_id in scene.displaced:
        return
    if _was_near(scene, row, case, -1):
        scene.find("deterred", f"incident {row.incident_id} happens though a patrol was there")


def _case_of(scene: Scene, row: Row, rule: str) -> Deterrable | None:
    """Return the draw of an incident that is said to be deterred, if it can be."""
    case = (scene.world.deterrable or {}).get(row.incident_id)
    facts = scene.facts.get(row.incident_id)
    if case is None or facts is None or row.incident_id in scene.cases:
        scene.find(rule, f"incident {row.incident_id} was not drawn to be")
        return None
    if row.time_us != facts.occurred_us or row.detail != facts.kind:
        scene.find(rule, f"incident {row.incident_id} at another time or of another kind")
    if not _was_near(scene, row, case, 1):
        scene.find(rule, f"incident {row.incident_id} had no patrol near it")
    return case


def _was_near(scene: Scene, row: Row, case: Deterrable, sign: int) -> bool:
    """Whether a patrol was near an incident: surely (sign -1), or perhaps (sign 1)."""
    facts = scene.facts[row.incident_id]
    first_us = max(row.time_us - case.memory_us - sign * SLACK_US, 0)
    last_us = row.time_us - (SLACK_US if sign < 0 else 0)
    radius_m = case.radius_m + sign * SLACK_M
    return any(
        _least_m(scene, who, (start_us, end_us), (facts.x, facts.y)) <= radius_m
        for who in scene.whereabouts.legs
        for start_us, end_us in _patrols(scene, who, first_us, last_us)
    )


def _patrols(scene: Scene, who: int, first_us: int, last_us: int) -> Iterator[tuple[int, int]]:
    """Yield from when to when somebody was on patrol within a span of time."""
    times_us, statuses = scene.whereabouts.statuses[who]
    for number, status in enumerate(statuses):
        start_us = max(times_us[number], first_us)
        is_last = number + 1 == len(times_us)
        end_us = last_us if is_last else min(times_us[number + 1], last_us)
        if status == Status.PATROLLING and start_us <= end_us:
            yield start_us, end_us


def _least_m(
    scene: Scene, who: int, span_us: tuple[int, int], place: tuple[float, float]
) -> float:
    """Return how near somebody on patrol came to a place in a span of time."""
    where = scene.whereabouts
    turns = {span_us[0], span_us[1]}
    for leg in where.legs[who]:
        if leg.purpose == Purpose.PATROL and leg.start_us < span_us[1]:
            _arcs, ends_us = where.steps_on_the_clock(leg)
            inside = (t for t in ends_us if span_us[0] < t < span_us[1])
            turns.update(inside if leg.planned_us > span_us[0] else ())
    points = np.array([where.position(who, time_us) for time_us in sorted(turns)])
    start, end, here = points[:-1], points[1:], np.array(place)
    if not len(start):
        return float(np.hypot(*(points[0] - here)))
    way = end - start
    length2 = np.maximum((way**2).sum(axis=1), 1e-12)
    share = np.clip(((here - start) * way).sum(axis=1) / length2, 0.0, 1.0)
    nearest = start + share[:, None] * way
    return float(np.hypot(*(nearest - here).T).min())


DETERRENCE_READERS: dict[int, Callable[[Scene, Row], None]] = {
    Event.PREVENTED: read_prevented,
    Event.DISPLACED: read_displaced,
}
