"""Incidents that set off others: rows of group ``demand`` on the shipped model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.verification.queue_scenarios import TWO_NODES
from patrolsim.verification.rows import Limits, Row, measured
from patrolsim.verification.statistics import cramer_von_mises
from patrolsim.verification.studies import Observation, Setup, Size, Study

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from patrolsim.verification.trial import Trial

    Floats = npt.NDArray[np.float64]

GROUP = "demand"
DAY_US = 86_400_000_000
A_DAY = 4.0
CHILDREN = 0.5
WINDOW_D = 20
"""Days over which counts are taken; the delay is one day, so omega = 1 a day."""
FORGOTTEN_D = 30
"""After so many days what happened before the period has no weight left, exp(-30)."""


def self_exciting_rows() -> Iterator[Row]:
    """Yield the rows of the self-exciting process."""
    study = Study(
        name="demand/self-exciting",
        setup=_setup,
        observe=_observe,
        full=Size(200, 400),
        quick=Size(40, 400),
    )
    claims = (
        ("rate", "incidents a day", A_DAY, Limits(0.03, 0.01), "mu / (1 - theta)"),
        ("ratio", f"variance over mean of counts of {WINDOW_D} days", count_ratio(WINDOW_D),
         Limits(0.3, 0.15), "Hawkes (1971), covariance density; 1 / (1 - theta)^2 for long spans"),
        ("gaps", "mean of exp(-gap), gaps in the time of the compensator", 0.5,
         Limits(0.02, 0.01), "gaps are exponential with mean 1 (time rescaling)"),
        ("uniform", "Cramer-von Mises statistic of the rescaled times", 1 / 6, Limits(0.4, 0.2),
         "mean 1/6 for uniform times, any number"),
    )  # fmt: skip
    for measure, what, exact, limits, source in claims:
        yield Row(
            id=f"demand2/self-exciting/{measure}",
            group=GROUP,
            what=f"Self-exciting, half a child each: {what}",
            source=source,
            find=measured(study, measure, exact),
            limits=limits,
        )


def count_ratio(span_d: float, children: float = CHILDREN, omega: float = 1.0) -> float:
    """Return variance over mean of the counts of spans of a stationary self-exciting process.

    References
    ----------
    Hawkes (1971), Biometrika 58(1), 83-90: for the kernel theta omega exp(-omega t) the
    covariance density is proportional to exp(-(1 - theta) omega t).
    """
    decay = (1 - children) * omega
    density = children * omega * (2 - children) / (2 * (1 - children))
    return 1 + 2 * density * (1 / decay + math.expm1(-decay * span_d) / (decay**2 * span_d))


def compensator(times: Floats, ends: Floats, background: float, children: float) -> Floats:
    """Return the integral of the intensity from 0 to some times, in units of the mean delay.

    Parameters
    ----------
    times
        The incidents, rising.
    ends
        Until when; shape (n,).
    background
        Its rate per unit of time.
    children
        Mean number of children of each incident.
    """
    before = np.searchsorted(times, ends)
    # the kernels of all incidents so far, each at its weight when the last one happened
    left = np.zeros(times.size + 1)
    for number in range(times.size):
        gap = times[number] - times[number - 1] if number else 0.0
        left[number + 1] = left[number] * math.exp(-gap) + 1
    last = np.where(before > 0, times[np.maximum(before - 1, 0)], ends)
    alive = left[before] * np.exp(-(ends - last))
    return np.asarray(background * ends + children * (before - alive), np.float64)


def _setup(days: int, _draw: int) -> Setup:
    model = f"{{name: self_exciting, children: {CHILDREN:.0%}, delay: 1 day}}"
    text = f"""\
name: Self-exciting
streets: {{nodes: nodes.csv, edges: edges.csv}}
places: {{counter: {{node: counter}}}}
period: {{from: 2025-03-10 00:00, length: {days} days}}
teams:
  people: {{number: 1, posts: [counter]}}
incidents:
  event: {{how often: {A_DAY} per day, takes: 0 s, model: {model}}}
strategies:
  theory: {{dispatch: closest, standby: stay, patrol: stand}}
"""
    return Setup(text, TWO_NODES)


def _observe(trial: Trial, days: int) -> Observation:
    times = trial.world.incidents.occurred_us / DAY_US
    counts = np.bincount((times // WINDOW_D).astype(np.int64), minlength=days // WINDOW_D)
    scatter = ((counts - A_DAY * WINDOW_D) ** 2).mean() / (A_DAY * WINDOW_D)
    ends = np.concatenate([[FORGOTTEN_D], times[times > FORGOTTEN_D], [float(days)]])
    inner = compensator(times, ends, (1 - CHILDREN) * A_DAY, CHILDREN)
    inner -= inner[0]
    return Observation(
        {
            "rate": times.size / days,
            "ratio": float(scatter),
            "gaps": float(np.exp(-np.diff(inner[:-1])).mean()),
            "uniform": cramer_von_mises(inner[1:-1] / inner[-1]),
        }
    )
