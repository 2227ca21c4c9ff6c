"""What can be asked of a request: when it is due, when it may start, who would do it."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from patrolsim.eventlog import NEVER_US
from patrolsim.policy import Request
from patrolsim.units import to_s

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.engine.desk import Desk
    from patrolsim.engine.present import IncidentState, VolunteerState


def due_us(incident: IncidentState) -> int:
    """Return when a known request is due; `NEVER_US` for another incident."""
    rule = incident.kind.request
    if rule is None or rule.due_within_us is None:
        return incident.row.due_us
    return incident.known_us + rule.due_within_us


def next_start_us(incident: IncidentState, time_us: int) -> int:
    """Return the first moment at or after a time at which work on the present stage may start."""
    rule = incident.kind.request
    if rule is None:
        return time_us
    if rule.is_fixed and incident.row.due_us < NEVER_US:
        return max(time_us, incident.row.due_us)
    windows = rule.windows_of(incident.present_stage)
    return time_us if windows is None else windows.next_us(time_us)


def ask_about(
    incident: IncidentState, booked: Sequence[VolunteerState], desk: Desk, now_us: int
) -> Request:
    """Return a request as a policy may know it, without those needs that are reserved."""
    rule, stage = incident.kind.request, incident.present_stage
    windows = None if rule is None else rule.windows_of(stage)
    skills = _left_open(booked, incident)
    seen = desk.describe(incident)._replace(missing=len(skills), skills=skills)
    left = incident.kind.stages[incident.stage :]
    return Request(
        incident=seen,
        stage=stage.name,
        due_s=to_s(due_us(incident)),
        is_fixed=rule is not None and rule.is_fixed,
        is_remote=incident.place is None,
        work_s=stage.takes.mean_s,
        left_s=fsum(one.takes.mean_s for one in left),
        teams=stage.teams or incident.kind.teams,
        openings=()
        if windows is None
        else tuple((to_s(max(a, now_us)), to_s(b)) for a, b in windows.spans_from(now_us)),
    )


def why_no_party(people: Sequence[VolunteerState], incident: IncidentState) -> str | None:
    """Return who of some people would fill no need if they came in this order; None for nobody."""
    skills = list(incident.missing_skills())
    for who in people:
        if not _take_slot(who, skills):
            return f"volunteer {who.id} fills no need that the others leave open"
    return None


def _left_open(
    booked: Sequence[VolunteerState], incident: IncidentState
) -> tuple[str | None, ...]:
    skills = list(incident.missing_skills())
    for who in booked:
        _take_slot(who, skills)
    return tuple(skills)


def _take_slot(who: VolunteerState, skills: list[str | None]) -> bool:
    """Take the first skill that somebody has out of a list; say whether there was one."""
    for number, skill in enumerate(skills):
        if skill is None or skill in who.skills:
            del skills[number]
            return True
    return False
