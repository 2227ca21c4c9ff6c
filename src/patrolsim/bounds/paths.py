"""Relaxations by paths: who was first here was first somewhere before, or has just begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


def most_in_time(first_us: Ints, after_us: Ints, deadline_us: Ints) -> int:
    """Return the largest number of cases that paths of people can reach in time.

    Each case in time takes a person from the start of a spell of duty, or from one other case;
    each spell and each case gives at most one person. That is a matching. Paths are one, but
    not each matching is paths: cases may feed each other in a ring.

    Parameters
    ----------
    first_us, after_us
        As in `patrolsim.bounds.arrivals.Arrivals`.
    deadline_us
        The last moment in time for each case, shape (n,).

    References
    ----------
    Fulkerson (1956), Note on Dilworth's decomposition theorem for partially ordered sets.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    is_possible = np.concatenate([first_us, after_us]) <= deadline_us
    if not is_possible.any():
        return 0
    giver = maximum_bipartite_matching(csr_array(is_possible), perm_type="row")
    return int(np.count_nonzero(giver >= 0))


def least_waiting_us(first_us: Ints, after_us: Ints, waiting_us: tuple[Ints, Ints, Ints]) -> int:
    """Return the least sum of waiting times if each person comes from one place only.

    Parameters
    ----------
    first_us, after_us
        As in `patrolsim.bounds.arrivals.Arrivals`.
    waiting_us
        For each case: since when it waits, how long at least, and how long if nobody comes.

    References
    ----------
    Crouse (2016), On implementing 2D rectangular assignment algorithms.
    """
    from scipy.optimize import linear_sum_assignment

    since_us, least_us, most_us = waiting_us
    arrival_us = np.concatenate([first_us, after_us])
    cost_us = np.clip(arrival_us - since_us, least_us, most_us)
    nobody_us = np.broadcast_to(most_us, (len(most_us), len(most_us)))
    table = np.concatenate([cost_us, nobody_us]).astype(np.float64)
    rows, columns = linear_sum_assignment(table)
    return int(table[rows, columns].sum())
