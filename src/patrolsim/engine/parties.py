"""Who goes on to the next stage of an incident, and which of its needs each fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.state import ON_SCENE
from patrolsim.incidents import Where
from patrolsim.network.streets import NO_NODE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.incidents import Stage
    from patrolsim.network.streets import Stop


def who_goes_on(
    incident: IncidentState, index: int, present: list[VolunteerState], place: Stop | None
) -> tuple[dict[int, VolunteerState], list[VolunteerState]]:
    """Return who of those at an incident fills which need of a stage, and who is not needed."""
    if incident.kind.request is not None or not present:
        # each stage of a request is an appointment of its own
        return {}, present
    stage, answering = incident.kind.stages[index], incident.kind.answering[index]
    is_same_place = place is incident.place and not _is_elsewhere(incident)
    fit = [who for who in present if may_go_on(who, stage, answering, place)]
    kept, spare = divide(fit, stage, is_same_place=is_same_place)
    return kept, spare + [who for who in present if who not in fit]


def _is_elsewhere(incident: IncidentState) -> bool:
    """Whether people have still to come to the next stage: no stage was there, or a search."""
    return incident.stage < 0 or incident.present_stage.search is not None


def may_go_on(
    who: VolunteerState, stage: Stage, answering: Mapping[str, int] | None, place: Stop | None
) -> bool:
    """Whether somebody who is assigned may go on with the next stage at its place.

    Their team must answer it, if only as a helper; who is there already need not be called. And
    somebody who brings a person home must get to the address.
    """
    if answering is not None and who.person.team not in answering:
        return False
    if stage.where is not Where.ADDRESS or place is None:
        return True
    return place.nodes[who.person.mode] != NO_NODE


def divide(
    people: list[VolunteerState], stage: Stage, *, is_same_place: bool
) -> tuple[dict[int, VolunteerState], list[VolunteerState]]:
    """Return who fills which need of the next stage, and who is not needed any more.

    Those on scene come first, then those still on their way if it leads to the next stage too;
    among them the order of the needs that they filled. Each fills the first need that fits.
    """
    present = [who for who in people if who.status in ON_SCENE]
    coming = [who for who in people if who.status not in ON_SCENE]
    skills = [need.skill for need in stage.needs for _ in range(need.people)]
    kept: dict[int, VolunteerState] = {}
    spare = [] if is_same_place else coming
    for who in [*present, *coming] if is_same_place else present:
        fits = [
            slot
            for slot, skill in enumerate(skills)
            if slot not in kept and (skill is None or skill in who.skills)
        ]
        if fits:
            kept[fits[0]] = who
        else:
            spare.append(who)
    return kept, spare
