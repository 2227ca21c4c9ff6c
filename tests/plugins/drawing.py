"""Draws of models of incidents, for tests: a flat kind on a square of some size."""

from __future__ import annotations

import numpy as np

from patrolsim.demand.areas import CellArea
from patrolsim.demand.arrivals import weekly_rate
from patrolsim.demand.models import DemandDraws, DemandSetting, IncidentModel, Occurrences
from patrolsim.streams import RandomStreams

DAY_S = 86_400.0
SQUARE_M = 5_000.0
SQUARE = CellArea(np.zeros(1), np.zeros(1), np.ones(1), SQUARE_M, SQUARE_M)


def flat(per_day: float, days: float) -> DemandSetting:
    """Return a kind with the same rate at all times."""
    rate = weekly_rate(per_day / DAY_S, {}, {})
    return DemandSetting(kind="theft", rate=rate, start_s=0.0, period_s=days * DAY_S)


def drawn(model: IncidentModel, setting: DemandSetting, replication: int = 0) -> Occurrences:
    """Return the incidents of a replication."""
    return model.draw(setting, DemandDraws(setting, RandomStreams(11, replication), SQUARE, 0.0))
