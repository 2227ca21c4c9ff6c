"""The same world with people who are asked and may say no: where alerts policies are tried."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patrolsim.distributions import Fixed
from patrolsim.units import to_us
from patrolsim.volunteers.habits import Habits

if TYPE_CHECKING:
    from patrolsim.volunteers.people import Volunteer
    from patrolsim.world import World

FIRM = 3
"""One in so many always goes."""
HABITS = Habits(hears=0.85, answer_within_us=to_us(120.0), tires=0.1, most_alerts=12)


def on_call(world: World) -> World:
    """Return a world in which most people may not hear an alert, or decline it."""
    return replace(world, volunteers=tuple(_on_call(person) for person in world.volunteers))


def _on_call(person: Volunteer) -> Volunteer:
    if person.volunteer_id % FIRM == FIRM - 1:
        return person
    answers_s = 20.0 + 15.0 * (person.volunteer_id % FIRM)
    return replace(person, acceptance=0.6, answers_after=Fixed(answers_s), habits=HABITS)
