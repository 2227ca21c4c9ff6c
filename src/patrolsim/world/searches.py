"""The grounds of the searches of a scenario: one for each stage that looks for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.demand.search_ground import make_search_ground
from patrolsim.errors import MisfitError
from patrolsim.network.modes import CAR
from patrolsim.world.search_modes import search_mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.demand.search_ground import SearchGround
    from patrolsim.incidents import Kind, Search
    from patrolsim.network.streets import Stop, Streets


def make_searches(
    kinds: Sequence[Kind], streets: Streets, places: Mapping[str, Sequence[Stop]]
) -> dict[tuple[int, int], SearchGround]:
    """Return the ground of each search, by the numbers of its kind and of its stage.

    Raises
    ------
    MisfitError
        If the map leaves no street on which somebody may be, or does not tell paths from streets.
    """
    found = {}
    for number, kind in enumerate(kinds):
        for index, stage in enumerate(kind.stages):
            if stage.search is not None:
                loc = ("incidents", kind.name, "stages", stage.name, "search", "prior")
                found[number, index] = _ground(stage.search, streets, places, loc)
    return found


def _ground(
    search: Search,
    streets: Streets,
    places: Mapping[str, Sequence[Stop]],
    loc: tuple[str, ...],
) -> SearchGround:
    knows_cars = any(mode.name == CAR for mode in streets.modes)
    if search.paths != search.streets and not knows_cars:
        message = "this map does not say which streets are open to cars"
        raise MisfitError((*loc, "roads"), message, "leave roads out")
    draws = [(places[name], times) for name, times in search.places]
    mode = search_mode(streets.modes, search.speed_mps)
    ground = make_search_ground(streets, search, mode, draws)
    if ground is None:
        raise MisfitError(loc, "it leaves no street on which anybody may be", "raise its chances")
    return ground
