"""Where free people wait."""

from __future__ import annotations

import math

from tests.plugins.fakes import FakeView

from patrolsim import Base, GoTo
from patrolsim_policies.waiting import Home, NearestPost, Stay

PLACES = (("market", 1.0, 2.0), ("school", 3.0, 4.0))


def test_home_is_the_own_base() -> None:
    assert Home().standby(FakeView(), 0) is Base.OWN


def test_stay_is_no_errand() -> None:
    decision: object = Stay().standby(FakeView(), 0)  # type: ignore[func-returns-value]
    assert decision is None


def test_the_nearest_place_is_chosen() -> None:
    view = FakeView(places=PLACES, place_times={(1.0, 2.0): 90.0, (3.0, 4.0): 60.0})
    assert NearestPost().standby(view, 0) == GoTo(3.0, 4.0)


def test_of_two_places_as_near_the_first_is_chosen() -> None:
    view = FakeView(places=PLACES, place_times={(1.0, 2.0): 60.0, (3.0, 4.0): 60.0})
    assert NearestPost().standby(view, 0) == GoTo(1.0, 2.0)


def test_without_places_people_go_home() -> None:
    assert NearestPost().standby(FakeView(), 0) is Base.OWN


def test_nobody_is_sent_to_a_place_that_cannot_be_reached() -> None:
    view = FakeView(places=PLACES[:1], place_times={(1.0, 2.0): math.inf})
    assert NearestPost().standby(view, 0) is Base.OWN
