"""What is expected where: the forecast by corners, and the maps of demand of a scenario."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network.streets import NO_NODE, UNREACHABLE_US
from patrolsim.policy import DemandMap, HotSpot
from patrolsim.units import US_PER_S, quoted, suggestion

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.engine.travel import Travel
    from patrolsim.network.streets import Stop
    from patrolsim.world import World
    from patrolsim.world.demand_maps import DemandCells


def rank_hot_spots(world: World) -> tuple[HotSpot, ...]:
    """Return the corners at which something is expected, the most first."""
    weights = world.forecast.per_node
    ranked = sorted((-float(w), node) for node, w in enumerate(weights.tolist()) if w > 0)
    x, y = world.streets.x, world.streets.y
    return tuple(HotSpot(node, float(x[node]), float(y[node]), -w) for w, node in ranked)


def demand_cells(world: World, name: str) -> DemandCells:
    """Return a map of demand.

    Raises
    ------
    KeyError
        If the scenario has none of this name; says which there are.
    """
    maps = world.demand_maps
    if name not in maps:
        hint = suggestion(name, maps, otherwise=f"there are {', '.join(maps) or 'none'}")
        raise KeyError(f"the scenario has no demand map {quoted(name)}: {hint}")
    return maps[name]


def demand_map(world: World, name: str) -> DemandMap:
    """Return a map of demand as a policy sees it; raises as `demand_cells`."""
    cells = demand_cells(world, name)
    return DemandMap(cells.x, cells.y, cells.weight)


def door_times_s(
    travel: Travel, stop: Stop, cells: DemandCells, mode: int
) -> npt.NDArray[np.float64]:
    """Return the times from a place to all cells, ways off the road at both ends, shape (n,).

    At the usual speed of the mode on the present streets; infinite without a way; read-only.
    """
    best_us = np.full(len(cells.x), UNREACHABLE_US, np.int64)
    nodes, off_road_us = cells.nodes[mode], cells.off_road_us[mode]
    for way in travel.departures_at(stop, mode):
        row_us = travel.router.times_from(way.node, mode)[nodes]
        is_reached = (row_us < UNREACHABLE_US) & (nodes != NO_NODE)
        total_us = row_us[is_reached] + way.cost_us + off_road_us[is_reached]
        best_us[is_reached] = np.minimum(best_us[is_reached], total_us)
    times_s = np.where(best_us >= UNREACHABLE_US, math.inf, best_us / US_PER_S)
    times_s.flags.writeable = False
    return times_s
