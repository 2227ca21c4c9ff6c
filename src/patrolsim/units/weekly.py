"""Limits for a week as people write them: ``6 per week``, ``12 h per week``, ``每周 6 次``."""

from __future__ import annotations

import re

from patrolsim.units.quantities import parse_count, parse_duration_s
from patrolsim.units.wording import quoted
from patrolsim.units.written import UnitError, normal_text

_WEEKLY = re.compile(r"(?P<amount>.+?)\s*(?:per|a|each|/)\s*week|(?:每周|每星期)\s*(?P<each>.+)")


def parse_weekly_count(value: object) -> int:
    """Return a number for a week such as ``6 per week`` or ``每周 6 次``.

    Raises
    ------
    UnitError
        When it is negative, not whole, or not said to be for a week.
    """
    return parse_count(_amount(value, "6 per week"))


def parse_weekly_duration_s(value: object) -> float:
    """Return a time for a week such as ``12 h per week`` or ``每周 12 小时``, in seconds.

    Raises
    ------
    UnitError
        When it is negative, has no unit, or is not said to be for a week.
    """
    return parse_duration_s(_amount(value, "12 h per week"))


def _amount(value: object, example: str) -> str:
    """Return what stands beside the week."""
    found = _WEEKLY.fullmatch(normal_text(value, "a limit for a week", example))
    if found is None:
        message = f"{quoted(value)} is no limit for a week"
        raise UnitError(message, f"write it like {example}")
    return found["amount"] or found["each"]
