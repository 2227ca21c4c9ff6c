"""Street maps from networkx graphs and back, in OSMnx's conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network.drafting import Draft
from patrolsim.network.tags import cleaned
from patrolsim.network.twins import NO_TWIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

    from patrolsim.network.maps import StreetMap

DEGREES, METRES = "epsg:4326", "metres"


def map_of_graph(graph: nx.Graph[Any], *, source: str = "graph") -> StreetMap:
    """Return the map that a networkx graph in OSMnx's conventions describes.

    Nodes have ``x`` and ``y``, edges ``length`` (else the straight distance counts) and the
    tags of OpenStreetMap; the graph's ``crs`` says whether positions are degrees. Every kind of
    graph will do; the edges of an undirected one lead both ways unless they are ``oneway``.

    Raises
    ------
    NetworkError
        Lists nodes without a position and lengths or times that are none, up to 20 at once.
    """
    draft = Draft(source)
    for node, facts in graph.nodes(data=True):
        draft.add_node(f"node {node}", str(node), _texts(facts))
    for u, v, facts in graph.edges(data=True):
        draft.add_street(f"street from {u} to {v}", (str(u), str(v)), _texts(facts))
    crs = cleaned(graph.graph.get("crs", ""))
    return draft.finish(crs=crs, is_directed=graph.is_directed())


def graph_of_map(street_map: StreetMap) -> nx.MultiDiGraph[str]:
    """Return a map as a networkx graph in OSMnx's conventions, nodes by their ids as text.

    ``oneway`` says of each arc whether the map has no way back, ``way`` is a number that the two
    directions of a street share, ``time_MODE_s`` are seconds.
    """
    import networkx as nx

    crs = DEGREES if street_map.is_degrees else METRES
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs=crs)
    ids = street_map.node_ids
    for node, x, y in zip(ids, street_map.east.tolist(), street_map.north.tolist(), strict=True):
        graph.add_node(node, x=x, y=y)
    ends = zip(street_map.tail.tolist(), street_map.head.tolist(), strict=True)
    for arc, (tail, head) in enumerate(ends):
        graph.add_edge(ids[tail], ids[head], **_facts(street_map, arc))
    return graph


def _texts(facts: Mapping[str, object]) -> dict[str, str]:
    return {str(key): cleaned(value) for key, value in facts.items()}


def _facts(street_map: StreetMap, arc: int) -> dict[str, str | float | bool]:
    is_loop = street_map.tail[arc] == street_map.head[arc]
    twin = int(street_map.twin[arc])
    facts: dict[str, str | float | bool] = {
        "length": float(street_map.length_m[arc]),
        "oneway": bool(twin == NO_TWIN and not is_loop),
        "way": arc if twin == NO_TWIN else min(arc, twin),
    }
    facts |= {tag: column[arc] for tag, column in street_map.tags.items() if column[arc]}
    times = {f"time_{mode}_s": seconds for mode, seconds in street_map.times_s.items()}
    numbers = {
        name: float(column[arc]) for name, column in ({**street_map.speeds, **times}).items()
    }
    return facts | {name: value for name, value in numbers.items() if np.isfinite(value)}
