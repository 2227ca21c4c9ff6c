"""Speeds by the hour, reckoned in fractions: the oracle of the tests on the time of day."""

from __future__ import annotations

from fractions import Fraction
from heapq import heappop, heappush
from math import ceil
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from patrolsim.network.streets import CLOSED_US
from patrolsim.network.warp import SpeedProfile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.network.streets import Streets

Time = Fraction | int


@st.composite
def profiles(
    draw: st.DrawFn, *, until_us: int, slowest: int = 1, fastest: int = 2000
) -> SpeedProfile:
    """Return a profile with some changes before a time."""
    later_us = sorted(draw(st.sets(st.integers(1, until_us), max_size=5)))
    count = len(later_us) + 1
    speeds = st.one_of(st.integers(slowest, fastest), st.sampled_from([500, 1000, fastest]))
    thousandths = draw(st.lists(speeds, min_size=count, max_size=count))
    return SpeedProfile(starts_us=(0, *later_us), thousandths=tuple(thousandths))


def walk(profile: SpeedProfile, leaves_us: Time, work_us: Time) -> Fraction:
    """Return when some work is done, to the last digit, by going from piece to piece."""
    now_us, left = Fraction(leaves_us), Fraction(work_us)
    ends_us = (*profile.starts_us[1:], None)
    for end_us, thousandths in zip(ends_us, profile.thousandths, strict=True):
        speed = Fraction(thousandths, 1000)
        if end_us is None or now_us + left / speed <= end_us:
            return now_us + left / speed
        if now_us < end_us:
            left -= speed * (end_us - now_us)
            now_us = Fraction(end_us)
    raise AssertionError("the last piece has no end")


def work_done(profile: SpeedProfile, from_us: Time, to_us: Time) -> Fraction:
    """Return the work between two moments, in microseconds."""
    last_us = max(Fraction(to_us), Fraction(profile.starts_us[-1]))
    ends_us = [*map(Fraction, profile.starts_us[1:]), last_us]
    pieces = zip(map(Fraction, profile.starts_us), ends_us, profile.thousandths, strict=True)
    total = Fraction(0)
    for begin, end, speed in pieces:
        span_us = min(Fraction(to_us), end) - max(Fraction(from_us), begin)
        total += Fraction(speed, 1000) * max(Fraction(0), span_us)
    return total


def search_by_the_clock(
    streets: Streets,
    profile: SpeedProfile,
    starts: Mapping[int, Time],
    *,
    rounds_up: bool = False,
) -> dict[int, tuple[Time, int]]:
    """Return arrival and number of arcs for each node: Dijkstra's search with labels on the clock.

    Each arc is driven at the speeds of the time at which it is driven. With `rounds_up` each
    arc ends on a whole microsecond, as in a search that knows no warp.
    """
    frontier = [(Fraction(at_us), 0, node) for node, at_us in starts.items()]
    frontier.sort()
    found: dict[int, tuple[Time, int]] = {}
    while frontier:
        time_us, arcs, node = heappop(frontier)
        if node in found:
            continue
        found[node] = time_us, arcs
        for arc in range(len(streets.tail)):
            weight_us = int(streets.weight_us[0, arc])
            if streets.tail[arc] == node and weight_us < CLOSED_US:
                there_us = walk(profile, time_us, weight_us)
                there_us = Fraction(ceil(there_us)) if rounds_up else there_us
                heappush(frontier, (there_us, arcs + 1, int(streets.head[arc])))
    return found
