"""The pace of those who search: a mode of its own on the streets, for each speed of a scenario.

Whoever searches walks where people on foot may walk, but more slowly. So a search is a walk like
any other: it has a way, a time for each street, and a place on the street at any moment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import MisfitError
from patrolsim.network.modes import FOOT
from patrolsim.network.streets import CLOSED_US, Mode
from patrolsim.units import US_PER_S
from patrolsim.world.interventions import ArcsMeant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.network.streets import Streets
    from patrolsim.scenario.models import Scenario
    from patrolsim.scenario.search_models import SearchModel

    Ints = npt.NDArray[np.int64]

KMH = 3.6


def searches_of(scenario: Scenario) -> list[SearchModel]:
    """Return the searches of all stages of a scenario."""
    stages = (stage for kind in scenario.incidents.values() for stage in kind.stages.values())
    return [stage.search for stage in stages if stage.search is not None]


def tells_paths_apart(search: SearchModel) -> bool:
    """Whether a search has other chances for paths than for streets."""
    return search.prior.roads.paths != search.prior.roads.streets


def mode_name(speed_mps: float) -> str:
    """Return the name of the mode of those who search at a speed."""
    return f"search at {speed_mps * KMH:.4g} km/h"


def modes_of_searches(scenario: Scenario) -> dict[str, float]:
    """Return the speeds at which people search, by the name of the mode."""
    return {mode_name(one.speed): one.speed for one in searches_of(scenario)}


def with_search_modes(
    streets: Streets, meant: Mapping[str, ArcsMeant], modes: Mapping[str, float]
) -> tuple[Streets, Mapping[str, ArcsMeant]]:
    """Return streets with the modes of those who search, and what interventions open to them.

    They go where people on foot go; where nobody goes on foot, where the first mode goes.

    Parameters
    ----------
    streets, meant
        The compiled streets, and the arcs of each intervention.
    modes
        The speeds by the name of the mode, metres per second.
    """
    names = [mode.name for mode in streets.modes]
    base = names.index(FOOT) if FOOT in names else 0
    rows = [_weights(streets.weight_us[base], streets.length_m, speed) for speed in modes.values()]
    own = streets.modes[base]
    added = tuple(replace_name(own, name) for name in modes)
    grown = replace(
        streets,
        weight_us=np.vstack([streets.weight_us, *rows]),
        usable=np.vstack([streets.usable, *[streets.usable[base]] * len(modes)]),
        modes=(*streets.modes, *added),
        packed=(),
    )
    return grown, {
        name: _opened(arcs, streets, base, modes.values()) for name, arcs in meant.items()
    }


def search_mode(modes: Sequence[Mode], speed_mps: float) -> int:
    """Return the index of the mode of those who search at a speed.

    Raises
    ------
    MisfitError
        If the streets have no such mode.
    """
    names = [mode.name for mode in modes]
    if mode_name(speed_mps) not in names:
        raise MisfitError(("incidents",), "the streets have no mode for this search")
    return names.index(mode_name(speed_mps))


def replace_name(mode: Mode, name: str) -> Mode:
    """Return a mode that moves like another one, under a name of its own."""
    return Mode(name=name, off_road_mps=mode.off_road_mps, turns_round=mode.turns_round)


def _weights(base_us: Ints, length_m: npt.NDArray[np.float64], speed_mps: float) -> Ints:
    """Return the time of each arc at a speed, `CLOSED_US` where the base mode may not go."""
    times_us = np.maximum(np.rint(length_m / speed_mps * US_PER_S), 1).astype(np.int64)
    return np.where(base_us == CLOSED_US, CLOSED_US, times_us)


def _opened(
    arcs: ArcsMeant, streets: Streets, base: int, speeds_mps: Iterable[float]
) -> ArcsMeant:
    """Return the arcs of an intervention with the times of those who search."""
    if not arcs.open_us or not arcs.arcs:
        return arcs
    open_us = np.array(arcs.open_us, np.int64).reshape(len(streets.modes), -1)
    length_m = streets.length_m[np.array(arcs.arcs, np.int64)]
    rows = [_weights(open_us[base], length_m, speed) for speed in speeds_mps]
    return ArcsMeant(arcs.arcs, np.vstack([open_us, *rows]).tolist())
