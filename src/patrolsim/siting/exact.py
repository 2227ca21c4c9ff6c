"""The best layout there is, by integer programming: for small cases.

References
----------
ReVelle, C. S. and Swain, R. W. (1970), Central facilities location, Geographical Analysis 2(1),
30-42: the program of the p-median. Daskin (1983), see `patrolsim.siting.covering`. Solved by
HiGHS (Huangfu and Hall 2018, Mathematical Programming Computation 10, 119-142) through scipy.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.siting.median import MedianAim
from patrolsim.siting.search import Layout

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy.sparse import csr_array

    from patrolsim.siting.covering import CoverAim

    Floats = npt.NDArray[np.float64]

MOST_PAIRS = 40_000
"""So many pairs of site and place are solved exactly: 200 x 200."""


class Program(NamedTuple):
    """An integer program whose first columns say how many posts stand at each site.

    Attributes
    ----------
    costs
        Of each column; the sum is to be least.
    rows, least
        Coefficients, and what each row times the columns is at least.
    most
        The upper bound of each column.
    is_whole
        Which columns are whole numbers: 1, else 0.
    """

    costs: Floats
    rows: csr_array
    least: Floats
    most: Floats
    is_whole: npt.NDArray[np.int64]


def solve_exactly(aim: MedianAim | CoverAim, posts: int) -> Layout | None:
    """Return a layout that no other beats; None for a case that is too large.

    Raises
    ------
    ValueError
        If there are no posts, or more than sites of which each can take only one.
    """
    if posts < 1 or (posts > aim.sites and not aim.may_repeat):
        raise ValueError(f"cannot place {posts} posts on {aim.sites} sites")
    if aim.sites * len(aim.weights) > MOST_PAIRS:
        return None
    if isinstance(aim, MedianAim):
        program = _median_program(aim, posts)
    else:
        program = _cover_program(aim, posts)
    counts = _solve(program, aim.sites, posts)
    sites = tuple(np.repeat(np.arange(aim.sites), counts).tolist())
    return Layout(sites, aim.value(sites), is_proven=True)


def _solve(program: Program, sites: int, posts: int) -> npt.NDArray[np.int64]:
    """Return how many posts stand at each site in the best layout."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    number = np.zeros((1, len(program.costs)))
    number[0, :sites] = 1
    found = milp(
        program.costs,
        constraints=[
            LinearConstraint(program.rows, program.least, np.inf),
            LinearConstraint(number, posts, posts),
        ],
        bounds=Bounds(0, program.most),
        integrality=program.is_whole,
        options={"mip_rel_gap": 0.0},
    )
    if not found.success:
        raise ValueError(f"the integer program was not solved: {found.message}")
    return np.rint(found.x[:sites]).astype(np.int64)


def _median_program(aim: MedianAim, posts: int) -> Program:
    """Return the program in steps: column (i, k) is 1 while no post of i's k nearest is open.

    Each place climbs its distinct times; with so many posts one of the nearest sites - posts + 1
    is open, so the steps end there (Cornuejols, Nemhauser and Wolsey 1980).
    """
    from scipy.sparse import csr_array

    n_sites, n_places = aim.times.shape
    entries: list[tuple[float, int, int]] = []
    costs, least, row = [np.zeros(n_sites)], [], 0
    for place in range(n_places):
        order = np.argsort(aim.times[:, place], kind="stable")
        rises = np.diff(aim.times[order, place])
        steps = np.flatnonzero(rises[: n_sites - posts] > 0).tolist()
        costs.append(aim.weights[place] * rises[steps])
        # A step is taken unless a post is open on it, if the step before was taken.
        for number, (begin, step) in enumerate(pairwise([-1, *steps])):
            entries += [(1.0, row, site) for site in order[begin + 1 : step + 1].tolist()]
            entries.append((1.0, row, n_sites + row))
            if number:
                entries.append((-1.0, row, n_sites + row - 1))
            least.append(0.0 if number else 1.0)
            row += 1
    values, rows, columns = np.array(entries, np.float64).reshape(-1, 3).T
    places = rows.astype(np.int64), columns.astype(np.int64)
    matrix = csr_array((values, places), shape=(row, n_sites + row))
    whole = np.repeat([1, 0], [n_sites, row])
    return Program(np.concatenate(costs), matrix, np.array(least), np.ones(n_sites + row), whole)


def _cover_program(aim: CoverAim, posts: int) -> Program:
    """Return the program of expected covering: column (i, k) is 1 if k posts cover place i.

    The gain of the k-th falls with k, so the columns of a place fill in order by themselves.
    """
    from scipy.sparse import csr_array, hstack

    n_sites, n_places = aim.covers.shape
    depth = posts if aim.busy > 0 else 1
    gains = (1 - aim.busy) * aim.busy ** np.arange(depth)
    costs = np.concatenate([np.zeros(n_sites), -np.outer(aim.weights, gains).ravel()])
    steps = np.kron(np.eye(n_places), -np.ones((1, depth)))
    rows = csr_array(hstack([csr_array(aim.covers.T.astype(np.float64)), csr_array(steps)]))
    most = np.concatenate([np.full(n_sites, depth), np.ones(n_places * depth)])
    whole = np.repeat([1, 0], [n_sites, n_places * depth])
    return Program(costs, rows, np.zeros(n_places), most.astype(np.float64), whole)
