"""The policies that strategies name, and the models of kinds, checked against those that exist."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pydantic import ValidationError

from patrolsim.scenario.findings import Finding, nearest_of
from patrolsim.scenario.incident_models import ModelChoice
from patrolsim.scenario.parameters import DEMAND_MAP, PLACE, missing_name, read_parameter
from patrolsim.scenario.plain import PLACES_OF_A_CITY, group, names_of
from patrolsim.scenario.reporting import scenario_error
from patrolsim.scenario.strategy_models import StrategyModel
from patrolsim.units import UnitError, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from patrolsim.scenario.incident_models import IncidentModel
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.models import Scenario
    from patrolsim.scenario.parameters import ParameterLike
    from patrolsim.scenario.positions import Loc
    from patrolsim.scenario.strategy_models import PolicyChoice

DEFAULT_POLICIES = {"dispatch": "closest", "standby": "home", "patrol": "random_walk"}
"""What a role does that a strategy leaves out; without a roster the teams' own shifts count,
without alerts everybody is sent by the dispatch policy."""
APPOINTMENTS, SEARCH = "appointments", "search"
EVERY_DEFAULT = {**DEFAULT_POLICIES, APPOINTMENTS: "earliest_due_date", SEARCH: "greedy_rate"}
"""Those of the roles too that a scenario may have no use for: see `idle_roles`."""
ROLES = (*DEFAULT_POLICIES, "roster", APPOINTMENTS, "alerts", SEARCH)

Specs: TypeAlias = "Mapping[tuple[str, str], Mapping[str, ParameterLike]]"
"""The parameters of each policy, by the value of its role and its name; of each model of
incidents, by `MODEL` and its name."""
MODEL = "incident model"
"""Stands in `Specs` where a policy has its role."""

NOTHING_DECLARED: Mapping[str, Collection[str]] = MappingProxyType({})


class ChosenPolicy(NamedTuple):
    """A policy that a strategy uses, with all its parameters read."""

    policy: str
    parameters: dict[str, object]


Choices: TypeAlias = dict[str, dict[str, ChosenPolicy]]
"""The chosen policy by strategy and by the value of the role."""


def check_strategies(loaded: LoadedScenario, specs: Specs, *, hint: str = "") -> Choices:
    """Return the policies of each strategy, defaults filled in.

    A role that a strategy leaves out has its default policy where `specs` knows it.

    Parameters
    ----------
    loaded
        A scenario with the places of its values.
    specs
        The policies that there are.
    hint
        Where a user finds the names of all policies.

    Raises
    ------
    ScenarioError
        When a strategy names an unknown policy or parameter, or a value is wrong.
    """
    idle = idle_roles(loaded.scenario)
    defaults = {role: name for role, name in EVERY_DEFAULT.items() if role not in idle}
    strategies, declared = loaded.scenario.strategies, _declared_by(loaded.scenario)
    choices, findings = look_up(strategies, specs, hint, defaults, declared)
    if (error := scenario_error(loaded.whereabouts, findings)) is not None:
        raise error
    return choices


def _declared_by(scenario: Scenario) -> dict[str, Collection[str]]:
    """Return the names that parameters may take, by their kind."""
    of_city = PLACES_OF_A_CITY if scenario.streets.city is not None else ()
    return {PLACE: (*scenario.places, *of_city), DEMAND_MAP: tuple(scenario.demand_maps)}


def _declared_in(data: object) -> Mapping[str, Collection[str]]:
    """Return the same for what nobody has checked yet; a suite of scenarios declares nothing."""
    if not (isinstance(data, dict) and "streets" in data):
        return NOTHING_DECLARED
    return {PLACE: tuple(names_of(data).places), DEMAND_MAP: tuple(group(data, "demand_maps"))}


def idle_roles(scenario: Scenario) -> frozenset[str]:
    """Return the roles that have nothing to decide: no requests, or nobody to be looked for."""
    kinds = scenario.incidents.values()
    has_requests = any(kind.request is not None or kind.at is not None for kind in kinds)
    has_search = any(stage.search is not None for kind in kinds for stage in kind.stages.values())
    is_needed = {APPOINTMENTS: has_requests, SEARCH: has_search}
    return frozenset(role for role, needed in is_needed.items() if not needed)


def look_up(
    strategies: Mapping[str, StrategyModel],
    specs: Specs,
    hint: str,
    defaults: Mapping[str, str] = DEFAULT_POLICIES,
    declared: Mapping[str, Collection[str]] = NOTHING_DECLARED,
) -> tuple[Choices, list[Finding]]:
    """Return the policies of each strategy, defaults filled in, and what is wrong with them.

    Parameters
    ----------
    strategies
        By name.
    specs, hint
        As in `check_strategies`.
    defaults
        What roles do that a strategy leaves out.
    declared
        Names that parameters may take, by the kind of parameter; a kind that is missing is not
        looked at.
    """
    check = _Check(specs, hint, [], defaults, declared)
    choices: Choices = {}
    for name, strategy in strategies.items():
        roles = {role: (getattr(strategy, role), ("strategies", name, role)) for role in ROLES}
        found = {role: check.choice(role, *where) for role, where in roles.items()}
        choices[name] = {role: choice for role, choice in found.items() if choice is not None}
    return choices, check.findings


def strategy_findings(data: object, specs: Specs, hint: str) -> list[Finding]:
    """Return what is wrong with the policies of the strategies that can be read.

    For scenarios that are wrong elsewhere too, so that all mistakes are shown at once.

    Parameters
    ----------
    data
        The scenario as read, before it is validated.
    specs, hint
        As in `check_strategies`.
    """
    strategies = data.get("strategies") if isinstance(data, dict) else None
    check = _Check(specs, hint, [], declared=_declared_in(data))
    for name, written in (strategies if isinstance(strategies, dict) else {}).items():
        try:
            strategy = StrategyModel.model_validate(written)
        except ValidationError:
            continue
        for role in ROLES:
            check.choice(role, getattr(strategy, role), ("strategies", name, role))
    return check.findings


def look_up_models(
    incidents: Mapping[str, IncidentModel], specs: Specs, hint: str
) -> tuple[dict[str, ChosenPolicy], list[Finding]]:
    """Return the model of each kind that has one, defaults filled in, and what is wrong.

    Parameters
    ----------
    incidents
        By the name of the kind.
    specs, hint
        As in `check_strategies`; models stand under `MODEL`.
    """
    check = _Check(specs, hint, [])
    found = {
        kind: check.model(one.model, ("incidents", kind, "model"))
        for kind, one in incidents.items()
        if one.model is not None
    }
    return {kind: chosen for kind, chosen in found.items() if chosen is not None}, check.findings


def model_findings(data: object, specs: Specs, hint: str) -> list[Finding]:
    """Return what is wrong with the models that can be read; as `strategy_findings`."""
    kinds = data.get("incidents") if isinstance(data, dict) else None
    check = _Check(specs, hint, [])
    for name, written in (kinds if isinstance(kinds, dict) else {}).items():
        chosen = written.get("model") if isinstance(written, dict) else None
        try:
            model = None if chosen is None else ModelChoice.model_validate(chosen)
        except ValidationError:
            continue
        if model is not None:
            check.model(model, ("incidents", name, "model"))
    return check.findings


class _Check(NamedTuple):
    """The policies that there are, and the mistakes found so far."""

    specs: Specs
    hint: str
    findings: list[Finding]
    defaults: Mapping[str, str] = DEFAULT_POLICIES
    declared: Mapping[str, Collection[str]] = NOTHING_DECLARED

    def choice(self, role: str, chosen: PolicyChoice | None, loc: Loc) -> ChosenPolicy | None:
        """Return the chosen policy of a role; None when there is none or it is unknown."""
        name = self.defaults.get(role) if chosen is None else chosen.policy
        if name is None:
            return None
        parameters = self.specs.get((role, name))
        if parameters is None:
            if chosen is not None:
                self._unknown_policy(role, name, loc)
            return None
        written = {} if chosen is None else dict(chosen.model_extra or {})
        return ChosenPolicy(name, self._values(written, parameters, loc, "policy"))

    def model(self, chosen: ModelChoice, loc: Loc) -> ChosenPolicy | None:
        """Return the chosen model of a kind; None when it is unknown."""
        parameters = self.specs.get((MODEL, chosen.name))
        if parameters is None:
            known = [name for group, name in self.specs if group == MODEL]
            near = nearest_of(chosen.name, known)
            hint = f"{near} ({self.hint})" if self.hint else near
            message = f"there is no {MODEL} called {quoted(chosen.name)}"
            self.findings.append(Finding((*loc, "name"), message, hint))
            return None
        written = dict(chosen.model_extra or {})
        return ChosenPolicy(chosen.name, self._values(written, parameters, loc, "model"))

    def _values(
        self,
        written: dict[str, object],
        parameters: Mapping[str, ParameterLike],
        loc: Loc,
        noun: str,
    ) -> dict[str, object]:
        """Return all parameters, those left out with their defaults."""
        for key in written:
            if key not in parameters:
                hint = nearest_of(key, parameters) if parameters else "it has no parameters"
                message = f"this {noun} has no parameter {quoted(key)}"
                self.findings.append(Finding((*loc, key), message, hint, at_key=True))
        values = {key: written.get(key, one.default) for key, one in parameters.items()}
        return {key: self._value(values[key], parameters[key], (*loc, key)) for key in values}

    def _value(self, value: object, parameter: ParameterLike, loc: Loc) -> object:
        if value is None:
            return None
        try:
            found = read_parameter(value, parameter)
        except UnitError as error:
            self.findings.append(Finding(loc, f"{loc[-1]}: {error.message}", error.hint))
            return None
        fault = missing_name(found, parameter, self.declared)
        if fault is not None:
            hint = nearest_of(found, self.declared[parameter.kind])
            self.findings.append(Finding(loc, f"{loc[-1]}: {fault}", hint))
        return found

    def _unknown_policy(self, role: str, name: str, loc: Loc) -> None:
        message = f"there is no {role} policy called {quoted(name)}"
        known = [other for other_role, other in self.specs if other_role == role]
        elsewhere = [group for group, other in self.specs if other == name and group != MODEL]
        near = f"it is a {elsewhere[0]} policy" if elsewhere else nearest_of(name, known)
        hint = f"{near} ({self.hint})" if self.hint else near
        self.findings.append(Finding((*loc, "policy"), message, hint))
