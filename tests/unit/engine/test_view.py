"""What a policy is told of ways is what the engine lets people go."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.runs import run

from patrolsim.policy import Base, GoTo
from patrolsim.testing import islands

if TYPE_CHECKING:
    from patrolsim.policy import StateView


class AsksAndGoes:
    """Goes to a place if the view says that a way leads there."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.times_s: set[float] = set()

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | Base:
        x, y = next((x, y) for name, x, y in view.posts() if name == self.place)
        time_s = view.travel_time_s(volunteer_id, x, y)
        self.times_s.add(time_s)
        return Base.OWN if time_s == math.inf else GoTo(x, y)


def test_a_named_place_that_no_way_leads_to_is_infinitely_far() -> None:
    policy = AsksAndGoes("harbour")
    run(islands(), standby=policy)
    assert policy.times_s == {math.inf}


def test_a_named_place_that_can_be_reached_is_not() -> None:
    policy = AsksAndGoes("gate")
    run(islands(), standby=policy)
    assert max(policy.times_s) < 3600.0
