"""The words of ``--metric``, ``--until`` and ``--best``: which measure, and how precise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from patrolsim.units import UnitError, parse_duration_s, quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.experiment.measures import Measure
    from patrolsim.experiment.stopping import Goal

_SIGN = re.compile(r"^(?:±|\+/-|\+-)\s*")
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(.*)")
_POINTS = ("pp", "percentage point", "percentage points")


def read_measures(names: Sequence[str]) -> tuple[Measure, ...]:
    """Return the measures that are meant, in this order; without names the main ones.

    Raises
    ------
    click.UsageError
        If there is no such measure.
    """
    from patrolsim.experiment.measures import MAIN, NAMED

    by_name = {measure.name: measure for measure in NAMED}
    for name in names:
        if name not in by_name:
            hint = suggestion(name, by_name, otherwise=f"there are {', '.join(by_name)}")
            raise click.UsageError(f"there is no measure {quoted(name)}: {hint}")
    return tuple(by_name[name] for name in dict.fromkeys(names)) or MAIN


def read_goal(text: str, measure: Measure) -> Goal:
    """Return a precision such as ``±10 s``, ``±5 %`` or ``±1 pp``.

    A percentage is one of the control's level of the measure.

    Raises
    ------
    click.UsageError
        If it is no precision, or none of this measure.
    """
    from patrolsim.experiment.stopping import Goal

    bare = _SIGN.sub("", text.strip())
    found = _NUMBER.fullmatch(bare)
    if found is not None and found[2] in {"%", "per cent", "percent"}:
        amount, is_relative = float(found[1]) / 100, True
    else:
        amount, is_relative = _amount("--until", text, bare, measure), False
    if not 0 < amount < float("inf"):
        raise click.UsageError(f"--until {quoted(text)}: it must be above 0")
    return Goal(measure=measure, amount=amount, is_relative=is_relative)


def read_margin(text: str, measure: Measure) -> float:
    """Return a difference that does not matter, such as ``10 s`` or ``1 pp``.

    Raises
    ------
    click.UsageError
        If it is no difference of this measure.
    """
    from patrolsim.experiment.measures import Better

    if measure.better is Better.NEITHER:
        raise click.UsageError(f"--best: neither way is better of {measure.name}")
    amount = _amount("--best", text, text.strip(), measure)
    if not 0 < amount < float("inf"):
        raise click.UsageError(f"--best {quoted(text)}: it must be above 0")
    return amount


def _amount(option: str, text: str, bare: str, measure: Measure) -> float:
    """Return an absolute amount in the unit of a measure."""
    words = f"{option} {quoted(text)}"
    if measure.unit in {"s", "s per hot spot", "person-seconds"}:
        return _seconds(words, bare, measure)
    found = _NUMBER.fullmatch(bare)
    units = _POINTS if measure.unit == "share" else ("", measure.unit)
    if found is None or found[2].strip() not in units:
        example = "1 pp" if measure.unit == "share" else f"0.5 {measure.unit}"
        raise click.UsageError(f"{words} is no amount of {measure.name}: write it like {example}")
    return float(found[1]) / (100 if measure.unit == "share" else 1)


def _seconds(words: str, bare: str, measure: Measure) -> float:
    try:
        return parse_duration_s(bare)
    except UnitError as error:
        message = f"{words} is no amount of {measure.name}: {error.message}"
        hint = error.hint or "write it like 10 s"
        raise click.UsageError(f"{message} ({hint})") from None
