"""The values of a scenario, as pydantic types that read what people write."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)

from patrolsim.distributions import Distribution, parse_distribution
from patrolsim.scenario.files import NoSuchFileError, existing_file
from patrolsim.scenario.gathering import own_error
from patrolsim.units import (
    UnitError,
    normal_text,
    parse_amount,
    parse_count,
    parse_date,
    parse_dates,
    parse_days,
    parse_duration_s,
    parse_hours,
    parse_length_m,
    parse_moment,
    parse_months,
    parse_multiplier,
    parse_rate_per_s,
    parse_share,
    parse_speed_mps,
    parse_times_of_day,
    parse_weekly_count,
    parse_weekly_duration_s,
    quoted,
    suggestion,
)

if TYPE_CHECKING:
    from collections.abc import Callable


MAX_NAME = 64
MOST_AT_ONCE = 10_000
FASTEST = 2.0
"""Nobody moves at more than so many times the usual speed."""
_ROUNDING = 1e-9
_NAME_CATEGORIES = {"L", "M", "N"}
T = TypeVar("T")


def parse_name(value: object) -> str:
    """Return a name that a planner chose: letters of any script, digits, ``_``, ``-``, space.

    Raises
    ------
    UnitError
        When it is empty, too long, or has other signs in it.
    """
    if not isinstance(value, str) or not value.strip():
        raise UnitError(f"{quoted(value)} is no name", "write letters, digits, _, - or spaces")
    if len(value) > MAX_NAME:
        raise UnitError(f"the name {quoted(value)} is longer than {MAX_NAME} characters")
    wrong = [sign for sign in value if not _may_stand_in_a_name(sign)]
    if wrong:
        message = f"the name {quoted(value)} has the sign {quoted(wrong[0])} in it"
        raise UnitError(message, "write letters, digits, _, - or spaces")
    if value != value.strip():
        raise UnitError(f"the name {quoted(value)} starts or ends with a space")
    return value


def parse_overtime(value: object) -> float | str:
    """Return ``finish``, ``hand over`` or a length of time in seconds.

    Raises
    ------
    UnitError
        When it is none of them.
    """
    words = ("finish", "hand over")
    text = normal_text(value, "an overtime", "finish").replace("_", " ").replace("-", " ")
    if text in words:
        return text
    try:
        return parse_duration_s(value)
    except UnitError as error:
        near = suggestion(text, words, otherwise="write finish, hand over, or a time like 30 min")
        raise UnitError(error.message, near) from None


def parse_pace(value: object) -> float:
    """Return a share of the usual speed, above 0 and to a tenth of a percent: ``60%``.

    Raises
    ------
    UnitError
        When it is no percentage, 0, more than 200 %, or finer than a tenth of a percent.
    """
    share = parse_share(value, most=FASTEST)
    thousandths = round(share * 1000)
    if share == 0:
        raise UnitError("at 0% nobody would ever arrive", "write a share above 0, like 60%")
    if thousandths < 1 or abs(share * 1000 - thousandths) > _ROUNDING:
        near = f"write {max(thousandths, 1) / 10:g}%"
        raise UnitError(f"{quoted(value)} is finer than a tenth of a percent", near)
    return share


def parse_batch(value: object) -> tuple[int, int]:
    """Return how many come at once: ``35``, or ``20-40`` for any number between.

    Raises
    ------
    UnitError
        When it is no such number, or less than 1.
    """
    parts = value.split("-") if isinstance(value, str) else [value]
    counts = [parse_count(part) for part in parts]
    if len(counts) > 2 or counts[0] < 1 or counts[-1] < counts[0]:  # noqa: PLR2004
        raise UnitError(f"{quoted(value)} is no size of a batch", "write it like 35 or 20-40")
    if counts[-1] > MOST_AT_ONCE:
        raise UnitError(f"{quoted(value)} is too large a batch", f"at most {MOST_AT_ONCE:,}")
    return counts[0], counts[-1]


def parse_ring(value: object) -> float:
    """Return the mean of distances that vary, in metres: ``about 900 m``.

    Raises
    ------
    UnitError
        When it is no length, or 0, or does not say ``about``.
    """
    text = normal_text(value, "a distance", "about 900 m")
    found = re.fullmatch(r"(?:about|大约|约)\s*(.+)", text, flags=re.IGNORECASE)
    mean_m = parse_length_m(text if found is None else found[1])
    if found is None:
        raise UnitError(f"{quoted(value)} would be the same distance always", f"about {text}")
    if mean_m == 0:
        raise UnitError("a mean distance of 0 leaves no room", "write it like about 900 m")
    return mean_m


def parse_spec(value: object) -> Distribution:
    """Return a length of time that may vary: ``15 min``, ``about 1.5 h``, ``10-16 min``.

    Raises
    ------
    UnitError
        When it is no distribution of lengths of time.
    """
    return parse_distribution(value)


def parse_amounts(value: object) -> Distribution:
    """Return an amount that may vary: ``14000``, ``about 14000``, ``{lognormal: ...}``.

    Raises
    ------
    UnitError
        When it is no distribution of amounts.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number or isinstance(value, str | dict):
        return parse_distribution(str(value) if is_number else value, parse_amount)
    raise UnitError(f"{quoted(value)} is no amount", "write it like 14000 or about 14000")


def _may_stand_in_a_name(sign: str) -> bool:
    return sign in "_- " or unicodedata.category(sign)[0] in _NAME_CATEGORIES


def _reads(parse: Callable[[object], T]) -> Callable[[object], T]:
    """Return `parse` with its error in the form that pydantic collects."""

    def read(value: object) -> T:
        try:
            return parse(value)
        except UnitError as error:
            raise own_error(error.message, error.hint) from None

    return read


def _read_file(value: object, info: ValidationInfo) -> Path:
    """Return the file's path; the folder of the scenario comes by the validation context."""
    folder = (info.context or {}).get("folder")
    try:
        return existing_file(value, folder)
    except NoSuchFileError as error:
        raise own_error(error.message, error.nearest) from None
    except UnitError as error:
        raise own_error(error.message, error.hint) from None


def _node_id(value: object) -> object:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


def form_of_times(value: object) -> str:
    """Return how fixed times are given: a list of moments, or times of the week."""
    return "moments" if isinstance(value, list) else "weekly"


def _form_of_needs(value: object) -> str:
    return "by skill" if isinstance(value, dict) else "people"


def _text_schema(*examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": list(examples)})


def _text_or_number_schema(*examples: str | int) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "number"], "examples": list(examples)})


_SPEC_SCHEMA = {
    "anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1, "maxProperties": 1}],
    "examples": ["15 min", "about 1.5 h", "10-16 min", {"exponential": "12 min"}],
}

Number = Annotated[float, Field(strict=True)]
"""A plain number."""
Whole = Annotated[int, Field(strict=True)]
"""A plain whole number."""
Weight = Annotated[Number, Field(ge=0)]
"""A weight among others, 0 or more."""
Truth = Annotated[bool, Field(strict=True)]
"""true or false."""
NodeId = Annotated[
    str, BeforeValidator(_node_id), Field(strict=True, min_length=1), _text_or_number_schema(1204)
]
"""The id of a node, as text."""
Duration = Annotated[
    float, BeforeValidator(_reads(parse_duration_s)), _text_schema("15 min", "1.5 h", "7 days")
]
"""A length of time, in seconds."""
Coords = Literal["wgs84", "gcj02", "bd09"]
"""What longitude and latitude mean: the values of `patrolsim.network.datum.Datum`."""
Speed = Annotated[
    float,
    BeforeValidator(_reads(parse_speed_mps)),
    Field(gt=0),
    _text_schema("4.5 km/h", "1.2 m/s"),
]
"""A speed, in metres per second."""
Length = Annotated[float, BeforeValidator(_reads(parse_length_m)), _text_schema("300 m", "1.2 km")]
"""A length, in metres."""
Ring = Annotated[float, BeforeValidator(_reads(parse_ring)), _text_schema("about 900 m")]
"""The mean of a distance that varies, in metres."""
Share = Annotated[float, BeforeValidator(_reads(parse_share)), _text_schema("30%")]
"""A share, from 0 to 1."""
Pace = Annotated[float, BeforeValidator(_reads(parse_pace)), _text_schema("60%", "50%", "120%")]
"""A share of the usual speed, above 0, in whole thousandths."""
Rate = Annotated[
    float,
    BeforeValidator(_reads(parse_rate_per_s)),
    _text_schema("12 per day", "every 2 h", "每天 12 起"),
]
"""A rate, per second."""
Multiplier = Annotated[
    float,
    BeforeValidator(_reads(parse_multiplier)),
    _text_or_number_schema("3 times", "0.5 times", 2),
]
"""How many times as much."""
Count = Annotated[
    int, BeforeValidator(_reads(parse_count)), _text_or_number_schema(30, "30 times", "1,500")
]
"""A whole number, 0 or more."""
Priority = Annotated[Count, Field(ge=1, le=9)]
"""1 is the most urgent."""
Hours = Annotated[
    tuple[float, float],
    BeforeValidator(_reads(parse_hours)),
    _text_schema("07:00-09:00", "22:00-02:00", "00:00-24:00"),
]
"""Start and end, in seconds since midnight; an end not after the start is the next day's."""
Days = Annotated[
    tuple[int, ...],
    BeforeValidator(_reads(parse_days)),
    _text_schema("Mon-Fri", "Sat, Sun", "every day", "周一-周五"),
]
"""Weekdays, 0 is Monday, rising."""
TimesOfDay = Annotated[
    tuple[float, ...],
    BeforeValidator(_reads(parse_times_of_day)),
    _text_schema("10:00", "09:00, 14:00"),
]
"""Times of day, in seconds since midnight, rising."""
Batch = Annotated[
    tuple[int, int],
    BeforeValidator(_reads(parse_batch)),
    _text_or_number_schema(35, "20-40"),
]
"""The least and the largest number that come at once, each number between as likely."""
Start = Annotated[
    datetime, BeforeValidator(_reads(parse_moment)), _text_schema("2025-03-10 00:00")
]
"""A local date and time."""
Date = Annotated[date, BeforeValidator(_reads(parse_date)), _text_schema("2025-09-01")]
"""A date."""
Dates = Annotated[
    tuple[date, date],
    BeforeValidator(_reads(parse_dates)),
    _text_schema("2025-10-01 to 2025-10-07", "2025-12-31"),
]
"""The first and the last of some days."""
WeeklyCount = Annotated[
    int, BeforeValidator(_reads(parse_weekly_count)), _text_schema("6 per week")
]
"""A whole number for a week."""
WeeklyDuration = Annotated[
    float, BeforeValidator(_reads(parse_weekly_duration_s)), _text_schema("12 h per week")
]
"""A time for a week, in seconds."""
Name = Annotated[
    str,
    BeforeValidator(_reads(parse_name)),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_NAME}),
]
"""A name that the planner chose."""
FilePath = Annotated[Path, PlainValidator(_read_file), _text_schema("streets.graphml")]
"""The absolute path of an existing file."""
Spec = Annotated[Distribution, PlainValidator(_reads(parse_spec)), WithJsonSchema(_SPEC_SCHEMA)]
"""A length of time that may vary, in seconds."""
Amounts = Annotated[
    Distribution,
    PlainValidator(_reads(parse_amounts)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "number"]},
                {"type": "object", "minProperties": 1, "maxProperties": 1},
            ],
            "examples": [14000, "about 14000", {"lognormal": {"mean": 14000, "cv": "60%"}}],
        }
    ),
]
"""An amount that may vary, without a unit."""
Months = Annotated[
    tuple[int, ...],
    BeforeValidator(_reads(parse_months)),
    _text_or_number_schema("May-Sep", "Jun, Jul", "6月"),
]
"""Months, 1 is January, rising."""
Overtime = Annotated[
    float | Literal["finish", "hand over"],
    PlainValidator(_reads(parse_overtime)),
    _text_schema("finish", "hand over", "30 min"),
]
"""What happens at the end of a shift; a number is the longest overtime in seconds."""
People = Annotated[Count, Field(ge=1)]
"""How many people, 1 or more."""
Needs = Annotated[
    Annotated[People, Tag("people")] | Annotated[dict[Name, People], Tag("by skill")],
    Discriminator(_form_of_needs),
]
"""How many people, or how many by skill."""
