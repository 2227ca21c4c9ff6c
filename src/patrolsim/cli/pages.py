"""The pages of a run, as files in its folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import uuid4

from patrolsim.cli.terminal import say
from patrolsim.errors import PatrolsimError

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.experiment.stored import StoredRun
    from patrolsim.plugins import PluginHost
    from patrolsim.report.playback import Stage, Wish
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices

PLAYBACK = "playback.html"


def add_playback(folder: Path, loaded: LoadedScenario, choices: Choices, host: PluginHost) -> None:
    """Put the playback of a typical day into a run folder; say why if it cannot be made.

    The results stand in the folder by then: a page that fails takes nothing away from them.
    """
    from patrolsim.experiment.stored import StoredRun
    from patrolsim.report.playback import Stage, Wish

    stage = Stage(loaded=loaded, choices=choices, host=host)
    try:
        write_playback(folder / PLAYBACK, StoredRun.open(folder), stage, Wish())
    except PatrolsimError as error:
        say(f"note: {PLAYBACK} was not made: {error}")
    except KeyboardInterrupt:
        say(f"note: {PLAYBACK} was not made: interrupted")


def write_playback(target: Path, stored: StoredRun, stage: Stage, wish: Wish) -> None:
    """Write the page of a run.

    Raises
    ------
    PlaybackError, RunFolderError, WindowError, TraceError
        If the run cannot be shown as it is asked for, or the page cannot be written.
    ScenarioError, NetworkError, PluginError, SimulationError
        If the day cannot be simulated again.
    """
    from patrolsim.report.playback import make_playback

    put_in_place(target, make_playback(stored, stage, wish))


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
        draft.write_text(text, encoding="utf-8", newline="\n")
        os.replace(draft, target)  # noqa: PTH105 - Path.replace says the same
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise RunFolderError(f"{target} cannot be written: {error.strerror or error}") from error
