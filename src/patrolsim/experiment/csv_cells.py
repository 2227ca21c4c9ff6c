"""Tables as CSV that a spreadsheet may open: text is never taken for a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV text; None stands as an empty cell, and numbers stay numbers."""
    out = io.StringIO()
    write_rows(out, header, rows)
    return out.getvalue()


def write_rows(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV, row by row; a list stands in its cell with blanks between its values."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return _harmless(value) if isinstance(value, str) else value


def _harmless(text: str) -> str:
    """Return text in one line, after an apostrophe where a spreadsheet would see a formula.

    Full-width signs count as their plain twins.
    """
    plain = unicodedata.normalize("NFKC", text)
    one_line = text.replace("\r", " ").replace("\n", " ")
    return f"'{one_line}" if plain.startswith(_STARTS_FORMULA) else one_line
