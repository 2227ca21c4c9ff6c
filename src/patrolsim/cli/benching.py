"""Carries a suite out: reads it, runs it, writes the report or a new baseline."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from patrolsim.bench import (
    BaselineError,
    Means,
    changes_between,
    entries_of,
    read_baseline,
    read_suite,
    read_venues,
    record_baseline,
    run_suite,
    write_baseline,
)
from patrolsim.cli.policies import WHERE_TO_LOOK, load_plugins
from patrolsim.cli.preparing import Options, conduct_of
from patrolsim.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from patrolsim.bench import Baseline, Entry, Suite
    from patrolsim.bench.recording import Recorded
    from patrolsim.errors import ScenarioError
    from patrolsim.experiment import Design, Finished, Listener, Task
    from patrolsim.plugins import PluginHost

INTERRUPTED, RUN_FAILED = 130, 5
_STAYS = "patrolsim: the baseline stays as it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks for.

    Attributes
    ----------
    file
        The suite.
    baseline
        The file that it is compared with; None for the one that the suite names.
    is_update
        Whether a new baseline is made.
    form, out
        How the report is written, and to which folder besides; None for text, and for none.
    plugins
        Files with policies.
    workers, ledger, limit_s, is_quiet
        As in `patrolsim.cli.preparing.Options`.
    """

    file: Path
    baseline: Path | None
    is_update: bool
    form: str | None
    out: Path | None
    plugins: tuple[Path, ...]
    workers: int | None
    ledger: Path | None
    limit_s: float | None
    is_quiet: bool


def carry_out(wanted: Wanted) -> int:
    """Run a suite, write what was asked for, and return the exit code."""
    from patrolsim.cli.bench_outlets import check_folder

    started = time.monotonic()
    if wanted.out is not None:
        check_folder(wanted.out)
    host = load_plugins(wanted.plugins)
    suite = read_suite(wanted.file, host, hint=WHERE_TO_LOOK)
    target = wanted.baseline or suite.baseline_file
    venues, errors = read_venues(suite)
    if errors:
        return _explain(errors)
    entries = entries_of(suite, venues, host)
    means = _means(suite, host, wanted, started)
    if wanted.is_update:
        return _update(suite, entries, target, means, is_quiet=wanted.is_quiet)
    return _compare(suite, entries, target, means, wanted)


def _explain(errors: Sequence[ScenarioError]) -> int:
    from patrolsim.cli.entry import explain_scenario

    for error in errors:
        say(explain_scenario(error))
    return max(error.exit_code for error in errors)


def _means(suite: Suite, host: PluginHost, wanted: Wanted, started: float) -> Means:
    budget = suite.model.budget
    options = Options(
        workers=wanted.workers,
        ledger=wanted.ledger,
        limit_s=wanted.limit_s or budget.per_replication_s,
        is_quiet=wanted.is_quiet,
    )

    def is_late() -> bool:
        return budget.wall_s is not None and time.monotonic() - started > budget.wall_s

    @contextmanager
    def watch(design: Design) -> Iterator[Listener]:
        from patrolsim.cli.progress import open_display
        from patrolsim.experiment import Listener

        names = [arm.name for arm in design.arms]
        with open_display(names, design.replications, options, _NothingYet()) as display:
            yield Listener(progress=display.advance)

    return Means(host=host, conduct=conduct_of(options), watch=watch, is_late=is_late)


class _NothingYet:
    """Shows no numbers while a suite runs: what counts is the difference to its past."""

    def add(self, task: Task, done: Finished) -> None:
        """Ignore it."""

    def text(self, _strategy: str) -> str:
        """Return nothing."""
        return ""


def _compare(
    suite: Suite, entries: Sequence[Entry], target: Path, means: Means, wanted: Wanted
) -> int:
    """Run a suite against its baseline and write the report."""
    from patrolsim.cli.bench_outlets import in_form, tell_github, write_folder

    baseline = read_baseline(target)
    if baseline is None:
        say(f"patrolsim: there is no baseline {target}: make one with --update-baseline")
    report = run_suite(suite, entries, baseline, means)
    if wanted.form is not None or not wanted.is_quiet:
        click.echo(in_form(report, wanted.form or "text"))
    if wanted.out is not None:
        write_folder(report, wanted.out)
        if not wanted.is_quiet:
            say(f"Written: {wanted.out}")
    tell_github(report)
    return report.exit_code


def _update(
    suite: Suite, entries: Sequence[Entry], target: Path, means: Means, *, is_quiet: bool
) -> int:
    """Make a new baseline, show what it changes, and write it if all went well."""
    from patrolsim.bench.baseline import text_of
    from patrolsim.cli.bench_sheet import blocks_of_changes
    from patrolsim.cli.sheet import as_text

    old = _last_baseline(target)
    found = record_baseline(suite, entries, means)
    if found.baseline is None:
        return _refuse(found)
    tell = (lambda _text: None) if is_quiet else click.echo
    tell(as_text(blocks_of_changes(changes_between(old, found.baseline))))
    if old is not None and text_of(old) == text_of(found.baseline):
        tell(f"Nothing to write: {target} holds these results already")
        return 0
    write_baseline(found.baseline, target)
    tell(f"Written: {os.path.normpath(target)}")
    return 0


def _last_baseline(target: Path) -> Baseline | None:
    """Return the last baseline; None when there is none that can be read."""
    try:
        return read_baseline(target)
    except BaselineError as error:
        say(f"note: {error}")
        return None


def _refuse(found: Recorded) -> int:
    """Say why there is no new baseline, and return the exit code."""
    for failure in found.failures:
        say(f"patrolsim: {failure}")
    for finding in found.findings:
        say(f"audit: {finding}")
    say("Interrupted: the baseline stays as it is." if found.is_interrupted else _STAYS)
    if found.is_interrupted:
        return INTERRUPTED
    return max((failure.error.exit_code for failure in found.failures), default=RUN_FAILED)
