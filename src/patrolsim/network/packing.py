"""Arcs in the order in which they are asked for: by ends for searches, by cells for points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network.cells import Frame, StreetCells, counted
from patrolsim.network.streets import CLOSED_US, PackedArcs

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.network.cells import Floats, Ints32, Ints64
    from patrolsim.network.streets import Streets

    Arcs = npt.NDArray[np.integer[Any]]

SAMPLE_M = 40.0
"""A street is entered in the cells of points on it, at most this far apart."""
CELL_M = 50.0
"""Cells are at least so wide; on sparse maps wider: there are no more cells than samples."""


def packed_arcs(streets: Streets, mode: int) -> PackedArcs:
    """Return the arcs of a mode as they are kept with the streets, else packed afresh."""
    return streets.packed[mode] if streets.packed else pack_arcs(streets, mode)


def pack_arcs(streets: Streets, mode: int) -> PackedArcs:
    """Return the arcs that are open to a mode, by their tail and by their head.

    The arrays are read-only, as mapped ones are: numba compiles the searches for one of the two
    kinds only.
    """
    weight_us = streets.weight_us[mode]
    out = np.flatnonzero(weight_us != CLOSED_US).astype(np.int32)
    into = streets.in_arcs[weight_us[streets.in_arcs] != CLOSED_US]
    n = len(streets.x)
    packed = PackedArcs(
        arcs=out,
        out_first=_first(streets.tail, out, n),
        out_end=streets.head[out],
        out_us=weight_us[out],
        in_first=_first(streets.head, into, n),
        in_end=streets.tail[into],
        in_us=weight_us[into],
    )
    for column in packed:
        column.flags.writeable = False
    return packed


def read_only(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the same values: numba compiles for read-only arrays, as mapped ones are."""
    view = values.view()
    view.flags.writeable = False
    return view


def turned_round(packed: PackedArcs) -> PackedArcs:
    """Return the same arcs, each walked the other way: what led to a node leads from it."""
    return PackedArcs(
        arcs=packed.arcs,
        out_first=packed.in_first,
        out_end=packed.in_end,
        out_us=packed.in_us,
        in_first=packed.out_first,
        in_end=packed.out_end,
        in_us=packed.out_us,
    )


def _first(starts: Ints32, kept: Arcs, n: int) -> Ints32:
    """Return where the kept arcs of each node begin; shape (n + 1,)."""
    first = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(starts[kept], minlength=n), out=first[1:])
    return first


def street_cells(streets: Streets) -> StreetCells:
    """Return the cells that are kept with the streets, else made afresh."""
    return make_cells(streets) if streets.cells is None else streets.cells


def make_cells(streets: Streets) -> StreetCells:
    """Return the cells of all arcs, open or not."""
    arcs, x, y = _samples(streets)
    frame = _frame(x, y)
    cell = frame.rows_of(y) * frame.columns + frame.columns_of(x)
    # A pair of cell and arc as one number: equal ones fall together, and all come out in order.
    m = len(streets.tail)
    pairs = np.unique(cell * m + arcs)
    first = np.searchsorted(pairs, np.arange(frame.columns * frame.rows + 1) * m)
    within_m = _within_m(np.diff(first) > 0, frame)
    return StreetCells(frame, first.astype(np.int32), (pairs % m).astype(np.int32), within_m)


def _within_m(is_occupied: npt.NDArray[np.bool_], frame: Frame) -> npt.NDArray[np.float32]:
    """Return within what distance there is a sample, wherever in each cell one stands."""
    from scipy.ndimage import distance_transform_edt

    empty = ~is_occupied.reshape(frame.rows, frame.columns)
    # From one middle of a cell to another, and from both middles to the corners.
    cells = distance_transform_edt(empty) + math.sqrt(2)
    within_m: npt.NDArray[np.float32] = np.nextafter(
        (cells * frame.cell_m).astype(np.float32), np.float32(np.inf)
    ).reshape(-1)
    return within_m


def _samples(streets: Streets) -> tuple[Ints64, Floats, Floats]:
    """Return points on the straight line of each arc, its ends among them."""
    x, y = streets.x[streets.tail], streets.y[streets.tail]
    dx, dy = streets.x[streets.head] - x, streets.y[streets.head] - y
    parts = np.ceil(np.hypot(dx, dy) / SAMPLE_M).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(parts)), parts)
    share = counted(np.zeros(len(parts), np.int64), parts) / np.maximum(parts[owner] - 1, 1)
    return owner, x[owner] + share * dx[owner], y[owner] + share * dy[owner]


def _frame(x: Floats, y: Floats) -> Frame:
    west, south = float(x.min()), float(y.min())
    width, height = float(x.max()) - west, float(y.max()) - south
    cell_m = max(CELL_M, math.sqrt(width * height / len(x)))
    return Frame(west, south, cell_m, int(width / cell_m) + 1, int(height / cell_m) + 1)
