"""From the words of the command line to a scenario that is ready to run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from patrolsim.cli.policies import (
    WHERE_TO_LOOK,
    choose_policies,
    load_plugins,
    pick_strategies,
    specs_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.experiment import Conduct, Part
    from patrolsim.plugins import PluginHost
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices


LEDGER = Path("runs") / "ledger.sqlite"
"""Where finished replications are recorded unless the user names a file."""


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
    workers
        How many worker processes; None for as many as this process may use processors.
    ledger
        The file that records what is finished; None for ``runs/ledger.sqlite``.
    limit_s
        How long a replication may take; None for as long as it wants.
    is_audited, is_json, is_quiet
        Whether each run is checked against the rules; whether the results are one JSON document;
        whether nothing is said but errors.
    has_pages
        Whether the run folder gets its pages.
    command
        The words of the command line, for the record.
    """

    out: Path | None = None
    strategies: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    plugins: tuple[Path, ...] = ()
    workers: int | None = None
    ledger: Path | None = None
    limit_s: float | None = None
    is_audited: bool = False
    has_pages: bool = True
    is_json: bool = False
    is_quiet: bool = False
    command: tuple[str, ...] = ()


def prepare(path: str | Path, options: Options) -> tuple[LoadedScenario, PluginHost, Choices]:
    """Read a scenario with the changes of the command line, and look up its policies.

    Raises
    ------
    ScenarioError, PluginError, click.UsageError
        If something is wrong with the scenario, a plugin, or the words of the command line.
    """
    host = load_plugins(options.plugins)
    loaded, choices = read_and_choose(path, host, overrides_of(options.settings))
    return loaded, host, pick_strategies(choices, options.strategies)


def read_and_choose(
    path: str | Path, host: PluginHost, overrides: Mapping[str, str]
) -> tuple[LoadedScenario, Choices]:
    """Read a scenario with other values for some keys, and look up all its policies.

    Raises
    ------
    ScenarioError
        If something is wrong with the scenario, the values, or the policies that it names.
    """
    from patrolsim.scenario.reader import read_scenario

    loaded = read_scenario(path, overrides=overrides, specs=specs_of(host), hint=WHERE_TO_LOOK)
    return loaded, choose_policies(loaded, host)


def conduct_of(options: Options, parts: frozenset[Part] = frozenset()) -> Conduct:
    """Return how an experiment is carried out from the command line: always in workers."""
    from patrolsim.experiment import Conduct

    return Conduct(
        workers=options.workers or usable_processors(),
        ledger=options.ledger or LEDGER,
        parts=parts,
        limit_s=options.limit_s,
    )


def usable_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def overrides_of(settings: Sequence[str]) -> dict[str, str]:
    """Return the values that replace those of the file; the last one of a key counts.

    Raises
    ------
    click.UsageError
        If one is no ``key=value``.
    """
    found = {}
    for setting in settings:
        key, sign, value = setting.partition("=")
        if not sign or not key.strip():
            example = "write it like --set teams.wardens.number=40"
            raise click.UsageError(f"--set {setting!r} is no key=value: {example}")
        found[key.strip()] = value.strip()
    return found
