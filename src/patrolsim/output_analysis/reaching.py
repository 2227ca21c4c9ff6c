"""The share that is reached within a time, when some are still open and some gave up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]


class ReachCurve(NamedTuple):
    """A curve of steps: which share is reached within a time.

    Attributes
    ----------
    time_s
        When the curve rises, rising; shape (k,).
    share
        Its height from then on, from 0 to 1; shape (k,).
    n, reached, lost, open_at_end
        How many incidents there are; how many of them were reached, ended without anybody
        coming, and were still open when the watch ended.
    """

    time_s: Floats
    share: Floats
    n: int
    reached: int
    lost: int
    open_at_end: int


def reach_curve(waited_s: Floats, is_reached: Bools, is_open: Bools) -> ReachCurve:
    """Return the share that is reached within each time, from when each incident is known.

    Who is still open when the watch ends is censored there: he counts among those at risk up to
    then. Who ended without anybody coming will never be reached; taking him for censored would
    say what would happen if nobody gave up. Where nobody is lost this is one minus the estimator
    of Kaplan and Meier; where nobody is open either, plain shares.

    Parameters
    ----------
    waited_s
        From known until reached, lost, or the end of the watch; 0 or more, shape (n,).
    is_reached, is_open
        Which of the three it was: at most one is true, neither means lost. Shape (n,).

    References
    ----------
    Kaplan, E. L., Meier, P. (1958), Nonparametric estimation from incomplete observations,
    Journal of the American Statistical Association 53, 457-481.
    Aalen, O. O., Johansen, S. (1978), An empirical transition matrix for non-homogeneous Markov
    chains based on censored observations, Scandinavian Journal of Statistics 5, 141-150.
    """
    is_lost = ~is_reached & ~is_open
    times_s, place = np.unique(waited_s, return_inverse=True)
    size = times_s.size
    reached, ended, left = (
        np.bincount(place[chosen], minlength=size).astype(np.float64)
        for chosen in (is_reached, ~is_open, np.ones(waited_s.size, np.bool_))
    )
    # Ends come before censoring at the same instant: who is open has waited at least so long.
    at_risk = waited_s.size - np.concatenate([[0.0], np.cumsum(left)[:-1]]) if size else left
    waiting = np.cumprod(np.concatenate([[1.0], 1.0 - ended / np.maximum(at_risk, 1.0)]))[:-1]
    share = np.cumsum(waiting * reached / np.maximum(at_risk, 1.0)) if size else left
    rises = reached > 0
    return ReachCurve(
        time_s=times_s[rises],
        share=np.minimum(share[rises], 1.0),
        n=waited_s.size,
        reached=int(is_reached.sum()),
        lost=int(is_lost.sum()),
        open_at_end=int(is_open.sum()),
    )
