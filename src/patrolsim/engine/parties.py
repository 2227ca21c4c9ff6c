"""Who goes on to the next stage of an incident, and which of its needs each fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.state import ON_SCENE

if TYPE_CHECKING:
    from patrolsim.engine.state import VolunteerState
    from patrolsim.incidents import Stage


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
            if slot not in kept and (skill is None or skill in who.person.skills)
        ]
        if fits:
            kept[fits[0]] = who
        else:
            spare.append(who)
    return kept, spare
