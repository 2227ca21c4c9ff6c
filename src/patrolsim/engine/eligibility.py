"""Who may be sent to an incident: the rules that every dispatch decision is checked against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.state import ON_SCENE
from patrolsim.eventlog import Purpose, Status
from patrolsim.network.streets import NO_NODE

if TYPE_CHECKING:
    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.policy import Preemption


def why_unfit(volunteer: VolunteerState, incident: IncidentState, now_us: int) -> str | None:
    """Return why this person can never do this work now, busy or not; None when they can."""
    if volunteer.shift_end_us is None or now_us >= volunteer.shift_end_us:
        return "is off duty"
    answering = incident.kind.answering[incident.stage]
    if answering is not None and not may_answer(volunteer.person.team, incident, now_us):
        return (
            f"is of team {volunteer.person.team!r}, which does not answer {incident.kind.name!r}"
        )
    if volunteer.id in incident.declined:
        return "has already declined it"
    if volunteer.week is not None and volunteer.week.is_full(now_us):
        return "has had all alerts or hours of the week"
    return _why_unable(volunteer, incident)


def _why_unable(volunteer: VolunteerState, incident: IncidentState) -> str | None:
    if incident.open_slot(volunteer.skills) is None:
        return "has no skill that is still needed"
    place = incident.place
    if place is not None and place.nodes[volunteer.mode_for(incident.row.priority)] == NO_NODE:
        return "cannot get there"
    return None


def may_answer(team: str, incident: IncidentState, now_us: int) -> bool:
    """Whether people of a team may be sent to the present stage: it is theirs, or they may help.

    Helpers wait until the time has passed in which the other team may fill its needs itself.
    """
    answering = incident.kind.answering[incident.stage]
    if answering is None:
        return True
    wait_us = answering.get(team)
    return wait_us is not None and now_us >= incident.known_us + wait_us


def may_leave(volunteer: VolunteerState, incident: IncidentState, rules: Preemption) -> bool:
    """Whether the preemption rules let a busy volunteer leave what they do for an incident."""
    present = volunteer.incident
    if present is None or present is incident:
        return False
    pair = (present.row.priority, incident.row.priority)
    if volunteer.status is Status.ON_THE_WAY:
        leg = volunteer.leg
        return pair in rules.divert and leg is not None and leg.purpose is Purpose.TO_SCENE
    return volunteer.status in ON_SCENE and pair in rules.interrupt
