"""The curve of a team that grows by mentors, against the recursion by hand and in fractions."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from patrolsim.volunteers.growth import Growth, headcounts, join_times_us, present_at

DAY_US = 86_400 * 1_000_000
MONDAY = datetime(2025, 3, 10)  # noqa: DTZ001 - local time of nowhere


def growth(start: int, number: int, percent: int, days: int) -> Growth:
    return Growth(start=start, number=number, mentors=percent / 100, takes_us=days * DAY_US)


def test_each_fifth_of_those_who_are_there_brings_one_person_a_round() -> None:
    assert headcounts(growth(400, 1500, 20, 60)) == [
        *(400, 480, 576, 691, 829, 994, 1192, 1430, 1500),
    ]


def test_at_least_one_person_brings_somebody_along() -> None:
    assert headcounts(growth(3, 6, 1, 10)) == [3, 4, 5, 6]


def test_a_team_that_is_complete_does_not_grow() -> None:
    assert headcounts(growth(5, 5, 50, 10)) == [5]
    assert join_times_us(growth(9, 5, 50, 10), MONDAY) == [0] * 5


@given(
    start=st.integers(1, 300),
    more=st.integers(0, 900),
    percent=st.integers(1, 100),
    days=st.integers(1, 90),
)
def test_the_number_of_people_at_the_end_of_each_round_is_that_of_the_recursion(
    start: int, more: int, percent: int, days: int
) -> None:
    number = start + more
    joins_us = join_times_us(growth(start, number, percent, days), MONDAY)
    expected, rounds = start, 0
    assert len(joins_us) == number
    while True:
        assert present_at(joins_us, rounds * days * DAY_US) == expected
        if expected == number:
            break
        expected = min(number, expected + max(1, Fraction(percent, 100) * expected // 1))
        rounds += 1


@given(
    hours=st.integers(0, 23),
    percent=st.integers(1, 100),
    takes_h=st.integers(1, 2000),
)
def test_everybody_joins_at_a_midnight_in_the_order_of_their_numbers(
    hours: int, percent: int, takes_h: int
) -> None:
    start = MONDAY.replace(hour=hours)
    takes_us = takes_h * 3600 * 1_000_000
    joins_us = join_times_us(
        Growth(start=20, number=60, mentors=percent / 100, takes_us=takes_us), start
    )
    assert joins_us == sorted(joins_us)
    for at_us in joins_us[20:]:
        moment = start + timedelta(microseconds=at_us)
        assert (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
        assert at_us > 0


def test_the_new_people_of_a_round_are_spread_over_it() -> None:
    joins_us = join_times_us(growth(10, 14, 40, 8), MONDAY)
    assert [at_us // DAY_US for at_us in joins_us[10:]] == [2, 4, 6, 8]
