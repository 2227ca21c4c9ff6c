"""Street maps as two tables: nodes and edges, CSV, plain or gzipped."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.maps import SPEEDS, TAGS, StreetMap, first_number
from patrolsim.network.sources import DEFAULT_LIMITS, Limits, Mistakes, opened
from patrolsim.network.twins import arcs_of_drawn_ways, pair_twins

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

ONE_WAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}
"""What the column `oneway` may say of an edge; anything else, and nothing, is both ways."""


def read_tables(
    nodes: Path,
    edges: Path,
    *,
    times: Mapping[str, str] | None = None,
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
        Column of seconds by the name of a mode.
    limits
        How much is read at most.

    Raises
    ------
    NetworkError
        If the tables are wrong: file, line and reason of up to 20 mistakes at once.
    """
    ids, east, north, may_enter, is_degrees = _read_nodes(nodes, limits)
    number = {node: index for index, node in enumerate(ids)}
    table = _EdgeTable(edges, number, dict(times or {}), limits)
    table.read()
    first, last = np.array(table.first, np.int32), np.array(table.last, np.int32)
    length_m = _filled_lengths(table, (east, north), is_degrees, (first, last))
    if table.has_oneway:
        direction = np.array([ONE_WAY.get(word, 0) for word in table.oneway], np.int8)
        arcs = arcs_of_drawn_ways(first, last, direction)
        row, tail, head, twin = arcs
    else:
        row, tail, head = np.arange(len(first)), first, last
        twin = pair_twins(tail, head, length_m, np.zeros(len(tail), np.int64))
    rows = row.tolist()
    return StreetMap(
        source=str(edges),
        node_ids=tuple(ids),
        east=east,
        north=north,
        is_degrees=is_degrees,
        may_enter=may_enter,
        tail=tail,
        head=head,
        twin=twin,
        length_m=length_m[row],
        tags={tag: [column[i] for i in rows] for tag, column in table.tags.items()},
        speeds={name: np.array(column)[row] for name, column in table.speeds.items()},
        times_s={mode: np.array(column)[row] for mode, column in table.seconds.items()},
    )


def _read_nodes(
    path: Path, limits: Limits
) -> tuple[
    list[str],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.bool_],
    bool,
]:
    mistakes = Mistakes(str(path))
    ids: dict[str, int] = {}
    east: list[float] = []
    north: list[float] = []
    enter: list[bool] = []
    names: tuple[str, str] = ("lon", "lat")
    for line, row in _rows(path, limits):
        if not ids:
            names = _position_columns(path, row)
        node = (row.get("node") or "").strip()
        if not node or node in ids:
            mistakes.add(
                line, f"node {node!r} is given twice" if node else "a node without a name"
            )
        ids[node] = line
        for column, values in zip(names, (east, north), strict=True):
            values.append(_number(row, column, line, mistakes))
        enter.append((row.get("offroad_access") or "1").strip() not in {"0", "false", "no"})
        if len(ids) > limits.nodes:
            mistakes.add(line, f"more than {limits.nodes:,} nodes")
            break
    mistakes.check()
    if not ids:
        raise NetworkError(f"{path}: the table has no nodes")
    is_degrees = names == ("lon", "lat")
    return list(ids), np.array(east), np.array(north), np.array(enter), is_degrees


def _position_columns(path: Path, row: Mapping[str, str]) -> tuple[str, str]:
    if "node" in row:
        for names in (("lon", "lat"), ("x", "y")):
            if all(name in row for name in names):
                return names
    columns = ", ".join(str(name) for name in row)
    raise NetworkError(
        f"{path}:1: needs the columns node and lon, lat (or x, y); it has {columns}"
    )


class _EdgeTable:
    """The columns of a table of edges."""

    def __init__(
        self, path: Path, number: Mapping[str, int], times: Mapping[str, str], limits: Limits
    ) -> None:
        self.path = path
        self.number = number
        self.times = times
        self.limits = limits
        self.mistakes = Mistakes(str(path))
        self.first: list[int] = []
        self.last: list[int] = []
        self.length: list[float] = []
        self.oneway: list[str] = []
        self.has_oneway = False
        self.tags: dict[str, list[str]] = {}
        self.speeds: dict[str, list[float]] = {}
        self.seconds: dict[str, list[float]] = {mode: [] for mode in times}

    def read(self) -> None:
        """Read all rows."""
        for line, row in _rows(self.path, self.limits):
            if not self.first:
                self._check_header(row)
            self._add(line, row)
            if len(self.first) > self.limits.arcs:
                self.mistakes.add(line, f"more than {self.limits.arcs:,} edges")
                break
        self.mistakes.check()
        if not self.first:
            raise NetworkError(f"{self.path}: the table has no edges")

    def _check_header(self, row: Mapping[str, str]) -> None:
        wanted = ["u", "v", *self.times.values()]
        missing = [name for name in wanted if name not in row]
        if missing:
            columns = ", ".join(str(name) for name in row)
            raise NetworkError(
                f"{self.path}:1: the columns {', '.join(missing)} are missing; it has {columns}"
            )
        self.has_oneway = "oneway" in row
        self.tags = {tag: [] for tag in TAGS if tag in row}
        self.speeds = {name: [] for name in SPEEDS if name in row}

    def _add(self, line: int, row: Mapping[str, str]) -> None:
        for column, ends in (("u", self.first), ("v", self.last)):
            node = (row.get(column) or "").strip()
            if node not in self.number:
                self.mistakes.add(line, f"{column}: there is no node {node!r}")
            ends.append(self.number.get(node, 0))
        text = (row.get("length_m") or row.get("length") or "").strip()
        self.length.append(_length(text, line, self.mistakes))
        if self.has_oneway:
            self.oneway.append((row.get("oneway") or "").strip().lower())
        for tag, words in self.tags.items():
            words.append((row.get(tag) or "").strip())
        for name, numbers in self.speeds.items():
            numbers.append(first_number(row.get(name) or ""))
        for mode, column in self.times.items():
            self.seconds[mode].append(self._time(row, column, line))

    def _time(self, row: Mapping[str, str], column: str, line: int) -> float:
        """Return the seconds of an edge; nan where the mode may not go."""
        text = (row.get(column) or "").strip()
        if not text:
            return math.nan
        seconds = _number(row, column, line, self.mistakes)
        if seconds < 0:
            self.mistakes.add(line, f"{column}: {text!r} is less than 0")
        return seconds


def _filled_lengths(
    table: _EdgeTable,
    positions: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    is_degrees: bool,  # noqa: FBT001 - a fact of the map
    ends: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
) -> npt.NDArray[np.float64]:
    from patrolsim.network.maps import straight_m

    length_m = np.array(table.length, np.float64)
    missing = np.isnan(length_m)
    if missing.any():
        length_m[missing] = straight_m(*positions, ends, is_degrees)[missing]
    return length_m


def _length(text: str, line: int, mistakes: Mistakes) -> float:
    if not text:
        return math.nan
    try:
        length = float(text)
    except ValueError:
        length = math.inf
    if not math.isfinite(length) or length < 0:
        mistakes.add(line, f"length: {text!r} is not a length of 0 or more")
    return length


def _number(row: Mapping[str, str], column: str, line: int, mistakes: Mistakes) -> float:
    text = (row.get(column) or "").strip()
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        mistakes.add(line, f"{column}: {text!r} is not a number")
    return value


def _rows(path: Path, limits: Limits) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield line and columns of each row."""
    with opened(path, limits) as content:
        text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
        try:
            table = csv.DictReader(text, strict=True)
            _check_columns(path, table.fieldnames or (), limits)
            for row in table:
                yield table.line_num, row
        except UnicodeDecodeError as error:
            raise NetworkError(f"{path}: is not text in UTF-8 ({error.reason})") from error
        except csv.Error as error:
            raise NetworkError(f"{path}: is no CSV table: {error}") from error


def _check_columns(path: Path, names: Sequence[str], limits: Limits) -> None:
    if len(names) > limits.attributes:
        raise NetworkError(f"{path}:1: more than {limits.attributes} columns")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise NetworkError(f"{path}:1: the column {twice[0]!r} is given twice")
