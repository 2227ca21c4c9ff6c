"""The pages of a run, as files in its folder: one list of who makes them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import uuid4

from patrolsim.cli.terminal import say
from patrolsim.errors import PatrolsimError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolsim.report.playback import Stage

REPORT, PLAYBACK = "report.html", "playback.html"


def write_pages(folder: Path, stage: Stage) -> list[Path]:
    """Write every page of a run folder; return those that were written.

    What hinders a page costs nothing of the run: it is said, and the others are written.
    """
    written: list[Path] = []
    makers: dict[str, Callable[[], str]] = {
        REPORT: lambda: report_of(folder, playback=PLAYBACK),
        PLAYBACK: lambda: playback_of(folder, stage),
    }
    for name, make in makers.items():
        try:
            put_in_place(folder / name, make())
        except PatrolsimError as error:
            say(f"note: {name} was not made: {error}")
        except KeyboardInterrupt:
            say(f"note: {name} was not made: interrupted")
            break
        else:
            written.append(folder / name)
    if written == [folder / REPORT]:
        # The report leads to a page that was not made: without the link, then.
        put_in_place(folder / REPORT, report_of(folder))
    return written


def beside(target: Path, run: Path, name: str) -> str | None:
    """Return the other page of a run where it stands beside a page; None for no link to it."""
    return name if target.absolute().parent == run.absolute() and (run / name).is_file() else None


def report_of(folder: Path, *, playback: str | None = None) -> str:
    """Return the report of a run, with a link to the playback beside it; None for no link.

    Raises
    ------
    RunFolderError
        If the run cannot be read.
    """
    from patrolsim.report.page import make_report

    return make_report(folder).html(playback=playback)


def playback_of(folder: Path, stage: Stage) -> str:
    """Return the playback of a typical day.

    Raises
    ------
    PlaybackError, RunFolderError, WindowError, TraceError
        If the run cannot be shown.
    ScenarioError, NetworkError, PluginError, SimulationError
        If the day cannot be simulated again.
    """
    from patrolsim.experiment.stored import read_run
    from patrolsim.report.playback import Wish, make_playback

    wish = Wish(report=beside(folder / PLAYBACK, folder, REPORT))
    return make_playback(read_run(folder), stage, wish)


def put_in_place(target: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it.

    Raises
    ------
    RunFolderError
        If it cannot be written.
    """
    from patrolsim.experiment import RunFolderError

    draft = target.with_name(f".patrolsim-{uuid4().hex}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8", newline="\n")
        os.replace(draft, target)  # noqa: PTH105 - Path.replace says the same
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise RunFolderError(f"{target} cannot be written: {error.strerror or error}") from error
