"""Changing the mode under way, at hours at which the modes have different speeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from patrolsim.engine.legs import Errand
from patrolsim.engine.present import VolunteerState
from patrolsim.engine.travel import Travel
from patrolsim.eventlog import Purpose
from patrolsim.network.streets import Stop, Streets
from patrolsim.network.warp import SpeedProfile
from patrolsim.testing import DRIVE, WALK, Arc, Person, TinyWorld, make_streets

FOOT, CAR = 0, 1
USUAL = SpeedProfile()
JAM = SpeedProfile(thousandths=(200,))
RAIN = SpeedProfile(thousandths=(500,))


class StoppedClock:
    """A clock that stands where it is put."""

    now_us = 0


def line() -> Streets:
    """Return three corners in a line: a street takes 100 us on foot and 10 us by car."""
    arcs = [Arc(0, 1, 100), Arc(1, 0, 100), Arc(1, 2, 100), Arc(2, 1, 100)]
    streets = make_streets([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)], arcs)
    return replace(
        streets,
        weight_us=np.vstack([streets.weight_us, streets.weight_us // 10]),
        usable=np.vstack([streets.usable, streets.usable]),
        modes=(WALK, DRIVE),
    )


def walker(
    profiles: tuple[SpeedProfile, SpeedProfile], base: Stop | None = None
) -> tuple[Travel, StoppedClock, VolunteerState]:
    """Return somebody who sets out on foot from the first corner to the last."""
    streets, clock = line(), StoppedClock()
    base = streets.stop_at_node(0) if base is None else base
    (person,) = (
        TinyWorld(calls=[], people=[Person(base=base)], horizon_us=1, streets=streets)
        .build()
        .volunteers
    )
    travel = Travel(streets, [], clock, profiles)  # type: ignore[arg-type] # stands still
    who = VolunteerState(person, stop=base)
    leg = travel.leg_to(who, travel.stop_at(2), Errand(FOOT, Purpose.PATROL))
    who.stop, who.leg = None, leg
    return travel, clock, who


@pytest.mark.parametrize(
    ("profiles", "corner_us", "end_us"),
    [
        # 40 us into the street; then 60 us of work on foot, and 10 us by car
        ((USUAL, USUAL), 100, 110),
        ((USUAL, JAM), 100, 150),
        ((RAIN, USUAL), 200, 210),
        ((RAIN, JAM), 200, 250),
        ((JAM, JAM), 500, 550),
    ],
)
def test_the_jam_of_the_cars_does_not_slow_the_steps_to_the_corner(
    profiles: tuple[SpeedProfile, SpeedProfile], corner_us: int, end_us: int
) -> None:
    travel, clock, who = walker(profiles)
    clock.now_us = corner_us * 2 // 5
    assert travel.position(who) == pytest.approx((0.4, 0.0))
    leg = travel.leg_to(who, travel.stop_at(2), Errand(CAR, Purpose.TO_SCENE))
    assert list(leg.ends_us) == [corner_us, end_us]
    assert travel.time_to(who, travel.stop_at(2), CAR) == end_us - clock.now_us
    who.leg = leg
    clock.now_us = corner_us * 7 // 10
    assert travel.position(who) == pytest.approx((0.7, 0.0))


def test_nor_the_steps_to_the_street() -> None:
    base = Stop(0.0, -1.0, (0, 0), (30, 30))
    travel, clock, who = walker((RAIN, JAM), base)
    clock.now_us = 20  # 10 us of work are done, 20 us are left and take 40 us in the rain
    leg = travel.leg_to(who, travel.stop_at(1), Errand(CAR, Purpose.TO_SCENE))
    assert list(leg.ends_us) == [60, 110]
