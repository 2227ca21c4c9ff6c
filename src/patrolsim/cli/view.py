"""``patrolsim view``: shows a day of a run as a page with moving people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from patrolsim.experiment.stored import StoredRun
    from patrolsim.report.playback import Stage, Wish


@click.command("view", epilog="Example: patrolsim view runs/my-town --strategy busy_places")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--strategy",
    "-s",
    "strategies",
    metavar="NAME",
    multiple=True,
    help="Show this strategy; a second one stands beside it. Default: the control and one more.",
)
@click.option(
    "--replication",
    "-r",
    "replications",
    metavar="N",
    type=click.IntRange(min=1),
    multiple=True,
    help="Show this replication, from 1; with several the page lets one choose. Default: the one"
    " whose median response lies in the middle.",
)
@click.option(
    "--day",
    metavar="N",
    type=click.IntRange(min=1),
    help="Show the days from this one on, at most seven; default: from the first.",
)
@click.option(
    "--out",
    "-o",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page; default: playback.html in the run folder.",
)
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), help="Language; default: that of the browser."
)
@click.option("--no-open", is_flag=True, help="Only write the page.")
@click.option(
    "--watch",
    "is_watching",
    is_flag=True,
    help="Stay, and run the scenario again whenever you save one of its files; Ctrl-C ends.",
)
def command(  # noqa: PLR0913 - click hands over one parameter for each option
    run: Path,
    *,
    strategies: tuple[str, ...],
    replications: tuple[int, ...],
    day: int | None,
    out: Path | None,
    lang: str | None,
    no_open: bool,
    is_watching: bool,
) -> int:
    """Write a day of a run as one page that opens without a network, and open it.

    RUN is a run folder. The day is simulated again from the scenario, and must come out bit for
    bit as it did; docs/playback.md explains the page and its keys. With --watch the page follows
    the files: save the scenario, wait, and reload the page. Each time a new run folder is left
    under runs/; of a run with few replications it comes sooner.
    """
    from patrolsim.cli.pages import PLAYBACK, REPORT, beside
    from patrolsim.experiment.stored import read_run
    from patrolsim.report.playback import Wish

    target = (run / PLAYBACK if out is None else out).absolute()
    # People count from 1.
    numbers = tuple(number - 1 for number in replications)
    wish = Wish(strategies=strategies, replications=numbers, first_day=day, language=lang)
    stored = read_run(run)
    if is_watching:
        return _watch(stored, target, wish, is_opened=not no_open)
    _write(stored, target, replace(wish, report=beside(target, run, REPORT)))
    if not no_open:
        click.launch(target.as_uri())
    return 0


def _write(stored: StoredRun, target: Path, wish: Wish) -> None:
    """Write the page of a run, and say so."""
    from patrolsim.cli.pages import put_in_place
    from patrolsim.report.playback import make_playback

    put_in_place(target, make_playback(stored, stage_of(stored), wish))
    click.echo(f"Written: {target}")


def _watch(stored: StoredRun, target: Path, wish: Wish, *, is_opened: bool) -> int:
    """Show the page, and again whenever the scenario is saved."""
    from patrolsim.cli.terminal import say
    from patrolsim.cli.watching import watch
    from patrolsim.experiment.stored import read_run
    from patrolsim.report.playback import PlaybackError

    is_due = False
    scenario_of(stored)
    try:
        _write(stored, target, wish)
    except PlaybackError as error:
        # What was changed since the run is what one wants to see.
        say(f"note: {error}")
        is_due = True
    if is_opened and not is_due:
        click.launch(target.as_uri())
    return watch(stored, lambda run: _write(read_run(run), target, wish), is_due=is_due)


def stage_of(stored: StoredRun) -> Stage:
    """Return scenario and policies of a run, with the changes that it was made with.

    Raises
    ------
    PlaybackError
        If the scenario is not there any more, or has been changed.
    ScenarioError, PluginError
        If it cannot be read, or a policy cannot be loaded.
    """
    from patrolsim.cli.preparing import Options, prepare
    from patrolsim.report.playback import PlaybackError, Stage

    about = stored.document["scenario"]
    file = scenario_of(stored)
    plugins = [Path(one["source"]) for one in stored.document["plugins"] if one["sha256"]]
    options = Options(settings=tuple(about["settings"]), plugins=tuple(plugins))
    loaded, host, choices = prepare(file, options)
    if loaded.digest != about["digest"]:
        raise PlaybackError(f"{file} has been changed since this run: run it again")
    return Stage(loaded=loaded, choices=choices, host=host)


def scenario_of(stored: StoredRun) -> Path:
    """Return the scenario file of a run.

    Raises
    ------
    PlaybackError
        If it is not there any more.
    """
    from patrolsim.report.playback import PlaybackError

    file = stored.document["scenario"].get("file")
    if file is not None and Path(file).is_file():
        return Path(file)
    place = "" if file is None else f": {file}"
    raise PlaybackError(
        f"the scenario of this run is not there any more{place}. The page that was made with"
        " the run can be opened as it is; for another day run the scenario again"
    )
