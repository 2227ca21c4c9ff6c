"""What people write, in English and Chinese, and what they should not."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from patrolsim.units import (
    UnitError,
    format_duration,
    nearest_word,
    parse_count,
    parse_date,
    parse_dates,
    parse_days,
    parse_duration_s,
    parse_hours,
    parse_length_m,
    parse_moment,
    parse_multiplier,
    parse_rate_per_s,
    parse_share,
    parse_speed_mps,
    parse_weekly_count,
    parse_weekly_duration_s,
    printable,
    quoted,
    suggestion,
    to_s,
    to_us,
)

if TYPE_CHECKING:
    from collections.abc import Callable

READ: list[tuple[Callable[[object], object], object, object]] = [
    (parse_duration_s, "15 min", 900.0),
    (parse_duration_s, "15min", 900.0),
    (parse_duration_s, "1.5 h", 5400.0),
    (parse_duration_s, "4.1 h", 14760.0),
    (parse_duration_s, "7 Days", 604800.0),
    (parse_duration_s, "1,500 s", 1500.0),
    (parse_duration_s, "0 min", 0.0),
    (parse_duration_s, "1 h 30 min", 5400.0),
    (parse_duration_s, "15 分钟", 900.0),
    (parse_duration_s, "１５　分钟", 900.0),
    (parse_duration_s, "2 小时", 7200.0),
    (parse_duration_s, "2个小时", 7200.0),
    (parse_duration_s, "1小时30分钟", 5400.0),
    (parse_duration_s, "7 天", 604800.0),
    (parse_speed_mps, "4.5 km/h", 1.25),
    (parse_speed_mps, "1.2 m/s", 1.2),
    (parse_speed_mps, "4.5 公里/小时", 1.25),
    (parse_speed_mps, "每小时 4.5 公里", 1.25),
    (parse_length_m, "300 m", 300.0),
    (parse_length_m, "1.2 km", 1200.0),
    (parse_length_m, "300 米", 300.0),
    (parse_length_m, "1.2 公里", 1200.0),
    (parse_share, "30%", 0.3),
    (parse_share, "30 %", 0.3),
    (parse_share, "３０％", 0.3),
    (parse_share, "百分之 30", 0.3),
    (parse_share, "0%", 0.0),
    (parse_share, "100%", 1.0),
    (parse_multiplier, "3 times", 3.0),
    (parse_multiplier, "1.5x", 1.5),
    (parse_multiplier, "×2", 2.0),
    (parse_multiplier, "3 倍", 3.0),
    (parse_multiplier, 2, 2.0),
    (parse_multiplier, 0.5, 0.5),
    (parse_count, 30, 30),
    (parse_count, "30", 30),
    (parse_count, "30 times", 30),
    (parse_count, "1,500", 1500),
    (parse_count, "30 次", 30),
    (parse_count, "900 人", 900),
    (parse_rate_per_s, "12 per day", 12 / 86400),
    (parse_rate_per_s, "12 calls per day", 12 / 86400),
    (parse_rate_per_s, "12 a day", 12 / 86400),
    (parse_rate_per_s, "12/day", 12 / 86400),
    (parse_rate_per_s, "3 Per Hour", 3 / 3600),
    (parse_rate_per_s, "0.5 per week", 0.5 / 604800),
    (parse_rate_per_s, "3 per 2 h", 3 / 7200),
    (parse_rate_per_s, "once a week", 1 / 604800),
    (parse_rate_per_s, "twice per year", 2 / 31_536_000),
    (parse_rate_per_s, "every 2 h", 1 / 7200),
    (parse_rate_per_s, "0 per day", 0.0),
    (parse_rate_per_s, "每天 12 起", 12 / 86400),
    (parse_rate_per_s, "每天１２起", 12 / 86400),
    (parse_rate_per_s, "每小时 3 次", 3 / 3600),
    (parse_rate_per_s, "每 2 小时一起", 1 / 7200),
    (parse_rate_per_s, "12 起/天", 12 / 86400),
    (parse_hours, "07:00-09:00", (25200.0, 32400.0)),
    (parse_hours, "7:00 to 9:30", (25200.0, 34200.0)),
    (parse_hours, "０７：００－０９：００", (25200.0, 32400.0)),
    (parse_hours, "07:00–09:00", (25200.0, 32400.0)),
    (parse_hours, "22:00-02:00", (79200.0, 7200.0)),
    (parse_hours, "00:00-24:00", (0.0, 86400.0)),
    (parse_hours, "around the clock", (0.0, 86400.0)),
    (parse_hours, "全天", (0.0, 86400.0)),
    (parse_hours, "7点至9点", (25200.0, 32400.0)),
    (parse_days, "Mon-Fri", (0, 1, 2, 3, 4)),
    (parse_days, "mon - fri", (0, 1, 2, 3, 4)),
    (parse_days, "Sat, Sun", (5, 6)),
    (parse_days, "Sun, Sat, Sun", (5, 6)),
    (parse_days, "Fri-Mon", (0, 4, 5, 6)),
    (parse_days, "Monday and Thursday", (0, 3)),
    (parse_days, "every day", (0, 1, 2, 3, 4, 5, 6)),
    (parse_days, "workdays", (0, 1, 2, 3, 4)),
    (parse_days, "weekend", (5, 6)),
    (parse_days, "Mon, weekend", (0, 5, 6)),
    (parse_days, "周一-周五", (0, 1, 2, 3, 4)),
    (parse_days, "周一至周五", (0, 1, 2, 3, 4)),
    (parse_days, "周一至五", (0, 1, 2, 3, 4)),
    (parse_days, "星期六、星期天", (5, 6)),
    (parse_days, "工作日", (0, 1, 2, 3, 4)),
    (parse_days, "周末", (5, 6)),
    (parse_days, "每天", (0, 1, 2, 3, 4, 5, 6)),
    (parse_moment, "2025-03-10 00:00", datetime(2025, 3, 10)),  # noqa: DTZ001  # local time
    (parse_moment, "2025-03-10", datetime(2025, 3, 10)),  # noqa: DTZ001  # local time
    (parse_moment, "2025-03-10T06:30:15", datetime(2025, 3, 10, 6, 30, 15)),  # noqa: DTZ001
    (parse_moment, "2025年3月10日 08:00", datetime(2025, 3, 10, 8)),  # noqa: DTZ001
    (parse_date, "2025-09-01", date(2025, 9, 1)),
    (parse_date, "2025年9月1日", date(2025, 9, 1)),
    (parse_dates, "2025-10-01 to 2025-10-07", (date(2025, 10, 1), date(2025, 10, 7))),
    (parse_dates, "2025年10月1日至2025年10月7日", (date(2025, 10, 1), date(2025, 10, 7))),
    (parse_dates, "2025-12-31", (date(2025, 12, 31), date(2025, 12, 31))),
    (parse_weekly_count, "6 per week", 6),
    (parse_weekly_count, "6 times a week", 6),
    (parse_weekly_count, "每周 6 次", 6),
    (parse_weekly_duration_s, "12 h per week", 43200.0),
    (parse_weekly_duration_s, "每周 12 小时", 43200.0),
]

REFUSED: list[tuple[Callable[[object], object], object, str, str]] = [
    (parse_duration_s, 15, "'15' has no unit", "write 15 min"),
    (parse_duration_s, "15", "'15' has no unit", "write 15 min"),
    (parse_duration_s, "-3 min", "'-3 min' is negative", "write it like 15 min"),
    (parse_duration_s, "−3 min", "'-3 min' is negative", "write it like 15 min"),
    (parse_duration_s, "7 dayz", "'dayz' is no unit of a length of time", "did you mean 'day'?"),
    (parse_duration_s, "5 m", "'m' is no unit of a length of time", "use s, min, h, days"),
    (parse_duration_s, "1e3 s", "'e3 s' is no unit", "use s"),
    (parse_duration_s, "1 h -3 min", "'h -3 min' is no unit", "use s"),
    (parse_duration_s, "nan", "'nan' is not a length of time", "write it like 15 min"),
    (parse_duration_s, math.inf, "'inf' is not a length of time", "write it like 15 min"),
    (parse_duration_s, "9999999999999 s", "is too large", "check the number of digits"),
    (parse_duration_s, "9999999 weeks", "is too large", "check the number of digits"),
    (parse_duration_s, 10**30, "so large a number is not", "write it like 15 min"),
    (parse_duration_s, None, "nothing is not", "write it like 15 min"),
    (parse_duration_s, True, "'true' is not", "write it like 15 min"),
    (parse_duration_s, ["5 min"], "a list is not", "write it like 15 min"),
    (parse_duration_s, {"a": 1}, "a group of keys is not", "write it like 15 min"),
    (parse_duration_s, "1" * 300 + " s", "is not a length of time", "write it like 15 min"),
    (parse_speed_mps, 4.5, "'4.5' has no unit", "write 4.5 km/h"),
    (parse_speed_mps, "5 km/g", "'km/g' is no unit of a speed", "did you mean 'km/h'?"),
    (parse_length_m, "300", "'300' has no unit", "write 300 m"),
    (parse_length_m, "3 miles", "'miles' is no unit of a length", "use m or km"),
    (parse_share, 0.3, "'0.3' has no unit", "write 30%"),
    (parse_share, "30", "'30' has no unit", "write 30%"),
    (parse_share, "101%", "'101%' is more than 100%", "write it like 30%"),
    (parse_multiplier, "-1", "'-1' is negative", "write it like 3 times"),
    (parse_multiplier, "many", "'many' is not a multiplier", "write it like 3 times"),
    (parse_count, "30.5", "'30.5' is not a whole number", "write it like 30"),
    (parse_count, "two", "'two' is not a count", "write it like 30"),
    (parse_rate_per_s, 12, "'12' is no rate", "write it like 12 per day"),
    (parse_rate_per_s, "often", "'often' is no rate", "write it like 12 per day"),
    (parse_rate_per_s, "-2 per day", "'-2' is negative", "write it like 12 per day"),
    (parse_rate_per_s, "12 per dya", "'dya' is no unit of the period", "did you mean 'day'?"),
    (parse_rate_per_s, "12 per month", "months differ in length", "per week or year"),
    (parse_rate_per_s, "每月 3 起", "months differ in length", "per week or year"),
    (parse_rate_per_s, "every 0 h", "has a period of length 0", "write it like 12 per day"),
    (parse_hours, "07:00-25:00", "25:00 is no time of day", "times go from 00:00 to 24:00"),
    (parse_hours, "07:00-24:01", "24:01 is no time of day", "times go from 00:00 to 24:00"),
    (parse_hours, "07:60-09:00", "07:60 is no time of day", "times go from 00:00 to 24:00"),
    (parse_hours, "24:00-02:00", "24:00 cannot be a start", "write 00:00"),
    (parse_hours, "7-9", "'7-9' is no span of hours", "write it like 07:00-09:00"),
    (parse_days, "Fry", "'Fry' is not a weekday", "did you mean 'Fri'?"),
    (parse_days, "xyz", "'xyz' is not a weekday", "use Mon to Sun"),
    (parse_days, "Mon-Tue-Fri", "is no span of weekdays", "write it like Mon-Fri"),
    (parse_days, "", "'' is not a weekday", "use Mon to Sun"),
    (parse_moment, "2025-02-30", "there is no date and time '2025-02-30'", "check the day"),
    (parse_moment, "2025-03-10 00:00Z", "is no date and time", "write it like 2025-03-10 00:00"),
    (parse_date, "2025-02-30", "there is no date '2025-02-30'", "check the day"),
    (parse_date, "soon", "'soon' is no date", "write it like 2025-07-05"),
    (parse_dates, "summer", "is no date and no span of dates", "write it like 2025-07-05 or"),
    (parse_dates, "2025-10-07 to 2025-10-01", "ends before it begins", "write the earlier"),
    (parse_weekly_count, "6 per day", "is no limit for a week", "write it like 6 per week"),
    (parse_weekly_count, "1.5 per week", "is not a whole number", "write it like 30"),
    (parse_weekly_duration_s, "12 h", "is no limit for a week", "write it like 12 h per week"),
    (parse_weekly_duration_s, "12 per week", "'12' has no unit", "write 12"),
    (parse_moment, "tomorrow", "'tomorrow' is no date and time", "write it like"),
]


@pytest.mark.parametrize(("parse", "written", "meant"), READ)
def test_a_quantity_is_read_exactly(
    parse: Callable[[object], object], written: object, meant: object
) -> None:
    assert parse(written) == meant


@pytest.mark.parametrize(("parse", "written", "message", "hint"), REFUSED)
def test_a_wrong_quantity_is_refused_with_a_remedy(
    parse: Callable[[object], object], written: object, message: str, hint: str
) -> None:
    with pytest.raises(UnitError) as caught:
        parse(written)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_coefficient_of_variation_may_be_more_than_a_whole() -> None:
    assert parse_share("150%", most=10) == 1.5


def test_the_text_of_an_error_has_the_hint_in_brackets() -> None:
    assert str(UnitError("wrong", "do this")) == "wrong (do this)"
    assert str(UnitError("wrong")) == "wrong"


@pytest.mark.parametrize(
    ("seconds", "us"),
    [(1.5, 1_500_000), (0.5e-6, 0), (1.5e-6, 2), (2.5e-6, 2), (-1.0, -1_000_000)],
)
def test_seconds_are_rounded_half_to_even(seconds: float, us: int) -> None:
    assert to_us(seconds) == us


def test_microseconds_become_seconds_again() -> None:
    assert to_s(to_us(86_400.25)) == 86_400.25


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1.0 min"),
        (246, "4.1 min"),
        (7194, "119.9 min"),
        (7200, "2.0 h"),
        (172_800, "2.0 days"),
        (-90, "-1.5 min"),
        (math.inf, "never"),
        (math.nan, "-"),
    ],
)
def test_a_duration_is_written_in_the_unit_that_fits(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_a_value_in_a_message_is_short_and_on_one_line() -> None:
    assert quoted("a\nb\u202e") == r"'a\nb\u202e'"
    assert len(quoted("x" * 1000)) < 70
    assert quoted(None) == "nothing"
    assert printable("plain") == "plain"


def test_the_nearest_word_is_found_whatever_its_case() -> None:
    assert nearest_word("DISPTCH", ["dispatch", "patrol"]) == "dispatch"
    assert suggestion("disptch", ["dispatch"]) == "did you mean 'dispatch'?"


def test_a_word_far_from_all_has_no_nearest_one() -> None:
    assert nearest_word("xyz", ["dispatch"]) is None
    assert nearest_word("x" * 1000, ["x" * 1000]) is None
    assert suggestion("xyz", ["dispatch"], otherwise="known: dispatch") == "known: dispatch"
