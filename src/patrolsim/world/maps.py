"""The map of a scenario: read from whatever the scenario names, compiled for its teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patrolsim.network.city import City, read_city
from patrolsim.network.compiling import CompiledMap, ComponentLoss, compile_map
from patrolsim.network.datum import Datum
from patrolsim.network.graphml import read_graphml
from patrolsim.network.maps import in_wgs84
from patrolsim.network.modes import FOOT, ModeRules
from patrolsim.network.streets import Mode
from patrolsim.network.tables import read_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from patrolsim.network.maps import StreetMap
    from patrolsim.network.projection import Projection
    from patrolsim.network.streets import Streets
    from patrolsim.scenario.models import Scenario, StreetsModel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The streets of a scenario, and what else its map brings.

    Attributes
    ----------
    streets, may_enter, losses
        As in `patrolsim.network.compiling.CompiledMap`.
    projection
        From degrees (WGS-84) to metres; None for a map in metres.
    ordinary_mode, mode_by_priority
        The mode of teams that name none; modes by priority.
    places
        Groups of points in degrees that a city file brings.
    diversions
        Pairs of priorities that a city file brings.
    """

    streets: Streets
    may_enter: npt.NDArray[np.bool_]
    losses: tuple[ComponentLoss, ...]
    projection: Projection | None
    ordinary_mode: int = 0
    mode_by_priority: Mapping[int, int] = field(default_factory=dict)
    places: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    diversions: frozenset[tuple[int, int]] = frozenset()


def read_ground(scenario: Scenario) -> Ground:
    """Return the streets of a scenario, compiled for the modes of its teams.

    Raises
    ------
    NetworkError, ScenarioError
        If a map cannot be read, or has no way for a mode.
    """
    model = scenario.streets
    if model.city is not None:
        from patrolsim.scenario.reader import read_settings

        city = read_city(model.city.parent, read_settings(model.city))
        return _ground_of_city(city)
    own = {
        name: Mode(name=name, off_road_mps=times.off_road, turns_round=times.turns_round)
        for name, times in model.travel_times.items()
    }
    rules = ModeRules(
        modes=modes_of(scenario),
        speeds_mps=model.speeds,
        road_speeds_mps=model.road_speeds,
        off_road_mps=model.off_road,
        own=own,
    )
    return _ground(compile_map(in_wgs84(_read_map(model), Datum(model.coords)), rules))


def modes_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the modes that teams use, in the order in which they are named; foot by default."""
    default = next(iter(scenario.streets.travel_times), FOOT)
    names: dict[str, None] = {}
    for team in scenario.teams.values():
        names |= dict.fromkeys(team.modes or {default: 1.0})
        names |= dict.fromkeys(team.mode_by_priority.values())
    return tuple(names)


def _read_map(model: StreetsModel) -> StreetMap:
    if model.map is not None:
        return read_graphml(model.map)
    if model.nodes is None or model.edges is None:
        raise ValueError("a checked scenario has a map, a city, or nodes and edges")
    times = {name: times.column for name, times in model.travel_times.items()}
    return read_tables(model.nodes, model.edges, times=times)


def _ground(compiled: CompiledMap) -> Ground:
    return Ground(
        streets=compiled.streets,
        may_enter=compiled.may_enter,
        losses=compiled.losses,
        projection=compiled.projection,
    )


def _ground_of_city(city: City) -> Ground:
    return Ground(
        streets=city.map.streets,
        may_enter=city.map.may_enter,
        losses=city.map.losses,
        projection=city.map.projection,
        ordinary_mode=city.ordinary_mode,
        mode_by_priority=city.mode_by_priority,
        places=city.places,
        diversions=city.diversions,
    )
