"""Tables that a scenario names beside its map: rows with their lines, mistakes shown together."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from typing import TYPE_CHECKING

from patrolsim.errors import Problem, ScenarioError
from patrolsim.network.sources import DEFAULT_LIMITS, opened
from patrolsim.units import LARGEST, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    Row = Mapping[str, str]

MOST_SHOWN = 20
"""Mistakes of a table that are listed at once."""
MOST_ROWS = 5_000_000


class TableProblems:
    """What is wrong with a table: collected, and raised together.

    Parameters
    ----------
    path
        The table.
    """

    def __init__(self, path: Path) -> None:
        self._source = str(path)
        self._found: list[Problem] = []

    def add(self, line: int | None, message: str, hint: str = "") -> None:
        """Note a mistake at a line; too many end the reading at once.

        Raises
        ------
        ScenarioError
            If this was the last mistake that is shown.
        """
        column = None if line is None else 1
        self._found.append(Problem(line, column, None, message, hint))
        if len(self._found) >= MOST_SHOWN:
            self.check()

    def check(self) -> None:
        """Raise what was found.

        Raises
        ------
        ScenarioError
            If anything was found.
        """
        if self._found:
            raise ScenarioError(self._source, tuple(self._found))


def read_rows(
    path: Path, problems: TableProblems, check: Callable[[Sequence[str]], str]
) -> Iterator[tuple[int, Row]]:
    """Yield the line and the cells of each row of a CSV, plain or gzipped, without outer blanks.

    Parameters
    ----------
    path
        The table; its first line names the columns.
    problems
        Takes rows with too many or too few cells, which are left out.
    check
        Says what the names of the columns lack; empty for nothing.

    Raises
    ------
    ScenarioError
        If it is no such table.
    NetworkError
        If the file cannot be opened, or unpacks to far more than a table holds.
    """
    with opened(path, DEFAULT_LIMITS) as content:
        rows = csv.reader(io.TextIOWrapper(content, encoding="utf-8-sig", newline=""), strict=True)
        try:
            names = _header(next(rows, []), problems, check)
            for cells in rows:
                if rows.line_num > MOST_ROWS:
                    problems.add(rows.line_num, f"the table has more than {MOST_ROWS:,} rows")
                    break
                if cells and len(cells) != len(names):
                    message = f"{len(cells)} cells; the table has {len(names)} columns"
                    problems.add(rows.line_num, message)
                elif cells:
                    yield rows.line_num, dict(zip(names, map(str.strip, cells), strict=True))
        except UnicodeDecodeError:
            problems.add(None, "is not text in UTF-8", "save it as CSV in UTF-8")
        except csv.Error as error:
            problems.add(rows.line_num, f"is no CSV table: {error}")
    problems.check()


def _header(
    cells: list[str], problems: TableProblems, check: Callable[[Sequence[str]], str]
) -> list[str]:
    names = [cell.strip() for cell in cells]
    if not any(names):
        problems.add(1, "the table is empty", "its first line names the columns")
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    for name in twice:
        problems.add(1, f"the column {quoted(name)} is given twice")
    lack = check(names)
    if any(names) and lack:
        problems.add(1, lack, f"the file has {', '.join(quoted(name) for name in names[:30])}")
    problems.check()
    return names


def number_in(row: Row, column: str) -> float:
    """Return the number in a cell: 0 or more, and not absurdly large.

    Raises
    ------
    ValueError
        If it is none; the message names the column.
    """
    text = row.get(column, "")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= LARGEST:
        raise ValueError(f"{column}: {quoted(text)} is not a number from 0 to {LARGEST:g}")
    return value


def position_in(row: Row) -> tuple[str, str, str]:
    """Return where a row lies: ("lonlat" | "xy" | "node", first, second), as written.

    The second is empty for a node; all are empty when the row says nothing.
    """
    for form, first, second in (("lonlat", "lon", "lat"), ("xy", "x", "y")):
        if row.get(first) or row.get(second):
            return form, row.get(first, ""), row.get(second, "")
    return "node", row.get("node", ""), ""


def lacking_position(names: Sequence[str]) -> str:
    """Return what the columns of a table of places lack; empty for nothing."""
    if any(form <= set(names) for form in ({"lon", "lat"}, {"x", "y"}, {"node"})):
        return ""
    return "the columns lon and lat (or x and y, or node) are missing"
