"""``patrolsim init``: a commented scenario to begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from patrolsim.cli.schema import schema_text
from patrolsim.cli.shipped import shipped_names, shipped_scenario
from patrolsim.cli.town import edge_rows, node_rows

STARTER = Path(__file__).parent / "starter"
TOWN = "town"


@click.command("init", epilog="Example: patrolsim init my-town")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--example",
    metavar="NAME",
    default=TOWN,
    help="Begin with a copy of this scenario instead of the small made-up town.",
)
def command(folder: Path, example: str) -> int:
    """Write a scenario that runs, with comments in English and Chinese.

    DIR must not exist yet, or be empty.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise click.UsageError(f"{folder} holds something already: name another folder")
    if example == TOWN:
        write_town(folder)
    else:
        _copy(_shipped(example), folder)
    (folder / "patrolsim.schema.json").write_text(schema_text() + "\n", encoding="utf-8")
    click.echo(f"Written: {folder}. Now: patrolsim run {folder}")
    return 0


def write_town(folder: Path) -> None:
    """Write the scenario of the small made-up town."""
    from patrolsim.experiment.csv_cells import write_csv

    folder.mkdir(parents=True, exist_ok=True)
    for name in ("scenario.yaml", "README.md"):
        shutil.copyfile(STARTER / name, folder / name)
    nodes = write_csv(("node", "x", "y"), node_rows())
    edges = write_csv(("u", "v", "length_m", "highway", "oneway"), edge_rows())
    (folder / "nodes.csv").write_text(nodes, encoding="utf-8")
    (folder / "edges.csv").write_text(edges, encoding="utf-8")


def _shipped(name: str) -> Path:
    from patrolsim.units import quoted, suggestion

    found = shipped_scenario(name)
    if found is None:
        known = [TOWN, *shipped_names()]
        hint = suggestion(name, known, otherwise=f"there are {', '.join(known)}")
        raise click.UsageError(f"there is no example {quoted(name)}: {hint}")
    return found


def _copy(source: Path, folder: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "runs", ".*")
    shutil.copytree(source, folder, ignore=ignored, dirs_exist_ok=True)
