"""A small made-up town: streets at right angles, a river with two bridges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS, ROWS = 16, 12
BLOCK_M = 120
RIVER_COLUMN = 9
"""The river flows east of this column of corners."""
BRIDGES = (2, 8)
"""Rows in which a street crosses the river."""
MAIN_ROW = 6


def node_rows() -> Iterator[tuple[int, int, int]]:
    """Yield number, x and y (metres) of each corner; the number reads row, then column."""
    for row in range(ROWS):
        for column in range(COLUMNS):
            yield _number(row, column), column * BLOCK_M, row * BLOCK_M


def edge_rows() -> Iterator[tuple[int, int, int, str, str]]:
    """Yield both ends, length (metres) and class of each street; each leads both ways."""
    for row in range(ROWS):
        for column in range(COLUMNS):
            here = _number(row, column)
            highway = "secondary" if row == MAIN_ROW else "residential"
            if column + 1 < COLUMNS and _can_cross(row, column):
                yield here, _number(row, column + 1), BLOCK_M, highway, "no"
            if row + 1 < ROWS:
                yield here, _number(row + 1, column), BLOCK_M, "residential", "no"


def _can_cross(row: int, column: int) -> bool:
    return column != RIVER_COLUMN or row in BRIDGES


def _number(row: int, column: int) -> int:
    return 100 * row + column
