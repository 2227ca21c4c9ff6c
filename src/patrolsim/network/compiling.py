"""From a street map to the integer arrays that everything else works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.modes import FOOT, arc_weights
from patrolsim.network.projection import Projection, local_projection
from patrolsim.network.streets import CLOSED_US, Streets
from patrolsim.network.twins import NO_TWIN

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.network.maps import StreetMap
    from patrolsim.network.modes import ModeRules

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
        The same for the length of open streets.
    """

    mode: str
    nodes_lost: int
    nodes_total: int
    length_lost_m: float
    length_total_m: float

    def __str__(self) -> str:
        share = self.length_lost_m / self.length_total_m if self.length_total_m else 0.0
        return (
            f"{self.mode}: {self.nodes_lost} of {self.nodes_total} street corners cannot be"
            f" reached there and back and are left out ({share:.1%} of the street length)"
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
    if not len(street_map.tail):
        raise NetworkError(f"{street_map.source}: there is no street on the map")
    if len(street_map.node_ids) >= MOST_NODES:
        raise NetworkError(f"{street_map.source}: more than {MOST_NODES:,} nodes")
    modes = tuple(rules.mode(name) for name in rules.modes)
    street_map, against = _with_ways_back(street_map, wanted=FOOT in rules.modes)
    weight_us = np.stack([arc_weights(street_map, rules, mode.name, against) for mode in modes])
    street_map, weight_us = _sorted(street_map, weight_us)
    usable = np.stack([_largest_part(street_map, row) for row in weight_us])
    projection, x, y = _project(street_map, metres_per_degree)
    streets = _streets(street_map, x, y, weight_us, usable, modes)
    losses = tuple(_loss(streets, number) for number in range(len(modes)))
    return CompiledMap(
        streets=streets, projection=projection, may_enter=street_map.may_enter, losses=losses
    )


def _with_ways_back(
    street_map: StreetMap, *, wanted: bool
) -> tuple[StreetMap, npt.NDArray[np.bool_]]:
    """Add an arc back beside each one-way street: people on foot may walk it both ways."""
    m = len(street_map.tail)
    single = np.flatnonzero((street_map.twin == NO_TWIN) & (street_map.tail != street_map.head))
    if not wanted or not len(single):
        return street_map, np.zeros(m, np.bool_)
    back = m + np.arange(len(single), dtype=np.int32)
    twin = np.concatenate([street_map.twin, single.astype(np.int32)])
    twin[single] = back
    both = np.concatenate([np.arange(m), single])
    numbers = both.tolist()
    wider = replace(
        street_map,
        tail=np.concatenate([street_map.tail, street_map.head[single]]),
        head=np.concatenate([street_map.head, street_map.tail[single]]),
        twin=twin,
        length_m=street_map.length_m[both],
        tags={tag: [column[i] for i in numbers] for tag, column in street_map.tags.items()},
        speeds={name: column[both] for name, column in street_map.speeds.items()},
        times_s={name: column[both] for name, column in street_map.times_s.items()},
    )
    return wider, np.arange(m + len(single)) >= m


def _sorted(
    street_map: StreetMap, weight_us: npt.NDArray[np.int64]
) -> tuple[StreetMap, npt.NDArray[np.int64]]:
    """Put the arcs in the order (tail, head, order of the map)."""
    order = np.lexsort((street_map.head, street_map.tail))
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    twin = street_map.twin[order]
    twin = np.where(twin == NO_TWIN, NO_TWIN, place[twin]).astype(np.int32)
    moved = replace(
        street_map,
        tail=street_map.tail[order],
        head=street_map.head[order],
        twin=twin,
        length_m=street_map.length_m[order],
    )
    return moved, weight_us[:, order]


def _largest_part(
    street_map: StreetMap, weight_us: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Return the nodes of the largest part in which one can get everywhere and back."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = len(street_map.node_ids)
    arcs = np.flatnonzero(weight_us != CLOSED_US)
    ends = (street_map.tail[arcs], street_map.head[arcs])
    matrix = csr_array((np.ones(len(arcs)), ends), shape=(n, n))
    _count, label = connected_components(matrix, directed=True, connection="strong")
    touched = np.zeros(n, np.bool_)
    touched[ends[0]] = True
    touched[ends[1]] = True
    if not touched.any():
        return touched
    sizes = np.bincount(label[touched], minlength=int(label.max()) + 1)
    first = np.full(len(sizes), n)
    np.minimum.at(first, label, np.arange(n))
    best = min(range(len(sizes)), key=lambda part: (-sizes[part], first[part]))
    inside: npt.NDArray[np.bool_] = label == best
    return inside


def _project(
    street_map: StreetMap, metres_per_degree: tuple[float, float] | None
) -> tuple[Projection | None, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    if not street_map.is_degrees:
        return None, street_map.east, street_map.north
    projection = local_projection(street_map.east, street_map.north, metres_per_degree)
    x, y = projection.to_metres(street_map.east, street_map.north)
    return projection, x, y


def _streets(
    street_map: StreetMap,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    weight_us: npt.NDArray[np.int64],
    usable: npt.NDArray[np.bool_],
    modes: tuple[object, ...],
) -> Streets:
    n = len(street_map.node_ids)
    tail, head = street_map.tail, street_map.head
    in_arcs = np.argsort(head, kind="stable").astype(np.int32)
    nodes = np.arange(n + 1)
    return Streets(
        node_ids=street_map.node_ids,
        x=x,
        y=y,
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
        modes=modes,  # type: ignore[arg-type]  # a tuple of Mode
    )


def _loss(streets: Streets, mode: int) -> ComponentLoss:
    is_open = streets.weight_us[mode] != CLOSED_US
    usable = streets.usable[mode]
    touched = np.zeros(len(usable), np.bool_)
    touched[streets.tail[is_open]] = True
    touched[streets.head[is_open]] = True
    if not usable.any():
        name = streets.modes[mode].name
        raise NetworkError(f"no street of the map is open to {name}")
    kept = is_open & usable[streets.tail] & usable[streets.head]
    return ComponentLoss(
        mode=streets.modes[mode].name,
        nodes_lost=int((touched & ~usable).sum()),
        nodes_total=int(touched.sum()),
        length_lost_m=float(streets.length_m[is_open & ~kept].sum()),
        length_total_m=float(streets.length_m[is_open].sum()),
    )
