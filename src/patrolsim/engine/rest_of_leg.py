"""What is left of a leg, and whether it can be walked as planned when the streets change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.legs import ends_within
from patrolsim.eventlog import OFF_ROAD_STEP
from patrolsim.network.joints import NO_ARC
from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    from patrolsim.engine.ground import Ground
    from patrolsim.engine.legs import Departure, Leg


def roads_ahead(ground: Ground, leg: Leg, now_us: int, departure: Departure) -> list[int] | None:
    """Return the arcs of a leg after a departure from it; None where one of them is closed."""
    step, _began_us = leg.step_at(leg.own_us(now_us))
    if leg.arcs[step] == OFF_ROAD_STEP or departure.arc != NO_ARC:
        step += 1
    ahead = list(leg.arcs[step : leg.last_road + 1])
    if departure.rest_us > 0 and ahead[:1] == [departure.arc]:
        del ahead[0]
    is_open = all(ground.passing_us[leg.mode][arc] != CLOSED_US for arc in ahead)
    return ahead if is_open else None


def is_past_streets(leg: Leg, now_us: int) -> bool:
    """Whether what is left of a leg leads off the road."""
    return leg.step_at(leg.own_us(now_us))[0] > leg.last_road


def is_as_planned(ground: Ground, leg: Leg, now_us: int) -> bool:
    """Whether what is left of a leg takes as long as when it was planned, and is not closed."""
    time_us = leg.own_us(now_us)
    first, _began_us = leg.step_at(time_us)
    for step in range(max(first, leg.first_road), leg.last_road + 1):
        begins = step > first or leg.done_us(step, time_us)[0] == 0
        is_passed = begins and (step < leg.last_road or not ends_within(leg))
        arc = leg.arcs[step]
        if _times_of(leg.ground, leg.mode, arc, passes=is_passed) != _times_of(
            ground, leg.mode, arc, passes=is_passed
        ):
            return False
    return True


def _times_of(ground: Ground, mode: int, arc: int, *, passes: bool) -> int:
    return (ground.passing_us if passes else ground.weight_us)[mode][arc]


def arcs_ahead(leg: Leg, now_us: int) -> list[int]:
    """Return what is left of the steps of a leg; a street whose end has come is not."""
    time_us = leg.own_us(now_us)
    step, _began_us = leg.step_at(time_us)
    is_done = leg.own_ends_us[step] == time_us and leg.arcs[step] != OFF_ROAD_STEP
    return list(leg.arcs[step + 1 if is_done else step :])
