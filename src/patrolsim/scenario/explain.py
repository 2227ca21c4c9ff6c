"""A scenario's mistakes as text for people, JSON for scripts, annotations for GitHub."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Literal, TypeAlias

from patrolsim.scenario.scalars import SECRET_SIGNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.errors import Problem, ScenarioError

Format: TypeAlias = Literal["text", "json", "github"]

_MAX_EXCERPT = 120
_RED, _GREEN, _BOLD, _FAINT, _PLAIN = "\033[31m", "\033[32m", "\033[1m", "\033[2m", "\033[0m"


def explain(error: ScenarioError, *, form: Format = "text", in_colour: bool = False) -> str:
    """Return all problems of a scenario, without a line break at the end.

    Parameters
    ----------
    error
        The error that the reader raised.
    form
        ``text`` with excerpts and carets, ``json`` with one object, or ``github`` with one
        annotation a line.
    in_colour
        Whether text has colours for a terminal.
    """
    if form == "json":
        return _as_json(error)
    if form == "github":
        return "\n".join(_annotation(error.source, problem) for problem in error.problems)
    blocks = [_block(error.source, problem) for problem in error.problems]
    text = "\n".join([*blocks, "", _summary(error)])
    return text if in_colour else _without_colour(text)


def _as_json(error: ScenarioError) -> str:
    problems = [
        {
            "line": problem.line,
            "column": problem.column,
            "end_column": problem.end_column,
            "message": _shown(problem.message),
            "hint": _shown(problem.hint),
            "excerpt": _shown(problem.excerpt),
        }
        for problem in error.problems
    ]
    document = {"source": _shown(error.source), "problems": problems}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _annotation(source: str, problem: Problem) -> str:
    """Return a workflow command of GitHub Actions."""
    places: dict[str, object] = {"file": source, "line": problem.line, "col": problem.column}
    if problem.column is not None and problem.end_column is not None:
        places["endColumn"] = max(problem.end_column - 1, problem.column)
    hint = f" ({problem.hint})" if problem.hint else ""
    return annotation("error", places, problem.message + hint)


def annotation(
    level: Literal["error", "warning"], properties: Mapping[str, object], message: str
) -> str:
    """Return a workflow command of GitHub Actions; no name can end it or start another.

    Parameters
    ----------
    level
        How serious it is.
    properties
        Such as file, line and title; those that are None are left out.
    message
        What is shown.
    """
    shown = [f"{key}={_property(value)}" for key, value in properties.items() if value is not None]
    return f"::{level} {','.join(shown)}::{_escaped(_shown(message))}"


def _property(value: object) -> str:
    return _escaped(_shown(str(value))).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _block(source: str, problem: Problem) -> str:
    """Return a problem with its place, the line and a caret under the mistake."""
    place = _shown(source)
    message = f"{_RED}error{_PLAIN}: {_shown(problem.message)}"
    hint = _shown(problem.hint)
    if problem.line is not None and problem.column is not None:
        place = f"{place}:{problem.line}:{problem.column}"
    header = f"{_BOLD}{place}{_PLAIN}: {message}"
    if problem.line is None or problem.column is None or not problem.excerpt.strip():
        return header + (f" ({hint})" if hint else "")
    margin = " " * len(str(problem.line))
    excerpt, blanks, carets = _underlined(problem, problem.column)
    line = f"{_FAINT}{problem.line} |{_PLAIN} {excerpt}".rstrip()
    under = f"{_FAINT}{margin} |{_PLAIN} {blanks}{_RED}{carets}{_PLAIN}"
    return "\n".join([header, line, under + (f" {_GREEN}{hint}{_PLAIN}" if hint else "")])


def _underlined(problem: Problem, column: int) -> tuple[str, str, str]:
    """Return the shown part of the line, and blanks and carets as wide as its signs."""
    line = _shown(problem.excerpt)
    first = 0 if len(line) <= _MAX_EXCERPT else max(0, column - 1 - _MAX_EXCERPT // 2)
    start = column - 1 - first
    shown = line[first : first + _MAX_EXCERPT]
    end = max((problem.end_column or column + 1) - 1 - first, start + 1)
    return shown, " " * width(shown[:start]), "^" * max(1, width(shown[start:end]))


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal: Chinese signs take two."""
    return sum(_width_of_sign(sign) for sign in text)


def _width_of_sign(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _shown(text: str) -> str:
    """Return text without signs that could change a terminal; each keeps its column."""
    if text.isascii() and text.isprintable():
        return text
    return SECRET_SIGNS.sub("�", text.replace("\t", " ")).replace("\n", " ").replace("\r", " ")


def _summary(error: ScenarioError) -> str:
    count = len(error.problems)
    problems = "1 problem" if count == 1 else f"{count} problems"
    return f"{problems} in {_shown(error.source)}. Nothing was run."


def _without_colour(text: str) -> str:
    for code in (_RED, _GREEN, _BOLD, _FAINT, _PLAIN):
        text = text.replace(code, "")
    return text
