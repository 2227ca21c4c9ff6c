"""Street maps as two tables: nodes and edges, CSV, plain or gzipped."""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from patrolsim.errors import NetworkError
from patrolsim.network.drafting import Draft
from patrolsim.network.sources import DEFAULT_LIMITS, Limits, Mistakes, opened
from patrolsim.units import quoted, suggestion

if TYPE_CHECKING:
    from _csv import Reader as _CsvReader
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from patrolsim.network.drafting import Clipped
    from patrolsim.network.maps import StreetMap

POSITIONS = (("lon", "lat"), ("x", "y"))
LENGTHS = ("length_m", "length")
DEGREES, METRES = "epsg:4326", "metres"


def read_tables(
    nodes: Path,
    edges: Path,
    *,
    times: Mapping[str, str] | None = None,
    clipped: Clipped | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> StreetMap:
    """Return the map of a table of nodes and a table of edges.

    Nodes have ``node`` and ``lon``, ``lat`` (or ``x``, ``y`` in metres), and optionally
    ``offroad_access`` (0 where one cannot get on the network). Edges have ``u``, ``v`` and
    ``length_m`` (or ``length``; the straight distance where it is empty), optionally
    ``highway``, ``access``, ``foot``, ``bicycle``, ``maxspeed`` and the like, and one column of
    seconds for each mode in `times`. Each row is one direction, unless there is a column
    ``oneway``: then a row that is not one-way leads both ways.

    Parameters
    ----------
    nodes, edges
        The files.
    times
        Column of seconds by the name of a mode; an empty cell closes the street to it.
    clipped
        Takes streets that lead to absent nodes; None to refuse them.
    limits
        How much is read at most.

    Raises
    ------
    NetworkError
        If the tables are wrong: file, line and reason of up to 20 mistakes at once.
    """
    draft = Draft(str(edges), limits, node_source=str(nodes), times=times, clipped=clipped)
    crs = METRES
    for line, row in read_rows(nodes, limits, _check_nodes, draft.about_nodes):
        crs = DEGREES if "lon" in row else METRES
        draft.add_node(line, row["node"], row)
    draft.about_nodes.check()
    columns = set((times or {}).values())
    has_oneway = False
    check = partial(_check_edges, times=columns)
    for line, row in read_rows(edges, limits, check, draft.about_streets):
        has_oneway = "oneway" in row
        row["length"] = next((row[name] for name in LENGTHS if row.get(name)), "")
        draft.add_street(line, (row["u"], row["v"]), row)
    return draft.finish(crs=crs, is_directed=not has_oneway)


def read_rows(
    path: Path, limits: Limits, check: Callable[[Sequence[str]], str], mistakes: Mistakes
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line and the cells of each row of a table, without the blanks round them.

    Parameters
    ----------
    path
        The table, plain or gzipped.
    limits
        How much is read at most.
    check
        Says what the names of the columns lack; empty for nothing.
    mistakes
        Takes rows with too many or too few cells, which are left out.

    Raises
    ------
    NetworkError
        If the file cannot be read, is no table, or has no rows.
    """
    with opened(path, limits) as content:
        text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
        rows = csv.reader(_lines(path, text, limits.attribute_chars), strict=True)
        try:
            names = _header(path, next(rows, []), limits)
            if lack := check(names):
                raise NetworkError(f"{path}:1: {lack}")
            yield from _cells(path, _numbered(rows), names, mistakes)
        except UnicodeDecodeError as error:
            raise NetworkError(f"{path}: is not text in UTF-8; save it as UTF-8") from error
        except csv.Error as error:
            raise NetworkError(f"{path}:{rows.line_num}: is no CSV table: {error}") from error


def _lines(path: Path, text: io.TextIOWrapper, longest: int) -> Iterator[str]:
    """Yield the lines of a text; one without an end must not fill the memory."""
    while line := text.readline(longest):
        if len(line) == longest:
            raise NetworkError(f"{path}: has a line of more than {longest:,} signs")
        yield line


def _header(path: Path, cells: list[str], limits: Limits) -> list[str]:
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise NetworkError(f"{path}:1: is empty; the first line names the columns")
    if len(names) > limits.attributes:
        raise NetworkError(
            f"{path}:1: has {len(names):,} columns, more than {limits.attributes:,}"
        )
    for name, count in Counter(filter(None, names)).items():
        if count > 1:
            raise NetworkError(f"{path}:1: the column {quoted(name)} is given twice")
    return names


def _cells(
    path: Path,
    rows: Iterator[tuple[int, list[str]]],
    names: list[str],
    mistakes: Mistakes,
) -> Iterator[tuple[int, dict[str, str]]]:
    line = 0
    for line, cells in rows:
        if len(cells) == len(names):
            yield line, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
        else:
            mistakes.add(line, f"has {len(cells)} cells; the table has {len(names)} columns")
    if not line:
        raise NetworkError(
            f"{path}: has no rows below the names of the columns; write one row per entry"
        )


def _numbered(rows: _CsvReader) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not blank, with the line on which they end."""
    for cells in rows:
        if cells:
            yield rows.line_num, cells


def _check_nodes(names: Sequence[str]) -> str:
    if "node" in names and any(set(pair) <= set(names) for pair in POSITIONS):
        return ""
    return f"needs the columns node and lon, lat (or x, y); it has {_listed(names)}"


def _check_edges(names: Sequence[str], times: set[str]) -> str:
    missing = [name for name in ("u", "v", *sorted(times)) if name not in names]
    if not missing:
        return ""
    hint = suggestion(missing[0], names, otherwise=f"it has {_listed(names)}")
    return f"the column {', '.join(missing)} is missing ({hint})"


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1 and any(sign in names[0] for sign in ";\t"):
        return f"{quoted(names[0])}: separate columns by commas"
    return ", ".join(quoted(name) for name in names[:20])
