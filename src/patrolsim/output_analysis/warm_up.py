"""How much of the beginning is not typical: advice, for systems that do not end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

BATCH = 5
"""How many observations are averaged before anything is looked at."""
FEWEST_BATCHES = 10
KEPT_BATCHES = 5
"""The very last batches are never left alone: a few may be alike by chance."""


class WarmUp(NamedTuple):
    """How many observations to leave out at the beginning.

    Attributes
    ----------
    cut
        That many.
    is_valid
        Whether it is at most half of them: else the series is too short to say.
    """

    cut: int
    is_valid: bool


def advise_warm_up(runs: Sequence[Sequence[float]]) -> WarmUp:
    """Return the cut of MSER-5 for the series averaged over replications.

    The series of a single replication is too noisy: a cut by it biases the mean.

    Parameters
    ----------
    runs
        The observations of each replication in the order of time, of one length. What is left
        over by batches of five is not looked at.

    Raises
    ------
    ValueError
        If there is no replication, they differ in length, or have fewer than 50 observations.
    """
    if not runs or len({len(run) for run in runs}) > 1:
        raise ValueError("warm-up: needs replications with equally many observations")
    return mser(np.mean(np.asarray(runs, np.float64), axis=0))


def mser(series: Floats) -> WarmUp:
    """Return after how many observations the mean of the rest has the least standard error.

    Parameters
    ----------
    series
        Observations in the order of time, 50 or more.

    Raises
    ------
    ValueError
        If there are fewer.

    References
    ----------
    White, K. P., Cobb, M. J., Spratt, S. C. (2000), A comparison of five steady-state truncation
    heuristics for simulation, Proceedings of the Winter Simulation Conference, 755-760.
    """
    batches = len(series) // BATCH
    if batches < FEWEST_BATCHES:
        least = FEWEST_BATCHES * BATCH
        raise ValueError(f"warm-up: got {len(series)} observations, need {least} or more")
    means = np.asarray(series, np.float64)[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    errors = _squared_errors(means)[: batches - KEPT_BATCHES + 1]
    cut = int(np.argmin(errors)) * BATCH
    return WarmUp(cut=cut, is_valid=2 * cut <= batches * BATCH)


def _squared_errors(means: Floats) -> Floats:
    """Return the squared standard error of the mean of ``means[d:]``, for each d."""
    # Taken from the overall mean, so that the difference of the sums does not cancel.
    backwards = (means - means.mean())[::-1]
    kept = np.arange(1, len(means) + 1)
    total, squares = np.cumsum(backwards), np.cumsum(backwards**2)
    errors: Floats = ((squares - total**2 / kept) / kept**2)[::-1]
    return errors
