"""The map of a scenario: read from whatever the scenario names, compiled for its teams."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from patrolsim.network.city import City, files_of_city, read_city
from patrolsim.network.compiling import ComponentLoss, compile_map
from patrolsim.network.datum import Datum
from patrolsim.network.graphml import read_graphml
from patrolsim.network.maps import in_wgs84
from patrolsim.network.modes import CAR, FOOT, ModeRules
from patrolsim.network.snapshot import KeptMap, SnapshotShelf, shelf_of
from patrolsim.network.streets import Mode
from patrolsim.network.tables import read_tables
from patrolsim.world.interventions import (
    ArcsMeant,
    compile_changing,
    meant_in_city,
    shapes_of,
)
from patrolsim.world.search_modes import (
    modes_of_searches,
    searches_of,
    tells_paths_apart,
    with_search_modes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from patrolsim.network.maps import StreetMap
    from patrolsim.network.projection import Projection
    from patrolsim.network.streets import Streets
    from patrolsim.scenario.models import Scenario, StreetsModel

_NO_INPUTS = {
    "map",
    "nodes",
    "edges",
    "city",
    "snap",
    "snap_limit",
    "speed_changes",
    "interventions",
}
"""Where the map lies, what concerns the places on it, and the hours of the day do not change
the streets; what interventions do to them is added."""


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
    meant
        The arcs of each intervention, by its name.
    """

    streets: Streets
    may_enter: npt.NDArray[np.bool_]
    losses: tuple[ComponentLoss, ...]
    projection: Projection | None
    ordinary_mode: int = 0
    mode_by_priority: Mapping[int, int] = field(default_factory=dict)
    places: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    diversions: frozenset[tuple[int, int]] = frozenset()
    meant: Mapping[str, ArcsMeant] = field(default_factory=dict)


def read_ground(scenario: Scenario, *, spare: Path | None = None) -> Ground:
    """Return the streets of a scenario, compiled for the modes of its teams.

    What was compiled is kept in a snapshot beside the map, and mapped into memory from there,
    now and the next time.

    Parameters
    ----------
    scenario
        A checked scenario.
    spare
        A folder for the snapshots of maps that lie in a read-only folder; None for nowhere.

    Raises
    ------
    NetworkError, ScenarioError
        If a map cannot be read, or has no way for a mode.
    """
    shelf = _shelf(scenario, spare)
    kept = None if shelf is None else shelf.find()
    if shelf is not None and kept is None:
        made = _compile(scenario)
        # Not kept when a file has changed in the meantime: the name would promise the old one.
        kept = shelf.keep(made) if _shelf(scenario, spare) == shelf else made
    ground = _ground(_compile(scenario) if kept is None else kept)
    if scenario.streets.city is not None:
        meant = meant_in_city(ground.streets, scenario.streets.interventions)
        ground = replace(ground, meant=meant)
    modes = modes_of_searches(scenario)
    if not modes:
        return ground
    streets, opened = with_search_modes(ground.streets, ground.meant, modes)
    return replace(ground, streets=streets, meant=opened)


def _shelf(scenario: Scenario, spare: Path | None) -> SnapshotShelf | None:
    """Return where the snapshot lies: its name covers everything that `_compile` reads."""
    model = scenario.streets
    if model.city is not None:
        return shelf_of([model.city, *files_of_city(model.city.parent)], "city", spare)
    files = [file for file in (model.map, model.nodes, model.edges) if file is not None]
    rules = [[*modes_of(scenario)], model.model_dump(mode="json", exclude=_NO_INPUTS)]
    return shelf_of(files, [*rules, *shapes_of(model.interventions)], spare)


def _compile(scenario: Scenario) -> KeptMap:
    model = scenario.streets
    if model.city is not None:
        from patrolsim.scenario.reader import read_settings

        city = read_city(model.city.parent, read_settings(model.city))
        return KeptMap(city.map, _extras(city))
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
    street_map = in_wgs84(_read_map(model), Datum(model.coords))
    if not model.interventions:
        return KeptMap(compile_map(street_map, rules), None)
    compiled, meant = compile_changing(street_map, rules, model.interventions)
    return KeptMap(compiled, {"meant": {name: list(arcs) for name, arcs in meant.items()}})


def modes_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the modes that teams use, in the order in which they are named; foot by default.

    Whoever searches walks, and how likely paths are can be told only where it is known which
    streets are open to cars.
    """
    default = next(iter(scenario.streets.travel_times), FOOT)
    names: dict[str, None] = {}
    for team in scenario.teams.values():
        for people in team.by_trade().values():
            names |= dict.fromkeys(people.modes or {default: 1.0})
        names |= dict.fromkeys(team.mode_by_priority.values())
    searches = searches_of(scenario)
    if searches and not scenario.streets.travel_times:
        names[FOOT] = None
        if any(tells_paths_apart(search) for search in searches):
            names[CAR] = None
    return tuple(names)


def _read_map(model: StreetsModel) -> StreetMap:
    if model.map is not None:
        return read_graphml(model.map)
    if model.nodes is None or model.edges is None:
        raise ValueError("a checked scenario has a map, a city, or nodes and edges")
    times = {name: times.column for name, times in model.travel_times.items()}
    return read_tables(model.nodes, model.edges, times=times)


def _extras(city: City) -> dict[str, Any]:
    return {
        "ordinary_mode": city.ordinary_mode,
        "mode_by_priority": sorted(city.mode_by_priority.items()),
        "places": city.places,
        "diversions": sorted(city.diversions),
    }


def _ground(kept: KeptMap) -> Ground:
    """Return the ground; what a city brings comes as lists when it was kept in a file."""
    compiled, extras = kept
    ground = Ground(
        streets=compiled.streets,
        may_enter=compiled.may_enter,
        losses=compiled.losses,
        projection=compiled.projection,
    )
    if extras is None:
        return ground
    if "meant" in extras:
        meant = {name: ArcsMeant(*arcs) for name, arcs in extras["meant"].items()}
        return replace(ground, meant=meant)
    return replace(
        ground,
        ordinary_mode=extras["ordinary_mode"],
        mode_by_priority=dict(extras["mode_by_priority"]),
        places={
            name: tuple((lon, lat) for lon, lat in points)
            for name, points in extras["places"].items()
        },
        diversions=frozenset((left, gained) for left, gained in extras["diversions"]),
    )
