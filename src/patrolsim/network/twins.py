"""Which two arcs are one street: ways drawn once made into arcs, arcs of both ways paired."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

NO_TWIN = -1
_SAME_LENGTH_M = 0.01
_COUPLE = 2


class ArcTable(NamedTuple):
    """Arcs in map order.

    Attributes
    ----------
    row
        Row of the map that each arc was made from.
    tail, head
        Ends, int32.
    twin
        The same street the other way, or -1.
    """

    row: npt.NDArray[np.int64]
    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    twin: npt.NDArray[np.int32]


def arcs_of_drawn_ways(
    first: npt.NDArray[np.int32], last: npt.NDArray[np.int32], direction: npt.NDArray[np.int8]
) -> ArcTable:
    """Return the arcs of ways that the map draws once.

    Parameters
    ----------
    first, last
        Ends of each way in the order of drawing.
    direction
        1 for one way as drawn, -1 for one way against the drawing, 0 for both ways. A loop
        gives one arc in any case.
    """
    is_double = (direction == 0) & (first != last)
    row = np.repeat(np.arange(len(first)), 1 + is_double)
    is_second = np.zeros(len(row), dtype=bool)
    is_second[1:] = row[1:] == row[:-1]
    is_swapped = is_second | (direction[row] < 0)
    tail = np.where(is_swapped, last[row], first[row]).astype(np.int32)
    head = np.where(is_swapped, first[row], last[row]).astype(np.int32)
    twin = np.full(len(row), NO_TWIN, dtype=np.int32)
    seconds = np.flatnonzero(is_second)
    twin[seconds], twin[seconds - 1] = seconds - 1, seconds
    return ArcTable(row, tail, head, twin)


def pair_twins(
    tail: npt.NDArray[np.int32],
    head: npt.NDArray[np.int32],
    length_m: npt.NDArray[np.float64],
    way: npt.NDArray[np.int64],
) -> npt.NDArray[np.int32]:
    """Return the twin of each arc of a directed map: ends swapped, same way, same length.

    Parameters
    ----------
    way
        Number of the drawn way of each arc; all zero when the map does not tell.
    """
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((length_m, way, high, low))
    starts = _group_starts(low[order], high[order], way[order])
    sizes = np.diff(np.append(starts, len(order)))
    twin = np.full(len(tail), NO_TWIN, dtype=np.int32)
    _pair_couples(order, starts[sizes == _COUPLE], twin, (tail, head, length_m))
    for start, size in zip(starts[sizes > _COUPLE], sizes[sizes > _COUPLE], strict=True):
        _pair_group(order[start : start + size].tolist(), twin, (tail, head, length_m))
    return twin


def _group_starts(*keys: npt.NDArray[np.int64] | npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    is_start = np.zeros(len(keys[0]), dtype=bool)
    is_start[:1] = True
    for key in keys:
        is_start[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(is_start)


_Arcs = tuple["npt.NDArray[np.int32]", "npt.NDArray[np.int32]", "npt.NDArray[np.float64]"]


def _pair_couples(
    order: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    twin: npt.NDArray[np.int32],
    arcs: _Arcs,
) -> None:
    tail, head, length_m = arcs
    one, other = order[starts], order[starts + 1]
    is_pair = (tail[one] == head[other]) & (tail[one] != head[one])
    is_pair &= np.abs(length_m[one] - length_m[other]) <= _SAME_LENGTH_M
    twin[one[is_pair]] = other[is_pair]
    twin[other[is_pair]] = one[is_pair]


def _pair_group(group: list[int], twin: npt.NDArray[np.int32], arcs: _Arcs) -> None:
    """Pair parallel arcs of one way: each with the nearest unpaired length the other way."""
    tail, head, length_m = arcs
    ups = [arc for arc in group if tail[arc] < head[arc]]
    downs = [arc for arc in group if tail[arc] > head[arc]]
    up = down = 0
    while up < len(ups) and down < len(downs):
        gap_m = length_m[ups[up]] - length_m[downs[down]]
        if abs(gap_m) <= _SAME_LENGTH_M:
            twin[ups[up]], twin[downs[down]] = downs[down], ups[up]
        up += gap_m <= _SAME_LENGTH_M
        down += gap_m >= -_SAME_LENGTH_M
