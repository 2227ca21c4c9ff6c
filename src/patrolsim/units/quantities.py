"""Amounts with units as people write them, in English or Chinese, read once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.units.wording import quoted, suggestion
from patrolsim.units.written import LARGEST, UnitError, normal_text

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Quantity(NamedTuple):
    """A kind of quantity: its words, and each unit as a fraction of the inner unit."""

    what: str
    example: str
    units: Mapping[str, tuple[int, int]]
    choice: str = ""


def parse_duration_s(value: object) -> float:
    """Return a length of time such as ``15 min`` or ``1 小时 30 分钟`` in seconds.

    Raises
    ------
    UnitError
        When it has no unit or an unknown one, is negative, or is no length of time at all.
    """
    return _amounts(normal_text(value, _DURATION.what, _DURATION.example), _DURATION)


def parse_speed_mps(value: object) -> float:
    """Return a speed such as ``4.5 km/h`` in metres per second.

    Raises
    ------
    UnitError
        When it has no unit or an unknown one, is negative, or is no speed at all.
    """
    text = normal_text(value, _SPEED.what, _SPEED.example)
    return _amount(re.sub(r"^每小时\s*([\d.]+)\s*(公里|千米)$", r"\1 km/h", text), _SPEED)


def parse_length_m(value: object) -> float:
    """Return a length such as ``300 m`` or ``1.2 公里`` in metres.

    Raises
    ------
    UnitError
        When it has no unit or an unknown one, is negative, or is no length at all.
    """
    return _amount(normal_text(value, _LENGTH.what, _LENGTH.example), _LENGTH)


def parse_share(value: object, *, most: float = 1.0) -> float:
    """Return a share such as ``30%`` as a fraction, from 0 to `most`.

    Raises
    ------
    UnitError
        When it is no percentage, negative, or more than `most`.
    """
    text = re.sub(r"^百分之\s*([\d.]+)$", r"\1%", normal_text(value, _SHARE.what, _SHARE.example))
    share = _amount(text, _SHARE)
    if share > most:
        raise UnitError(f"{quoted(value)} is more than {most * 100:g}%", "write it like 30%")
    return share


def parse_multiplier(value: object) -> float:
    """Return a multiplier such as ``3 times``, ``1.5x``, ``3 倍`` or a bare number.

    Raises
    ------
    UnitError
        When it is negative or no multiplier at all.
    """
    text = normal_text(value, _TIMES.what, _TIMES.example)
    return _amount(re.sub(r"^[x×]\s*", "", text), _TIMES)


def parse_count(value: object) -> int:
    """Return a count such as ``30``, ``1,500``, ``30 times`` or ``900 人``.

    Raises
    ------
    UnitError
        When it is negative, not whole, or no count at all.
    """
    text = normal_text(value, _COUNT.what, _COUNT.example)
    count = _amount(text, _COUNT)
    if not count.is_integer():
        raise UnitError(f"{quoted(value)} is not a whole number", "write it like 30")
    return int(count)


def parse_amount(value: object) -> float:
    """Return an amount without a unit, such as ``14,000``.

    Raises
    ------
    UnitError
        When it is negative or no number at all.
    """
    return _amount(normal_text(value, _PLAIN.what, _PLAIN.example), _PLAIN)


def parse_rate_per_s(value: object) -> float:
    """Return a rate such as ``12 per day``, ``every 2 h`` or ``每天 12 起`` per second.

    Raises
    ------
    UnitError
        When it is negative, has no period or an unknown one, or is no rate at all.
    """
    text = normal_text(value, "a rate", "12 per day")
    if found := _EVERY.fullmatch(text):
        return 1.0 / _period_s(found[1], value)
    found = _PER.fullmatch(text) or _PER_CHINESE.fullmatch(text)
    if found is None:
        number = f"{text} per day" if re.fullmatch(_NUMBER, text) else "12 per day"
        raise UnitError(f"{quoted(value)} is no rate", f"write it like {number}")
    count = _ONE.get(found["count"].lower(), found["count"])
    return _amount(count, _EVENTS) / _period_s(found["period"], value)


def _amounts(text: str, quantity: _Quantity) -> float:
    """Return the sum of amounts with units: ``1 h 30 min``."""
    parts = _AMOUNTS.fullmatch(text)
    if parts is None:
        return _amount(text, quantity)
    return _in_reach(sum(_amount(part[0], quantity) for part in _PART.finditer(text)), text)


def _amount(text: str, quantity: _Quantity) -> float:
    """Return a number with its unit in the inner unit, rounded once."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise UnitError(
            f"{quoted(text)} is not {quantity.what}", f"write it like {quantity.example}"
        )
    sign, whole, decimals, unit = found.groups(default="")
    factor, divisor = _factor(unit, text, quantity)
    digits = int(whole.replace(",", "") + decimals or "0")
    if sign == "-" and digits:
        raise UnitError(f"{quoted(text)} is negative", f"write it like {quantity.example}")
    # One division of whole numbers rounds once, so 4.1 h is exactly the float 14760.0.
    return _in_reach(digits * factor / (divisor * 10 ** len(decimals)), text)


def _factor(unit: str, text: str, quantity: _Quantity) -> tuple[int, int]:
    if (known := quantity.units.get(unit.lower())) is not None:
        return known
    if not unit:
        raise UnitError(f"{quoted(text)} has no unit", _with_unit(text, quantity))
    words = [word for word in quantity.units if word]
    hint = suggestion(unit, words, otherwise=quantity.choice)
    raise UnitError(f"{quoted(text)}: {quoted(unit)} is no unit of {quantity.what}", hint)


def _with_unit(text: str, quantity: _Quantity) -> str:
    unit = quantity.example.lstrip("0123456789.")
    number = text.replace(",", "")
    if quantity is _SHARE and float(number) <= 1:
        number = f"{float(number) * 100:g}"
    return f"write {number}{unit}"


def _in_reach(amount: float, text: str) -> float:
    if amount > LARGEST:
        raise UnitError(f"{quoted(text)} is too large", "check the number of digits")
    return amount


def _period_s(text: str, value: object) -> float:
    """Return the length of ``day``, ``2 h`` or ``小时``, the period of a rate."""
    if "month" in text or "月" in text:
        raise UnitError(f"{quoted(value)}: months differ in length", "write it per week or year")
    period = _amounts(text if _STARTS_WITH_DIGIT.match(text) else f"1 {text}", _PERIOD)
    if period == 0:
        raise UnitError(f"{quoted(value)} has a period of length 0", "write it like 12 per day")
    return period


def _units(words: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    return {word: factor for names, factor in words.items() for word in names.split("|")}


_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_AMOUNT = re.compile(
    r"([-+]?)\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?\s*([^0-9\s.,].*)?"
)
_STARTS_WITH_DIGIT = re.compile(r"[-+0-9]")
_ONE = {"一": "1", "one": "1", "once": "1", "twice": "2"}
_EVENT = r"(?:times|incidents|incident|calls|call|cases|case|个|起|次|件|宗|例)"
_EVERY = re.compile(r"every\s+(.+)", re.IGNORECASE)
_PER = re.compile(
    rf"(?P<count>[-+]?{_NUMBER}|one|once|twice)\s*{_EVENT}?\s*"
    r"(?:\bper\b|\ban?\b|\beach\b|\bevery\b|/|每)\s*(?P<period>.+)",
    re.IGNORECASE,
)
_PER_CHINESE = re.compile(
    rf"每\s*(?P<period>.*?[^\W\d_一])\s*(?P<count>[-+]?{_NUMBER}|一)\s*{_EVENT}"
)
_SHORT = {
    "s|sec|secs|second|seconds|秒|秒钟": (1, 1),
    "min|mins|minute|minutes|分|分钟": (60, 1),
    "h|hr|hrs|hour|hours|小时|个小时|钟头|个钟头": (3600, 1),
    "d|day|days|天|日": (86_400, 1),
    "w|week|weeks|周|星期|个星期": (604_800, 1),
}
_PART = re.compile(rf"{_NUMBER}\s*(?:{'|'.join(sorted(_units(_SHORT), reverse=True))})")
_AMOUNTS = re.compile(rf"(?:{_PART.pattern}\s*){{2,4}}")
_DURATION = _Quantity("a length of time", "15 min", _units(_SHORT), "use s, min, h, days or weeks")
_PERIOD = _Quantity(
    "the period of a rate",
    "1 day",
    _units({**_SHORT, "year|years|年": (31_536_000, 1)}),
    "use hour, day, week or year",
)
_SPEED = _Quantity(
    "a speed",
    "4.5 km/h",
    _units(
        {
            "km/h|kmh|kph|kmph|km/hour|km per hour|公里/小时|公里/时|千米/小时|千米/时": (5, 18),
            "m/s|mps|metres per second|meters per second|米/秒": (1, 1),
        }
    ),
    "use km/h or m/s",
)
_LENGTH = _Quantity(
    "a length",
    "300 m",
    _units(
        {
            "m|metre|metres|meter|meters|米": (1, 1),
            "km|kilometre|kilometres|kilometer|kilometers|公里|千米": (1000, 1),
        }
    ),
    "use m or km",
)
_EVENTS = _Quantity("a rate", "12 per day", {"": (1, 1)})
_SHARE = _Quantity("a share", "30%", {"%": (1, 100), "percent": (1, 100)}, "use %")
_TIMES = _Quantity("a multiplier", "3 times", _units({"|times|x|×|倍": (1, 1)}), "use times")
_PLAIN = _Quantity("an amount", "14,000", {"": (1, 1)}, "write the number alone")
_COUNT = _Quantity(
    "a count",
    "30",
    _units({"|times|people|persons|person|volunteers|replications|次|人|名|位|个": (1, 1)}),
    "write the number alone",
)
