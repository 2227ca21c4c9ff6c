"""Who of the people present goes on to the next stage, and which of its needs each fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.state import ON_SCENE

if TYPE_CHECKING:
    from patrolsim.engine.state import VolunteerState
    from patrolsim.incidents import Stage


def divide(
    present: list[VolunteerState], stage: Stage
) -> tuple[dict[int, VolunteerState], list[VolunteerState]]:
    """Return who fills which need of a stage, and who is not needed any more.

    People fill needs in the order in which they were assigned, each the first that fits. Those
    who are still on the way when a stage ends are let go: the stage did without them.
    """
    skills = [need.skill for need in stage.needs for _ in range(need.people)]
    kept: dict[int, VolunteerState] = {}
    spare: list[VolunteerState] = []
    for who in present:
        fits = [
            slot
            for slot, skill in enumerate(skills)
            if slot not in kept and (skill is None or skill in who.person.skills)
        ]
        if fits and who.status in ON_SCENE:
            kept[fits[0]] = who
        else:
            spare.append(who)
    return kept, spare
