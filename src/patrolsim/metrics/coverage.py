"""How much of the expected demand somebody free could reach in time, through the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import Event, Status
from patrolsim.metrics.positions import WaypointTable
from patrolsim.network.router import Router

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.metrics.facts import WorldFacts

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]

SAMPLE_EVERY_US = 15 * 60 * 1_000_000
DEMAND_POINTS = 100
"""How many points of demand are looked at: each stands for the same share of the demand."""
STRIP_M = 500.0
HOURS = 24
FREE = (Status.STANDING_BY, Status.PATROLLING, Status.GOING_TO_POST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Share of the expected demand that a free person could reach within the target.

    Attributes
    ----------
    target_s
        The target: the strictest one of all kinds.
    mean, least
        Average and smallest share over the moments looked at.
    by_hour
        Average share in each hour of the day, NaN where no moment was looked at; shape (24,).
    x, y, weight
        The points of demand, metres, and the share of the demand that each stands for; shape
        (n_points,).
    by_point
        Share of the moments in which a point was covered, shape (n_points,).
    """

    target_s: float
    mean: float
    least: float
    by_hour: Floats = field(default_factory=lambda: np.empty(0), compare=False)
    x: Floats = field(default_factory=lambda: np.empty(0), compare=False)
    y: Floats = field(default_factory=lambda: np.empty(0), compare=False)
    weight: Floats = field(default_factory=lambda: np.empty(0), compare=False)
    by_point: Floats = field(default_factory=lambda: np.empty(0), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoverPlan:
    """Points of demand, and from where each can be reached in time; made once per scenario.

    Attributes
    ----------
    target_us
        The target.
    in_reach
        For each mode whether a point (row) can be reached in time from a node (column); bool,
        shape (n_points, n_nodes).
    weights
        Share of the demand that each point stands for, shape (n_points,).
    x, y
        Where the points are, metres, shape (n_points,).
    """

    target_us: int
    in_reach: dict[int, Bools]
    weights: Floats
    x: Floats
    y: Floats


def plan_cover(world: WorldFacts) -> CoverPlan | None:
    """Choose the points of demand and solve from where each can be reached in time.

    Returns
    -------
    CoverPlan or None
        None when the scenario has no forecast (a replay) or no kind has a target.
    """
    targets_s = [kind.target_s for kind in world.kinds if kind.target_s is not None]
    points = _demand_points(world)
    if not targets_s or not points.size:
        return None
    target_us = round(min(targets_s) * 1e6)
    router = Router(world.streets)
    nodes, counts = np.unique(points, return_counts=True)
    in_reach = {
        mode: np.array([router.times_to(node, mode) <= target_us for node in nodes.tolist()])
        for mode in sorted({person.mode for person in world.volunteers})
    }
    return CoverPlan(
        target_us=target_us,
        in_reach=in_reach,
        weights=counts / counts.sum(),
        x=world.streets.x[nodes],
        y=world.streets.y[nodes],
    )


def measure_cover(
    log: EventLog, world: WorldFacts, plan: CoverPlan, *, from_us: int = 0
) -> Cover | None:
    """Return the cover of a run, looked at every 15 minutes; None when no moment is left.

    A person on a street counts as being at its end, and in their usual mode.
    """
    moments = np.arange(from_us, log.horizon_us, SAMPLE_EVERY_US, dtype=np.int64)
    if not moments.size:
        return None
    covered = np.zeros((moments.size, plan.weights.size), np.bool_)
    is_free = _free_people(log, len(world.volunteers), moments)
    waypoints = WaypointTable(log, world)
    modes = np.array([person.mode for person in world.volunteers], np.int64)
    for mode, in_reach in plan.in_reach.items():
        for row in range(moments.size):
            people = np.flatnonzero(is_free[row] & (modes == mode))
            nodes = np.unique(waypoints.nodes_at(people, int(moments[row])))
            covered[row] |= in_reach[:, nodes[nodes >= 0]].any(axis=1)
    share = covered @ plan.weights
    return Cover(
        target_s=plan.target_us / 1e6,
        mean=float(share.mean()),
        least=float(share.min()),
        by_hour=_by_hour(share, moments, world),
        x=plan.x,
        y=plan.y,
        weight=plan.weights,
        by_point=covered.mean(axis=0),
    )


def _by_hour(share: Floats, moments: Ints, world: WorldFacts) -> Floats:
    """Return the average share in each hour of the day; NaN where no moment lies."""
    hours = [(world.start + timedelta(microseconds=us)).hour for us in moments.tolist()]
    counts = np.bincount(hours, minlength=HOURS)
    sums = np.bincount(hours, weights=share, minlength=HOURS)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _demand_points(world: WorldFacts) -> Ints:
    """Take nodes at equal steps of the demand summed up from strip to strip of the map.

    Each node is drawn in proportion to its demand, and the points are spread over the map.
    """
    streets, weight = world.streets, world.forecast.per_node
    if not float(weight.sum()) > 0:
        return np.zeros(0, np.int64)
    order = np.lexsort((streets.y, np.floor(streets.x / STRIP_M)))
    total = np.cumsum(weight[order])
    steps = (np.arange(DEMAND_POINTS) + 0.5) / DEMAND_POINTS * total[-1]
    points: Ints = order[np.searchsorted(total, steps)].astype(np.int64)
    return points


def _free_people(log: EventLog, people: int, moments: Ints) -> Bools:
    """Say who is free at which moment, shape (n_moments, n_volunteers)."""
    events = log.events
    changes = np.flatnonzero(events.event == Event.STATUS)
    order = changes[np.argsort(events.volunteer_id[changes], kind="stable")]
    span = log.horizon_us + 1
    keys = events.volunteer_id[order] * span + events.time_us[order]
    wanted = np.arange(people)[None, :] * span + moments[:, None]
    last = np.searchsorted(keys, wanted, side="right") - 1
    # Before their first change of status people are off duty.
    first = np.searchsorted(keys, np.arange(people) * span)[None, :]
    status = np.append(events.detail[order], int(Status.OFF_DUTY))
    return np.isin(status[np.where(last >= first, last, -1)], FREE)
