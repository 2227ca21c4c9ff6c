"""A relaxation by hours on duty: whoever is first somewhere is busy there and on the way.

Each case that is reached keeps one person busy without a break, from the way there until that
person may leave. At no moment are more people busy than on duty. Prices per hour of duty turn
that into a bound: each case by itself takes its cheapest hours, or does without.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, fsum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy.sparse import csr_array

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]

GUARD = 1e-9
"""Share of all costs by which the sum of floats may be wrong, and more than it ever is."""
MOST_CELLS = 20_000
"""Pairs of a job and a slice of time in the program."""
FEWEST_CUTS = 3
EVEN_CUTS = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jobs:
    """What each case takes of one person, and what it costs, shape (n,) each.

    Attributes
    ----------
    earliest_us, latest_us
        Between what moments it begins.
    length_us
        How long it lasts without a break.
    absent
        What it costs if nobody comes.
    least
        What it costs if somebody does, at least.
    dear_from_us
        From when on each microsecond later costs `slope` more.
    slope
        0 where being in time is all.
    """

    earliest_us: Ints
    latest_us: Ints
    length_us: Ints
    absent: Floats
    least: Floats
    dear_from_us: Ints
    slope: float

    def __len__(self) -> int:
        return len(self.length_us)

    def pick(self, chosen: Bools) -> Jobs:
        """Return some of the jobs."""
        return Jobs(
            earliest_us=self.earliest_us[chosen],
            latest_us=self.latest_us[chosen],
            length_us=self.length_us[chosen],
            absent=self.absent[chosen],
            least=self.least[chosen],
            dear_from_us=self.dear_from_us[chosen],
            slope=self.slope,
        )

    def costs_alone(self) -> Floats:
        """Return what each costs if everybody is there for it."""
        late_us = np.maximum(self.earliest_us - self.dear_from_us, 0)
        costs: Floats = np.minimum(self.absent, self.least + self.slope * late_us)
        return costs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Duty:
    """How many people there are: one from each start to the end beside it."""

    start_us: Ints
    end_us: Ints

    def mean_people(self, cuts: Ints) -> Floats:
        """Return how many people there are on average between each moment and the next."""
        start_us = np.clip(self.start_us, cuts[0], cuts[-1])[:, None]
        end_us = np.clip(self.end_us, cuts[0], cuts[-1])[:, None]
        worked_us = (np.minimum(cuts, end_us) - np.minimum(cuts, start_us)).sum(axis=0)
        people: Floats = np.diff(worked_us) / np.diff(cuts)
        return people


def least_cost(jobs: Jobs, duty: Duty) -> int:
    """Return a whole number below which the people on duty cannot bring the sum of all costs.

    The prices are those of a linear program in which a job may be cut into pieces. The bound is
    the Lagrangian with whole jobs at these prices, so it holds whatever the program returned.

    References
    ----------
    Fisher (1981), The Lagrangian relaxation method for solving integer programming problems.
    Goemans et al. (2002), Single machine scheduling with release dates, SIAM Journal on Discrete
    Mathematics 15: the program in which jobs may be cut.
    """
    can_be = jobs.earliest_us <= jobs.latest_us
    is_work = can_be & (jobs.length_us > 0)
    idle, work = jobs.pick(can_be & ~is_work), jobs.pick(is_work)
    costs = [*jobs.absent[~can_be], *idle.costs_alone()]
    if len(work):
        cuts = _cuts(work, duty)
        people = duty.mean_people(cuts)
        prices = _prices(work, cuts, people)
        costs += [*_least_costs(work, cuts, prices), *(-prices * people)]
    return max(0, ceil(fsum(costs) - GUARD * (1.0 + fsum(map(abs, costs)))))


def _cuts(work: Jobs, duty: Duty) -> Ints:
    """Return moments that cut the time into slices of one price each.

    Between jobs and shifts that begin and end, and at even steps; fewer when the program would
    become too large.
    """
    ends_us = work.latest_us + work.length_us
    first_us, last_us = work.earliest_us.min(), ends_us.max()
    even = np.linspace(first_us, last_us, EVEN_CUTS).astype(np.int64)
    every = np.unique(
        np.concatenate([even, work.earliest_us, ends_us, duty.start_us, duty.end_us])
    )
    cuts: Ints = every[(every >= first_us) & (every <= last_us)]
    while len(cuts) > FEWEST_CUTS and np.count_nonzero(_overlaps_us(work, cuts)) > MOST_CELLS:
        cuts = np.append(cuts[:-1:2], cuts[-1])
    return cuts


def _overlaps_us(work: Jobs, cuts: Ints) -> Ints:
    """Return how much of each slice (column) a job (row) may use."""
    ends_us = work.latest_us + work.length_us
    until_us = np.minimum(cuts[1:], ends_us[:, None])
    since_us = np.maximum(cuts[:-1], work.earliest_us[:, None])
    found: Ints = np.maximum(until_us - since_us, 0)
    return found


def _prices(work: Jobs, cuts: Ints, people: Floats) -> Floats:
    """Return the price of one person in each slice, from the program's capacity rows.

    Variables: the share of each job that is done in each slice, then the share of the job that
    is done at all. A job fills no slice faster than one person can. A piece costs what the job
    would if the piece were its middle.
    """
    from scipy.optimize import linprog

    overlaps_us = _overlaps_us(work, cuts)
    job, span = np.nonzero(overlaps_us)
    n, cells, slices = len(work), len(job), len(people)
    cell = np.arange(cells)
    length_us = work.length_us[job]
    capacity = Block(length_us / np.diff(cuts)[span], span, cell)
    speed = Block(np.ones(cells), slices + cell, cell)
    fill = Block(-overlaps_us[job, span] / length_us, slices + cell, cells + job)
    parts = Block(np.ones(cells), job, cell)
    whole = Block(-np.ones(n), np.arange(n), cells + np.arange(n))
    middle_us = (cuts[:-1] + cuts[1:]) / 2
    begins_us = middle_us[span] - length_us / 2
    one_by_one = work.least[job] + work.slope * np.maximum(begins_us - work.dear_from_us[job], 0)
    unit = float(work.absent.max(initial=1.0))
    found = linprog(  # type: ignore[call-overload]  # the stubs know dense matrices only
        np.concatenate([one_by_one, -work.absent]) / unit,
        A_ub=_matrix((capacity, speed, fill), (slices + cells, cells + n)),
        b_ub=np.concatenate([people, np.zeros(cells)]),
        A_eq=_matrix((parts, whole), (n, cells + n)),
        b_eq=np.zeros(n),
        bounds=(0.0, 1.0),
        method="highs",
    )
    if found.status != 0:
        return np.zeros(slices)
    prices: Floats = np.maximum(-found.ineqlin.marginals[:slices], 0.0) * unit
    return prices


class Block(NamedTuple):
    """Entries of a sparse matrix."""

    values: Floats
    rows: Ints
    columns: Ints


def _matrix(blocks: tuple[Block, ...], shape: tuple[int, int]) -> csr_array:
    from scipy.sparse import coo_array

    values, rows, columns = (np.concatenate(each) for each in zip(*blocks, strict=True))
    return coo_array((values, (rows, columns)), shape=shape).tocsr()


def _least_costs(work: Jobs, cuts: Ints, prices: Floats) -> list[float]:
    """Return what each job costs at least, with the hours that it takes at these prices."""
    paid = np.concatenate([[0.0], np.cumsum(prices)])
    found = []
    for number in range(len(work)):
        first_us, last_us = work.earliest_us[number], work.latest_us[number]
        length_us, dear_us = work.length_us[number], work.dear_from_us[number]
        # between these moments the cost is a straight line
        bends_us = np.concatenate([[first_us, last_us, dear_us], cuts, cuts - length_us])
        begins_us = bends_us[(bends_us >= first_us) & (bends_us <= last_us)]
        costs = np.interp(begins_us + length_us, cuts, paid) - np.interp(begins_us, cuts, paid)
        costs += work.least[number] + work.slope * np.maximum(begins_us - dear_us, 0)
        found.append(min(float(work.absent[number]), float(costs.min())))
    return found
