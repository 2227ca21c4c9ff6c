"""Ways by the hour on real networks, against a search with labels on the clock."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.property.test_time_of_day import ERRAND, setting
from tests.validation.test_real_networks import streets

from patrolsim.network.streets import UNREACHABLE_US
from patrolsim.network.warp import SpeedProfile

if TYPE_CHECKING:
    from patrolsim.network.streets import Streets

__all__ = ["streets"]
HOUR_US = 3_600_000_000
HOURS = SpeedProfile(
    starts_us=tuple(round(hour * HOUR_US) for hour in (0, 7, 9, 9.2, 17, 19, 30)),
    thousandths=(1000, 600, 1000, 1100, 500, 1000, 800),
)
SLOWEST = 500
SOURCES, TARGETS = 20, 100

pytestmark = pytest.mark.slow


def drive(leaves_us: int, work_us: int) -> int:
    """Return the first microsecond at which some work is done, going from change to change."""
    now_us, left_ns = leaves_us, 1000 * work_us
    piece = bisect_right(HOURS.starts_us, now_us) - 1
    for end_us in (*HOURS.starts_us[piece + 1 :], None):
        speed = HOURS.thousandths[piece]
        if end_us is None or left_ns <= speed * (end_us - now_us):
            return now_us + -(-left_ns // speed)
        left_ns -= speed * (end_us - now_us)
        now_us, piece = end_us, piece + 1
    raise AssertionError("the last speed lasts")


def arrivals(streets: Streets, start: int, leaves_us: int) -> dict[int, tuple[int, int]]:
    """Return arrival and number of arcs for each node; each arc ends on a whole microsecond."""
    first, head = streets.out_start.tolist(), streets.head.tolist()
    weight_us = streets.weight_us[0].tolist()
    found: dict[int, tuple[int, int]] = {}
    frontier = [(leaves_us, 0, start)]
    while frontier:
        time_us, arcs, node = heappop(frontier)
        if node not in found:
            found[node] = time_us, arcs
            for arc in range(first[node], first[node + 1]):
                if head[arc] not in found:
                    there_us = drive(time_us, weight_us[arc])
                    heappush(frontier, (there_us, arcs + 1, head[arc]))
    return found


def test_ways_end_when_a_search_by_the_clock_says(streets: Streets) -> None:
    n, generator = len(streets.x), np.random.Generator(np.random.Philox(key=11))
    apart = replace(streets, x=np.arange(n, dtype=np.float64))
    sources = SOURCES if n < 50_000 else SOURCES // 10
    for start in generator.integers(0, n, sources).tolist():
        leaves_us = int(generator.integers(5 * HOUR_US, 20 * HOUR_US))
        by_the_clock = arrivals(streets, start, leaves_us)
        travel, _clock, who = setting(apart, HOURS, start, leaves_us)
        for goal in generator.integers(0, n, TARGETS).tolist():
            took_us = travel.time_to(who, travel.stop_at(goal), 0)
            if goal not in by_the_clock:
                assert took_us == UNREACHABLE_US
                continue
            label_us, _arcs = by_the_clock[goal]
            arcs = len(travel.leg_to(who, travel.stop_at(goal), ERRAND).arcs)
            late_us = label_us - leaves_us - took_us
            assert 0 <= late_us <= arcs * HOURS.fastest / SLOWEST
