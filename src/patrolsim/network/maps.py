"""A street map as it was read: columns of nodes and arcs, before any mode is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.twins import NO_TWIN, pair_twins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx
    import numpy.typing as npt

EARTH_M = 6_371_008.8
MOST_LON, MOST_LAT = 180.0, 90.0
TAGS = ("highway", "access", "foot", "bicycle", "oneway:bicycle", "motor_vehicle", "name")
"""Words about an arc that the rules of the modes look at."""
SPEEDS = ("travel_time", "speed_kph", "maxspeed")
"""Numbers about an arc from which the speed of cars is taken, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreetMap:
    """A directed street map, n nodes and m arcs in map order.

    Attributes
    ----------
    source
        Name of the file, for messages.
    node_ids
        Ids of the nodes.
    east, north
        Positions: longitude and latitude in degrees, or x and y in metres; shape (n,).
    is_degrees
        Whether positions are degrees.
    may_enter
        Nodes at which one can get on and off the network; shape (n,).
    tail, head, twin
        Ends of each arc, and the same street the other way or -1; int32, shape (m,).
    length_m
        Length of each arc, metres.
    tags
        Words about each arc, by the names in `TAGS`; empty text for none.
    speeds
        Numbers about each arc, by the names in `SPEEDS`; nan for none.
    times_s
        Travel times of each arc by the name of a mode, seconds.
    """

    source: str
    node_ids: tuple[str, ...]
    east: npt.NDArray[np.float64]
    north: npt.NDArray[np.float64]
    is_degrees: bool
    may_enter: npt.NDArray[np.bool_]
    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    twin: npt.NDArray[np.int32]
    length_m: npt.NDArray[np.float64]
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    speeds: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    times_s: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def from_graph(cls, graph: nx.MultiDiGraph[object], *, source: str = "graph") -> StreetMap:
        """Return the map that a networkx graph in OSMnx's conventions describes.

        Raises
        ------
        NetworkError
            If a node has no position, or a length is missing, negative or not finite.
        """
        ids = list(graph.nodes)
        number = {node: index for index, node in enumerate(ids)}
        edges = list(graph.edges(data=True))
        table = ArcColumns(
            tail=[number[u] for u, _v, _data in edges],
            head=[number[v] for _u, v, _data in edges],
            attributes=[{key: _text(value) for key, value in d.items()} for _u, _v, d in edges],
        )
        try:
            east = [float(graph.nodes[node]["x"]) for node in ids]
            north = [float(graph.nodes[node]["y"]) for node in ids]
        except (KeyError, TypeError, ValueError) as error:
            raise NetworkError(f"{source}: a node has no usable position x, y: {error}") from None
        crs = str(graph.graph.get("crs", ""))
        nodes = NodeColumns(ids=[str(node) for node in ids], east=east, north=north)
        return make_map(source, nodes, table, is_degrees=is_degrees(crs, east, north))


@dataclass(slots=True)
class NodeColumns:
    """Nodes as they are read."""

    ids: list[str] = field(default_factory=list)
    east: list[float] = field(default_factory=list)
    north: list[float] = field(default_factory=list)


@dataclass(slots=True)
class ArcColumns:
    """Directed arcs as they are read, with their attributes as text."""

    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    attributes: list[dict[str, str]] = field(default_factory=list)


def make_map(source: str, nodes: NodeColumns, arcs: ArcColumns, *, is_degrees: bool) -> StreetMap:
    """Return the map of nodes and directed arcs whose attributes are text.

    Raises
    ------
    NetworkError
        If positions or lengths are not usable.
    """
    east, north = np.array(nodes.east, np.float64), np.array(nodes.north, np.float64)
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        raise NetworkError(f"{source}: a node has no finite position")
    tail, head = np.array(arcs.tail, np.int32), np.array(arcs.head, np.int32)
    length_m = _lengths(source, arcs.attributes, (east, north), (tail, head), is_degrees)
    ways = _way_numbers(arcs.attributes)
    return StreetMap(
        source=source,
        node_ids=tuple(nodes.ids),
        east=east,
        north=north,
        is_degrees=is_degrees,
        may_enter=np.ones(len(east), np.bool_),
        tail=tail,
        head=head,
        twin=pair_twins(tail, head, length_m, ways) if len(tail) else tail.copy(),
        length_m=length_m,
        tags={tag: [a.get(tag, "") for a in arcs.attributes] for tag in TAGS},
        speeds={name: _numbers(arcs.attributes, name) for name in SPEEDS},
    )


def is_degrees(crs: str, east: Sequence[float], north: Sequence[float]) -> bool:
    """Say whether positions are degrees: as the map tells, or as their size suggests."""
    if crs:
        return "4326" in crs or "wgs" in crs.lower() or "crs84" in crs.lower()
    inside = all(abs(x) <= MOST_LON for x in east) and all(abs(y) <= MOST_LAT for y in north)
    return bool(east) and inside


def straight_m(
    east: npt.NDArray[np.float64],
    north: npt.NDArray[np.float64],
    ends: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
    is_in_degrees: bool,  # noqa: FBT001 - a fact of the map
) -> npt.NDArray[np.float64]:
    """Return straight distances between nodes, metres: haversine for degrees."""
    tail, head = ends
    if not is_in_degrees:
        distance: npt.NDArray[np.float64] = np.hypot(
            east[head] - east[tail], north[head] - north[tail]
        )
        return distance
    lon, lat = np.radians(east), np.radians(north)
    half = (
        np.sin((lat[head] - lat[tail]) / 2) ** 2
        + np.cos(lat[tail]) * np.cos(lat[head]) * np.sin((lon[head] - lon[tail]) / 2) ** 2
    )
    rounded: npt.NDArray[np.float64] = np.round(2 * EARTH_M * np.arcsin(np.sqrt(half)), 3)
    return rounded


def first_number(text: str) -> float:
    """Return the first number of a text such as ``50``, ``30 mph`` or ``['50', '30']``."""
    cleaned = text.strip().lstrip("[('\"").split(",")[0].split(";")[0].strip(" '\"])")
    factor = 1.609344 if cleaned.endswith("mph") else 1.0
    try:
        value = float(cleaned.removesuffix("mph").removesuffix("km/h").strip())
    except ValueError:
        return float("nan")
    return value * factor if value > 0 else float("nan")


def _lengths(
    source: str,
    attributes: Sequence[Mapping[str, str]],
    positions: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    ends: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
    is_in_degrees: bool,  # noqa: FBT001 - a fact of the map
) -> npt.NDArray[np.float64]:
    """Return the lengths: as given, else the straight distance."""
    length_m = np.full(len(attributes), np.nan)
    for number, facts in enumerate(attributes):
        text = facts.get("length") or facts.get("length_m") or ""
        if text:
            try:
                length_m[number] = float(text)
            except ValueError:
                length_m[number] = -1.0
            if not np.isfinite(length_m[number]) or length_m[number] < 0:
                raise NetworkError(f"{source}: arc {number + 1} has the length {text!r}")
    missing = np.isnan(length_m)
    if missing.any():
        length_m[missing] = straight_m(*positions, ends, is_in_degrees)[missing]
    return length_m


def _way_numbers(attributes: Sequence[Mapping[str, str]]) -> npt.NDArray[np.int64]:
    """Return one number per distinct osmid; 0 where there is none."""
    numbers: dict[str, int] = {"": 0}
    return np.array(
        [numbers.setdefault(_sorted_ids(a.get("osmid", "")), len(numbers)) for a in attributes],
        np.int64,
    )


def _sorted_ids(text: str) -> str:
    """Return a list of ids in one order: a street walked back has them the other way round."""
    if "," not in text:
        return text
    return ",".join(sorted(part.strip(" []'\"") for part in text.split(",")))


def _numbers(attributes: Sequence[Mapping[str, str]], name: str) -> npt.NDArray[np.float64]:
    return np.array([first_number(a.get(name, "")) for a in attributes], np.float64)


def _text(value: object) -> str:
    return str(value)


__all__ = [
    "NO_TWIN",
    "ArcColumns",
    "NodeColumns",
    "StreetMap",
    "first_number",
    "is_degrees",
    "make_map",
    "straight_m",
]
