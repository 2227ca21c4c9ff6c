"""The arcs of one mode, packed: what the searches read, in the order in which they read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network.streets import CLOSED_US, PackedArcs

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.network.streets import Ints32, Streets

    Arcs = npt.NDArray[np.integer[Any]]


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


def _first(starts: Ints32, kept: Arcs, n: int) -> Ints32:
    """Return where the kept arcs of each node begin; shape (n + 1,)."""
    first = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(starts[kept], minlength=n), out=first[1:])
    return first
