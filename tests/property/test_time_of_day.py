"""Ways by the hour against a search on the clock that knows nothing of work or warps."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
import numpy.typing as npt
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.hours import profiles, search_by_the_clock, walk, work_done

from patrolsim.engine.legs import Errand, Leg
from patrolsim.engine.pacing import first_on_the_clock
from patrolsim.engine.present import VolunteerState
from patrolsim.engine.travel import Travel
from patrolsim.eventlog import NEVER_US, Purpose
from patrolsim.network.streets import UNREACHABLE_US, Streets
from patrolsim.network.warp import SpeedProfile, Warp
from patrolsim.testing import DRIVE, WALK, Arc, Person, TinyWorld, make_streets

ERRAND = Errand(0, Purpose.TO_POST)


class StoppedClock:
    """A clock that stands where it is put."""

    def __init__(self, now_us: int) -> None:
        self.now_us = now_us


@st.composite
def towns(draw: st.DrawFn) -> Streets:
    """Return streets with parallels, loops and one-ways; not everything can be reached."""
    n = draw(st.integers(2, 6))
    nodes, weights = st.integers(0, n - 1), st.integers(1, 90)
    arcs = []
    for _ in range(draw(st.integers(2, 12))):
        tail, head, weight_us = draw(nodes), draw(nodes), draw(weights)
        arcs.append(Arc(tail, head, weight_us))
        if draw(st.booleans()):
            arcs.append(Arc(head, tail, weight_us))
    mode = draw(st.sampled_from([WALK, DRIVE]))
    return make_streets([(float(i), float(i * i)) for i in range(n)], arcs, mode=mode)


def setting(
    streets: Streets, profile: SpeedProfile, node: int, now_us: int
) -> tuple[Travel, StoppedClock, VolunteerState]:
    tiny = TinyWorld(calls=[], people=[Person(node=node)], horizon_us=1, streets=streets)
    (person,) = tiny.build().volunteers
    clock = StoppedClock(now_us)
    travel = Travel(streets, [], clock, (profile,))  # type: ignore[arg-type] # stands still
    return travel, clock, VolunteerState(person, stop=person.base)


@settings(max_examples=100, deadline=None)
@given(towns(), profiles(until_us=300), st.integers(0, 300), st.data())
def test_a_way_ends_when_the_search_on_the_clock_says(
    streets: Streets, profile: SpeedProfile, now_us: int, data: st.DataObject
) -> None:
    start, goal = (data.draw(st.integers(0, len(streets.x) - 1)) for _ in range(2))
    assume(start != goal)
    travel, _clock, who = setting(streets, profile, start, now_us)
    stop = travel.stop_at(goal)
    exact = search_by_the_clock(streets, profile, {start: now_us})
    if goal not in exact:
        assert travel.time_to(who, stop, 0) == UNREACHABLE_US
        return
    leg = travel.leg_to(who, stop, ERRAND)
    assert leg.end_us == ceil(exact[goal][0])
    assert travel.time_to(who, stop, 0) == leg.end_us - now_us
    # a search that ends each arc on a whole microsecond is late by one for each of them at most,
    # which is more where the speed falls afterwards
    rounded = search_by_the_clock(streets, profile, {start: now_us}, rounds_up=True)
    ratio = Fraction(profile.fastest, min(profile.thousandths))
    assert 0 <= rounded[goal][0] - leg.end_us <= exact[goal][1] * ratio


def _under_way(
    data: st.DataObject, streets: Streets, profile: SpeedProfile, now_us: int
) -> tuple[Travel, StoppedClock, VolunteerState, Leg]:
    """Return somebody at some moment of a leg."""
    start, goal = (data.draw(st.integers(0, len(streets.x) - 1)) for _ in range(2))
    assume(start != goal)
    travel, clock, who = setting(streets, profile, start, now_us)
    assume(travel.time_to(who, travel.stop_at(goal), 0) < UNREACHABLE_US)
    leg = travel.leg_to(who, travel.stop_at(goal), ERRAND)
    assume(leg.end_us > now_us + 1)
    who.stop, who.leg = None, leg
    clock.now_us = data.draw(st.integers(now_us + 1, leg.end_us - 1))
    return travel, clock, who, leg


@settings(max_examples=100, deadline=None)
@given(towns(), profiles(until_us=300, slowest=20), st.integers(0, 300), st.data())
def test_a_walker_is_where_the_work_done_so_far_has_brought_them(
    streets: Streets, profile: SpeedProfile, now_us: int, data: st.DataObject
) -> None:
    travel, clock, who, leg = _under_way(data, streets, profile, now_us)
    left = work_done(profile, now_us, clock.now_us) // 1  # whole microseconds of work count
    for arc in leg.arcs:
        weight_us = int(streets.weight_us[0, arc])
        if left <= weight_us:
            break
        left -= weight_us
    else:
        raise AssertionError("the leg has ended")
    share = float(left / weight_us)
    tail, head = streets.tail[arc], streets.head[arc]
    x = streets.x[tail] + share * (streets.x[head] - streets.x[tail])
    y = streets.y[tail] + share * (streets.y[head] - streets.y[tail])
    np.testing.assert_allclose(travel.position(who), (x, y), atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(towns(), profiles(until_us=300, slowest=20), st.integers(0, 300), st.data())
def test_a_redirect_in_the_middle_of_a_street_takes_what_the_clock_says(
    streets: Streets, profile: SpeedProfile, now_us: int, data: st.DataObject
) -> None:
    travel, clock, who, leg = _under_way(data, streets, profile, now_us)
    done_us = int(work_done(profile, now_us, clock.now_us))
    step = 0
    while done_us > int(streets.weight_us[0, leg.arcs[step]]):
        done_us -= int(streets.weight_us[0, leg.arcs[step]])
        step += 1
    arc = leg.arcs[step]
    whole_us, twin = int(streets.weight_us[0, arc]), int(streets.twin[arc])
    ahead_us = walk(profile, clock.now_us, whole_us - done_us)
    starts = {int(streets.head[arc]): ahead_us}
    if (twin >= 0 and done_us < whole_us and streets.modes[0].turns_round) or done_us == 0:
        tail = int(streets.tail[arc])
        back_us = walk(profile, clock.now_us, done_us)
        starts[tail] = min(back_us, starts.get(tail, back_us))
    found = search_by_the_clock(streets, profile, starts)
    goal = data.draw(st.integers(0, len(streets.x) - 1))
    stop = travel.stop_at(goal)
    if goal not in found:
        assert travel.time_to(who, stop, 0) == UNREACHABLE_US
        return
    again = travel.leg_to(who, stop, ERRAND)
    assert again.end_us == ceil(found[goal][0])
    assert (again.from_x, again.from_y) == travel.position(who)


@settings(max_examples=100, deadline=None)
@given(towns(), profiles(until_us=300), st.data())
def test_nobody_is_overtaken_on_the_same_way(
    streets: Streets, profile: SpeedProfile, data: st.DataObject
) -> None:
    start, goal = (data.draw(st.integers(0, len(streets.x) - 1)) for _ in range(2))
    early_us, late_us = sorted(data.draw(st.integers(0, 400)) for _ in range(2))
    travel, clock, who = setting(streets, profile, start, early_us)
    assume(start != goal and travel.time_to(who, travel.stop_at(goal), 0) < UNREACHABLE_US)
    first = travel.leg_to(who, travel.stop_at(goal), ERRAND)
    clock.now_us = late_us
    second = travel.leg_to(who, travel.stop_at(goal), ERRAND)
    assert first.arcs == second.arcs
    assert all(a_us <= b_us for a_us, b_us in zip(first.ends_us, second.ends_us, strict=True))


def test_speeds_frozen_at_the_departure_would_be_overtaken() -> None:
    # 100 us of work; the speed doubles at 10 us. Frozen: leaves at 9, arrives at 209; leaves at
    # 10, arrives at 110. By the warp: 109.5, rounded up, and 110.
    profile = SpeedProfile(starts_us=(0, 10), thousandths=(500, 1000))
    frozen_us = [9 + 100 * 2, 10 + 100]
    assert frozen_us[0] > frozen_us[1]
    assert [Warp(profile).arrival_us(leaves_us, 100_000) for leaves_us in (9, 10)] == [110, 110]


@settings(max_examples=500, deadline=None)
@given(
    profile=profiles(until_us=12, slowest=100),
    now_us=st.integers(0, 12),
    people=st.lists(
        st.tuples(
            st.integers(0, 5),  # to get ready
            st.lists(st.integers(0, 2), min_size=1, max_size=2),  # work of the ways
            st.one_of(st.just(NEVER_US), st.integers(-2, 8)),  # time left
        ),
        min_size=1,
        max_size=12,
    ),
    count=st.integers(1, 3),
)
def test_who_is_first_on_the_clock_is_first_by_brute_force(
    profile: SpeedProfile,
    now_us: int,
    people: list[tuple[int, list[int], int]],
    count: int,
) -> None:
    rows = [
        (3 * number, ready_us, way_us, max(left_us, -now_us))
        for number, (ready_us, ways_us, left_us) in enumerate(people)
        for way_us in ways_us
    ]
    by_hand: dict[int, int] = {}
    for who, ready_us, way_us, left_us in rows:
        arrival_us = ceil(walk(profile, now_us + ready_us, way_us)) - now_us
        if arrival_us <= left_us:
            by_hand[who] = min(arrival_us, by_hand.get(who, arrival_us))
    expected = sorted((arrival_us, who) for who, arrival_us in by_hand.items())[:count]

    def ask(seeds: tuple[npt.NDArray[np.int64], ...], count: int) -> list[tuple[int, int]]:
        """Answer as the searches do: by (work, id), within the deadlines."""
        best: dict[int, int] = {}
        for who, _node, cost_us, left_us in zip(*(c.tolist() for c in seeds), strict=True):
            if cost_us <= left_us:
                best[who] = min(cost_us, best.get(who, cost_us))
        return sorted((cost_us, who) for who, cost_us in best.items())[:count]

    ids, waits_us, ways_us, deadlines_us = (
        np.array(column, np.int64) for column in zip(*rows, strict=True)
    )
    seeds = ids, np.zeros_like(ids), waits_us + ways_us, deadlines_us
    found = first_on_the_clock(ask, Warp(profile), seeds, waits_us, now_us, count)
    assert found == expected
