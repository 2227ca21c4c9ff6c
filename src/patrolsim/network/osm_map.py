"""From ways of OpenStreetMap to a street map: pieces between nodes, and gates that can open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from patrolsim.network.drafting import Clipped, Draft
from patrolsim.network.maps import straight_m

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.network.maps import StreetMap
    from patrolsim.network.osm import OsmExtract, OsmWay

GATES = frozenset(
    """gate lift_gate swing_gate sliding_gate sliding_beam hampshire_gate wicket_gate sally_port
    border_control""".split()  # noqa: SIM905 (a list of nine lines says no more)
)
"""Barriers that somebody can open: anybody passes unless a tag says otherwise."""
AGAINST_CARS = frozenset(
    """bollard block cycle_barrier motorcycle_barrier jersey_barrier chain planter log debris rope
    barrier_board""".split()  # noqa: SIM905
)
AGAINST_WHEELS = frozenset({"kissing_gate", "stile", "turnstile", "full-height_turnstile"})
WALLS = frozenset({"wall", "fence", "hedge", "retaining_wall", "city_wall", "guard_rail"})
GateRule = Literal["as tagged", "closed"]


class Piece(NamedTuple):
    """A street between two nodes.

    Attributes
    ----------
    nodes
        Numbers of its nodes, from end to end.
    way
        The way that it is a piece of.
    """

    nodes: tuple[int, ...]
    way: OsmWay


@dataclass(slots=True, kw_only=True)
class OsmMap:
    """A map made from an extract, and what was done to it.

    Attributes
    ----------
    street_map
        The map.
    clipped
        Pieces that were left out because a node is missing.
    gates
        Arcs across barriers, by barrier.
    gates_closed
        How many of them nobody passes.
    areas
        Areas that were left out.
    """

    street_map: StreetMap
    clipped: Clipped
    gates: Counter[str] = field(default_factory=Counter)
    gates_closed: int = 0
    areas: int = 0


def map_of_extract(
    extract: OsmExtract, *, is_simplified: bool = False, gate_rule: GateRule = "as tagged"
) -> OsmMap:
    """Return the street map of an extract.

    A gate is a node in the middle of a way. Here each way beyond the first that meets there
    ends at a node of its own (with a negative number), joined to the gate by a street of no
    length that has the tags of the gate: closed where the gate is, and present, so that a
    scenario can open it.

    Parameters
    ----------
    extract
        The ways and nodes.
    is_simplified
        Whether ways are cut at junctions, ends and gates only; else at each node.
    gate_rule
        Whether a gate without words about access is passable, or closed.

    Raises
    ------
    NetworkError
        If nothing is left.
    """
    clipped = Clipped()
    pieces = list(pieces_of(extract, is_simplified=is_simplified, clipped=clipped))
    draft = Draft(extract.source, clipped=clipped)
    made = _Maker(extract, draft, gate_rule)
    for piece in pieces:
        made.add(piece)
    made.add_nodes()
    street_map = draft.finish(crs="epsg:4326", is_directed=False)
    return OsmMap(
        street_map=street_map,
        clipped=clipped,
        gates=made.gates,
        gates_closed=made.closed,
        areas=extract.areas,
    )


def pieces_of(extract: OsmExtract, *, is_simplified: bool, clipped: Clipped) -> Iterator[Piece]:
    """Yield the pieces of all ways, in their order; those with a missing node are noted."""
    uses = Counter(node for way in extract.ways for node in way.nodes)
    for way in extract.ways:
        run: list[int] = []
        for position, node in enumerate(way.nodes):
            if node not in extract.places:
                if position:
                    clipped.add((str(way.nodes[position - 1]), str(node)))
                run = []
                continue
            if position and not run:
                clipped.add((str(way.nodes[position - 1]), str(node)))
            run.append(node)
            is_last = position == len(way.nodes) - 1 or (
                way.nodes[position + 1] not in extract.places
            )
            is_cut = not is_simplified or is_last or uses[node] > 1 or node in extract.barriers
            if len(run) > 1 and is_cut:
                yield Piece(tuple(run), way)
                run = [node]


class _Maker:
    """Puts pieces and gates into a draft."""

    def __init__(self, extract: OsmExtract, draft: Draft, gate_rule: GateRule) -> None:
        self._extract = extract
        self._draft = draft
        self._gate_rule = gate_rule
        self._nodes: dict[str, int] = {}
        self._added = 0
        self._met: set[int] = set()
        self.gates: Counter[str] = Counter()
        self.closed = 0

    def add(self, piece: Piece) -> None:
        """Add a piece of street, and the gates at its ends."""
        ends = self._end(piece.nodes[0], piece.way), self._end(piece.nodes[-1], piece.way)
        length_m = "" if len(piece.nodes) == len(ends) else str(self._length_m(piece.nodes))
        facts = {**piece.way.facts, "osm_way": str(piece.way.way_id), "length": length_m}
        self._draft.add_street(f"way {piece.way.way_id}", ends, facts)

    def add_nodes(self) -> None:
        """Add all nodes at which a street ends."""
        for name, node in self._nodes.items():
            lon, lat = self._extract.places[node]
            self._draft.add_node(f"node {node}", name, {"x": repr(lon), "y": repr(lat)})

    def _length_m(self, nodes: Sequence[int]) -> float:
        lon, lat = np.array([self._extract.places[node] for node in nodes]).T
        first = np.arange(len(nodes) - 1, dtype=np.int32)
        return round(float(straight_m(lon, lat, (first, first + 1), True).sum()), 3)

    def _end(self, node: int, way: OsmWay) -> str:
        """Return the name of the node at which a piece ends: behind a gate, one of its own."""
        name = str(node)
        tags = gate_tags(self._extract.barriers.get(node, {}), self._gate_rule)
        if tags and node in self._met:
            self._added += 1
            name = f"-{self._added}"
            self._add_gate(node, name, way, tags)
        self._met.add(node)
        self._nodes.setdefault(name, node)
        return name

    def _add_gate(self, node: int, behind: str, way: OsmWay, tags: dict[str, str]) -> None:
        facts = {"highway": way.facts.get("highway", ""), "length": "0", **tags}
        facts.setdefault("name", f"{tags['barrier']} {node}")
        self._draft.add_street(f"node {node}", (str(node), behind), facts)
        self.gates[tags["barrier"]] += 1
        self.closed += facts.get("access") in {"no", "private", "closed"}


def gate_tags(barrier: dict[str, str], rule: GateRule) -> dict[str, str]:
    """Return the tags of the street across a barrier; empty when it hinders nobody.

    Parameters
    ----------
    barrier
        Tags of the node.
    rule
        Whether a gate without words about access is passable, or closed.
    """
    kind = barrier.get("barrier", "")
    said = {key: word for key, word in barrier.items() if key != "locked"}
    is_locked = barrier.get("locked") == "yes"
    if kind in GATES:
        is_silent = not any(key not in {"barrier", "name", "locked"} for key in barrier)
        is_shut = is_silent and (is_locked or rule == "closed")
        return said | ({"access": "closed"} if is_shut else {})
    if kind in WALLS:
        return {"access": "no"} | said
    if kind in AGAINST_WHEELS:
        return {"bicycle": "no", "motor_vehicle": "no"} | said
    if kind in AGAINST_CARS:
        return {"motor_vehicle": "no"} | said
    return {}
