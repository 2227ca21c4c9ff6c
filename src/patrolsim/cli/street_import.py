"""One's own city as a map: read, cut, written, and what was done to it in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from patrolsim.cli.street_sources import FORMS, is_osm, read_source, read_table_pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.network.cutting import Outline
    from patrolsim.network.drafting import Clipped
    from patrolsim.network.maps import StreetMap
    from patrolsim.network.osm_map import GateRule, OsmMap

RIGHTS_UNKNOWN = "made from {name}; its rights hold. Maps made from OpenStreetMap: {osm}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done.

    Attributes
    ----------
    source, tables
        A map; or the two tables of one.
    target
        GraphML or folder.
    bbox, polygon
        The part that is wanted; None for all.
    coords
        What the degrees of the source are.
    is_simplified, closes_gates, may_overwrite
        Whether ways are cut at junctions only; whether gates without words about access are
        closed; whether files that are there may be replaced.
    """

    source: Path | None
    tables: tuple[Path, Path] | None
    target: Path
    bbox: str | None
    polygon: Path | None
    coords: str
    is_simplified: bool
    closes_gates: bool
    may_overwrite: bool


def carry_out(order: Order) -> list[str]:
    """Read, cut and write a map; return what was done, in sentences.

    Raises
    ------
    NetworkError, ScenarioError
        If the map cannot be read or written.
    click.UsageError
        If options do not fit, or a file is there already.
    """
    from patrolsim.network.map_writing import targets_of, write_map
    from patrolsim.network.osm import ATTRIBUTION

    there = [target for target in targets_of(order.target) if target.exists()]
    if there and not order.may_overwrite:
        raise click.UsageError(f"{there[0]} is there already: name another, or add --force")
    outline = _outline(order)
    if order.source is not None and is_osm(order.source):
        street_map, said = _from_osm(order.source, order, outline)
        rights = ATTRIBUTION
    else:
        street_map, said = _from_map(order, outline)
        rights = RIGHTS_UNKNOWN.format(name=Path(street_map.source).name, osm=ATTRIBUTION)
    write_map(street_map, order.target, rights)
    nodes, arcs = len(street_map.node_ids), len(street_map.tail)
    return [
        *said,
        f"Written: {order.target} ({nodes:,} nodes, {arcs:,} arcs). Rights: {rights}.",
        f"Now: patrolsim streets check {order.target}",
    ]


def _outline(order: Order) -> Outline | None:
    from patrolsim.network.cutting import box, read_outline

    if order.bbox is not None and order.polygon is not None:
        raise click.UsageError("give --bbox or --polygon, not both")
    if order.polygon is not None:
        return read_outline(order.polygon)
    return None if order.bbox is None else box(order.bbox)


def _from_osm(source: Path, order: Order, outline: Outline | None) -> tuple[StreetMap, list[str]]:
    from patrolsim.network.osm import read_osm
    from patrolsim.network.osm_map import map_of_extract

    if order.coords != "wgs84":
        raise click.UsageError("--coords: OpenStreetMap is WGS-84 everywhere")
    if not source.exists():
        raise click.UsageError(f"{source}: there is no such file or folder")
    extract = read_osm(source, inside=None if outline is None else outline.contains)
    rule: GateRule = "closed" if order.closes_gates else "as tagged"
    made = map_of_extract(extract, is_simplified=order.is_simplified, gate_rule=rule)
    return made.street_map, list(_about_osm(made))


def _about_osm(made: OsmMap) -> Iterator[str]:
    yield from _about_clipped(made.clipped)
    if made.areas == 1:
        yield "1 area (a square, or a platform drawn round) is left out."
    elif made.areas:
        yield f"{made.areas:,} areas (squares, platforms drawn round) are left out."
    if made.gates:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(made.gates.items()))
        yield (
            f"{made.gates.total():,} barriers became streets of no length ({kinds});"
            f" {made.gates_closed:,} of them closed."
        )


def _about_clipped(clipped: Clipped) -> Iterator[str]:
    if clipped.streets == 1:
        yield (
            "1 piece of street leads to a node that is not in the file and is left out:"
            f" {clipped.examples[0]}."
        )
    elif clipped.streets:
        yield (
            f"{clipped.streets:,} pieces of street lead to nodes that are not in the file and are"
            f" left out, the first {clipped.examples[0]}."
        )


def _from_map(order: Order, outline: Outline | None) -> tuple[StreetMap, list[str]]:
    from patrolsim.network.cutting import cut_map
    from patrolsim.network.datum import Datum
    from patrolsim.network.maps import in_wgs84

    if order.is_simplified or order.closes_gates:
        raise click.UsageError("--simplify and --close-gates are for OpenStreetMap extracts")
    if order.tables is not None:
        found = read_table_pair(*order.tables)
    elif order.source is not None:
        found = read_source(order.source)
    else:
        raise click.UsageError(f"name a map: {FORMS}")
    street_map = in_wgs84(found.street_map, Datum(order.coords))
    if outline is not None:
        street_map = cut_map(street_map, outline)
    return street_map, list(_about_clipped(found.clipped))
