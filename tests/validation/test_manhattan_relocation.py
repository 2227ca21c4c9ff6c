"""Manhattan with relocation, call for call: the rule of `dmexclp` on cover as JEMSS counts it.

JEMSS counts cover by priority: calls of high priority are covered by units that drive with lights
for 330 s, those of low priority by units in ordinary traffic for 480 s; the ways between street
and door count, and only stations are posts. The parameters of the shipped policy cannot say that:
it has one time, the mode of the unit, the forecast of the scenario (which knows nothing of
recorded calls) and all named places. So the cover is worked out here from the files of the city,
by scipy and nothing of ours, and handed to the policy: its rule and the engine do the rest. JEMSS
moves units only when they become free; ours are asked when they come on duty, too, and stay home.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree
from tests.validation.test_manhattan import (
    TOLERANCE_S,
    column,
    last_times,
    recorded,
    replay_policies,
    scenario_folder,
)

from patrolsim.engine import simulate
from patrolsim.eventlog import Event
from patrolsim.policy import Base, GoTo, StateView
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder
from patrolsim_policies.coverage import CoverMap
from patrolsim_policies.dmexclp import DmexclpStandby

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.world import World

    Floats = npt.NDArray[np.float64]

pytestmark = pytest.mark.slow

BUSY = 0.5
KM_PER_DEGREE = np.array([84.28, 111.32])


class Cover(NamedTuple):
    """How calls of a priority are covered.

    Attributes
    ----------
    column, offroad_kmh
        The times of the streets, and the speed between street and door.
    within_s
        The time that counts.
    share
        Of all calls.
    """

    column: str
    offroad_kmh: float
    within_s: float
    share: float


COVERS = (
    Cover("time_lights_s", 14.666667, 330.0, 0.42),
    Cover("time_normal_s", 11.0, 480.0, 0.58),
)


@dataclass
class AfterWork:
    """Leaves everybody at their own base until they have worked; then the policy decides."""

    policy: DmexclpStandby
    begun: set[int] = field(default_factory=set)

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | Base:
        if volunteer_id in self.begun:
            return self.policy.standby(view, volunteer_id)
        self.begun.add(volunteer_id)
        return Base.OWN


def rows_of(file: Path) -> list[dict[str, str]]:
    if file.suffix == ".gz":
        with gzip.open(file, "rt", newline="") as packed:
            return list(csv.DictReader(packed))
    with file.open(newline="") as plain:
        return list(csv.DictReader(plain))


def flat(rows: list[dict[str, str]]) -> Floats:
    """Return the places of some rows in kilometres on the flat map of the recorded runs."""
    degrees = np.array([[float(row["lon"]), float(row["lat"])] for row in rows])
    found: Floats = degrees * KM_PER_DEGREE
    return found


def demand_of(city: Path) -> tuple[Floats, Floats]:
    """Return the middles of all cells with residents, in kilometres, and their shares."""
    raster = np.load(city / "demand_raster.npz")
    step_x, _, left, _, step_y, top = raster["transform"]
    row, col = np.nonzero(raster["values"] > 0)
    degrees = np.column_stack([left + (col + 0.5) * step_x, top + (row + 0.5) * step_y])
    weights = raster["values"][row, col].astype(np.float64)
    return degrees * KM_PER_DEGREE, weights / weights.sum()


def station_times(city: Path, cover: Cover, points: Floats) -> Floats:
    """Return how long a unit takes from each station to each point, door to door, in seconds."""
    nodes, edges = rows_of(city / "nodes.csv.gz"), rows_of(city / "edges.csv.gz")
    number = {row["node"]: k for k, row in enumerate(nodes)}
    doors = np.flatnonzero([row["offroad_access"].lower() in {"1", "true"} for row in nodes])
    tree = cKDTree(flat(nodes)[doors])
    fastest: dict[tuple[int, int], float] = {}
    for edge in edges:
        ends, time_s = (number[edge["u"]], number[edge["v"]]), float(edge[cover.column])
        fastest[ends] = min(time_s, fastest.get(ends, np.inf))
    tails, heads = zip(*fastest, strict=True)
    graph = csr_array((list(fastest.values()), (tails, heads)), shape=(len(nodes), len(nodes)))
    from_km, from_door = map(np.asarray, tree.query(flat(rows_of(city / "stations.csv"))))
    to_km, to_door = map(np.asarray, tree.query(points))
    on_streets_s = dijkstra(graph, indices=doors[from_door])[:, doors[to_door]]
    off_s = (from_km[:, None] + to_km[None, :]) / cover.offroad_kmh * 3600
    found: Floats = on_streets_s + off_s
    return found


def cover_map(city: Path, world: World) -> CoverMap:
    """Return the cover from the stations; points that the same stations cover are one place."""
    stations = world.places["stations"]
    mode = world.volunteers[0].mode
    points, share = demand_of(city)
    weights, rows = [], []
    for cover in COVERS:
        within = station_times(city, cover, points) <= cover.within_s
        code = (within * (1 << np.arange(len(stations)))[:, None]).sum(axis=0)
        codes, inverse = np.unique(code, return_inverse=True)
        weights.append(cover.share * np.bincount(inverse, weights=share))
        rows.append(codes[:, None] >> np.arange(len(stations)) & 1 == 1)
    by_station = np.concatenate(rows)
    reach = np.zeros((len(by_station), len(world.streets.x)), np.bool_)
    for k, stop in enumerate(stations):
        reach[:, stop.nodes[mode]] = by_station[:, k]
    found = CoverMap(len(reach), COVERS[0].within_s, BUSY, weights=np.concatenate(weights))
    found.reach[world.streets.modes[mode].name] = reach
    return found


def test_every_call_comes_out_as_recorded_with_relocation(
    shared_data: Path, tmp_path: Path
) -> None:
    city = shared_data / "networks" / "manhattan_jemss"
    folder = scenario_folder(shared_data, tmp_path / "relocation", "calls_dmexclp", None)
    world = WorldBuilder(read_scenario(folder).scenario).build(0)
    policies = replace(
        replay_policies(), standby=AfterWork(DmexclpStandby(cover_map(city, world)))
    )
    log = simulate(world, policies)
    rows = recorded(folder)
    taken = np.array([row["transport"] == "1" for row in rows])
    for name, event, stage in (
        ("dispatched_s", Event.ASSIGNED, None),
        ("arrived_s", Event.ARRIVED, 0),
        ("hospital_arrival_s", Event.ARRIVED, 1),
    ):
        mask = taken if stage == 1 else np.ones(len(rows), np.bool_)
        found = last_times(log, event, len(rows), stage=stage)[mask]
        error = np.abs(found - column(rows, name)[mask])
        wrong = np.flatnonzero(~(error <= TOLERANCE_S))
        assert not wrong.size, (name, int(wrong[0]), int(wrong.size), float(error[wrong[0]]))
