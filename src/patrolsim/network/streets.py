"""The compiled streets: integer arrays that every route, position and search works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from patrolsim.network.cells import Ints32, Ints64, StreetCells

CLOSED_US = 2**62
"""Weight of an arc that a mode may not use: skipped by test, never added."""
UNREACHABLE_US = 2**62
"""Travel time to a place that no way leads to."""
NO_NODE = -1
"""In `Stop.nodes`: a person of this mode cannot get there."""
SHARE_BITS = 20
SHARES = 2**SHARE_BITS
"""Places on a street are counted in so many parts of it: a kilometre in millimetres."""


class ClosedStreetsError(NetworkError):
    """No street of the map is open to a mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """A way of moving on the streets.

    Attributes
    ----------
    name
        ``foot``, ``bike``, ``e-bike``, ``car``, or a name that the map brings.
    off_road_mps
        Speed between a place and its node, in metres per second, above 0.
    turns_round
        Whether a person may turn round in the middle of a street.
    """

    name: str
    off_road_mps: float
    turns_round: bool


class Spot(NamedTuple):
    """A point in the middle of a street.

    Attributes
    ----------
    arc
        The arc on which it lies; its twin, if it has one, is the same street the other way.
    share
        How far along the arc, in parts of `SHARES`: above 0 and below `SHARES`.
    """

    arc: int
    share: int

    def reversed_on(self, twin: int) -> Spot:
        """Return the same point as seen from the other direction."""
        return Spot(twin, SHARES - self.share)

    def along_us(self, weight_us: int) -> int:
        """Return the time from the tail of the arc to here, of the whole arc's time."""
        return weight_us * self.share >> SHARE_BITS


class Stop(NamedTuple):
    """A place as the network knows it: where people of each mode enter and leave the streets.

    Attributes
    ----------
    x, y
        Where it is, in metres.
    nodes
        For each mode the node at which the place joins the streets, or the nearer end of the
        street that it lies on; `NO_NODE` where the mode cannot get there.
    off_road_us
        Time between the place and the street for each mode, in microseconds, 0 or more.
    spots
        For each mode where on the street it lies; None for a place that joins at its node. Empty
        when all do.
    """

    x: float
    y: float
    nodes: tuple[int, ...]
    off_road_us: tuple[int, ...]
    spots: tuple[Spot | None, ...] = ()

    def spot(self, mode: int) -> Spot | None:
        """Return where on a street the place lies for a mode; None when it joins at its node."""
        return self.spots[mode] if self.spots else None


class PackedArcs(NamedTuple):
    """The arcs that are open to one mode, k of them, as the searches read them.

    Attributes
    ----------
    arcs
        Their numbers, rising; shape (k,).
    out_first, out_end, out_us
        The arcs out of node u are the places ``out_first[u]:out_first[u + 1]`` of `arcs`; the
        head of each, and its time. Shapes (n + 1,), (k,) and (k,).
    in_first, in_end, in_us
        The same for the arcs into a node, in the order of their numbers: the tail, and the time.
    """

    arcs: Ints32
    out_first: Ints32
    out_end: Ints32
    out_us: Ints64
    in_first: Ints32
    in_end: Ints32
    in_us: Ints64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Streets:
    """A street network as integer arrays, n nodes and m arcs; parallel arcs and loops are kept.

    Attributes
    ----------
    node_ids
        Id of each node in the map, as text.
    x, y
        Node positions in metres (projected), shape (n,).
    lon, lat
        Node positions in degrees, shape (n,); None when the map is given in metres.
    tail, head
        Ends of each arc, int32, shape (m,). Arcs are sorted by (tail, head, map order).
    out_start
        The arcs out of node u are ``out_start[u]:out_start[u + 1]``; int32, shape (n + 1,).
    in_start, in_arcs
        The arcs into node v are ``in_arcs[in_start[v]:in_start[v + 1]]``, rising; int32.
    length_m
        Length of each arc, float64, shape (m,).
    weight_us
        Travel time of each arc for each mode, int64, shape (n_modes, m): 1 or more microseconds
        (a street of no length takes one), or `CLOSED_US`.
    twin
        The same street walked the other way, or -1; int32, shape (m,); twin[twin[a]] == a.
    usable
        Nodes of the largest strongly connected part of each mode, bool, shape (n_modes, n).
    modes
        The modes, in the order of the rows of `weight_us` and `usable`.
    packed
        The open arcs of each mode, where they are kept on disk; empty: each search packs its own.
    cells
        The arcs by cells of the map, where they are kept on disk; None: whoever looks for the
        nearest street makes them.
    """

    node_ids: Sequence[str]
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64] | None
    lat: npt.NDArray[np.float64] | None
    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    out_start: npt.NDArray[np.int32]
    in_start: npt.NDArray[np.int32]
    in_arcs: npt.NDArray[np.int32]
    length_m: npt.NDArray[np.float64]
    weight_us: npt.NDArray[np.int64]
    twin: npt.NDArray[np.int32]
    usable: npt.NDArray[np.bool_]
    modes: tuple[Mode, ...]
    packed: tuple[PackedArcs, ...] = ()
    cells: StreetCells | None = None

    def mode_index(self, name: str) -> int:
        """Return the row of the mode of this name.

        Raises
        ------
        KeyError
            If the map has no such mode.
        """
        for index, mode in enumerate(self.modes):
            if mode.name == name:
                return index
        raise KeyError(name)

    def stop_at_node(self, node: int) -> Stop:
        """Return the stop that lies on a node itself."""
        nodes = tuple(
            node if self.usable[mode, node] else NO_NODE for mode in range(len(self.modes))
        )
        return Stop(float(self.x[node]), float(self.y[node]), nodes, (0,) * len(self.modes))
