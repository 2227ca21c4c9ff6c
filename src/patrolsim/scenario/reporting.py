"""From findings to problems: each at its place in the file, in plain words, in file order."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from patrolsim.errors import Problem, ScenarioError
from patrolsim.scenario.building import MAX_PROBLEMS
from patrolsim.scenario.findings import Finding
from patrolsim.scenario.gathering import finding_of
from patrolsim.scenario.plain import inside
from patrolsim.scenario.positions import Loc, Position, Span, nearest_known
from patrolsim.units import nearest_word, printable, quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

    from patrolsim.scenario.shape import Shape

_Order: TypeAlias = tuple[float, float, str]
_MAX_LISTED = 20
_MAX_COMPARED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where everything in a scenario comes from.

    Attributes
    ----------
    source
        The file, as the user named it.
    lines
        The lines of the file.
    positions
        Where each value stands.
    spoiled
        Values whose problems are reported already.
    overridden
        Values that come from the command line, and the words there.
    """

    source: str
    lines: list[str] = field(default_factory=list)
    positions: dict[Loc, Position] = field(default_factory=dict)
    spoiled: set[Loc] = field(default_factory=set)
    overridden: dict[Loc, str] = field(default_factory=dict)

    def span(self, finding: Finding) -> Span | None:
        """Return where a finding stands; None when that is on the command line."""
        if self._words_for(finding.loc) is not None:
            return None
        position = self.positions.get(nearest_known(finding.loc, self.positions))
        if position is None:
            return None
        return position.key if finding.at_key else position.value

    def problem(self, finding: Finding) -> Problem:
        """Return a finding with its place, and with the line that it stands on."""
        span, words = self.span(finding), self._words_for(finding.loc)
        if span is None:
            message = finding.message if words is None else f"{words}: {finding.message}"
            return Problem(None, None, None, message, finding.advice)
        hint = "; ".join(part for part in (finding.advice, self._words_inside(finding)) if part)
        return Problem(*span, finding.message, hint, self.lines[span.line - 1])

    def is_reported(self, finding: Finding) -> bool:
        """Return whether the value, or what holds it, could not even be read."""
        return any(finding.loc[:end] in self.spoiled for end in range(len(finding.loc) + 1))

    def _words_inside(self, finding: Finding) -> str:
        """Return what the command line changed inside a value that is wrong as a whole."""
        if finding.at_key:
            return ""
        inside = [
            w for loc, w in self.overridden.items() if loc[: len(finding.loc)] == finding.loc
        ]
        return f"with {inside[0]}" if inside else ""

    def _words_for(self, loc: Loc) -> str | None:
        for end in range(len(loc), 0, -1):
            if loc[:end] in self.overridden:
                return self.overridden[loc[:end]]
        return None


def scenario_error(
    whereabouts: Whereabouts, findings: Iterable[Finding], problems: Iterable[Problem] = ()
) -> ScenarioError | None:
    """Return the error with all problems in file order; None when there is none."""
    entries: list[tuple[_Order, Problem | Finding]] = [
        (_in_file_order(problem.line, problem.column, problem.message), problem)
        for problem in problems
    ]
    for finding in findings:
        if not whereabouts.is_reported(finding):
            span = whereabouts.span(finding)
            line, column = (None, None) if span is None else (span.line, span.column)
            entries.append((_in_file_order(line, column, finding.message), finding))
    first = sorted(entries, key=itemgetter(0))[:MAX_PROBLEMS]
    shown = dict.fromkeys(
        entry if isinstance(entry, Problem) else whereabouts.problem(entry) for _, entry in first
    )
    if len(entries) > MAX_PROBLEMS:
        shown[Problem(None, None, None, "there are more problems")] = None
    return ScenarioError(whereabouts.source, tuple(shown)) if shown else None


def findings_of(errors: list[ErrorDetails], data: object, shape: Shape) -> list[Finding]:
    """Return the errors of pydantic in plain words; a key that is only misspelt is not missing."""
    unknown = (error["loc"] for error in errors if error["type"] == "extra_forbidden")
    meant = {(*loc[:-1], _meant_key(loc, shape)) for loc in islice(unknown, _MAX_COMPARED)}
    findings = [_finding(error, data, shape) for error in errors]
    return [finding for finding in findings if not _is_explained(finding, meant)]


def _is_explained(finding: Finding, meant: set[tuple[str | int | None, ...]]) -> bool:
    """Return whether a misspelt key beside it explains what is absent."""
    places = (finding.loc, finding.loc[:-1])
    return any((*place, key) in meant for place in places for key in finding.absent)


def _finding(error: ErrorDetails, data: object, shape: Shape) -> Finding:
    loc = error["loc"]
    if (finding := finding_of(error)) is not None:
        return finding._replace(at_key=True) if loc[-1:] == ("[key]",) else finding
    if error["type"] == "extra_forbidden":
        message = f"unknown key {quoted(loc[-1])}"
        return Finding(loc, message, partial(_allowed_keys, loc, shape), at_key=True)
    if error["type"] == "missing":
        key = str(loc[-1])
        hint = f"add {key.replace('_', ' ')}: and its value"
        return Finding(
            loc[:-1], f"{quoted(key)} is missing here", hint, at_key=True, absent=(key,)
        )
    message, hint = _in_plain_words(error, _value_at(data, loc))
    return Finding(loc, message, hint, at_key=loc[-1:] == ("[key]",))


def _in_plain_words(error: ErrorDetails, value: object) -> tuple[str, str]:
    """Return message and hint for an error of pydantic's own."""
    context, kind = error.get("ctx", {}), error["type"]
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        hint = suggestion(str(value), choices, otherwise=f"write {' or '.join(choices)}")
        return f"{quoted(value)} is not allowed here", hint
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f"{quoted(value)} is out of bounds", f"it must be {words} {context[key]:g}"
    if kind in _WORDS:
        message, hint = _WORDS[kind]
        return f"{quoted(value)} {message}", hint
    return f"{quoted(value)} cannot stand here: {printable(error['msg'])}", ""


def _meant_key(loc: Loc, shape: Shape) -> str | None:
    return nearest_word(str(loc[-1]), _keys_at(loc, shape))


def _allowed_keys(loc: Loc, shape: Shape) -> str:
    if near := _meant_key(loc, shape):
        return f"did you mean {near!r}?"
    return "allowed here: " + ", ".join(_keys_at(loc, shape)[:_MAX_LISTED])


def _keys_at(loc: Loc, shape: Shape) -> list[str]:
    """Return the keys that are known where a key stands."""
    for part in loc[:-1]:
        shape = shape.inside(part)
    return list(shape.keys)


def _value_at(data: object, loc: Loc) -> object:
    """Return the value at the end of a way; parts that name no key are skipped."""
    for part in loc:
        if part == "[key]":
            return loc[-2]
        if (found := inside(data, part)) is not None:
            data = found
    return data


def _in_file_order(line: int | None, column: int | None, message: str) -> _Order:
    return (math.inf, 0, message) if line is None else (line, column or 0, message)


_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
_TEXT = ("must be text", "put it in quotes")
_WHOLE = ("must be a whole number", "write it like 30")
_NUMBER = ("must be a plain number", "write it like 30.5")
_GROUP = ("must be a group of keys", "write it as lines of key: value")
_WORDS = {
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": ("must be true or false", ""),
    "list_type": ("must be a list", "write it like [a, b]"),
    "dict_type": _GROUP,
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "too_short": ("is empty", "write at least one entry"),
    "string_too_short": ("is empty", "write some text"),
    "string_too_long": ("is too long", "write at most 200 signs"),
}
