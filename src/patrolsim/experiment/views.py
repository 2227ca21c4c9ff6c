"""What a report shows beside the measures: by weekday and hour, over time, and gaps in cover."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.output_analysis import Estimate, estimate_mean, estimate_quantile
from patrolsim.output_analysis.reaching import ReachCurve, reach_curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.experiment.results import Results
    from patrolsim.experiment.stored import Calls, StoredRun
    from patrolsim.metrics import Cover

MEDIAN = 0.5


class Slot(NamedTuple):
    """What happened in one hour of one weekday.

    Attributes
    ----------
    seen
        How many incidents there are in all replications together.
    incidents
        How many a replication has.
    median_s
        Median response time of all replications together, infinite where half was never reached;
        None without incidents.
    """

    seen: int
    incidents: Estimate | None
    median_s: Estimate | None


class Gap(NamedTuple):
    """How often somebody free could reach a place in time.

    Attributes
    ----------
    x, y
        Where it is, metres.
    weight
        The share of the demand that it stands for.
    covered
        The share of the moments looked at.
    """

    x: float
    y: float
    weight: float
    covered: Estimate


def week_of(run: StoredRun, strategy: str) -> dict[tuple[int, int], Slot]:
    """Return what happened by (weekday, hour) in which incidents became known; 0 is Monday.

    Raises
    ------
    RunFolderError
        If the table of incidents cannot be read.
    """
    calls = run.calls_of(strategy)
    replications = run.results.replications_of(strategy)
    moments = [run.start + timedelta(seconds=known_s) for known_s in calls.known_s.tolist()]
    slots = np.array([24 * moment.weekday() + moment.hour for moment in moments], np.int64)
    return {
        divmod(slot, 24): _slot(calls, slots == slot, replications)
        for slot in np.unique(slots).tolist()
    }


def _slot(calls: Calls, chosen: npt.NDArray[np.bool_], replications: Sequence[int]) -> Slot:
    numbers, times_s = calls.replication[chosen], calls.response_s[chosen]
    samples = [times_s[numbers == replication] for replication in replications]
    return Slot(
        seen=times_s.size,
        incidents=estimate_mean([float(sample.size) for sample in samples]),
        median_s=estimate_quantile(samples, MEDIAN),
    )


def reached_over_time(run: StoredRun, strategy: str) -> ReachCurve:
    """Return which share of the incidents of all replications together is reached within a time.

    Raises
    ------
    RunFolderError
        If the table of incidents cannot be read.
    """
    calls = run.calls_of(strategy)
    is_reached = np.isfinite(calls.response_s)
    is_open = ~is_reached & ~np.isfinite(calls.closed_s)
    ended_s = np.minimum(calls.closed_s, run.length_s) - calls.known_s
    return reach_curve(np.where(is_reached, calls.response_s, ended_s), is_reached, is_open)


def cover_by_hour(results: Results, strategy: str) -> dict[int, Estimate]:
    """Return the share of the expected demand that is covered, by hour of the day."""
    covers = _covers(results, strategy)
    found = {
        hour: estimate_mean(
            [value for one in covers if not math.isnan(value := one.by_hour[hour])]
        )
        for hour in range(min((one.by_hour.size for one in covers), default=0))
    }
    return {hour: estimate for hour, estimate in found.items() if estimate is not None}


def cover_by_place(results: Results, strategy: str) -> list[Gap]:
    """Return how often each point of demand is covered, the worst first."""
    covers = _covers(results, strategy)
    if not covers:
        return []
    gaps = [
        Gap(x, y, weight, estimate)
        for place, (x, y, weight) in enumerate(_points(covers[0]))
        if (estimate := estimate_mean([float(one.by_point[place]) for one in covers]))
    ]
    return sorted(gaps, key=lambda gap: (gap.covered.value, gap.x, gap.y))


def _points(cover: Cover) -> list[tuple[float, float, float]]:
    columns = (cover.x.tolist(), cover.y.tolist(), cover.weight.tolist())
    return list(zip(*columns, strict=True))


def _covers(results: Results, strategy: str) -> list[Cover]:
    metrics = results.metrics_of(strategy, results.replications_of(strategy))
    return [one.cover for one in metrics if one.cover is not None]
