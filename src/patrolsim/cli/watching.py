"""Watches the files of a scenario, and runs it again whenever one of them was saved."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from patrolsim.cli.terminal import harmless, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from patrolsim.experiment.stored import StoredRun

    Stamps = Mapping[Path, tuple[int, int]]

PAUSE_S = 0.5
"""How long a pause between two looks is."""
INPUTS = frozenset({".yaml", ".yml", ".csv", ".gz", ".graphml", ".geojson", ".json", ".py"})
"""What a scenario, its map, its tables and its policies are written in."""
INTERRUPTED = 130


def watch(stored: StoredRun, show: Callable[[Path], None], *, is_due: bool = False) -> int:
    """Run the scenario of a run again whenever it was saved, until Ctrl-C; return the exit code.

    Parameters
    ----------
    stored
        A run: with its settings and its files of policies the scenario is run again.
    show
        Shows a run folder; called with each new one.
    is_due
        Whether to run at once, before anything is saved.
    """
    about = stored.document["scenario"]
    scenario = Path(about["file"])
    plugins = [Path(one["source"]) for one in stored.document["plugins"] if one["sha256"]]
    try:
        changes = saved(lambda: [*inputs_of(scenario.parent), *plugins])
        if is_due and _run_again(stored, scenario, plugins, show) == INTERRUPTED:
            return INTERRUPTED
        say(f"Watching {scenario.parent}: save a file to see the day again; Ctrl-C ends.")
        for changed in changes:
            say(harmless(f"Saved: {', '.join(path.name for path in changed)}"))
            if _run_again(stored, scenario, plugins, show) == INTERRUPTED:
                return INTERRUPTED
            say("Watching goes on; Ctrl-C ends.")
    except KeyboardInterrupt:
        say("Watching ended.")
    return 0


def saved(
    files: Callable[[], Sequence[Path]], pause: Callable[[], None] = lambda: time.sleep(PAUSE_S)
) -> Iterator[list[Path]]:
    """Yield the files that were saved, whenever some were and nothing was for a pause.

    What is saved from this call on is seen, whenever the first of it is asked for.

    Parameters
    ----------
    files
        Says which files there are.
    pause
        Lets time pass between two looks.
    """
    return _saved_since(stamps_of(files()), files, pause)


def _saved_since(
    seen: Stamps, files: Callable[[], Sequence[Path]], pause: Callable[[], None]
) -> Iterator[list[Path]]:
    while True:
        pause()
        found = stamps_of(files())
        if found == seen:
            continue
        while True:
            # Editors write in several steps.
            pause()
            later = stamps_of(files())
            if later == found:
                break
            found = later
        changed = sorted(
            path for path in found.keys() | seen.keys() if found.get(path) != seen.get(path)
        )
        seen = found
        yield changed


def stamps_of(files: Sequence[Path]) -> Stamps:
    """Return time and size of each file that is there."""
    stamps = {}
    for file in files:
        try:
            about = file.stat()
        except OSError:
            continue
        stamps[file] = (about.st_mtime_ns, about.st_size)
    return stamps


def inputs_of(folder: Path) -> list[Path]:
    """Return the files of a scenario folder, without what a run has written into it."""
    found = []
    for place, folders, names in os.walk(folder):
        if "run.json" in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(place, name) for name in names if Path(name).suffix in INPUTS]
    return sorted(path for path in found if not path.name.startswith("."))


def _run_again(
    stored: StoredRun, scenario: Path, plugins: Sequence[Path], show: Callable[[Path], None]
) -> int:
    """Run the scenario into a new folder and show that; say what hinders it."""
    from patrolsim.cli.entry import explain
    from patrolsim.cli.preparing import Options
    from patrolsim.cli.running import local_time, run_scenario
    from patrolsim.errors import PatrolsimError
    from patrolsim.experiment import new_target

    folder = new_target(stored.document["scenario"]["name"], local_time())
    settings = tuple(stored.document["scenario"]["settings"])
    options = Options(
        out=folder,
        settings=settings,
        plugins=tuple(plugins),
        has_pages=False,
        command=_words(scenario, settings, plugins),
    )
    try:
        code = run_scenario(scenario, options)
        if code == 0:
            show(folder)
    except PatrolsimError as error:
        return explain(error)
    return code


def _words(scenario: Path, settings: Sequence[str], plugins: Sequence[Path]) -> tuple[str, ...]:
    """Return the command that does the same."""
    sets = [word for setting in settings for word in ("--set", setting)]
    loads = [word for plugin in plugins for word in ("--plugin", str(plugin))]
    return ("patrolsim", "run", str(scenario), *loads, *sets)
