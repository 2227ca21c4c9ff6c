"""``patrolsim bench``: whether strategies have become worse than they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from patrolsim.cli.conduct import with_conduct

FORMS = ("text", "markdown", "json", "junit")


@click.command("bench", epilog="Example: patrolsim bench benchmarks/suites/smoke.yaml")
@click.argument("file", metavar="SUITE.yaml", type=click.Path(path_type=Path))
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What it is compared with; default: the file that the suite names.",
)
@click.option(
    "--update-baseline",
    "is_update",
    is_flag=True,
    help="Show what has changed and make the results as they are the baseline.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="How to write the report: for people, for a page, for scripts, for a CI server.",
)
@click.option(
    "--out",
    "-o",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Also write the report in every form, as files in this folder.",
)
@click.option(
    "--plugin",
    "plugins",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Load policies from this Python file. Can be given again.",
)
@with_conduct
@click.option("--quiet", "-q", "is_quiet", is_flag=True, help="Say nothing but errors.")
def command(**given: Any) -> int:
    """Run a suite and hold each strategy against its own past.

    Exit code 0 when nothing is worse than the suite allows, 1 for a regression (FAIL), a
    baseline that was made for something else (STALE) or that is missing, 3 when the suite or a
    scenario is wrong, 4 when a policy fails, 5 when a run fails.

    A suite may name Python files with policies: they are run, so run only suites that you trust.
    docs/bench.md explains the verdicts.
    """
    from patrolsim.cli.benching import Wanted, carry_out

    if given["is_update"] and (given["form"] is not None or given["out"] is not None):
        raise click.UsageError("--update-baseline writes a baseline: leave out --format and --out")
    return carry_out(Wanted(**given))
