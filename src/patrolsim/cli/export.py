"""``patrolsim export``: the tables of a run in the form that another program reads."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMS = ("csv", "parquet", "geojson", "gpkg")


@click.command("export", epilog="Example: patrolsim export runs/my-town-20250310 --to gpkg")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(FORMS), required=True, help="The form.")
@click.option(
    "--out",
    "-o",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the files go; default: a folder inside RUN, called as the form.",
)
def command(run: Path, form: str, out: Path | None) -> int:
    """Write the incidents, legs and volunteers of a run in another form.

    \b
    csv      tables for a spreadsheet; no cell is taken for a formula
    parquet  tables for pandas, R and DuckDB
    geojson  points and lines in degrees (WGS-84), for web maps
    gpkg     one GeoPackage with all layers, for QGIS

    RUN is a folder that patrolsim run has written. Where its map lies on earth, the tables have
    longitude and latitude too. Nothing is written over.
    """  # noqa: D301 - \b is for click
    from patrolsim.cli.export_forms import WRITERS
    from patrolsim.experiment.run_tables import RunTables

    stored = RunTables.open(run)
    target = out or run / form
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise click.UsageError(f"{target} holds something already: name another folder by --out")
    with _drafted(target) as draft:
        for note in WRITERS[form](stored, draft):
            click.echo(f"note: {note}", err=True)
        names = sorted(file.name for file in draft.iterdir())
    click.echo(f"Written: {', '.join(str(target / name) for name in names)}")
    return 0


@contextmanager
def _drafted(target: Path) -> Iterator[Path]:
    """Give a folder to fill, and put it in its place when everything went well."""
    draft = target.with_name(f".patrolsim-{uuid4().hex}.part")
    draft.mkdir(parents=True)
    try:
        yield draft
        if target.is_dir():
            target.rmdir()
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
