"""Parameters of policies and models, read by the rules that hold for all values of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from patrolsim.distributions import parse_span_s
from patrolsim.units import (
    UnitError,
    parse_count,
    parse_duration_s,
    parse_length_m,
    parse_multiplier,
    parse_share,
    quoted,
    suggestion,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


PLACE, DEMAND_MAP = "place", "demand map"
"""Kinds of parameters that are names which the scenario declares."""
MAX_DIGITS = 4


class ParameterLike(Protocol):
    """What a policy says of a parameter; see `patrolsim.policy.Parameter`."""

    @property
    def kind(self) -> str:
        """How it is written."""

    @property
    def default(self) -> Any:
        """The value as a scenario would write it; None when the policy has its own way."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The words allowed for a text; empty for any."""


def read_parameter(value: object, parameter: ParameterLike) -> Any:
    """Return a parameter's value as the policy gets it.

    Raises
    ------
    UnitError
        If the value is not of the kind that the policy declares.
    """
    parse = _KINDS.get(parameter.kind)
    if parse is None:
        kinds = ", ".join(sorted(_KINDS))
        raise UnitError(f"there is no kind of parameter {parameter.kind!r}", f"use {kinds}")
    parsed = parse(value)
    if parameter.choices and parsed not in parameter.choices:
        either = " or ".join(parameter.choices)
        hint = suggestion(str(parsed), parameter.choices, otherwise=f"write {either}")
        words = ", ".join(parameter.choices)
        raise UnitError(f"{quoted(value)} is not one of {words}", hint)
    return parsed


def missing_name(
    value: object, parameter: ParameterLike, declared: Mapping[str, Collection[str]]
) -> str | None:
    """Return what is wrong with a name that a scenario should declare; None for nothing.

    Parameters
    ----------
    value, parameter
        A value that has been read, and the parameter that it is for.
    declared
        The names that the scenario declares, by the kind of parameter; a kind that is missing
        is not looked at.
    """
    names = declared.get(parameter.kind)
    if names is None or value in names:
        return None
    return f"the scenario has no {parameter.kind} {quoted(value)}"


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnitError(f"{quoted(value)} is not a number", "write it like 1.5")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise UnitError(f"{quoted(value)} is not a word", "write a word")
    return value.strip()


def _durations(value: object) -> tuple[float, float]:
    if isinstance(value, str):
        span = parse_span_s(value)
        if span is not None:
            return span
    seconds = parse_duration_s(value)
    return seconds, seconds


def _pairs(value: object) -> tuple[tuple[int, int], ...]:
    example = "write it like [[3, 1], [2, 1]]"
    if not isinstance(value, list | tuple):
        raise UnitError(f"{quoted(value)} is not a list of pairs", example)
    pairs = []
    for item in value:
        is_pair = isinstance(item, list | tuple) and len(item) == len(("from", "to"))
        if not is_pair or not all(type(number) is int for number in item):
            raise UnitError(f"{quoted(item)} is not a pair of whole numbers", example)
        pairs.append((int(item[0]), int(item[1])))
    return tuple(pairs)


def _factors(value: object) -> tuple[tuple[float, float, float], ...]:
    example = "write it like {24-48 h: 1.2 times}"
    if not isinstance(value, dict):
        raise UnitError(f"{quoted(value)} is no multiplier by span of the period", example)
    found = []
    for written, factor in value.items():
        span = parse_span_s(written) if isinstance(written, str) else None
        if span is None or span[0] == span[1]:
            raise UnitError(f"{quoted(written)} is no span of the period", example)
        found.append((*span, parse_multiplier(factor)))
    return tuple(sorted(found))


def _waves(value: object) -> tuple[tuple[float, int], ...]:
    example = "write it like [[0 s, 3], [30 s, 4]]"
    if not isinstance(value, list | tuple):
        raise UnitError(f"{quoted(value)} is not a list of waves", example)
    waves = []
    for item in value:
        if not isinstance(item, list | tuple) or len(item) != len(("when", "how many")):
            raise UnitError(f"{quoted(item)} is not a time and a number of people", example)
        waves.append((parse_duration_s(item[0]), parse_count(item[1])))
    return tuple(waves)


def _by_priority(
    value: object, parse: Callable[[object], float], example: str
) -> tuple[tuple[int, float], ...]:
    if not isinstance(value, dict) or not value:
        raise UnitError(f"{quoted(value)} is not a value for each priority", example)
    found: dict[int, float] = {}
    for key, inside in value.items():
        number = int(key) if str(key).isdecimal() and len(str(key)) < MAX_DIGITS else 0
        if number < 1:
            raise UnitError(f"{quoted(key)} is no priority", f"1 is the most urgent: {example}")
        if number in found:
            raise UnitError(f"priority {number} is given twice", "keep one of them")
        found[number] = parse(inside)
    return tuple(sorted(found.items()))


def _durations_by_priority(value: object) -> tuple[tuple[int, float], ...]:
    return _by_priority(value, parse_duration_s, "write it like {1: 6 min, 2: 10 min}")


def _shares_by_priority(value: object) -> tuple[tuple[int, float], ...]:
    return _by_priority(value, parse_share, "write it like {1: 40%, 2: 60%}")


_KINDS: Mapping[str, Callable[[object], Any]] = {
    "duration": parse_duration_s,
    "length": parse_length_m,
    "durations": _durations,
    "share": parse_share,
    "number": _number,
    "count": parse_count,
    "text": _text,
    "pairs": _pairs,
    "factors": _factors,
    "waves": _waves,
    "durations by priority": _durations_by_priority,
    "shares by priority": _shares_by_priority,
    PLACE: _text,
    DEMAND_MAP: _text,
}
