"""``patrolsim run``: runs a scenario and says which strategy does better."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from patrolsim.cli.policies import (
    choose_policies,
    load_plugins,
    offers_in_use,
    pick_strategies,
)
from patrolsim.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.experiment.results import Results, Run
    from patrolsim.plugins import PluginHost
    from patrolsim.scenario.reader import LoadedScenario
    from patrolsim.scenario.strategies import Choices

MOST_FINDINGS = 20
INTERRUPTED = 130
AUDIT_FAILED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a scenario is run.

    Attributes
    ----------
    out
        The run folder; None for a new one under ``runs``.
    strategies
        Which ones, in this order; none for all.
    settings
        Values that replace those of the file: ``key=value``.
    plugins
        Files with policies.
    is_audited, is_json, is_quiet
        Whether each run is checked against the rules; whether the results are one JSON document;
        whether nothing is said but errors.
    command
        The words of the command line, for the record.
    """

    out: Path | None = None
    strategies: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    plugins: tuple[Path, ...] = ()
    is_audited: bool = False
    is_json: bool = False
    is_quiet: bool = False
    command: tuple[str, ...] = ()


@click.command(
    "run", epilog="Example: patrolsim run my-town --replications 20 --set teams.wardens.number=40"
)
@click.argument("path")
@click.option("--out", "-o", metavar="DIR", type=click.Path(path_type=Path), help="Run folder.")
@click.option(
    "--strategy",
    "-s",
    "strategies",
    metavar="NAME",
    multiple=True,
    help="Run only this strategy. Can be given again.",
)
@click.option("--replications", "-n", metavar="N", help="How many copies of the period to run.")
@click.option("--seed", metavar="N", help="Root of all random draws.")
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change one value of the scenario, as teams.wardens.number=40. Can be given again.",
)
@click.option(
    "--plugin",
    "plugins",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Load policies from this Python file. Can be given again.",
)
@click.option("--audit", "is_audited", is_flag=True, help="Check each run against the rules.")
@click.option("--dry-run", is_flag=True, help="Only say what would be run, and how long it takes.")
@click.option("--json", "is_json", is_flag=True, help="Write the results as one JSON document.")
@click.option("--quiet", "-q", "is_quiet", is_flag=True, help="Say nothing but errors.")
@click.pass_context
def command(context: click.Context, /, path: str, **given: object) -> int:
    """Run a scenario and compare its strategies on the same incidents.

    PATH is a scenario folder or its scenario.yaml. The results go to a new folder under runs/,
    or to --out DIR. Ctrl-C keeps what is finished.
    """
    from patrolsim.cli.dry_run import show_dry_run

    shortcuts = {name: given.pop(name) for name in ("replications", "seed")}
    is_dry = given.pop("dry_run")
    extra = [f"{name}={value}" for name, value in shortcuts.items() if value is not None]
    settings = (*given.pop("settings"), *extra)  # type: ignore[misc]  # click gives a tuple
    words = (*context.command_path.split(), path, *_words(given), *_set_words(settings))
    options = Options(settings=settings, command=words, **given)  # type: ignore[arg-type]  # as declared above
    return show_dry_run(path, options) if is_dry else run_scenario(path, options)


def run_scenario(path: str | Path, options: Options) -> int:
    """Run a scenario, write its folder, show its results, and return the exit code."""
    from patrolsim.cli.outcome import show_results
    from patrolsim.cli.progress import open_progress
    from patrolsim.experiment import Circumstances, RunFolder, run_experiment

    started_at = local_time()
    loaded, host, choices = prepare(path, options)
    target = _target(options, loaded, started_at)
    findings: list[str] = []
    with RunFolder.open(target) as folder, open_progress(loaded, choices, options) as display:

        def on_result(run: Run) -> None:
            if options.is_audited:
                findings.extend(_audit(run))
            folder.add(run)
            display.finished(run)

        results = run_experiment(
            loaded, choices, host, progress=display.advance, on_result=on_result
        )
        display.close()
        if results.finished:
            circumstances = Circumstances(
                choices=choices,
                offers=offers_in_use(choices, host),
                started_at=started_at,
                command=options.command,
                findings=tuple(findings),
            )
            folder.finish(results, loaded, circumstances)
    if results.finished and not options.is_quiet:
        show_results(results, loaded, target, is_json=options.is_json)
    return _end(results, findings)


def prepare(path: str | Path, options: Options) -> tuple[LoadedScenario, PluginHost, Choices]:
    """Read a scenario with the changes of the command line, and look up its policies.

    Raises
    ------
    ScenarioError, PluginError, click.UsageError
        If something is wrong with the scenario, a plugin, or the words of the command line.
    """
    from patrolsim.scenario.reader import read_scenario

    loaded = read_scenario(path, overrides=_overrides(options.settings))
    host = load_plugins(options.plugins)
    choices = pick_strategies(choose_policies(loaded, host), options.strategies)
    return loaded, host, choices


def local_time() -> str:
    """Return the local date and time, to the second."""
    from datetime import datetime

    # Not for the model but for the record: when the run was made.
    return datetime.now().astimezone().isoformat(timespec="seconds")  # noqa: TID251


def _overrides(settings: Sequence[str]) -> dict[str, str]:
    """Return the values that replace those of the file; the last one of a key counts."""
    found = {}
    for setting in settings:
        key, sign, value = setting.partition("=")
        if not sign or not key.strip():
            example = "write it like --set teams.wardens.number=40"
            raise click.UsageError(f"--set {setting!r} is no key=value: {example}")
        found[key.strip()] = value.strip()
    return found


def _target(options: Options, loaded: LoadedScenario, started_at: str) -> Path:
    """Return where the run folder will stand.

    Raises
    ------
    click.UsageError
        If the folder that the user named holds something already.
    """
    from patrolsim.experiment import free_name, slug

    if options.out is None:
        moment = started_at[:19].replace("-", "").replace(":", "")
        return free_name(Path("runs"), f"{slug(loaded.scenario.name)}-{moment}")
    out = options.out
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise click.UsageError(f"{out} holds something already: remove it, or name another folder")
    return out


def _audit(run: Run) -> list[str]:
    from patrolsim.audit import audit

    strategy, replication = run.task
    found = audit(run.world, run.log)
    return [f"strategy {strategy}, replication {replication}: {text}" for text in found]


def _end(results: Results, findings: Sequence[str]) -> int:
    """Say what went wrong, most serious last, and return the exit code."""
    for notice in results.notices:
        say(f"note: {notice}")
    for finding in findings[:MOST_FINDINGS]:
        say(f"audit: {finding}")
    if len(findings) > MOST_FINDINGS:
        say(f"audit: {len(findings) - MOST_FINDINGS} more findings stand in run.json")
    for failure in results.failures:
        say(f"patrolsim: {failure}")
    if results.is_interrupted:
        kept = len(results.finished)
        say(f"Interrupted: {kept} finished runs are kept." if kept else "Interrupted.")
        return INTERRUPTED
    if results.failures:
        return max(failure.error.exit_code for failure in results.failures)
    return AUDIT_FAILED if findings else 0


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
