"""The steps of a leg and the end of each: a kernel, as those of `kernels` are, for both tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Numbers = Any

OFF_ROAD_ARC = -1
"""Stands for an arc where a step leads off the road."""


def lay(way: Numbers, weight_us: Numbers, plan: tuple[int, ...], steps: Numbers, size: int) -> int:
    """Write the arcs of all steps, and behind them the moments at which they end.

    `way` are the arcs that are walked whole, and `weight_us` the time of each arc of the map. The
    plan is the moment of the start, the time off the road before the streets, the arc and the time
    of the street that is walked in part at first and at last, and the time off the road after
    them. Times of 0 are no steps, but for the last one where nothing else comes of `size` steps.
    Returns how many steps there are.
    """
    time_us, leaves_us, first, first_us, last, last_us, arrives_us = plan
    count = 0
    if leaves_us > 0:
        time_us += leaves_us
        steps[0], steps[size] = OFF_ROAD_ARC, time_us
        count = 1
    if first_us > 0:
        time_us += first_us
        steps[count], steps[size + count] = first, time_us
        count += 1
    for arc in way:
        time_us += weight_us[arc]
        steps[count], steps[size + count] = arc, time_us
        count += 1
    if last_us > 0:
        time_us += last_us
        steps[count], steps[size + count] = last, time_us
        count += 1
    if count < size:
        time_us += arrives_us
        steps[count], steps[size + count] = OFF_ROAD_ARC, time_us
        count += 1
    return count


KERNELS = (lay,)
"""The only one."""
