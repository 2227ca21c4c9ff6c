"""``patrolsim view``: shows a day of a run as a page with moving people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from patrolsim.experiment.stored import StoredRun
    from patrolsim.report.playback import Stage


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
@click.option("--day", metavar="N", type=click.IntRange(min=1), help="First day of a long period.")
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
def command(  # noqa: PLR0913 - click hands over one parameter for each option
    run: Path,
    *,
    strategies: tuple[str, ...],
    replications: tuple[int, ...],
    day: int | None,
    out: Path | None,
    lang: str | None,
    no_open: bool,
) -> int:
    """Write a day of a run as one page that opens without a network, and open it.

    RUN is a run folder. The day is simulated again from the scenario, and must come out bit for
    bit as it did; docs/playback.md explains the page and its keys.
    """
    from patrolsim.cli.pages import PLAYBACK, put_in_place
    from patrolsim.experiment.stored import read_run
    from patrolsim.report.playback import Wish, make_playback

    stored = read_run(run)
    target = (run / PLAYBACK if out is None else out).absolute()
    # People count from 1.
    numbers = tuple(number - 1 for number in replications)
    wish = Wish(strategies=strategies, replications=numbers, first_day=day, language=lang)
    put_in_place(target, make_playback(stored, stage_of(stored), wish))
    click.echo(f"Written: {target}")
    if not no_open:
        click.launch(target.as_uri())
    return 0


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
    file = about.get("file")
    if file is None or not Path(file).is_file():
        place = "" if file is None else f": {file}"
        raise PlaybackError(
            f"the scenario of this run is not there any more{place}. The page that was made with"
            " the run can be opened as it is; for another day run the scenario again"
        )
    plugins = [Path(one["source"]) for one in stored.document["plugins"] if one["sha256"]]
    options = Options(settings=tuple(about["settings"]), plugins=tuple(plugins))
    loaded, host, choices = prepare(file, options)
    if loaded.digest != about["digest"]:
        raise PlaybackError(f"{file} has been changed since this run: run it again")
    return Stage(loaded=loaded, choices=choices, host=host)
