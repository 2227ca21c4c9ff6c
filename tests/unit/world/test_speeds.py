"""Speeds over the period against a calendar that is read minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from patrolsim.errors import ScenarioError
from patrolsim.scenario.speed_models import SpeedChangeModel
from patrolsim.world.speeds import BEYOND_US, remarks_on_changes, solve_profiles

if TYPE_CHECKING:
    from patrolsim.network.warp import SpeedProfile

MONDAY = datetime(2025, 3, 10)  # noqa: DTZ001 - local time of nowhere
DAY_US = 86_400_000_000
MINUTE_US = 60_000_000
MODES = ("foot", "car")


def change(**given_: object) -> SpeedChangeModel:
    return SpeedChangeModel.model_validate(given_)


RUSH = change(modes=["car"], days="Mon-Fri", hours="07:00-09:00", speed="60%")
RAIN = change(**{"from": "2025-03-10 08:00", "to": "2025-03-10 12:30", "speed": "70%"})
LATE = change(days="Sun", hours="23:00-01:30", speed="120%")


def speed_at(changes: dict[str, SpeedChangeModel], mode: str, moment: datetime) -> int:
    """Return the thousandths at a moment, by asking each change."""
    share = Fraction(1)
    for one in changes.values():
        if one.modes and mode not in one.modes:
            continue
        if one.start is not None and moment < one.start:
            continue
        if one.end is not None and moment >= one.end:
            continue
        begin_s, end_s = one.hours
        at_s = moment.hour * 3600 + moment.minute * 60
        yesterday = (moment.weekday() - 1) % 7
        if end_s > begin_s:
            holds = moment.weekday() in one.days and begin_s <= at_s < end_s
        else:
            holds = (moment.weekday() in one.days and at_s >= begin_s) or (
                yesterday in one.days and at_s < end_s
            )
        if holds:
            share *= Fraction(round(one.speed * 1000), 1000)
    return max(1, round(share * 1000))


def value_at(profile: SpeedProfile, time_us: int) -> int:
    pieces = zip(profile.starts_us, profile.thousandths, strict=True)
    return [speed for begin_us, speed in pieces if begin_us <= time_us][-1]


@st.composite
def changes(draw: st.DrawFn) -> dict[str, SpeedChangeModel]:
    found = {}
    clock = st.tuples(st.integers(0, 23), st.sampled_from([0, 30]))
    for name in "abc"[: draw(st.integers(1, 3))]:
        (hour, minute), (to_hour, to_minute) = draw(clock), draw(clock)
        first = MONDAY + timedelta(minutes=30 * draw(st.integers(-20, 200)))
        last = first + timedelta(minutes=30 * draw(st.integers(1, 200)))
        keys: dict[str, object] = {
            "modes": draw(st.sampled_from([[], ["car"], ["foot", "car"]])),
            "days": draw(st.sampled_from(["Mon-Fri", "weekend", "Tue", "every day"])),
            "hours": f"{hour:02}:{minute:02}-{to_hour:02}:{to_minute:02}",
            "from": f"{first:%Y-%m-%d %H:%M}",
            "to": f"{last:%Y-%m-%d %H:%M}",
            "speed": f"{draw(st.integers(1, 2000)) / 10:g}%",
        }
        for key in draw(st.sets(st.sampled_from(["days", "hours", "from", "to"]))):
            del keys[key]
        found[name] = change(**keys)
    return found


@example({"rush": RUSH, "rain": RAIN, "late": LATE}, 11)
@given(changes(), st.integers(0, 47))
@settings(max_examples=60, deadline=None)
def test_speeds_are_what_the_calendar_says_at_every_half_hour(
    known: dict[str, SpeedChangeModel], half_hours: int
) -> None:
    start = MONDAY + timedelta(minutes=30 * half_hours)
    profiles = solve_profiles(known, MODES, start=start, horizon_us=4 * DAY_US)
    for mode, profile in zip(MODES, profiles, strict=True):
        for step in range(5 * 48):
            moment = start + timedelta(minutes=30 * step)
            time_us = 30 * MINUTE_US * step
            assert value_at(profile, time_us) == speed_at(known, mode, moment), (mode, moment)


def test_changes_that_meet_are_multiplied() -> None:
    profiles = solve_profiles({"rush": RUSH, "rain": RAIN}, MODES, start=MONDAY, horizon_us=DAY_US)
    assert value_at(profiles[1], 8 * 60 * MINUTE_US) == 420
    assert value_at(profiles[1], 7 * 60 * MINUTE_US) == 600
    assert value_at(profiles[0], 8 * 60 * MINUTE_US) == 700


def test_without_changes_there_are_no_profiles() -> None:
    assert solve_profiles({}, MODES, start=MONDAY, horizon_us=DAY_US) == ()


def test_a_mode_that_no_change_concerns_keeps_its_usual_speed() -> None:
    foot, car = solve_profiles({"rush": RUSH}, MODES, start=MONDAY, horizon_us=DAY_US)
    assert foot.is_usual
    assert not car.is_usual


def test_a_week_repeats_until_four_weeks_after_the_period() -> None:
    (_foot, car) = solve_profiles({"rush": RUSH}, MODES, start=MONDAY, horizon_us=DAY_US)
    mornings = [begin_us for begin_us in car.starts_us if begin_us % DAY_US == 7 * 60 * MINUTE_US]
    assert len(mornings) == 21
    assert car.starts_us[-1] <= DAY_US + BEYOND_US
    assert car.thousandths[-1] == 1000


def test_a_mode_that_the_streets_do_not_have_is_refused_with_the_nearest() -> None:
    wrong = {"rush": change(modes=["cra"], hours="07:00-09:00", speed="60%")}
    with pytest.raises(ScenarioError) as caught:
        solve_profiles(wrong, MODES, start=MONDAY, horizon_us=DAY_US)
    (problem,) = caught.value.problems
    assert "nobody moves by 'cra'" in problem.message
    assert "car" in problem.hint


def test_a_change_outside_the_period_is_told() -> None:
    midweek = change(days="Wed", hours="07:00-09:00", speed="60%")
    known = {"rush": RUSH, "midweek": midweek, "late": LATE, "rain": RAIN}
    (remark,) = remarks_on_changes(known, start=MONDAY, horizon_us=DAY_US // 2)
    assert "midweek" in remark
