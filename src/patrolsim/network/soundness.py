"""Whether a compiled map can be worked with: no search may ever read or write outside its arrays.

Compiled searches check no bounds, so one wrong number in a file would end the interpreter, or
let a search run for ever. Whatever passes here is as safe as a map that was compiled just now.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network.modes import LARGEST_US
from patrolsim.network.node_ids import NodeIds
from patrolsim.network.packing import pack_arcs
from patrolsim.network.snapshot_form import UnsoundError
from patrolsim.network.streets import CLOSED_US
from patrolsim.network.twins import NO_TWIN

if TYPE_CHECKING:
    from patrolsim.network.compiling import CompiledMap
    from patrolsim.network.streets import Streets

    Column = np.ndarray[Any, Any]


def check_sound(compiled: CompiledMap) -> None:
    """Refuse a map that is not what compiling gives.

    Raises
    ------
    UnsoundError
        Says which part is wrong.
    """
    streets = compiled.streets
    _check_shapes(compiled)
    _require(len(streets.modes) == len(compiled.losses) > 0, "modes")
    _require(all(0 < mode.off_road_mps < math.inf for mode in streets.modes), "speeds")
    _check_nodes(compiled)
    _check_arcs(streets)
    _check_order(streets)
    _check_packed(streets)
    _check_cells(streets)


def _require(is_right: bool, what: str) -> None:  # noqa: FBT001 - the question itself
    if not is_right:
        raise UnsoundError(f"wrong {what}")


def _check_shapes(compiled: CompiledMap) -> None:
    streets = compiled.streets
    n, m, modes = streets.x.size, streets.tail.size, len(streets.modes)
    _require(n > 0 and m > 0, "sizes")
    degrees = [(column, np.float64, (n,)) for column in (streets.lon, streets.lat)]
    if streets.lon is None and streets.lat is None:
        degrees = []
    expected = [
        *degrees,
        *((column, np.float64, (n,)) for column in (streets.x, streets.y)),
        *((column, np.int32, (n + 1,)) for column in (streets.out_start, streets.in_start)),
        *((column, np.int32, (m,)) for column in (streets.tail, streets.head)),
        *((column, np.int32, (m,)) for column in (streets.in_arcs, streets.twin)),
        (streets.length_m, np.float64, (m,)),
        (streets.weight_us, np.int64, (modes, m)),
        (streets.usable, np.bool_, (modes, n)),
        (compiled.may_enter, np.bool_, (n,)),
        *_shapes_of_ids(streets),
    ]
    for column, kind, shape in expected:
        _require(column is not None and column.dtype == kind and column.shape == shape, "shapes")


def _shapes_of_ids(streets: Streets) -> list[tuple[Column, type, tuple[int, ...]]]:
    ids, n = streets.node_ids, streets.x.size
    if not isinstance(ids, NodeIds):
        return []
    return [
        (ids.text, np.uint8, (ids.text.size,)),
        (ids.start, np.int64, (n + 1,)),
        (ids.order, np.int32, (n,)),
    ]


def _check_nodes(compiled: CompiledMap) -> None:
    streets, ids = compiled.streets, compiled.streets.node_ids
    for column in (streets.x, streets.y, streets.lon, streets.lat):
        _require(column is None or bool(np.isfinite(column).all()), "positions")
    _require((streets.lon is None) == (compiled.projection is None), "projection")
    for flags in (streets.usable, compiled.may_enter):
        _require(int(flags.view(np.uint8).max()) <= 1, "flags")
    if isinstance(ids, NodeIds):
        _require(_are_starts(ids.start, ids.text.size) and _are_below(ids.order, len(ids)), "ids")


def _check_arcs(streets: Streets) -> None:
    n, m, weight_us, twin = streets.x.size, streets.tail.size, streets.weight_us, streets.twin
    _require(_are_below(streets.tail, n) and _are_below(streets.head, n), "ends")
    _require(_are_below(streets.in_arcs, m), "arcs")
    _require(int(twin.min()) >= NO_TWIN and int(twin.max()) < m, "twins")
    paired = np.flatnonzero(twin != NO_TWIN)
    _require(np.array_equal(twin[twin[paired]], paired), "twins")
    _require(bool((np.isfinite(streets.length_m) & (streets.length_m >= 0)).all()), "lengths")
    is_time = (weight_us >= 1) & (weight_us <= LARGEST_US)
    _require(bool((is_time | (weight_us == CLOSED_US)).all()), "times")


def _check_order(streets: Streets) -> None:
    """Arcs are sorted by tail and head, and `in_arcs` holds each once, by head and number."""
    tail, head, in_arcs = streets.tail, streets.head, streets.in_arcs
    _require(_are_rising(tail, head, is_strict=False), "order")
    _require(_are_rising(head[in_arcs], in_arcs, is_strict=True), "order")
    for ends, start in ((tail, streets.out_start), (head, streets.in_start)):
        counts = np.bincount(ends, minlength=streets.x.size)
        _require(int(start[0]) == 0 and np.array_equal(np.diff(start), counts), "starts")


def _check_packed(streets: Streets) -> None:
    _require(len(streets.packed) in {0, len(streets.modes)}, "modes")
    for mode, packed in enumerate(streets.packed):
        columns: zip[tuple[Column, Column]] = zip(packed, pack_arcs(streets, mode), strict=True)
        for column, again in columns:
            is_same = column.dtype == again.dtype and np.array_equal(column, again)
            _require(is_same, "packed arcs")


def _check_cells(streets: Streets) -> None:
    cells, m = streets.cells, streets.tail.size
    if cells is None:
        return
    x, y, cell_m, columns, rows = cells.frame
    _require(all(math.isfinite(number) for number in (x, y)) and 0 < cell_m < math.inf, "frame")
    _require(all(type(count) is int and count > 0 for count in (columns, rows)), "frame")
    _require(cells.first.dtype == cells.arcs.dtype == np.int32, "cells")
    _require(cells.first.shape == (columns * rows + 1,) and cells.arcs.ndim == 1, "cells")
    _require(cells.within_m.shape == (columns * rows,), "cells")
    _require(cells.within_m.dtype == np.float32, "cells")
    _require(bool((np.isfinite(cells.within_m) & (cells.within_m > 0)).all()), "cells")
    _require(_are_starts(cells.first, cells.arcs.size) and _are_below(cells.arcs, m), "cells")


def _are_below(numbers: Column, limit: int) -> bool:
    return int(numbers.min()) >= 0 and int(numbers.max()) < limit


def _are_starts(start: Column, end: int) -> bool:
    return int(start[0]) == 0 and int(start[-1]) == end and bool((np.diff(start) >= 0).all())


def _are_rising(first: Column, second: Column, *, is_strict: bool) -> bool:
    """Whether the pairs of both columns rise; in strict order no two are equal."""
    steps, further = np.diff(first), np.diff(second)
    in_order = (steps == 0) & (further > 0 if is_strict else further >= 0)
    return bool(((steps > 0) | in_order).all())
