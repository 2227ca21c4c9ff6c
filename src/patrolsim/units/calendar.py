"""Hours, weekdays and dates as people write them, in English or Chinese."""

from __future__ import annotations

import re
from datetime import date, datetime

from patrolsim.units.seconds import DAY_S
from patrolsim.units.wording import quoted, suggestion
from patrolsim.units.written import UnitError, normal_text

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def parse_hours(value: object) -> tuple[float, float]:
    """Return hours such as ``07:00-09:00`` as seconds since midnight.

    An end that does not come after the start means over midnight.

    Raises
    ------
    UnitError
        When it is no span of hours, or a time is no time of day.
    """
    text = normal_text(value, "a span of hours", "07:00-09:00")
    if text.lower() in _AROUND_THE_CLOCK:
        return 0.0, DAY_S
    found = _SPAN.fullmatch(text)
    if found is None:
        raise UnitError(f"{quoted(value)} is no span of hours", "write it like 07:00-09:00")
    start = _time_of_day(found[1] or found[5], found[2])
    end = _time_of_day(found[3] or found[6], found[4])
    if start == DAY_S:
        raise UnitError("24:00 cannot be a start", "write 00:00")
    return start, end


def parse_times_of_day(value: object) -> tuple[float, ...]:
    """Return times of day such as ``10:00`` or ``09:00, 14:00`` as seconds since midnight, rising.

    Raises
    ------
    UnitError
        When one is no time of day, or is written twice.
    """
    text = normal_text(value, "a time of day", "10:00")
    found = [_TIME.fullmatch(part.strip()) for part in re.split(r",|、|;|和|\band\b", text)]
    times = [None if one is None else _time_of_day(one[1] or one[3], one[2]) for one in found]
    known = sorted(time for time in times if time is not None)
    if len(known) < len(times):
        raise UnitError(f"{quoted(value)} is no time of day", "write it like 10:00")
    if len(set(known)) < len(known) or DAY_S in known:
        raise UnitError(f"{quoted(value)} has a time twice, or 24:00", "write 00:00 for midnight")
    return tuple(known)


def parse_days(value: object) -> tuple[int, ...]:
    """Return weekdays such as ``Mon-Fri`` or ``周末`` as numbers from 0, Monday, rising.

    Raises
    ------
    UnitError
        When a word is no weekday.
    """
    text = normal_text(value, "a weekday", "Mon-Fri")
    parts = (part.strip() for part in re.split(r",|、|;|和|\band\b|&", text))
    return tuple(sorted({day for part in parts for day in _days_of(part)}))


def parse_months(value: object) -> tuple[int, ...]:
    """Return months such as ``May-Sep`` or ``6月`` as numbers from 1, January, rising.

    Raises
    ------
    UnitError
        When a word is no month.
    """
    text = normal_text(value, "a month", "May-Sep")
    parts = (part.strip() for part in re.split(r",|、|;|和|\band\b|&", text))
    return tuple(sorted({month for part in parts for month in _months_of(part)}))


def parse_moment(value: object) -> datetime:
    """Return a local date and time such as ``2025-03-10 00:00``.

    Raises
    ------
    UnitError
        When it is written differently, or there is no such date.
    """
    found = _MOMENT.fullmatch(normal_text(value, "a date and time", "2025-03-10 00:00"))
    if found is None:
        raise UnitError(f"{quoted(value)} is no date and time", "write it like 2025-03-10 00:00")
    try:
        return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001  # local time, six numbers
    except ValueError:
        raise UnitError(f"there is no date and time {quoted(value)}", "check the day") from None


def parse_dates(value: object) -> tuple[date, date]:
    """Return the first and the last day of ``2025-07-05 to 2025-08-31`` or of ``2025-10-01``.

    Raises
    ------
    UnitError
        When it is no date and no span of dates, or the span ends before it begins.
    """
    text = normal_text(value, "a date", "2025-07-05 to 2025-08-31")
    found = _DATES.fullmatch(text)
    if found is None:
        hint = "write it like 2025-07-05 or 2025-07-05 to 2025-08-31"
        raise UnitError(f"{quoted(value)} is no date and no span of dates", hint)
    first = _date(found[1])
    last = first if found[2] is None else _date(found[2])
    if last < first:
        raise UnitError(f"{quoted(value)} ends before it begins", "write the earlier date first")
    return first, last


def parse_date(value: object) -> date:
    """Return a date such as ``2025-07-05``.

    Raises
    ------
    UnitError
        When it is written differently, or there is no such date.
    """
    text = normal_text(value, "a date", "2025-07-05")
    if _DATE.fullmatch(text) is None:
        raise UnitError(f"{quoted(value)} is no date", "write it like 2025-07-05")
    return _date(text)


def _date(text: str) -> date:
    year, month, day = (int(part) for part in re.findall(r"\d+", text))
    try:
        return date(year, month, day)
    except ValueError:
        raise UnitError(f"there is no date {quoted(text)}", "check the day") from None


def _time_of_day(hour: str, minute: str | None) -> float:
    """Return seconds since midnight of a checked hour and minute."""
    hours, minutes = int(hour), int(minute or 0)
    if minutes >= 60 or hours * 60 + minutes > 24 * 60:  # noqa: PLR2004
        message = f"{hours:02}:{minutes:02} is no time of day"
        raise UnitError(message, "times go from 00:00 to 24:00")
    return hours * 3600.0 + minutes * 60.0


def _days_of(part: str) -> tuple[int, ...]:
    """Return the days of a weekday or of a span of weekdays; a span may cross Sunday."""
    if part.lower() in _GROUPS_OF_DAYS:
        return _GROUPS_OF_DAYS[part.lower()]
    ends = [_day(word.strip()) for word in re.split(r"-|至|到|\bto\b", part)]
    if len(ends) == 1:
        return (ends[0],)
    if len(ends) > 2:  # noqa: PLR2004
        raise UnitError(f"{quoted(part)} is no span of weekdays", "write it like Mon-Fri")
    first, last = ends
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))


def _months_of(part: str) -> tuple[int, ...]:
    """Return the months of a month or of a span of months; a span may cross the new year."""
    ends = [_month(word.strip()) for word in re.split(r"-|至|到|\bto\b", part)]
    if len(ends) > 2:  # noqa: PLR2004
        raise UnitError(f"{quoted(part)} is no span of months", "write it like May-Sep")
    first, last = ends[0], ends[-1]
    return tuple((first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1))


def _month(word: str) -> int:
    number = word.removesuffix("月")
    if number.isdecimal() and 1 <= int(number) <= len(MONTHS):
        return int(number)
    if word.lower() in _MONTH_NUMBERS:
        return _MONTH_NUMBERS[word.lower()]
    near = suggestion(word, MONTHS, otherwise="use Jan to Dec, or 1 to 12")
    raise UnitError(f"{quoted(word)} is not a month", near)


def _day(word: str) -> int:
    if word.lower() in _DAY_NUMBERS:
        return _DAY_NUMBERS[word.lower()]
    near = suggestion(
        word, [*WEEKDAYS, *_CHINESE_DAYS], otherwise="use Mon to Sun, workdays or every day"
    )
    raise UnitError(f"{quoted(word)} is not a weekday", near)


_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})|([0-9]{1,2})[点时]")
_SPAN = re.compile(
    r"([0-9]{1,2}):([0-9]{2})\s*(?:-|to|至|到)\s*([0-9]{1,2}):([0-9]{2})"
    r"|([0-9]{1,2})[点时]\s*(?:-|至|到)\s*([0-9]{1,2})[点时]"
)
_LONG_MONTHS = (
    "january february march april may june july august september october november december"
)
_MONTH_NUMBERS = {
    **{month.lower(): number for number, month in enumerate(MONTHS, 1)},
    **{month: number for number, month in enumerate(_LONG_MONTHS.split(), 1)},
}
_AROUND_THE_CLOCK = {"around the clock", "all day", "全天", "24 hours", "24小时", "24 小时"}
_DATE = re.compile(r"\d{4}(?:-|/|年)\d{1,2}(?:-|/|月)\d{1,2}日?")
_DATES = re.compile(rf"({_DATE.pattern})(?:\s*(?:to|until|至|到|~)\s*({_DATE.pattern}))?")
_MOMENT = re.compile(
    r"([0-9]{4})[-/年]([0-9]{1,2})[-/月]([0-9]{1,2})日?"
    r"(?:[ T]*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_CHINESE_DAYS = tuple(f"周{day}" for day in "一二三四五六日")
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_NUMBERS = {
    **{day.lower(): number for number, day in enumerate(WEEKDAYS)},
    **{day: number for number, day in enumerate(_LONG_DAYS)},
    **{f"{day}s": number for number, day in enumerate(_LONG_DAYS)},
    "tues": 1,
    "weds": 2,
    "thur": 3,
    "thurs": 3,
    **{
        f"{week}{day}": number
        for week in ("", "周", "星期", "礼拜")
        for number, days in enumerate(("一", "二", "三", "四", "五", "六", "日天"))
        for day in days
    },
}
_GROUPS_OF_DAYS = {
    **dict.fromkeys(("every day", "daily", "each day", "每天", "每日"), tuple(range(7))),
    **dict.fromkeys(("workdays", "weekdays", "workday", "工作日"), tuple(range(5))),
    **dict.fromkeys(("weekend", "weekends", "周末"), (5, 6)),
}
