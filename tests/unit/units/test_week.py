"""Hours that come again every week, against a walk minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.units import UnitError, WeeklyHours, parse_times_of_day, weekly_moments_us

MINUTE_US = 60_000_000
START = datetime(2025, 3, 12, 7, 30)  # noqa: DTZ001 - a Wednesday, local time of nowhere


def is_open(minute: int, days: tuple[int, ...], opens: int, closes: int) -> bool:
    """Return whether a minute from the start lies in the hours, by the calendar."""
    now = START + timedelta(minutes=minute)
    of_day = now.hour * 60 + now.minute
    if opens < closes:
        return now.weekday() in days and opens <= of_day < closes
    before = (now.weekday() - 1) % 7
    return (now.weekday() in days and of_day >= opens) or (before in days and of_day < closes)


@given(
    days=st.sets(st.integers(0, 6), min_size=1),
    opens=st.integers(0, 23),
    closes=st.integers(0, 23),
    minute=st.integers(0, 20_000),
)
def test_the_next_opening_is_that_of_a_walk_minute_by_minute(
    days: set[int], opens: int, closes: int, minute: int
) -> None:
    chosen = tuple(sorted(days))
    hours = WeeklyHours.of(chosen, (opens * 3600.0, closes * 3600.0), START)
    next_minute = minute
    while not is_open(next_minute, chosen, opens * 60, closes * 60):
        next_minute += 1 if next_minute % 30 else 30
    assert hours.next_us(minute * MINUTE_US) == next_minute * MINUTE_US
    assert hours.is_open(minute * MINUTE_US) is (next_minute == minute)


def test_at_the_very_end_of_the_hours_it_is_closed() -> None:
    hours = WeeklyHours.of((2,), (8 * 3600.0, 9 * 3600.0), START)
    assert hours.is_open(90 * MINUTE_US - 1)
    assert hours.next_us(90 * MINUTE_US) == (7 * 24 * 60 + 30) * MINUTE_US


def test_moments_of_the_week_lie_in_the_period_and_rise() -> None:
    day_us = 24 * 60 * MINUTE_US
    found = weekly_moments_us((2, 4), (8 * 3600.0, 7 * 3600.0), START, 8 * day_us)
    clocks = [START + timedelta(microseconds=us) for us in found]
    assert [f"{clock:%a %H:%M}" for clock in clocks] == [
        "Wed 08:00",
        "Fri 07:00",
        "Fri 08:00",
        "Wed 07:00",
        "Wed 08:00",
    ]


def test_times_of_day_are_read_in_order() -> None:
    assert parse_times_of_day("14:00, 9:30") == (9.5 * 3600, 14 * 3600)
    assert parse_times_of_day("10点") == (36_000.0,)


@pytest.mark.parametrize("text", ["noon", "10:00, 10:00", "24:00", "25:00", "10-11"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        parse_times_of_day(text)
