"""Streets by square cells of the map: which ones come near a point is read off, not searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints32 = npt.NDArray[np.int32]
    Ints64 = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

FARTHEST = 2**31
"""Cells from the corner of the map, beyond which all points are alike."""
ROUNDING_M = 0.001
"""More than sums of squares of distances on a district lose."""


class Frame(NamedTuple):
    """Where the cells lie.

    Attributes
    ----------
    x, y
        The south-western corner, in metres.
    cell_m
        Width and height of a cell.
    columns, rows
        How many there are from west to east, and from south to north.
    """

    x: float
    y: float
    cell_m: float
    columns: int
    rows: int

    def columns_of(self, x: Floats) -> Ints64:
        """Return the column of points; beyond the frame they go on counting."""
        return _whole((x - self.x) / self.cell_m)

    def rows_of(self, y: Floats) -> Ints64:
        """Return the row of points; beyond the frame they go on counting."""
        return _whole((y - self.y) / self.cell_m)


class StreetCells(NamedTuple):
    """The arcs in each cell.

    Attributes
    ----------
    frame
        Where the cells lie.
    first
        Cell c, counted row by row from the south-west, has the arcs
        ``arcs[first[c]:first[c + 1]]``; int32, shape (cells + 1,).
    arcs
        Numbers of arcs, rising in each cell; int32.
    within_m
        Whatever the point of a cell, there is a street within so many metres; float32, shape
        (cells,).
    """

    frame: Frame
    first: Ints32
    arcs: Ints32
    within_m: npt.NDArray[np.float32]

    def ranges(self, x: Floats, y: Floats, radius_m: Floats) -> tuple[Ints64, Ints64, Ints64]:
        """Return the places in `arcs` of the cells round each point, row of cells by row.

        Every street with a sample no farther than the radius is among them.

        Returns
        -------
        owner, begin, count
            The number of the point, and the range of places, of each row of cells.
        """
        frame = self.frame
        south = frame.rows_of(y - radius_m).clip(0, frame.rows)
        north = (frame.rows_of(y + radius_m) + 1).clip(0, frame.rows)
        heights = (north - south).clip(min=0)
        owner = np.repeat(np.arange(len(x)), heights)
        row = counted(south, heights)
        below = frame.y + row * frame.cell_m - y[owner]
        gap_m = np.maximum(np.maximum(below, -below - frame.cell_m), 0.0)
        half_m = np.sqrt(np.maximum(radius_m[owner] ** 2 - gap_m**2, 0.0)) + ROUNDING_M
        west = frame.columns_of(x[owner] - half_m).clip(0, frame.columns)
        east = (frame.columns_of(x[owner] + half_m) + 1).clip(0, frame.columns)
        begin = self.first[row * frame.columns + west].astype(np.int64)
        return owner, begin, self.first[row * frame.columns + east] - begin

    def bounds_m(self, x: Floats, y: Floats) -> Floats:
        """Return for each point a distance within which there is a street, of whatever mode."""
        frame = self.frame
        column = frame.columns_of(x).clip(0, frame.columns - 1)
        row = frame.rows_of(y).clip(0, frame.rows - 1)
        inside_x = x.clip(frame.x, frame.x + frame.columns * frame.cell_m)
        inside_y = y.clip(frame.y, frame.y + frame.rows * frame.cell_m)
        outside_m = np.hypot(x - inside_x, y - inside_y)
        bounds_m: Floats = outside_m + self.within_m[row * frame.columns + column]
        return bounds_m


def _whole(cells: Floats) -> Ints64:
    return np.floor(cells).clip(-FARTHEST, FARTHEST).astype(np.int64)


def counted(starts: Ints64, counts: Ints64) -> Ints64:
    """Return start, start + 1, ... of each range, so many as it counts, one after the other."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()))
