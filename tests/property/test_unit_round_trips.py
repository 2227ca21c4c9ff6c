"""Quantities that are written and read again, in both languages and in every width of signs."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.units import (
    UnitError,
    parse_count,
    parse_days,
    parse_duration_s,
    parse_hours,
    parse_length_m,
    parse_moment,
    parse_multiplier,
    parse_rate_per_s,
    parse_share,
    parse_speed_mps,
    to_s,
    to_us,
)

PARSERS = (
    parse_count,
    parse_days,
    parse_duration_s,
    parse_hours,
    parse_length_m,
    parse_moment,
    parse_multiplier,
    parse_rate_per_s,
    parse_share,
    parse_speed_mps,
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CHINESE_DAYS = tuple(f"周{day}" for day in "一二三四五六日")
UNITS = {"s": 1, "min": 60, "h": 3600, "days": 86_400, "分钟": 60, "小时": 3600, "天": 86_400}
FULL_WIDTH = str.maketrans("0123456789:%-", "０１２３４５６７８９：％－")
decimals = st.decimals(min_value=0, max_value=10_000, places=3, allow_nan=False)
minutes = st.integers(0, 24 * 60 - 1)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@given(number=decimals, unit=st.sampled_from(sorted(UNITS)))
def test_a_duration_is_the_nearest_float_of_what_is_written(number: object, unit: str) -> None:
    exact = Fraction(str(number)) * UNITS[unit]
    assert parse_duration_s(f"{number} {unit}") == float(exact)


@given(number=decimals)
def test_a_speed_in_kilometres_an_hour_is_the_nearest_float(number: object) -> None:
    assert parse_speed_mps(f"{number} km/h") == float(Fraction(str(number)) / Fraction("3.6"))


@given(number=st.decimals(min_value=0, max_value=100, places=2, allow_nan=False))
def test_full_width_signs_mean_the_same(number: object) -> None:
    text = f"{number}%"
    assert parse_share(text.translate(FULL_WIDTH)) == parse_share(text)


@given(start=minutes, end=minutes)
def test_hours_are_read_to_the_minute(start: int, end: int) -> None:
    text = f"{clock(start)}-{clock(end)}"
    assert parse_hours(text) == (start * 60.0, end * 60.0)
    assert parse_hours(text.translate(FULL_WIDTH)) == (start * 60.0, end * 60.0)


@given(chosen=st.sets(st.integers(0, 6), min_size=1), chinese=st.booleans())
def test_a_list_of_days_is_read_in_order(chosen: set[int], chinese: bool) -> None:  # noqa: FBT001
    words = CHINESE_DAYS if chinese else DAYS
    text = ("、" if chinese else ", ").join(words[day] for day in sorted(chosen, reverse=True))
    assert parse_days(text) == tuple(sorted(chosen))


@given(first=st.integers(0, 6), last=st.integers(0, 6))
def test_a_span_of_days_is_the_same_in_both_languages(first: int, last: int) -> None:
    days = parse_days(f"{DAYS[first]}-{DAYS[last]}")
    assert days == parse_days(f"{CHINESE_DAYS[first]}至{CHINESE_DAYS[last]}")
    assert {first, last} <= set(days)
    assert len(days) == (last - first) % 7 + 1


@given(count=st.integers(0, 10**12))
def test_a_count_may_have_commas(count: int) -> None:
    assert parse_count(f"{count:,}") == parse_count(str(count)) == parse_count(count) == count


@given(us=st.integers(-(2**50), 2**50))
def test_microseconds_survive_seconds(us: int) -> None:
    assert to_us(to_s(us)) == us


@given(value=st.text() | st.integers() | st.floats() | st.none() | st.booleans())
@pytest.mark.parametrize("parse", PARSERS)
def test_whatever_is_written_is_read_or_refused_in_words(parse: object, value: object) -> None:
    assert callable(parse)
    try:
        parse(value)
    except UnitError as error:
        str(error).encode()
