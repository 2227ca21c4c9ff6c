"""What a planner expects: the scenario's own rates, by hour and by street."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.demand.arrivals import expected_a_day, unroll
from patrolsim.demand.modelled import ask_for_expected
from patrolsim.demand.sources import second_of_week, setting_of
from patrolsim.world.model import HOUR_US, Forecast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import numpy.typing as npt

    from patrolsim.demand.sources import Source
    from patrolsim.world.reach import Reach

FORECAST_POINTS = 2000
"""Points per kind from which the map of expected incidents is made."""


def make_forecast(
    sources: Sequence[Source], *, kinds: int, start: datetime, horizon_us: int, reach: Reach
) -> Forecast:
    """Return what the sources of a scenario lead one to expect; nothing of recorded calls."""
    hours = -(-horizon_us // HOUR_US)
    per_hour = np.zeros((kinds, hours))
    per_node = np.zeros(len(reach.streets.x))
    ids = np.arange(FORECAST_POINTS, dtype=np.int64)
    for source in sources:
        if source.model is None:
            per_hour[source.index] = _per_hour(source, second_of_week(start), hours)
        else:
            setting = setting_of(source, start, horizon_us)
            at_once = 1.0 if source.batch is None else source.batch.mean
            per_hour[source.index] = at_once * ask_for_expected(source.model, setting)
        if source.kind.request is not None:
            # nobody patrols or waits for requests: they are planned
            continue
        x, y = source.area.sample(ids, f"forecast/{source.kind.name}", reach.streams)
        nodes = np.array([max(stop.nodes) for stop in reach.snap_drawn(x, y)], np.int64)
        at_once = 1.0 if source.batch is None else source.batch.mean
        np.add.at(per_node, nodes, at_once * expected_a_day(source.rate) / FORECAST_POINTS)
    return Forecast(per_hour=per_hour, per_node=per_node)


def _per_hour(source: Source, start_s: float, hours: int) -> npt.NDArray[np.float64]:
    """Return the expected incidents of a source in each hour of the period."""
    at_once = 1.0 if source.batch is None else source.batch.mean
    if source.fixed is not None:
        at_us = np.array(source.fixed.at_us, np.int64)
        return at_once * np.bincount(at_us // HOUR_US, minlength=hours).astype(np.float64)
    breaks_s, rates = unroll(source.rate, start_s, hours * 3600.0)
    cumulative = np.concatenate([[0.0], np.cumsum(rates * np.diff(breaks_s))])
    edges = np.arange(hours + 1) * 3600.0
    piece = np.clip(np.searchsorted(breaks_s, edges, side="right") - 1, 0, len(rates) - 1)
    counts: npt.NDArray[np.float64] = np.diff(
        cumulative[piece] + (edges - breaks_s[piece]) * rates[piece]
    )
    return at_once * counts
