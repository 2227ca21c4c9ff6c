"""What the messages of YAML parsers mean, in plain words."""

from __future__ import annotations

from patrolsim.scenario.positions import Span
from patrolsim.units import quoted

_FULL_WIDTH_COLON = "："
_INDENT_HINT = "check its indentation, and that quotes and brackets are closed"
_WORDS = (
    (
        "mapping values are not allowed",
        "a second ': ' stands here",
        "check the indentation of this line and the one above, or put the text in quotes",
    ),
    ("could not find expected ':'", "a key without ': ' stands here", "write it like key: value"),
    ("did not find expected key", "this line does not fit the lines above", _INDENT_HINT),
    ("expected <block end>", "this line does not fit the lines above", _INDENT_HINT),
    ("did not find expected '-'", "this line does not fit the list above", _INDENT_HINT),
    ("did not find expected ','", "a ',' or a closing bracket is missing", _INDENT_HINT),
    ("expected ',' or", "a ',' or a closing bracket is missing", _INDENT_HINT),
    ("end of stream", "a quote or a bracket is never closed", "close it"),
    ("escape", "an unknown escape stands in a text", "use single quotes to keep every sign"),
    ("tab character", "a tab stands where only blanks may", "indent by blanks"),
    ("did not find expected node", "a value is missing here", "write one, or put it in quotes"),
    ("tag", "a tag (!) is not allowed", "put it in quotes when it is text"),
    ("alias", "an alias (*) is not allowed", "put it in quotes when it is text"),
    ("anchor", "an anchor (&) is not allowed", "put it in quotes when it is text"),
)


def in_plain_words(
    message: str, line: int, column: int, lines: list[str]
) -> tuple[Span, str, str]:
    """Return place, message and hint for the message of a parser.

    Parameters
    ----------
    message
        What the parser says.
    line, column
        Where, both from 0.
    lines
        All lines of the text.
    """
    text = lines[line] if line < len(lines) else ""
    span = Span(line + 1, min(column, len(text)) + 1, min(column, len(text)) + 2)
    if full_width := _line_with_full_width_colon(line, lines):
        at = lines[full_width - 1].index(_FULL_WIDTH_COLON) + 1
        return Span(full_width, at, at + 1), "the colon '：' is no YAML colon", "write ': '"
    if "cannot start any token" in message:
        return span, *_about_a_sign(text[column : column + 1])
    for part, words, hint in _WORDS:
        if part in message:
            return span, words, hint
    return span, f"this is not valid YAML: {message or 'it cannot be read'}", ""


def _about_a_sign(sign: str) -> tuple[str, str]:
    if sign == "\t":
        return "a tab stands where only blanks may", "indent by blanks"
    return f"no text may start with {quoted(sign)}", "put it in quotes"


def _line_with_full_width_colon(line: int, lines: list[str]) -> int | None:
    """Return the number of the line, here or just above, that has a full-width colon only."""
    for number in (line, line - 1):
        if 0 <= number < len(lines) and _FULL_WIDTH_COLON in lines[number]:
            return None if ": " in lines[number] else number + 1
    return None
