"""Where free people wait: at their own base, where they are, or at the nearest post.

The three differ by themselves (rules R0 to R2 of docs/policies.md): in a loss system with 30
people the mean distance is 6 % longer from home than where people stay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim import Base, GoTo, PolicySpec, Role

if TYPE_CHECKING:
    from patrolsim import StateView


@dataclass(frozen=True, slots=True)
class Home:
    """Sends free people back to their own base."""

    def standby(self, _view: StateView, _volunteer_id: int) -> Base:
        """Return the own base."""
        return Base.OWN


@dataclass(frozen=True, slots=True)
class Stay:
    """Lets free people wait where their last work ended."""

    def standby(self, _view: StateView, _volunteer_id: int) -> None:
        """Return nothing: stay."""


@dataclass(frozen=True, slots=True)
class NearestPost:
    """Sends free people to the named place that they reach first; ties: the first name.

    Looks at: all named places of the scenario. One travel time per place.
    """

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | Base:
        """Return the nearest place; the own base when there is none that can be reached."""
        posts = view.posts()
        times = [view.travel_time_s(volunteer_id, x, y) for _name, x, y in posts]
        if min(times, default=math.inf) == math.inf:
            return Base.OWN
        _name, x, y = posts[times.index(min(times))]
        return GoTo(x, y)


HOME = PolicySpec(
    name="home",
    role=Role.STANDBY,
    build=lambda _parameters: Home(),
    about="Free people go back to their own base.",
)
STAY = PolicySpec(
    name="stay",
    role=Role.STANDBY,
    build=lambda _parameters: Stay(),
    about="Free people wait where they are.",
)
NEAREST_POST = PolicySpec(
    name="nearest_post",
    role=Role.STANDBY,
    build=lambda _parameters: NearestPost(),
    about="Free people go to the nearest named place.",
)
