"""Runs a scenario from start to end: progress, run folder, results, exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from patrolsim.cli.policies import offers_in_use
from patrolsim.cli.preparing import prepare
from patrolsim.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.cli.preparing import Options
    from patrolsim.experiment import Conduct, Finished, Results, Task
    from patrolsim.report.playback import Stage
    from patrolsim.scenario.loaded import LoadedScenario

MOST_FINDINGS = 20
INTERRUPTED = 130
AUDIT_FAILED = 1


def run_scenario(path: str | Path, options: Options) -> int:
    """Run a scenario, write its folder, show its results, and return the exit code."""
    from patrolsim.cli.outcome import show_results
    from patrolsim.cli.progress import open_progress
    from patrolsim.experiment import Circumstances, Listener, RunFolder, run_experiment
    from patrolsim.experiment.placing import models_in_use

    started_at = local_time()
    loaded, host, choices = prepare(path, options)
    target = _target(options, loaded, started_at)
    with RunFolder.open(target) as folder, open_progress(loaded, choices, options) as display:

        def on_result(
            task: Task, done: Finished, tables: Mapping[str, Mapping[str, object]] | None
        ) -> None:
            folder.add(task, tables or {})
            display.finished(task, done)

        listener = Listener(progress=display.advance, on_result=on_result)
        conduct = _conduct(options)
        results = run_experiment(loaded, choices, host, conduct=conduct, listener=listener)
        display.close()
        if results.finished:
            circumstances = Circumstances(
                choices=choices,
                offers=offers_in_use(choices, host),
                started_at=started_at,
                command=options.command,
                is_audited=options.is_audited,
                models=models_in_use(loaded, host),
            )
            folder.finish(results, loaded, circumstances)
    if results.finished and (options.is_json or not options.is_quiet):
        show_results(results, loaded, _shown(folder.target), is_json=options.is_json)
    if results.finished and options.has_pages and not results.is_interrupted:
        from patrolsim.report.playback import Stage

        _write_pages(folder.target, Stage(loaded=loaded, choices=choices, host=host), options)
    return _end(results, options)


def _write_pages(folder: Path, stage: Stage, options: Options) -> None:
    from patrolsim.cli.pages import write_pages

    for page in write_pages(folder, stage):
        if not options.is_quiet:
            say(f"Page: {_shown(page)}")


def local_time() -> str:
    """Return the local date and time, to the second."""
    from datetime import datetime

    # Not for the model but for the record: when the run was made.
    return datetime.now().astimezone().isoformat(timespec="seconds")  # noqa: TID251


def end_early(results: Results) -> int:
    """Say which strategies failed and whether the user interrupted; return the exit code."""
    for failure in results.failures:
        say(f"patrolsim: {failure}")
    if results.is_interrupted:
        kept = len(results.finished)
        say(f"Interrupted: {kept} finished runs are kept." if kept else "Interrupted.")
        return INTERRUPTED
    return max((failure.error.exit_code for failure in results.failures), default=0)


def _conduct(options: Options) -> Conduct:
    from patrolsim.cli.preparing import conduct_of
    from patrolsim.experiment import Part

    audit = {Part.AUDIT} if options.is_audited else set()
    return conduct_of(options, frozenset({Part.TABLES, *audit}))


def _target(options: Options, loaded: LoadedScenario, started_at: str) -> Path:
    """Return where the run folder will stand.

    Raises
    ------
    click.UsageError
        If the folder that the user named holds something already.
    """
    from patrolsim.experiment import new_target

    if options.out is None:
        return new_target(loaded.scenario.name, started_at)
    out = options.out
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise click.UsageError(f"{out} holds something already: remove it, or name another folder")
    return out


def _shown(folder: Path) -> Path:
    """Return a folder as the user would name it from here."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _end(results: Results, options: Options) -> int:
    """Say what went wrong, most serious last, and return the exit code."""
    from patrolsim.experiment.provenance import found_by_audit

    findings = list(found_by_audit(results))
    if not options.is_quiet:
        _say_notices(results, findings, options)
    for finding in findings[:MOST_FINDINGS]:
        say(f"audit: {finding}")
    if len(findings) > MOST_FINDINGS:
        say(f"audit: {len(findings) - MOST_FINDINGS} more findings stand in run.json")
    code = end_early(results)
    return code or (AUDIT_FAILED if findings else 0)


def _say_notices(results: Results, findings: Sequence[str], options: Options) -> None:
    """Say what is no error."""
    for notice in results.notices:
        say(f"note: {notice}")
    if results.cached:
        say(f"note: {results.cached} of {len(results.finished)} runs stood in the ledger already")
    if options.is_audited and not findings:
        say(f"audit: {len(results.finished)} runs, nothing found")
