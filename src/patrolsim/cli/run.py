"""``patrolsim run``: runs a scenario and says which strategy does better."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from patrolsim.cli.conduct import with_conduct
from patrolsim.cli.preparing import Options
from patrolsim.cli.running import run_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(
    "run", epilog="Example: patrolsim run my-town --replications 20 --set teams.wardens.number=40"
)
@click.argument("path", type=click.Path())
@click.option(
    "--out",
    "-o",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for the results; default: a new one under runs/.",
)
@click.option(
    "--strategy",
    "-s",
    "strategies",
    metavar="NAME",
    multiple=True,
    help="Run only this strategy. Can be given again.",
)
@click.option("--replications", "-n", metavar="N", help="How many copies of the period to run.")
@click.option(
    "--seed", metavar="N", help="Where all random draws start: the same number, the same days."
)
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change one value of the scenario, such as teams.wardens.number=40. Can be given again.",
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
@click.option(
    "--audit",
    "is_audited",
    is_flag=True,
    help="Also check every run with an independent set of rules.",
)
@click.option(
    "--pages/--no-pages",
    "has_pages",
    default=True,
    help="Also write report.html and playback.html, or not; default: write them.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be run, and how long it takes.")
@click.option("--json", "is_json", is_flag=True, help="Write the results as one JSON document.")
@click.option("--quiet", "-q", "is_quiet", is_flag=True, help="Say nothing but errors.")
@click.pass_context
def command(context: click.Context, /, path: str, **given: object) -> int:
    """Run a scenario and compare its strategies on the same incidents.

    PATH is a scenario folder or its scenario.yaml. The results go to a new folder under runs/,
    or to --out DIR. Ctrl-C keeps what is finished, and a second start goes on from there.
    """
    from patrolsim.cli.dry_run import show_dry_run

    shortcuts = {name: given.pop(name) for name in ("replications", "seed")}
    is_dry = given.pop("dry_run")
    extra = [f"{name}={value}" for name, value in shortcuts.items() if value is not None]
    settings = (*given.pop("settings"), *extra)  # type: ignore[misc]  # click gives a tuple
    words = (*context.command_path.split(), path, *_words(given), *_set_words(settings))
    options = Options(settings=settings, command=words, **given)  # type: ignore[arg-type]  # as declared above
    return show_dry_run(path, options) if is_dry else run_scenario(path, options)


def _words(given: dict[str, object]) -> list[str]:
    """Return the options that were given, as one would write them."""
    words: list[str] = []
    for strategy in given["strategies"]:  # type: ignore[attr-defined]  # click gives a tuple
        words += ["--strategy", strategy]
    for plugin in given["plugins"]:  # type: ignore[attr-defined]
        words += ["--plugin", str(plugin)]
    return words


def _set_words(settings: Sequence[str]) -> list[str]:
    return [word for setting in settings for word in ("--set", setting)]
