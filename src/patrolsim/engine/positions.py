"""Where a leg is: straight lines between corners, and between a street and a place off it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.eventlog import OFF_ROAD_STEP
from patrolsim.network.streets import SHARES

if TYPE_CHECKING:
    from patrolsim.engine.ground import Ground
    from patrolsim.engine.legs import Leg
    from patrolsim.network.streets import Stop


def position(ground: Ground, leg: Leg, now_us: int) -> tuple[float, float]:
    """Return where a leg is now, in metres: a straight line along each step."""
    time_us = leg.own_us(now_us)
    if time_us >= leg.own_ends_us[-1]:
        return leg.target.x, leg.target.y
    step, began_us = leg.step_at(time_us)
    arc = leg.arcs[step]
    if arc != OFF_ROAD_STEP:
        done_us, whole_us = leg.done_us(step, time_us)
        return _point_on(ground, arc, done_us / whole_us)
    span_us = leg.own_ends_us[step] - began_us
    share = (time_us - began_us) / span_us if span_us else 1.0
    (x, y), (to_x, to_y) = _off_road_line(ground, leg, step)
    return x + share * (to_x - x), y + share * (to_y - y)


def _off_road_line(
    ground: Ground, leg: Leg, step: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    if step == 0 and leg.origin is not None:
        return (leg.from_x, leg.from_y), _street_point(ground, leg.origin, leg.mode)
    if step == 0:
        return (leg.from_x, leg.from_y), (leg.target.x, leg.target.y)
    return _street_point(ground, leg.target, leg.mode), (leg.target.x, leg.target.y)


def _street_point(ground: Ground, stop: Stop, mode: int) -> tuple[float, float]:
    """Return where the way off the road to a place begins."""
    spot, node = stop.spot(mode), stop.nodes[mode]
    if spot is not None:
        return _point_on(ground, spot.arc, spot.share / SHARES)
    return ground.x[node], ground.y[node]


def _point_on(ground: Ground, arc: int, share: float) -> tuple[float, float]:
    x, y = ground.x[ground.tail[arc]], ground.y[ground.tail[arc]]
    to_x, to_y = ground.x[ground.head[arc]], ground.y[ground.head[arc]]
    return x + share * (to_x - x), y + share * (to_y - y)
