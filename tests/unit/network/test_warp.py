"""The warp of time: exact work, arrivals rounded up once, nobody overtaken."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.network.warp import SpeedProfile, Warp, warps_of

HOUR_US = 3_600_000_000
TIMES_US = st.integers(0, 400)
WORK_NS = st.one_of(st.integers(0, 3000), st.integers(0, 10**6))


@st.composite
def profiles(draw: st.DrawFn) -> SpeedProfile:
    """Return a profile whose changes lie within a few hundred microseconds."""
    later_us = sorted(draw(st.sets(st.integers(1, 300), max_size=6)))
    speeds = st.one_of(st.integers(1, 2000), st.sampled_from([1, 999, 1000, 1001, 2000]))
    count = len(later_us) + 1
    thousandths = draw(st.lists(speeds, min_size=count, max_size=count))
    return SpeedProfile(starts_us=(0, *later_us), thousandths=tuple(thousandths))


def speed_at(profile: SpeedProfile, time_us: int) -> int:
    """Return the speed in the microsecond that begins at a time, by looking from the start."""
    return next(
        speed
        for begin_us, speed in reversed(
            list(zip(profile.starts_us, profile.thousandths, strict=True))
        )
        if begin_us <= time_us
    )


@given(profiles(), TIMES_US, TIMES_US)
def test_work_is_the_sum_of_the_speeds_of_all_microseconds(
    profile: SpeedProfile, one_us: int, other_us: int
) -> None:
    first_us, last_us = sorted((one_us, other_us))
    by_hand_ns = sum(speed_at(profile, time_us) for time_us in range(first_us, last_us))
    assert Warp(profile).work_between_ns(first_us, last_us) == by_hand_ns
    assert Warp(profile).work_between_ns(last_us, first_us) == -by_hand_ns


@given(profiles(), TIMES_US, WORK_NS)
def test_an_arrival_is_the_first_microsecond_at_which_the_work_is_done(
    profile: SpeedProfile, leaves_us: int, work_ns: int
) -> None:
    warp = Warp(profile)
    arrival_us = warp.arrival_us(leaves_us, work_ns)
    assert arrival_us >= leaves_us
    assert warp.work_between_ns(leaves_us, arrival_us) >= work_ns
    if arrival_us > leaves_us:
        assert warp.work_between_ns(leaves_us, arrival_us - 1) < work_ns


@given(profiles(), TIMES_US, TIMES_US, WORK_NS)
def test_who_leaves_later_never_arrives_earlier(
    profile: SpeedProfile, one_us: int, other_us: int, work_ns: int
) -> None:
    warp = Warp(profile)
    first_us, last_us = sorted((one_us, other_us))
    assert warp.arrival_us(first_us, work_ns) <= warp.arrival_us(last_us, work_ns)


@given(profiles(), TIMES_US, WORK_NS, WORK_NS)
def test_a_way_in_two_parts_is_rounded_up_at_most_once_more(
    profile: SpeedProfile, leaves_us: int, first_ns: int, second_ns: int
) -> None:
    warp = Warp(profile)
    whole_us = warp.arrival_us(leaves_us, first_ns + second_ns)
    parts_us = warp.arrival_us(warp.arrival_us(leaves_us, first_ns), second_ns)
    lost_ns = warp.work_between_ns(whole_us, parts_us)
    assert parts_us >= whole_us
    assert lost_ns < 2 * profile.fastest


@given(TIMES_US, st.integers(0, 10**6))
def test_the_usual_speed_gives_the_plain_sum(leaves_us: int, work_us: int) -> None:
    warp = Warp(SpeedProfile())
    assert warp.arrival_us(leaves_us, 1000 * work_us) == leaves_us + work_us
    assert warp.work_between_ns(leaves_us, leaves_us + work_us) == 1000 * work_us


def test_a_way_through_two_rush_hours_takes_what_it_takes_by_hand() -> None:
    # 07:00-09:00 at 60 %, 17:00-19:00 at 50 %; 12 h of driving from 06:00:
    # 1 h until 07:00, 1.2 h until 09:00, 8 h until 17:00, 1 h until 19:00, 0.8 h left.
    hours = [0, 7, 9, 17, 19]
    profile = SpeedProfile(
        starts_us=tuple(hour * HOUR_US for hour in hours),
        thousandths=(1000, 600, 1000, 500, 1000),
    )
    arrival_us = Warp(profile).arrival_us(6 * HOUR_US, 1000 * 12 * HOUR_US)
    assert Fraction(arrival_us, HOUR_US) == Fraction("19.8")


def test_a_century_of_work_at_a_thousandth_is_exact() -> None:
    century_us = 100 * 365 * 24 * HOUR_US
    warp = Warp(SpeedProfile(thousandths=(1,)))
    assert warp.arrival_us(7, 1000 * century_us + 1) == 7 + 1000 * century_us + 1 < 2**63


def test_a_mode_at_the_usual_speed_has_no_warp() -> None:
    slow = SpeedProfile(thousandths=(500,))
    warps = warps_of((SpeedProfile(), slow), 2)
    assert warps[0] is None
    assert warps[1] is not None
    assert warps_of((), 3) == (None, None, None)


@pytest.mark.parametrize(
    ("starts_us", "thousandths"),
    [((0, 5, 5), (1, 2, 3)), ((1,), (1000,)), ((0,), (0,)), ((0, 1), (1000,)), ((), ())],
)
def test_what_is_no_profile_is_refused(
    starts_us: tuple[int, ...], thousandths: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="no profile of speeds"):
        SpeedProfile(starts_us=starts_us, thousandths=thousandths)
