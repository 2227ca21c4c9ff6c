"""What goes where: results to stdout, messages to stderr; colours and widths of terminals."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence


def say(text: str) -> None:
    """Write a message for people to stderr."""
    print(text, file=sys.stderr, flush=True)


def harmless(text: str) -> str:
    """Return a message in which no sign changes the terminal; lines stay."""
    from patrolsim.scenario.scalars import SECRET_SIGNS

    lines = text.replace("\r", " ").split("\n")
    return "\n".join(SECRET_SIGNS.sub("�", line) for line in lines)


def has_colour(stream: TextIO) -> bool:
    """Return whether a stream may be coloured: a terminal, unless ``NO_COLOR`` forbids it."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def align(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of texts as a table whose first column is flush left and the others right.

    Chinese signs take two columns of a terminal.
    """
    from patrolsim.scenario.explain import width

    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        blanks = [" " * (wide - width(text)) for wide, text in zip(widths, row, strict=True)]
        first, *others = zip(blanks, row, strict=True)
        cells = [first[1] + first[0], *(blank + text for blank, text in others)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
