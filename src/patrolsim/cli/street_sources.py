"""Which street map a path of the command line means, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from patrolsim.errors import NetworkError
from patrolsim.network.drafting import Clipped

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.network.maps import StreetMap
    from patrolsim.scenario.models import Scenario

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
GRAPHML_SUFFIXES = (".graphml", ".graphml.gz", ".xml")
TABLE_SUFFIXES = (".csv", ".csv.gz")
CITY = "city.yaml"
NODE_NAMES, EDGE_NAMES = ("nodes", "node"), ("edges", "edge", "links", "link")
FORMS = (
    "a GraphML (.graphml, .graphml.gz), an OpenStreetMap extract (.osm.pbf, .osm), a folder with"
    " nodes.csv and edges.csv, a scenario folder, or --nodes FILE --edges FILE"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSource:
    """A map that was read.

    Attributes
    ----------
    name
        What the user named.
    street_map
        The map, in WGS-84 when it is in degrees.
    clipped
        Streets that were left out because they lead to absent nodes.
    scenario
        The scenario that names it; None for a mere map.
    """

    name: str
    street_map: StreetMap
    clipped: Clipped = field(default_factory=Clipped)
    scenario: Scenario | None = None


def read_sources(
    paths: tuple[Path, ...], nodes: Path | None, edges: Path | None
) -> list[MapSource]:
    """Return the maps that the command line names.

    Raises
    ------
    NetworkError, ScenarioError
        If one of them cannot be read.
    click.UsageError
        If there is none, or only one of the two tables.
    """
    if (nodes is None) != (edges is None):
        raise click.UsageError("--nodes and --edges go together")
    if not paths and nodes is None:
        raise click.UsageError(f"name a map: {FORMS}")
    found = [read_source(path) for path in paths]
    if nodes is not None and edges is not None:
        found.append(read_table_pair(nodes, edges))
    return found


def read_source(path: Path) -> MapSource:
    """Return the map that a path means.

    Raises
    ------
    NetworkError, ScenarioError
        If it cannot be read.
    click.UsageError
        If it is none of the forms of a map.
    """
    name = path.name.lower()
    if not path.exists():
        raise click.UsageError(f"{path}: there is no such file or folder")
    if path.is_dir():
        return _read_folder(path)
    if name == "scenario.yaml":
        return _read_scenario(path)
    if name == CITY:
        clipped = Clipped()
        return MapSource(name=str(path), street_map=_read_city(path, clipped), clipped=clipped)
    if is_osm(path):
        return _read_osm(path)
    if name.endswith(TABLE_SUFFIXES):
        return _read_beside(path)
    if name.endswith(GRAPHML_SUFFIXES):
        return _read_graphml(path)
    raise click.UsageError(f"{path} is no map that can be read: name {FORMS}")


def is_osm(path: Path) -> bool:
    """Return whether a path names an extract of OpenStreetMap."""
    return path.name.lower().endswith(OSM_SUFFIXES)


def read_table_pair(nodes: Path, edges: Path) -> MapSource:
    """Return the map of two tables."""
    from patrolsim.network.foreign_tables import read_foreign_tables

    clipped = Clipped()
    street_map = read_foreign_tables(nodes, edges, clipped=clipped)
    return MapSource(name=str(edges), street_map=street_map, clipped=clipped)


def _read_graphml(path: Path) -> MapSource:
    from patrolsim.network.graphml import read_graphml

    clipped = Clipped()
    street_map = read_graphml(path, clipped=clipped)
    return MapSource(name=str(path), street_map=street_map, clipped=clipped)


def _read_osm(path: Path) -> MapSource:
    from patrolsim.network.osm import read_osm
    from patrolsim.network.osm_map import map_of_extract

    made = map_of_extract(read_osm(path))
    return MapSource(name=str(path), street_map=made.street_map, clipped=made.clipped)


def _read_folder(folder: Path) -> MapSource:
    if (folder / "scenario.yaml").is_file():
        return _read_scenario(folder)
    if (folder / CITY).is_file():
        return read_source(folder / CITY)
    nodes, edges = _table_in(folder, NODE_NAMES), _table_in(folder, EDGE_NAMES)
    if nodes is None or edges is None:
        raise click.UsageError(f"{folder} holds no map: it lacks nodes.csv and edges.csv")
    return read_table_pair(nodes, edges)


def _read_beside(path: Path) -> MapSource:
    """Return the map of a table and the other one that lies beside it."""
    nodes, edges = _table_in(path.parent, NODE_NAMES), _table_in(path.parent, EDGE_NAMES)
    if nodes is None or edges is None or path not in {nodes, edges}:
        raise click.UsageError(f"{path} is one table: give both with --nodes and --edges")
    return read_table_pair(nodes, edges)


def _table_in(folder: Path, names: tuple[str, ...]) -> Path | None:
    paths = (folder / f"{name}{suffix}" for name in names for suffix in TABLE_SUFFIXES)
    return next((path for path in paths if path.is_file()), None)


def _read_scenario(path: Path) -> MapSource:
    from patrolsim.network.datum import Datum
    from patrolsim.network.graphml import read_graphml
    from patrolsim.network.maps import in_wgs84
    from patrolsim.network.tables import read_tables
    from patrolsim.scenario.reader import read_scenario

    scenario = read_scenario(path).scenario
    model, clipped = scenario.streets, Clipped()
    if model.city is not None:
        street_map = _read_city(model.city, clipped)
    elif model.map is not None:
        street_map = read_graphml(model.map, clipped=clipped)
    elif model.nodes is not None and model.edges is not None:
        times = {name: own.column for name, own in model.travel_times.items()}
        street_map = read_tables(model.nodes, model.edges, times=times, clipped=clipped)
    else:
        raise ValueError("a checked scenario has a map, a city, or nodes and edges")
    return MapSource(
        name=str(path),
        street_map=in_wgs84(street_map, Datum(model.coords)),
        clipped=clipped,
        scenario=scenario,
    )


def _read_city(path: Path, clipped: Clipped) -> StreetMap:
    """Return the streets of a JEMSS city, with the travel times of its modes."""
    from patrolsim.network.tables import read_tables
    from patrolsim.scenario.reader import read_settings

    listed = read_settings(path).get("travel_modes")
    entries = listed if isinstance(listed, list) else []
    names = [str(entry.get("mode")) for entry in entries if isinstance(entry, dict)]
    nodes, edges = _table_in(path.parent, NODE_NAMES), _table_in(path.parent, EDGE_NAMES)
    if nodes is None or edges is None:
        raise NetworkError(f"{path.parent}: there is no nodes.csv or edges.csv beside city.yaml")
    times = {name: f"time_{name}_s" for name in names}
    return read_tables(nodes, edges, times=times, clipped=clipped)
