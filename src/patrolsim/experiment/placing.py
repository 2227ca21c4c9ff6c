"""Builds the worlds of a scenario that was read from a file: mistakes are shown at their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from patrolsim.demand.modelled import NamedModel
from patrolsim.errors import MisfitError, PluginError
from patrolsim.scenario.findings import Finding
from patrolsim.scenario.reporting import scenario_error
from patrolsim.scenario.strategies import MODEL, look_up_models

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.demand.models import IncidentModel
    from patrolsim.plugins import ModelOffer
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import ChosenPolicy
    from patrolsim.world import WorldBuilder


class ModelSource(Protocol):
    """Knows the models of incidents: `patrolsim.plugins.PluginHost`."""

    def model_offers(self) -> Sequence[ModelOffer]:
        """Return all models on offer."""

    def build_model(self, name: str, parameters: Mapping[str, object]) -> IncidentModel:
        """Return a model."""


class ModelInUse(NamedTuple):
    """The model of a kind: its name and parameters, and who offers it."""

    chosen: ChosenPolicy
    offer: ModelOffer


def builder_of(loaded: LoadedScenario, models: ModelSource) -> WorldBuilder:
    """Return what builds the worlds of a scenario.

    Parameters
    ----------
    loaded
        The scenario.
    models
        Where models of incidents come from; not asked by a scenario without any.

    Raises
    ------
    ScenarioError, NetworkError
        If a map or table cannot be read, or a value does not fit the map or a model: it is shown
        at its line and column.
    PluginError
        If a model breaks the rules.
    """
    from patrolsim.world import WorldBuilder

    built = {
        kind: NamedModel(use.chosen.policy, _build(loaded, kind, use.chosen, models))
        for kind, use in models_in_use(loaded, models).items()
    }
    try:
        return WorldBuilder(loaded.scenario, built)
    except MisfitError as error:
        finding = Finding(error.loc, error.message, error.hint)
        raise scenario_error(loaded.whereabouts, [finding]) or error from None


def models_in_use(loaded: LoadedScenario, models: ModelSource) -> dict[str, ModelInUse]:
    """Return the model of each kind that has one.

    Raises
    ------
    ScenarioError
        If there is no such model, or a parameter is wrong.
    """
    incidents = loaded.scenario.incidents
    if all(kind.model is None for kind in incidents.values()):
        return {}
    offers = {offer.spec.name: offer for offer in models.model_offers()}
    specs = {(MODEL, name): offer.spec.parameters for name, offer in offers.items()}
    chosen, findings = look_up_models(incidents, specs, "see patrolsim plugins list")
    if (error := scenario_error(loaded.whereabouts, findings)) is not None:
        raise error
    return {kind: ModelInUse(one, offers[one.policy]) for kind, one in chosen.items()}


def _build(
    loaded: LoadedScenario, kind: str, chosen: ChosenPolicy, models: ModelSource
) -> IncidentModel:
    try:
        return models.build_model(chosen.policy, chosen.parameters)
    except PluginError as error:
        finding = Finding(("incidents", kind, "model"), str(error), "see patrolsim plugins show")
        raise scenario_error(loaded.whereabouts, [finding]) or error from error
