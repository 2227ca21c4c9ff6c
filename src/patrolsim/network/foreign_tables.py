"""Street tables of other makers: GMNS (osm2gmns), and the usual names of columns elsewhere.

GMNS is the General Modeling Network Specification (Zephyr Foundation): ``node.csv`` with
node_id, x_coord, y_coord and ``link.csv`` with from_node_id, to_node_id, length, allowed_uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.network.drafting import Clipped, Draft
from patrolsim.network.sources import DEFAULT_LIMITS, Limits
from patrolsim.network.tables import DEGREES, METRES, read_rows
from patrolsim.units import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from patrolsim.network.maps import StreetMap

NODE_COLUMNS = {
    "node": ("node", "node_id", "id", "osmid"),
    "lon": ("lon", "longitude", "lng"),
    "lat": ("lat", "latitude"),
    "x": ("x", "x_coord"),
    "y": ("y", "y_coord"),
    "offroad_access": ("offroad_access",),
}
EDGE_COLUMNS = {
    "u": ("u", "from_node_id", "from", "source"),
    "v": ("v", "to_node_id", "to", "target"),
    "length": ("length_m", "length"),
    "highway": ("highway", "link_type_name", "facility_type", "fclass"),
    "osm_way": ("osm_way", "osm_way_id", "osm_id", "osmid"),
}
"""Our names, and the names that other makers give; the first that a table has counts."""
TURNED_COLUMNS = ("dir_flag", "directed")
"""1 for one way as drawn, 0 for both ways, -1 against the drawing."""
ONEWAY_OF_FLAG = {"1": "yes", "true": "yes", "0": "no", "false": "no", "-1": "-1"}
USES = {
    "foot": ("walk", "pedestrian", "ped", "foot"),
    "bicycle": ("bike", "bicycle"),
    "motorcar": ("auto", "car", "drive", "sov"),
}
"""Tags by the words of ``allowed_uses`` that open a street to them."""


def read_foreign_tables(
    nodes: Path, edges: Path, *, clipped: Clipped | None = None, limits: Limits = DEFAULT_LIMITS
) -> StreetMap:
    """Return the map of a table of nodes and one of edges with the names of other makers.

    ``allowed_uses`` says who may go where. ``free_speed`` is left out: its unit stands in
    another file. Everything else is as `patrolsim.network.tables.read_tables` has it.

    Raises
    ------
    NetworkError
        If columns are missing (names those that would do), or values are wrong.
    """
    draft = Draft(str(edges), limits, node_source=str(nodes), clipped=clipped)
    crs, has_direction = METRES, False
    for line, row in read_rows(nodes, limits, _check_nodes, draft.about_nodes):
        facts = _renamed(row, NODE_COLUMNS)
        crs = DEGREES if "lon" in facts else "" if "x_coord" in row else METRES
        draft.add_node(line, facts["node"], facts)
    draft.about_nodes.check()
    for line, row in read_rows(edges, limits, _check_edges, draft.about_streets):
        facts = row | _renamed(row, EDGE_COLUMNS) | _permits(row) | _direction(row)
        has_direction = "oneway" in facts
        draft.add_street(line, (facts["u"], facts["v"]), facts)
    return draft.finish(crs=crs, is_directed=not has_direction)


def _renamed(row: Mapping[str, str], columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found = {}
    for ours, theirs in columns.items():
        name = next((name for name in theirs if name in row), None)
        if name is not None:
            found[ours] = row[name]
    return found


def _permits(row: Mapping[str, str]) -> dict[str, str]:
    """Return who may go, as tags: empty where the table does not tell."""
    text = row.get("allowed_uses", "")
    uses = {word.strip().lower() for word in text.replace(";", ",").split(",")} - {""}
    if not uses or "all" in uses:
        return {}
    return {tag: "yes" if uses & set(words) else "no" for tag, words in USES.items()}


def _direction(row: Mapping[str, str]) -> dict[str, str]:
    for name in TURNED_COLUMNS:
        if name in row and "oneway" not in row:
            return {"oneway": ONEWAY_OF_FLAG.get(row[name].lower(), row[name])}
    return {}


def _check_nodes(names: Sequence[str]) -> str:
    found = _renamed(dict.fromkeys(names, ""), NODE_COLUMNS)
    has_place = any(pair <= set(found) for pair in ({"lon", "lat"}, {"x", "y"}))
    return "" if "node" in found and has_place else _lacking(names, NODE_COLUMNS)


def _check_edges(names: Sequence[str]) -> str:
    found = _renamed(dict.fromkeys(names, ""), EDGE_COLUMNS)
    return "" if {"u", "v"} <= set(found) else _lacking(names, EDGE_COLUMNS)


def _lacking(names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> str:
    wanted = [" or ".join(columns[name]) for name in ("node", "u", "v") if name in columns]
    place = ", and lon and lat (or x and y, or x_coord and y_coord)" if "lon" in columns else ""
    had = ", ".join(quoted(name) for name in names[:20])
    return f"needs the columns {' and '.join(wanted)}{place}; it has {had}"
