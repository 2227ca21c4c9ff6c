"""Maps of demand: cells with weights, and how each of them joins the streets."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.demand.grids import GRID, read_grid
from patrolsim.errors import NetworkError
from patrolsim.network.datum import Datum
from patrolsim.world.misfits import about
from patrolsim.world.places import Position, least_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from patrolsim.network.snapping import Snapper
    from patrolsim.scenario.place_models import DemandMapModel
    from patrolsim.world.places import Gazetteer

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandCells:
    """The cells of a map of demand, n of them; arrays are read-only.

    Attributes
    ----------
    x, y
        Middle of each cell, metres; shape (n,).
    weight
        Its share of all demand; shape (n,), sum 1.
    nodes
        The corner at which people of each mode leave the streets, or `NO_NODE`; shape
        (n_modes, n).
    off_road_us
        Time between that corner and the middle for each mode; shape (n_modes, n).
    """

    x: Floats
    y: Floats
    weight: Floats
    nodes: Ints
    off_road_us: Ints


def make_demand_maps(
    models: Mapping[str, DemandMapModel], gazetteer: Gazetteer, snapper: Snapper, limit_m: float
) -> dict[str, DemandCells]:
    """Return the maps of demand of a scenario, by name.

    Parameters
    ----------
    models
        The maps as the scenario describes them.
    gazetteer
        Turns what is written into metres.
    snapper
        Joins points to the nearest corner.
    limit_m
        Half of the weight of a map must not lie farther from the streets.

    Raises
    ------
    MisfitError, ScenarioError
        If a file is wrong, or a map lies off the streets.
    """
    found = {}
    for name, model in models.items():
        with about("demand_maps", name):
            found[name] = _make(model, gazetteer, snapper, limit_m)
    return found


def _make(
    model: DemandMapModel, gazetteer: Gazetteer, snapper: Snapper, limit_m: float
) -> DemandCells:
    x, y, weight = _points(model, gazetteer)
    slack_m = math.hypot(least_step(x), least_step(y)) / 2
    gazetteer.files[-1] = replace(gazetteer.files[-1], slack_m=slack_m)
    away_m = snapper.distances_m(x, y)
    far = float(weight[away_m > limit_m].sum() / weight.sum())
    if far > 1 / 2:
        raise NetworkError(
            f"{model.raster.name}: {far:.0%} of the weight lies more than {limit_m:g} m from any"
            " street of the map (snap_limit). Are the coordinates right?"
        )
    stops = snapper.snap(x, y, is_strict=False)
    cells = DemandCells(
        x=x,
        y=y,
        weight=weight / weight.sum(),
        nodes=np.array([stop.nodes for stop in stops], np.int64).T.copy(),
        off_road_us=np.array([stop.off_road_us for stop in stops], np.int64).T.copy(),
    )
    for column in (cells.x, cells.y, cells.weight, cells.nodes, cells.off_road_us):
        column.flags.writeable = False
    return cells


def _points(model: DemandMapModel, gazetteer: Gazetteer) -> tuple[Floats, Floats, Floats]:
    """Return the middles of the cells with some weight, in metres, and the weights."""
    datum = Datum(model.coords)
    if model.raster.suffix != GRID:
        table = gazetteer.read_points(model.raster, datum)
        is_there = table.weight > 0
        return table.x[is_there], table.y[is_there], table.weight[is_there]
    in_degrees = gazetteer.projection is not None
    grid = read_grid(model.raster, in_degrees=in_degrees)
    middles = zip(grid.east.tolist(), grid.north.tolist(), strict=True)
    found = [
        (row, Position(in_degrees, east, north))
        for row, (east, north) in zip(grid.row.tolist(), middles, strict=True)
    ]
    x, y = gazetteer.points_of(model.raster, found, datum)
    return x, y, grid.weight
