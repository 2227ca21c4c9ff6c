"""``patrolsim streets``: what is on a map, what is wrong with it, and one's own city as a map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.cli.street_sources import MapSource
    from patrolsim.network.suspicions import Suspicion
    from patrolsim.scenario.models import Scenario

Form = Literal["text", "json"]

_paths = click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(path_type=Path))
_nodes = click.option(
    "--nodes",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Nodes of a map, as a CSV table.",
)
_edges = click.option(
    "--edges",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Streets (edges) between those nodes, as a CSV table.",
)
_form = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to write it: for people or for scripts.",
)


@click.group("streets", epilog="Example: patrolsim streets info my-town")
def command() -> None:
    """Look at street maps, check them, and bring one's own city in.

    A map is an OSMnx GraphML, an OpenStreetMap extract, a folder with nodes.csv and edges.csv,
    or a scenario.
    """


@command.command("info", epilog="Example: patrolsim streets info wuhan.graphml --format json")
@_paths
@_nodes
@_edges
@_form
def info(paths: tuple[Path, ...], nodes: Path | None, edges: Path | None, form: Form) -> int:
    """Say what is on a map: size, modes, speeds, gates."""
    from patrolsim.cli.street_pages import survey_data, survey_page
    from patrolsim.cli.street_sources import read_sources
    from patrolsim.network.survey import survey_map

    found = [(s.name, survey_map(s.street_map)) for s in read_sources(paths, nodes, edges)]
    _show(form, [survey_data(*pair) for pair in found], lambda: [survey_page(*p) for p in found])
    return 0


@command.command("check", epilog="Example: patrolsim streets check my-town")
@_paths
@_nodes
@_edges
@_form
def check(paths: tuple[Path, ...], nodes: Path | None, edges: Path | None, form: Form) -> int:
    """Say what looks wrong on a map, with the worst examples.

    The exit code is 1 when something must be mended before the map is used. With a scenario, its
    places, members and recorded calls are laid on the map, too.
    """
    from patrolsim.cli.street_pages import check_data, check_page
    from patrolsim.cli.street_sources import read_sources

    found = [(source.name, _suspicions(source)) for source in read_sources(paths, nodes, edges)]
    data = [check_data(*pair) for pair in found]
    _show(form, data, lambda: [check_page(*pair) for pair in found])
    return 0 if all(entry["is_fine"] for entry in data) else 1


def _show(form: Form, data: list[dict[str, object]], pages: Callable[[], list[str]]) -> None:
    if form == "json":
        click.echo(json.dumps({"maps": data}, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo("\n\n".join(pages()))


def _suspicions(source: MapSource) -> list[Suspicion]:
    from patrolsim.network.suspicions import Suspicion, Weight, suspect

    found = suspect(source.street_map, source.clipped)
    if source.scenario is None or source.clipped.streets:
        return found
    from patrolsim.world.builder import WorldBuilder

    astray = [
        Suspicion(name="places", weight=Weight.FAILS, count=1, message=remark.removesuffix("."))
        for remark in WorldBuilder(_without_models(source.scenario)).far_files
    ]
    return [*astray, *found]


def _without_models(scenario: Scenario) -> Scenario:
    """Return a scenario without models of incidents: the map hangs on none of them."""
    kinds = {
        name: kind.model_copy(update={"model": None}) for name, kind in scenario.incidents.items()
    }
    return scenario.model_copy(update={"incidents": kinds})


@command.command("import", epilog="Example: patrolsim streets import hubei.osm.pbf wuhan.graphml")
@click.argument(
    "paths", metavar="SRC DEST", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@_nodes
@_edges
@click.option("--bbox", metavar="W,S,E,N", help="Only ways that touch this box, in degrees.")
@click.option(
    "--polygon",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Only ways that touch the polygons of this GeoJSON.",
)
@click.option(
    "--coords",
    type=click.Choice(["wgs84", "gcj02", "bd09"]),
    default="wgs84",
    help="What the degrees of SRC are; DEST is always WGS-84.",
)
@click.option("--simplify", is_flag=True, help="Nodes at junctions, ends and gates only.")
@click.option("--close-gates", is_flag=True, help="Close gates about which nothing is said.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def import_map(paths: tuple[Path, ...], nodes: Path | None, edges: Path | None, **how: Any) -> int:
    """Make a map of an OpenStreetMap extract, or of another map.

    DEST is NAME.graphml, NAME.graphml.gz, or a folder for nodes.csv.gz and edges.csv.gz. With
    --nodes and --edges, SRC is left out. Ways are cut whole; private ways and gates are kept.
    """
    from patrolsim.cli.street_import import Order, carry_out

    tables = None if nodes is None or edges is None else (nodes, edges)
    if (nodes is None) != (edges is None):
        raise click.UsageError("--nodes and --edges go together")
    if len(paths) != (2 if tables is None else 1):
        raise click.UsageError("name SRC and DEST (with --nodes and --edges, only DEST)")
    order = Order(
        source=paths[0] if tables is None else None,
        tables=tables,
        target=paths[-1],
        bbox=how["bbox"],
        polygon=how["polygon"],
        coords=how["coords"],
        is_simplified=how["simplify"],
        closes_gates=how["close_gates"],
        may_overwrite=how["force"],
    )
    click.echo("\n".join(carry_out(order)))
    return 0
