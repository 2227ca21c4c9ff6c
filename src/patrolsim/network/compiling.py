"""From a street map to the integer arrays that everything else works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.modes import solve_weights
from patrolsim.network.projection import Projection, check_extent_m, local_projection
from patrolsim.network.streets import CLOSED_US, ClosedStreetsError, Streets
from patrolsim.network.twins import NO_TWIN

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.network.maps import StreetMap
    from patrolsim.network.modes import ModeRules
    from patrolsim.network.streets import Mode

MOST_NODES = 2**22


class ComponentLoss(NamedTuple):
    """What a mode loses because no way leads there and back.

    Attributes
    ----------
    mode
        Name of the mode.
    nodes_lost, nodes_total
        Nodes outside the largest strongly connected part, of all with a street open to the mode.
    length_lost_m, length_total_m
        The same for the length of open streets; one that is open both ways counts once.
    islands
        How many parts there are outside the largest one.
    """

    mode: str
    nodes_lost: int
    nodes_total: int
    length_lost_m: float
    length_total_m: float
    islands: int

    def __str__(self) -> str:
        share = self.length_lost_m / self.length_total_m if self.length_total_m else 0.0
        parts = "1 part" if self.islands == 1 else f"{self.islands:,} parts"
        return (
            f"{self.mode}: {self.nodes_lost:,} of {self.nodes_total:,} street corners cannot be"
            f" reached there and back and are left out ({parts} of the map,"
            f" {self.length_lost_m / 1000:,.1f} km or {share:.1%} of the street length)"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledMap:
    """A map compiled for some modes.

    Attributes
    ----------
    streets
        The integer arrays.
    projection
        From degrees to metres; None for a map in metres.
    may_enter
        Nodes at which one can get on and off the network; shape (n,).
    losses
        One per mode.
    """

    streets: Streets
    projection: Projection | None
    may_enter: npt.NDArray[np.bool_]
    losses: tuple[ComponentLoss, ...]


def compile_map(
    street_map: StreetMap,
    rules: ModeRules,
    *,
    metres_per_degree: tuple[float, float] | None = None,
) -> CompiledMap:
    """Return a map as integer arrays for the modes that are wanted.

    Parameters
    ----------
    street_map
        The map as read.
    rules
        The modes and how they move.
    metres_per_degree
        Scales (x, y) of the flat map, where they are given; else those of the sphere.

    Raises
    ------
    NetworkError
        If the map is empty or too large, or a mode can go nowhere.
    """
    return compile_with_arcs(street_map, rules, metres_per_degree=metres_per_degree).compiled


class Traced(NamedTuple):
    """A compiled map, and which arcs of the map became which of its arcs.

    Attributes
    ----------
    compiled
        The compiled map.
    wider
        The map with an arc back beside each one-way street, its tags and names included.
    against
        Which arcs of it lead against a one-way street; shape (k,).
    numbers
        The compiled arc of each arc of it, or -1; shape (k,).
    """

    compiled: CompiledMap
    wider: StreetMap
    against: npt.NDArray[np.bool_]
    numbers: npt.NDArray[np.int64]


def compile_with_arcs(
    street_map: StreetMap,
    rules: ModeRules,
    *,
    kept: npt.NDArray[np.bool_] | None = None,
    metres_per_degree: tuple[float, float] | None = None,
) -> Traced:
    """Return a compiled map and where its arcs come from.

    Parameters
    ----------
    street_map, rules, metres_per_degree
        As in `compile_map`.
    kept
        Arcs of the map whose ways back are kept though no mode may use them yet; shape (m,).

    Raises
    ------
    NetworkError
        As `compile_map`.
    """
    if not len(street_map.tail):
        raise NetworkError(f"{street_map.source}: there is no street on the map")
    if len(street_map.node_ids) >= MOST_NODES:
        raise NetworkError(f"{street_map.source}: more than {MOST_NODES:,} nodes")
    modes = tuple(rules.mode(name) for name in rules.modes)
    if not modes:
        raise NetworkError(f"{street_map.source}: no mode is wanted; name at least one")
    wider = _with_ways_back(street_map)
    against = np.arange(len(wider.tail)) >= len(street_map.tail)
    weight_us = solve_weights(wider, rules, against)
    is_used = ~against | (weight_us != CLOSED_US).any(axis=0)
    if kept is not None:
        is_used |= against & _either_way(wider, kept)
    narrow = wider if is_used.all() else _without(wider, is_used)
    order = np.lexsort((narrow.head, narrow.tail))
    numbers = np.full(len(is_used), NO_TWIN, np.int64)
    numbers[np.flatnonzero(is_used)[order]] = np.arange(len(order))
    compiled = _compiled(
        _sorted(narrow, order), weight_us[:, is_used][:, order], modes, metres_per_degree
    )
    return Traced(compiled, wider, against, numbers)


def _either_way(wider: StreetMap, kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which arcs of a map are kept, or are the way back of one that is."""
    m = len(kept)
    found = np.zeros(len(wider.tail), np.bool_)
    found[:m] = kept
    found[m:] = kept[wider.twin[m:]]
    return found


def _compiled(
    street_map: StreetMap,
    weight_us: npt.NDArray[np.int64],
    modes: tuple[Mode, ...],
    metres_per_degree: tuple[float, float] | None,
) -> CompiledMap:
    """Return the compiled map of arcs in order, with their travel times."""
    labels = np.stack([_parts(street_map, row) for row in weight_us])
    projection, x, y = _project(street_map, metres_per_degree)
    streets = _streets(street_map, (x, y), weight_us, labels == 0, modes)
    losses = tuple(_loss(streets, number, label) for number, label in enumerate(labels))
    return CompiledMap(
        streets=streets, projection=projection, may_enter=street_map.may_enter, losses=losses
    )


def _without(street_map: StreetMap, is_kept: npt.NDArray[np.bool_]) -> StreetMap:
    """Return a map without some arcs and without its tags, which are needed no more."""
    place = np.where(is_kept, np.cumsum(is_kept) - 1, NO_TWIN)
    twin = street_map.twin[is_kept]
    return replace(
        street_map,
        tail=street_map.tail[is_kept],
        head=street_map.head[is_kept],
        twin=np.where(twin == NO_TWIN, NO_TWIN, place[twin]).astype(np.int32),
        length_m=street_map.length_m[is_kept],
        tags={},
        speeds={},
        times_s={},
    )


def _with_ways_back(street_map: StreetMap) -> StreetMap:
    """Add an arc back beside each one-way street."""
    m = len(street_map.tail)
    single = np.flatnonzero((street_map.twin == NO_TWIN) & (street_map.tail != street_map.head))
    if not len(single):
        return street_map
    back = m + np.arange(len(single), dtype=np.int32)
    twin = np.concatenate([street_map.twin, single.astype(np.int32)])
    twin[single] = back
    both = np.concatenate([np.arange(m), single])
    numbers = both.tolist()
    return replace(
        street_map,
        tail=np.concatenate([street_map.tail, street_map.head[single]]),
        head=np.concatenate([street_map.head, street_map.tail[single]]),
        twin=twin,
        length_m=street_map.length_m[both],
        tags={tag: [column[i] for i in numbers] for tag, column in street_map.tags.items()},
        speeds={name: column[both] for name, column in street_map.speeds.items()},
        times_s={name: column[both] for name, column in street_map.times_s.items()},
    )


def _sorted(street_map: StreetMap, order: npt.NDArray[np.int64]) -> StreetMap:
    """Put the arcs in the order (tail, head, order of the map)."""
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    twin = street_map.twin[order]
    return replace(
        street_map,
        tail=street_map.tail[order],
        head=street_map.head[order],
        twin=np.where(twin == NO_TWIN, NO_TWIN, place[twin]).astype(np.int32),
        length_m=street_map.length_m[order],
    )


def _parts(street_map: StreetMap, weight_us: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each node its strongly connected part; 0 is the largest, -1 has no street.

    Of several largest parts, that with the first node of the map counts.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = len(street_map.node_ids)
    arcs = np.flatnonzero(weight_us != CLOSED_US)
    ends = (street_map.tail[arcs], street_map.head[arcs])
    matrix = csr_array((np.ones(len(arcs)), ends), shape=(n, n))
    _count, label = connected_components(matrix, directed=True, connection="strong")
    is_touched = np.zeros(n, np.bool_)
    is_touched[ends[0]] = True
    is_touched[ends[1]] = True
    parts = np.full(n, -1, np.int64)
    if is_touched.any():
        _names, first, part, sizes = np.unique(
            label[is_touched], return_index=True, return_inverse=True, return_counts=True
        )
        rank = np.empty(len(sizes), np.int64)
        rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
        parts[is_touched] = rank[part]
    return parts


def _project(
    street_map: StreetMap, metres_per_degree: tuple[float, float] | None
) -> tuple[Projection | None, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    if not street_map.is_degrees:
        check_extent_m(street_map.east, street_map.north)
        return None, street_map.east, street_map.north
    projection = local_projection(street_map.east, street_map.north, metres_per_degree)
    x, y = projection.to_metres(street_map.east, street_map.north)
    return projection, x, y


def _streets(
    street_map: StreetMap,
    positions: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    weight_us: npt.NDArray[np.int64],
    usable: npt.NDArray[np.bool_],
    modes: tuple[Mode, ...],
) -> Streets:
    n = len(street_map.node_ids)
    tail, head = street_map.tail, street_map.head
    in_arcs = np.argsort(head, kind="stable").astype(np.int32)
    nodes = np.arange(n + 1)
    return Streets(
        node_ids=street_map.node_ids,
        x=positions[0],
        y=positions[1],
        lon=street_map.east if street_map.is_degrees else None,
        lat=street_map.north if street_map.is_degrees else None,
        tail=tail,
        head=head,
        out_start=np.searchsorted(tail, nodes).astype(np.int32),
        in_start=np.searchsorted(head[in_arcs], nodes).astype(np.int32),
        in_arcs=in_arcs,
        length_m=street_map.length_m,
        weight_us=weight_us,
        twin=street_map.twin,
        usable=usable,
        modes=modes,
    )


def _loss(streets: Streets, mode: int, part: npt.NDArray[np.int64]) -> ComponentLoss:
    is_open = streets.weight_us[mode] != CLOSED_US
    name = streets.modes[mode].name
    if not is_open.any():
        raise ClosedStreetsError(f"no street of the map is open to {name}")
    # A street that is open both ways is two arcs: each counts half.
    has_back = (streets.twin != NO_TWIN) & is_open[streets.twin]
    length_m = np.where(is_open, streets.length_m, 0.0) * np.where(has_back, 0.5, 1.0)
    is_lost = (part[streets.tail] != 0) | (part[streets.head] != 0)
    return ComponentLoss(
        mode=name,
        nodes_lost=int((part > 0).sum()),
        nodes_total=int((part >= 0).sum()),
        length_lost_m=float(length_m[is_lost].sum()),
        length_total_m=float(length_m.sum()),
        islands=int(part.max()),
    )
