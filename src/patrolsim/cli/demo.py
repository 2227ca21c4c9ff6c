"""``patrolsim demo``: runs the scenario that comes with patrolsim."""

from __future__ import annotations

from pathlib import Path

import click

from patrolsim.cli.preparing import Options
from patrolsim.cli.running import run_scenario
from patrolsim.cli.shipped import shipped_scenario

DEMO = "miaoshan"
PLANS = ("as_today", "hot_spots", "peak_hours")
"""The plans that it compares; the scenario has more."""


@click.command("demo", epilog="Example: patrolsim demo --out my-first-run")
@click.option(
    "--out",
    "-o",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for the results; default: a new one under runs/.",
)
@click.option(
    "--pages/--no-pages",
    "has_pages",
    default=True,
    help="Also write report.html and playback.html, or not; default: write them.",
)
def command(out: Path | None, *, has_pages: bool) -> int:
    """Run three plans of the scenario that comes with patrolsim: teams of stewards in a district.

    To change it, and to run its other plans, copy it first: patrolsim init my-district --example
    miaoshan
    """
    folder = shipped_scenario(DEMO)
    if folder is None:
        raise click.ClickException(f"this installation lacks the scenario {DEMO!r}")
    options = Options(
        out=out, strategies=PLANS, has_pages=has_pages, command=("patrolsim", "demo")
    )
    return run_scenario(folder, options)
