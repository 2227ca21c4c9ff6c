"""Runs a scenario for a notebook: like ``patrolsim run``, but the results come back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from patrolsim.cli.policies import offers_in_use
from patrolsim.cli.preparing import Options, conduct_of, prepare
from patrolsim.cli.running import local_time
from patrolsim.errors import PatrolsimError
from patrolsim.notebook.results import RunResults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.experiment import Finished, Results, Task
    from patrolsim.experiment.design import Tables
    from patrolsim.plugins import PluginHost
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices


def run(
    path: str | Path,
    *,
    strategies: Sequence[str] = (),
    replications: int | None = None,
    workers: int | None = None,
    plugins: Sequence[str | Path] = (),
    settings: Mapping[str, object] | None = None,
) -> RunResults:
    """Run a scenario and return what came out.

    What is finished is recorded in ``runs/ledger.sqlite``, and a folder under ``runs`` keeps the
    tables, as from the command line: a second call with the same values is answered at once. In a
    script, call it below ``if __name__ == "__main__":``, since workers read the script again.

    Parameters
    ----------
    path
        A scenario folder or its ``scenario.yaml``.
    strategies
        Which ones, in this order; none for all.
    replications
        How many copies of the period; None for as many as the scenario says.
    workers
        How many processes; None for one per processor.
    plugins
        Python files with policies.
    settings
        Values that replace those of the file: ``{"teams.wardens.number": 40}``.

    Raises
    ------
    ScenarioError, PluginError
        If something is wrong with the scenario or a plugin.
    PatrolsimError
        If a strategy does not exist, or every strategy failed.
    """
    from patrolsim.report.playback import Stage

    options = Options(
        strategies=(strategies,) if isinstance(strategies, str) else tuple(strategies),
        settings=tuple(_settings(settings or {}, replications)),
        plugins=tuple(Path(file) for file in plugins),
        workers=workers,
        is_quiet=True,
    )
    started_at = local_time()
    try:
        loaded, host, choices = prepare(path, options)
    except click.UsageError as error:
        raise PatrolsimError(error.message) from None
    results, folder = _carry_out(loaded, host, choices, options, started_at)
    stage = Stage(loaded=loaded, choices=choices, host=host)
    return RunResults(results=results, stage=stage, folder=folder)


def _settings(settings: Mapping[str, object], replications: int | None) -> list[str]:
    number = {} if replications is None else {"replications": replications}
    return [f"{key}={value}" for key, value in {**settings, **number}.items()]


def _carry_out(
    loaded: LoadedScenario,
    host: PluginHost,
    choices: Choices,
    options: Options,
    started_at: str,
) -> tuple[Results, Path]:
    from patrolsim.experiment import (
        Circumstances,
        Listener,
        Part,
        RunFolder,
        new_target,
        run_experiment,
    )
    from patrolsim.experiment.placing import models_in_use

    with RunFolder.open(new_target(loaded.scenario.name, started_at)) as folder:

        def on_result(task: Task, _done: Finished, tables: Tables | None) -> None:
            folder.add(task, tables or {})

        results = run_experiment(
            loaded,
            choices,
            host,
            conduct=conduct_of(options, frozenset({Part.TABLES})),
            listener=Listener(on_result=on_result),
        )
        _check_finished(results)
        offers = offers_in_use(choices, host)
        told = Circumstances(
            choices=choices,
            offers=offers,
            started_at=started_at,
            models=models_in_use(loaded, host),
        )
        folder.finish(results, loaded, told)
    return results, folder.target


def _check_finished(results: Results) -> None:
    """Raise what went wrong when nothing was finished."""
    if results.finished:
        return
    if results.failures:
        raise results.failures[0].error
    raise KeyboardInterrupt
