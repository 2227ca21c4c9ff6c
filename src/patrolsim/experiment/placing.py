"""Builds the worlds of a scenario that was read from a file: mistakes are shown at their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.errors import MisfitError
from patrolsim.scenario.findings import Finding
from patrolsim.scenario.reporting import scenario_error

if TYPE_CHECKING:
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.world import WorldBuilder


def builder_of(loaded: LoadedScenario) -> WorldBuilder:
    """Return what builds the worlds of a scenario.

    Raises
    ------
    ScenarioError, NetworkError
        If a map or table cannot be read, or a value does not fit the map: it is shown at its line
        and column.
    """
    from patrolsim.world import WorldBuilder

    try:
        return WorldBuilder(loaded.scenario)
    except MisfitError as error:
        finding = Finding(error.loc, error.message, error.hint)
        raise scenario_error(loaded.whereabouts, [finding]) or error from None
