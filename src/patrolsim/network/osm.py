"""Extracts of OpenStreetMap: ways, their nodes and what stands across them, read with pyosmium."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.drafting import KEPT
from patrolsim.network.modes import NO_ROADS
from patrolsim.network.sources import DEFAULT_LIMITS, Limits
from patrolsim.network.tags import direction_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from types import ModuleType

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Inside = Callable[[Floats, Floats], npt.NDArray[np.bool_]]

ATTRIBUTION = "(c) OpenStreetMap contributors, Open Database License (ODbL) 1.0"
NO_WAYS = (NO_ROADS - {"construction"}) | {
    "crossing",
    "rest_area",
    "services",
    "traffic_island",
    "no",
    "disused",
}
"""Values of highway that are no way to go along; one under construction may be opened."""
ROUND = frozenset({"roundabout", "circular"})
GATE_TAGS = ("access", "foot", "bicycle", "vehicle", "motor_vehicle", "motorcar", "locked", "name")
BLOCK = 500_000
"""Nodes looked at together, when an extract is cut."""


@dataclass(frozen=True, slots=True)
class OsmWay:
    """A way to go along.

    Attributes
    ----------
    way_id
        Its number in OpenStreetMap.
    nodes
        Numbers of its nodes, in the order of drawing.
    facts
        Its tags, as far as they are kept.
    """

    way_id: int
    nodes: tuple[int, ...]
    facts: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmExtract:
    """Ways and their nodes.

    Attributes
    ----------
    source
        Name of the file.
    ways
        In the order of the file.
    places
        Longitude and latitude of each node, by number; nodes that were cut away are missing.
    barriers
        Tags of the nodes on which something stands across the way, by number.
    areas
        How many areas (squares, platforms drawn round) were left out.
    """

    source: str
    ways: list[OsmWay] = field(default_factory=list)
    places: dict[int, tuple[float, float]] = field(default_factory=dict)
    barriers: dict[int, dict[str, str]] = field(default_factory=dict)
    areas: int = 0


def read_osm(
    path: Path, *, inside: Inside | None = None, limits: Limits = DEFAULT_LIMITS
) -> OsmExtract:
    """Return the ways of an extract: .osm.pbf, .osm, .osm.gz, .osm.bz2.

    Every way for people on foot, bicycles or cars is kept, private ones too: walls and gates
    are what makes a district hard to serve. Ways are kept whole.

    Parameters
    ----------
    path
        The extract.
    inside
        Says of longitudes and latitudes which lie in the wanted area; a way with a node there
        is wanted. None for everything.
    limits
        How much is read at most.

    Raises
    ------
    NetworkError
        If the file cannot be read, is no extract or too large, or pyosmium is not installed.
    """
    osmium = _osmium(path)
    try:
        wanted = None if inside is None else _nodes_inside(osmium, path, inside)
        ways, areas = _ways(osmium, path, wanted, limits)
        places, barriers = _nodes(osmium, path, ways, limits)
    except (RuntimeError, ValueError, OSError, UnicodeError) as error:
        if isinstance(error, NetworkError):
            raise
        text = " ".join(str(error).split())[:200]
        raise NetworkError(
            f"{path}: is no OpenStreetMap extract that can be read: {text}"
        ) from None
    if not ways:
        raise NetworkError(f"{path}: there is no street in the extract (or in the part cut out)")
    return OsmExtract(source=str(path), ways=ways, places=places, barriers=barriers, areas=areas)


def _osmium(path: Path) -> ModuleType:
    try:
        import osmium
    except ModuleNotFoundError:
        raise NetworkError(
            f"{path}: OpenStreetMap extracts need pyosmium, which is not installed: pip install"
            " 'patrolsim[osm]' (or pip install osmium)"
        ) from None
    return osmium


def _nodes_inside(osmium: Any, path: Path, inside: Inside) -> set[int]:
    found: set[int] = set()
    block: list[tuple[int, float, float]] = []
    for node in _reader(osmium, path, osmium.osm.NODE):
        if node.location.valid():
            block.append((node.id, node.lon, node.lat))
        if len(block) == BLOCK:
            found |= _inside_of(block, inside)
            block = []
    return found | _inside_of(block, inside)


def _inside_of(block: list[tuple[int, float, float]], inside: Inside) -> set[int]:
    if not block:
        return set()
    numbers, lon, lat = zip(*block, strict=True)
    is_inside = inside(np.array(lon), np.array(lat))
    return {number for number, is_in in zip(numbers, is_inside.tolist(), strict=True) if is_in}


def _reader(osmium: Any, path: Path, entities: Any) -> Iterable[Any]:
    reader: Iterable[Any] = osmium.FileProcessor(str(path), entities)
    return reader


def _ways(
    osmium: Any, path: Path, wanted: set[int] | None, limits: Limits
) -> tuple[list[OsmWay], int]:
    ways: list[OsmWay] = []
    pieces = areas = 0
    reader: Any = _reader(osmium, path, osmium.osm.WAY)
    for way in reader.with_filter(osmium.filter.KeyFilter("highway")):
        nodes = tuple(node.ref for node in way.nodes)
        tags = {tag.k: tag.v for tag in way.tags}
        if not _is_wanted(nodes, tags, wanted):
            continue
        if tags.get("area") == "yes":
            areas += 1
            continue
        pieces += len(nodes) - 1
        if pieces > limits.arcs:
            raise NetworkError(
                f"{path}: more than {limits.arcs:,} pieces of street: cut a part out with --bbox"
                " or --polygon"
            )
        ways.append(OsmWay(way.id, nodes, _facts(tags)))
    return ways, areas


def _is_wanted(nodes: tuple[int, ...], tags: dict[str, str], wanted: set[int] | None) -> bool:
    if len(nodes) < len(("first", "last")) or set(words_of(tags["highway"])) & NO_WAYS:
        return False
    return wanted is None or any(node in wanted for node in nodes)


def _facts(tags: dict[str, str]) -> dict[str, str]:
    """Return the tags that are kept; what a road is by its kind is said in words."""
    facts = {key: value for key, value in tags.items() if key in KEPT and key != "length"}
    if direction_of(facts.get("oneway", "")) is None:
        del facts["oneway"]
    is_round = tags.get("junction") in ROUND or tags["highway"] == "motorway"
    if is_round and "oneway" not in facts:
        facts["oneway"] = "yes"
    return facts


def _nodes(
    osmium: Any, path: Path, ways: list[OsmWay], limits: Limits
) -> tuple[dict[int, tuple[float, float]], dict[int, dict[str, str]]]:
    needed = {node for way in ways for node in way.nodes}
    if len(needed) > limits.nodes:
        raise NetworkError(f"{path}: more than {limits.nodes:,} nodes: cut a part out with --bbox")
    places: dict[int, tuple[float, float]] = {}
    barriers: dict[int, dict[str, str]] = {}
    for node in _needed(osmium, path, needed):
        places[node.id] = (node.lon, node.lat)
        if "barrier" in node.tags:
            tags = {tag.k: tag.v for tag in node.tags}
            barriers[node.id] = {"barrier": tags["barrier"]} | {
                key: tags[key] for key in GATE_TAGS if key in tags
            }
    return places, barriers


def _needed(osmium: Any, path: Path, needed: set[int]) -> Iterator[Any]:
    for node in _reader(osmium, path, osmium.osm.NODE):
        if node.id in needed and node.location.valid():
            yield node
