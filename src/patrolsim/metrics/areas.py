"""Squares of the map, named as on a town map: letters from west to east, numbers northwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.network.streets import Streets

    Floats = npt.NDArray[np.float64]

SQUARE_M = 1000.0
"""Side of a square."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def areas_of(x: Floats, y: Floats, streets: Streets) -> list[str]:
    """Return the square in which each point lies, as ``C4``.

    ``A1`` is the square at the south-western corner of the streets; a point beyond the western
    or southern edge belongs to the squares at that edge.
    """
    columns = np.floor((x - streets.x.min()) / SQUARE_M).astype(np.int64).clip(min=0)
    rows = np.floor((y - streets.y.min()) / SQUARE_M).astype(np.int64).clip(min=0)
    points = zip(columns.tolist(), rows.tolist(), strict=True)
    return [f"{_letters(column)}{row + 1}" for column, row in points]


def column_and_row(area: str) -> tuple[int, int]:
    """Return how many squares east and north of the south-western one a square lies.

    Raises
    ------
    ValueError
        If it is no name of a square.
    """
    letters = area.rstrip("0123456789")
    if not letters or set(letters) - set(_LETTERS):
        raise ValueError(f"{area!r} is no square of the map")
    column = 0
    for letter in letters:
        column = column * 26 + _LETTERS.index(letter) + 1
    return column - 1, int(area[len(letters) :]) - 1


def _letters(column: int) -> str:
    """Return A to Z, then AA, AB and so on, as spreadsheets name their columns."""
    letters = _LETTERS[column % 26]
    return letters if column < 26 else _letters(column // 26 - 1) + letters  # noqa: PLR2004
