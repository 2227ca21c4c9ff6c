"""What is on a street map: counted before anything is run on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import compile_map
from patrolsim.network.modes import BIKE, CAR, FOOT, ModeRules, solve_weights
from patrolsim.network.projection import local_projection
from patrolsim.network.streets import CLOSED_US, Mode
from patrolsim.network.tags import words_of
from patrolsim.network.twins import NO_TWIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.network.compiling import ComponentLoss
    from patrolsim.network.maps import StreetMap

    Floats = npt.NDArray[np.float64]

KM = 1000.0
SURVEYED = (FOOT, BIKE, CAR)
UNTAGGED = "(no class)"
OWN_OFF_ROAD_MPS = 1.0
LEAST_CORNERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFacts:
    """The streets of one class.

    Attributes
    ----------
    streets, length_km
        How many and how long; the two directions of a street count once.
    speed_known_km
        How much of that has a speed, a limit or a travel time on the map.
    """

    streets: int
    length_km: float
    speed_known_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeFacts:
    """Where a mode gets on the map.

    Attributes
    ----------
    nodes, length_km
        Nodes with a street open to the mode, and the length of those streets.
    nodes_lost, length_lost_km, islands
        What lies outside the largest part in which every place can be reached and left.
    """

    nodes: int
    length_km: float
    nodes_lost: int
    length_lost_km: float
    islands: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What is on a map; lengths count the two directions of a street once.

    Attributes
    ----------
    source
        Name of the file.
    nodes, arcs, streets
        Street corners and bends, directed arcs, and streets.
    length_km, oneway_share
        Length of the streets, and which share of it is one-way.
    is_degrees, extent, size_km
        Whether positions are degrees; the least and greatest easting and northing (west, south,
        east, north) as given; width and height.
    area_km2, density_km_per_km2
        Area of the convex hull of the nodes, and street length in it; None for a mere line.
    modes
        By mode; None where no street is open to it.
    classes, access, barriers
        Facts by class of road; number of streets by value of the tags access and barrier.
    pairs, parallels, loops
        Streets with both directions, arcs beside another with the same ends, arcs from a node
        to itself.
    """

    source: str
    nodes: int
    arcs: int
    streets: int
    length_km: float
    oneway_share: float
    is_degrees: bool
    extent: tuple[float, float, float, float]
    size_km: tuple[float, float]
    area_km2: float | None
    density_km_per_km2: float | None
    modes: dict[str, ModeFacts | None]
    classes: dict[str, ClassFacts]
    access: dict[str, int]
    barriers: dict[str, int]
    pairs: int
    parallels: int
    loops: int


def survey_map(street_map: StreetMap) -> Survey:
    """Return what is on a map.

    Raises
    ------
    NetworkError
        If it is empty, too large or spans more than a district.
    """
    modes = survey_modes(street_map)
    is_first = first_arcs(street_map)
    lengths_km = street_map.length_m[is_first] / KM
    length_km = float(lengths_km.sum())
    is_single = street_map.twin[is_first] == NO_TWIN
    x, y = positions_m(street_map)
    area_km2 = _hull_km2(x, y)
    east, north = street_map.east, street_map.north
    ends = Counter(zip(street_map.tail.tolist(), street_map.head.tolist(), strict=True))
    return Survey(
        source=street_map.source,
        nodes=len(street_map.node_ids),
        arcs=len(street_map.tail),
        streets=int(is_first.sum()),
        length_km=length_km,
        oneway_share=float(lengths_km[is_single].sum() / length_km) if length_km else 0.0,
        is_degrees=street_map.is_degrees,
        extent=(float(east.min()), float(north.min()), float(east.max()), float(north.max())),
        size_km=(float(np.ptp(x)) / KM, float(np.ptp(y)) / KM),
        area_km2=area_km2,
        density_km_per_km2=length_km / area_km2 if area_km2 else None,
        modes=modes,
        classes=_classes(street_map, is_first),
        access=_counted(street_map, "access", is_first),
        barriers=_counted(street_map, "barrier", is_first),
        pairs=int((~is_single).sum()),
        parallels=sum(count - 1 for count in ends.values()),
        loops=int((street_map.tail == street_map.head).sum()),
    )


def survey_modes(street_map: StreetMap) -> dict[str, ModeFacts | None]:
    """Return where each mode gets: the modes of the map, or foot, bike and car.

    Raises
    ------
    NetworkError
        If there is no street.
    """
    if not len(street_map.tail):
        raise NetworkError(f"{street_map.source}: there is no street on the map")
    names = tuple(street_map.times_s) or SURVEYED
    own = {
        name: Mode(name=name, off_road_mps=OWN_OFF_ROAD_MPS, turns_round=False)
        for name in street_map.times_s
    }
    along = np.zeros(len(street_map.tail), np.bool_)
    weight_us = solve_weights(street_map, ModeRules(modes=names, own=own), along)
    is_open = (weight_us != CLOSED_US).any(axis=1)
    usable = tuple(name for name, is_usable in zip(names, is_open, strict=True) if is_usable)
    found: dict[str, ModeFacts | None] = dict.fromkeys(names)
    if not usable:
        return found
    compiled = compile_map(street_map, ModeRules(modes=usable, own=own))
    return found | {loss.mode: _mode_facts(loss) for loss in compiled.losses}


def first_arcs(street_map: StreetMap) -> npt.NDArray[np.bool_]:
    """Return one arc of each street: the only one, or the first of both directions."""
    numbers = np.arange(len(street_map.tail))
    is_first: npt.NDArray[np.bool_] = (street_map.twin == NO_TWIN) | (numbers < street_map.twin)
    return is_first


def positions_m(street_map: StreetMap) -> tuple[Floats, Floats]:
    """Return the nodes in metres on a flat map."""
    if not street_map.is_degrees:
        return street_map.east, street_map.north
    projection = local_projection(street_map.east, street_map.north)
    return projection.to_metres(street_map.east, street_map.north)


def speed_is_known(street_map: StreetMap) -> npt.NDArray[np.bool_]:
    """Return which arcs have a speed, a limit or a travel time on the map."""
    known = np.zeros(len(street_map.tail), np.bool_)
    for column in (*street_map.speeds.values(), *street_map.times_s.values()):
        known |= np.isfinite(column)
    return known


def _mode_facts(loss: ComponentLoss) -> ModeFacts:
    return ModeFacts(
        nodes=loss.nodes_total,
        length_km=loss.length_total_m / KM,
        nodes_lost=loss.nodes_lost,
        length_lost_km=loss.length_lost_m / KM,
        islands=loss.islands,
    )


def _classes(street_map: StreetMap, is_first: npt.NDArray[np.bool_]) -> dict[str, ClassFacts]:
    """Return facts by class of road, the longest first."""
    tags = street_map.tags.get("highway", [""] * len(street_map.tail))
    known = speed_is_known(street_map)
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    for arc in np.flatnonzero(is_first).tolist():
        km = float(street_map.length_m[arc]) / KM
        entry = sums["; ".join(words_of(tags[arc])) or UNTAGGED]
        entry[0] += 1
        entry[1] += km
        entry[2] += km if known[arc] else 0.0
    longest_first = sorted(sums.items(), key=lambda item: (-item[1][1], item[0]))
    return {
        name: ClassFacts(streets=int(count), length_km=km, speed_known_km=known_km)
        for name, (count, km, known_km) in longest_first
    }


def _counted(street_map: StreetMap, tag: str, is_first: npt.NDArray[np.bool_]) -> dict[str, int]:
    tags: Sequence[str] = street_map.tags.get(tag, ())
    arcs = np.flatnonzero(is_first).tolist() if tags else []
    counts = Counter("; ".join(words_of(tags[arc])) for arc in arcs if tags[arc])
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _hull_km2(x: Floats, y: Floats) -> float | None:
    from scipy.spatial import ConvexHull, QhullError

    points = np.unique(np.column_stack([x, y]), axis=0)
    if len(points) < LEAST_CORNERS:
        return None
    try:
        area_m2 = float(ConvexHull(points - points.mean(axis=0)).volume)
    except QhullError:
        return None
    return area_m2 / KM**2 or None
