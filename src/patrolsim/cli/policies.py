"""Loads plugins for a command and looks up the policies that a scenario names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from patrolsim.policy import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from patrolsim.plugins import Offer, PluginHost
    from patrolsim.policy import Parameter
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices

WHERE_TO_LOOK = "see patrolsim plugins list; for your own file add --plugin FILE.py"


def load_plugins(files: Sequence[Path] = ()) -> PluginHost:
    """Return a host with all installed plugins and those of the named files.

    Raises
    ------
    PluginError
        If one cannot be loaded.
    """
    from patrolsim.plugins import PluginHost

    host = PluginHost()
    host.load_installed()
    for file in files:
        host.load_file(file)
    return host


def choose_policies(loaded: LoadedScenario, host: PluginHost) -> Choices:
    """Return the policies of every strategy of a scenario.

    Raises
    ------
    ScenarioError
        If a strategy names a policy or a parameter that does not exist.
    """
    from patrolsim.scenario.strategies import check_strategies

    return check_strategies(loaded, specs_of(host), hint=WHERE_TO_LOOK)


def specs_of(host: PluginHost) -> dict[tuple[str, str], Mapping[str, Parameter]]:
    """Return the parameters of each policy and model, as `patrolsim.scenario.strategies` wants."""
    from patrolsim.scenario.strategies import MODEL

    models = {(MODEL, one.spec.name): one.spec.parameters for one in host.model_offers()}
    policies = {(spec.role.value, spec.name): spec.parameters for spec in host.specs()}
    return {**policies, **models}


def pick_strategies(choices: Choices, names: Sequence[str]) -> Choices:
    """Return the strategies that the command line names, in that order; without names all.

    Raises
    ------
    click.UsageError
        If the scenario has no such strategy.
    """
    from patrolsim.units import quoted, suggestion

    for name in names:
        if name not in choices:
            hint = suggestion(name, choices, otherwise=f"it has {', '.join(choices)}")
            raise click.UsageError(f"the scenario has no strategy {quoted(name)}: {hint}")
    return {name: choices[name] for name in names} if names else choices


def offers_in_use(choices: Choices, host: PluginHost) -> dict[tuple[str, str], Offer]:
    """Return each policy in use with its origin, by role and name."""
    return {
        (role, choice.policy): host.offer(Role(role), choice.policy)
        for chosen in choices.values()
        for role, choice in chosen.items()
    }
