"""A relaxation by hours on duty: whoever is first somewhere is busy there and on the way.

Each case in time keeps one person busy without a break, from the way there until that person
may leave. At no moment are more people busy than on duty. Prices per minute of duty turn that
into a bound: a case is given up where its cheapest minutes cost more than one case is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

GUARD = 1e-6
"""Added before rounding down: sums of prices are floats."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jobs:
    """The time that each case takes of one person, shape (n,) each.

    Attributes
    ----------
    earliest_us, latest_us
        Between what moments it begins.
    length_us
        How long it lasts without a break.
    """

    earliest_us: Ints
    latest_us: Ints
    length_us: Ints

    def __len__(self) -> int:
        return len(self.length_us)

    def pick(self, chosen: npt.NDArray[np.bool_]) -> Jobs:
        """Return some of the jobs."""
        return Jobs(
            earliest_us=self.earliest_us[chosen],
            latest_us=self.latest_us[chosen],
            length_us=self.length_us[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Duty:
    """How many people there are: one from each start to the end beside it."""

    start_us: Ints
    end_us: Ints

    def count(self, moments_us: Ints) -> Ints:
        """Return how many people there are just after each moment."""
        begun = np.searchsorted(np.sort(self.start_us), moments_us, side="right")
        ended = np.searchsorted(np.sort(self.end_us), moments_us, side="right")
        return (begun - ended).astype(np.int64)


def most_on_duty(jobs: Jobs, duty: Duty) -> int:
    """Return a number of jobs that the people on duty cannot exceed, as small as can be found.

    The prices are those of a linear program in which a job may be cut into pieces. The bound is
    the Lagrangian with whole jobs at these prices, so it holds whatever the program returned.

    References
    ----------
    Fisher (1981), The Lagrangian relaxation method for solving integer programming problems.
    """
    jobs = jobs.pick(jobs.earliest_us <= jobs.latest_us)
    work = jobs.pick(jobs.length_us > 0)
    idle = len(jobs) - len(work)
    if not len(work):
        return idle
    cuts = _cuts(work, duty)
    people = duty.count(cuts[:-1])
    prices = _prices(work, cuts, people)
    if prices is None:
        return len(jobs)
    return idle + min(len(work), floor(_value(work, cuts, people, prices) + GUARD))


def _cuts(work: Jobs, duty: Duty) -> Ints:
    """Return the moments between which nothing changes, those without any job left out."""
    ends_us = work.latest_us + work.length_us
    first_us, last_us = work.earliest_us.min(), ends_us.max()
    cuts = np.unique(np.concatenate([work.earliest_us, ends_us, duty.start_us, duty.end_us]))
    inside: Ints = cuts[(cuts >= first_us) & (cuts <= last_us)]
    return inside


def _prices(work: Jobs, cuts: Ints, people: Ints) -> Floats | None:
    """Return the price of one person in each slice, from the program's capacity rows.

    Variables: the share of each job that is done in each slice, then the share of the job that
    is done at all. A job fills no slice faster than one person can.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    n, spans_us = len(work), np.diff(cuts)
    is_inside = cuts[:-1] >= work.earliest_us[:, None]
    is_inside &= cuts[1:] <= (work.latest_us + work.length_us)[:, None]
    job, span = np.nonzero(is_inside)
    cells = np.arange(len(job))
    done = len(job) + job
    fill = spans_us[span] / work.length_us[job]
    slices = len(spans_us)
    capacity = (1.0 / fill, (span, cells))
    speed = (np.ones(len(job)), (slices + cells, cells)), (-fill, (slices + cells, done))
    entries = [capacity, *speed]
    upper = coo_array(
        (
            np.concatenate([values for values, _at in entries]),
            (
                np.concatenate([at[0] for _values, at in entries]),
                np.concatenate([at[1] for _values, at in entries]),
            ),
        ),
        shape=(slices + len(job), len(job) + n),
    )
    whole = coo_array(
        (
            np.concatenate([np.ones(len(job)), -np.ones(n)]),
            (
                np.concatenate([job, np.arange(n)]),
                np.concatenate([cells, len(job) + np.arange(n)]),
            ),
        ),
        shape=(n, len(job) + n),
    )
    found = linprog(
        np.concatenate([np.zeros(len(job)), -np.ones(n)]),
        A_ub=upper.tocsr(),
        b_ub=np.concatenate([people, np.zeros(len(job))]),
        A_eq=whole.tocsr(),
        b_eq=np.zeros(n),
        bounds=(0.0, 1.0),
        method="highs",
    )
    if found.status != 0:
        return None
    prices: Floats = np.maximum(-found.ineqlin.marginals[:slices], 0.0)
    return prices


def _value(work: Jobs, cuts: Ints, people: Ints, prices: Floats) -> float:
    """Return the Lagrangian: what duty is worth, and what each job gains beyond its price."""
    from math import fsum

    paid = np.concatenate([[0.0], np.cumsum(prices)])
    gains = []
    for first_us, last_us, length_us in zip(
        work.earliest_us, work.latest_us, work.length_us, strict=True
    ):
        begins_us = np.concatenate([[first_us, last_us], cuts, cuts - length_us])
        begins_us = begins_us[(begins_us >= first_us) & (begins_us <= last_us)]
        costs = np.interp(begins_us + length_us, cuts, paid) - np.interp(begins_us, cuts, paid)
        gains.append(max(0.0, 1.0 - float(costs.min())))
    return fsum([*(prices * people).tolist(), *gains])
