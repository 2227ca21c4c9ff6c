"""Queues as scenarios: everybody works at one place, so that nobody ever travels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.incidents import Outcome
from patrolsim.units import US_PER_S
from patrolsim.verification.studies import Setup

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.verification.trial import Trial

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]

MINUTE_US = 60 * US_PER_S
WARM_UP = 0.1
"""Share of a replication at its beginning that is not counted."""
AFTERWARDS_MIN = 60.0
"""Time at the end of a replication in which those who came in the measured part are served."""
TWO_NODES = {
    "nodes.csv": "node,x,y\ncounter,0,0\nelsewhere,100,0\n",
    "edges.csv": "u,v,length_m,oneway\ncounter,elsewhere,100,no\n",
}


class Customers(NamedTuple):
    """One class of customers.

    Attributes
    ----------
    rate
        Arrivals per minute.
    takes
        Their work, as a scenario writes it.
    mean
        Its mean, in minutes.
    priority
        1 is the most urgent.
    patience
        How long they wait, as a scenario writes it; empty for ever.
    """

    rate: float
    takes: str = "{exponential: 1 min}"
    mean: float = 1.0
    priority: int = 1
    patience: str = ""


class Queue(NamedTuple):
    """A queue: who comes, how many serve, and how they are chosen."""

    servers: int
    classes: tuple[Customers, ...]
    dispatch: str = "{policy: closest, queue: fcfs}"

    @property
    def rate(self) -> float:
        """Arrivals of all classes per minute."""
        return sum(each.rate for each in self.classes)

    def span(self, customers: int) -> tuple[int, int]:
        """Return the measured part of a replication of so many customers, in microseconds."""
        end_us = round(customers / self.rate * MINUTE_US)
        return round(WARM_UP * end_us), end_us

    def setup(self, customers: int, _draw: int = 0) -> Setup:
        """Return the scenario with so many customers on average."""
        minutes = self.span(customers)[1] / MINUTE_US + AFTERWARDS_MIN
        kinds = "\n".join(_kind(number, each) for number, each in enumerate(self.classes))
        text = f"""\
name: A queue
streets: {{nodes: nodes.csv, edges: edges.csv, snap: node}}
places: {{counter: {{node: counter}}}}
period: {{from: 2025-03-10 00:00, length: {minutes:.6f} min}}
teams:
  servers: {{number: {self.servers}, posts: [counter]}}
incidents:
{kinds}
strategies:
  theory: {{dispatch: {self.dispatch}, standby: stay, patrol: stand}}
"""
        return Setup(text, TWO_NODES)


def _kind(number: int, customers: Customers) -> str:
    patience = f", patience: {customers.patience}" if customers.patience else ""
    return (
        f"  class {number}: {{how often: {customers.rate} per min,"
        f" where: {{places: {{counter: 1}}}},"
        f" takes: {customers.takes}, priority: {customers.priority}{patience}}}"
    )


class Service(NamedTuple):
    """What became of the customers of the measured part; times in minutes.

    Attributes
    ----------
    kind
        Index of the class.
    wait, stay
        From known to assigned, and from known to closed; up to the end of the run where that
        did not happen.
    was_lost
        Whether they gave up.
    """

    kind: npt.NDArray[np.int64]
    wait: Floats
    stay: Floats
    was_lost: Bools


def served(trial: Trial, span_us: tuple[int, int]) -> Service:
    """Return what became of the customers who came in a part of a run."""
    rows, end_us = trial.rows, trial.world.horizon_us
    start_us, stop_us = span_us
    chosen = (rows.occurred_us >= start_us) & (rows.occurred_us < stop_us)
    known_us = rows.known_us[chosen]
    left_us = np.minimum(rows.closed_us, rows.assigned_us)[chosen]
    return Service(
        kind=rows.kind[chosen],
        wait=(np.minimum(left_us, end_us) - known_us) / MINUTE_US,
        stay=(np.minimum(rows.closed_us[chosen], end_us) - known_us) / MINUTE_US,
        was_lost=rows.outcome[chosen] == Outcome.GAVE_UP,
    )


def mean_number(
    start_us: npt.NDArray[np.int64], end_us: npt.NDArray[np.int64], span_us: tuple[int, int]
) -> float:
    """Return how many of some intervals cover a moment of a part of a run, on average."""
    first, last = span_us
    covered = np.clip(end_us, first, last) - np.clip(start_us, first, last)
    return float(covered.sum()) / (last - first)


def mean_queue(trial: Trial, span_us: tuple[int, int]) -> float:
    """Return how many customers wait at a moment of a part of a run, on average."""
    rows = trial.rows
    left_us = np.minimum(rows.assigned_us, rows.closed_us)
    return mean_number(rows.known_us, np.minimum(left_us, trial.world.horizon_us), span_us)


def load_controls(
    trial: Trial, classes: Sequence[Customers], span_us: tuple[int, int]
) -> tuple[float, ...]:
    """Return how far the arrivals and the work that were drawn are from what was expected.

    Per class: arrivals over their mean, less 1, and mean work over its mean, less 1.
    """
    table = trial.world.incidents
    start_us, stop_us = span_us
    minutes = (stop_us - start_us) / MINUTE_US
    inside = (table.occurred_us >= start_us) & (table.occurred_us < stop_us)
    controls = []
    for kind, each in enumerate(classes):
        work_us = table.stage_us[inside & (table.kind == kind), 0]
        controls.append(work_us.size / (each.rate * minutes) - 1)
        mean = float(work_us.mean()) / MINUTE_US if work_us.size else each.mean
        controls.append(mean / each.mean - 1)
    return tuple(controls)
