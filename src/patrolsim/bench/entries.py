"""The strategies of a suite on its scenarios, ready to be run on the days and on fresh ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim.errors import ScenarioError
from patrolsim.scenario.strategies import idle_roles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.bench.suite import Suite
    from patrolsim.experiment import Arm
    from patrolsim.plugins import PluginHost
    from patrolsim.scenario.loaded import LoadedScenario

SHORT = 16
"""Digits of a digest that are kept where only a change has to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A scenario of a suite.

    Attributes
    ----------
    name
        In the suite.
    days, fresh
        The scenario on the days of the suite, and on those that confirm a FAIL.
    digest, fresh_digest
        Sha256 of both with the contents of all files that they name.
    """

    name: str
    days: LoadedScenario
    fresh: LoadedScenario
    digest: str
    fresh_digest: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """A strategy on a scenario.

    Attributes
    ----------
    venue
        The scenario.
    strategy
        Name of the strategy.
    days, fresh
        It as an arm of an experiment, on both kinds of days.
    definition
        The policies and parameters of the strategy, as the suite writes them.
    code
        Digest of each policy with its parameters and its code, by role.
    """

    venue: Venue
    strategy: str
    days: Arm
    fresh: Arm
    definition: Mapping[str, object]
    code: Mapping[str, str]

    @property
    def name(self) -> str:
        """Scenario and strategy; a name holds no slash."""
        return self.days.name


def read_venues(suite: Suite) -> tuple[list[Venue], list[ScenarioError]]:
    """Return the scenarios of a suite in the order of its file, and all errors in the others."""
    found, errors = [], []
    for name in suite.model.scenarios:
        try:
            found.append(_venue(suite, name))
        except ScenarioError as error:
            errors.append(error)
    return found, errors


def entries_of(suite: Suite, venues: Sequence[Venue], host: PluginHost) -> list[Entry]:
    """Return every strategy on every scenario, scenario by scenario."""
    return [_entry(suite, venue, name, host) for venue in venues for name in suite.choices]


def _venue(suite: Suite, name: str) -> Venue:
    from patrolsim.experiment.keys import scenario_digest
    from patrolsim.scenario.reader import read_scenario

    path = suite.model.scenarios[name]
    seeds = suite.model.replications.root_seed, suite.model.gate.confirm_seed
    days, fresh = (read_scenario(path, overrides={"seed": str(seed)}) for seed in seeds)
    return Venue(
        name=name,
        days=days,
        fresh=fresh,
        digest=scenario_digest(days.scenario),
        fresh_digest=scenario_digest(fresh.scenario),
    )


def _entry(suite: Suite, venue: Venue, strategy: str, host: PluginHost) -> Entry:
    from patrolsim.experiment import Arm
    from patrolsim.experiment.keys import policy_digest

    idle = idle_roles(venue.days.scenario)
    chosen = {role: one for role, one in suite.choices[strategy].items() if role not in idle}
    name = f"{venue.name}/{strategy}"
    written = suite.model.strategies[strategy]
    listed = tuple(written.interventions)
    return Entry(
        venue=venue,
        strategy=strategy,
        days=Arm(name=name, loaded=venue.days, chosen=chosen, interventions=listed),
        fresh=Arm(name=name, loaded=venue.fresh, chosen=chosen, interventions=listed),
        definition=written.model_dump(exclude_defaults=True, exclude={"about"}),
        code={
            role: policy_digest(role, choice, host)[:SHORT]
            for role, choice in sorted(chosen.items())
        },
    )
