"""What all search policies share: where a street is entered, and which may be searched at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from patrolsim import Sweep

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from patrolsim import SearchTask

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]


class Entries(NamedTuple):
    """Where the searcher of a task would enter each street, n in all.

    Attributes
    ----------
    way_s
        Travel time to the nearer end from which it may be walked; shape (n,).
    from_tail
        Whether that is its tail.
    is_open
        Whether both ends can be reached, it is open, and nobody else has claimed it.
    """

    way_s: Floats
    from_tail: Bools
    is_open: Bools


def entries(task: SearchTask) -> Entries:
    """Return where each street is entered; ties: the tail."""
    import numpy as np

    back_s = np.where(task.is_two_way, task.head_s, np.inf)
    from_tail = task.tail_s <= back_s
    way_s = np.where(from_tail, task.tail_s, back_s)
    reached = np.isfinite(task.tail_s) & np.isfinite(task.head_s) & np.isfinite(task.sweep_s)
    return Entries(way_s, from_tail, reached & ~task.is_claimed)


def gains(task: SearchTask) -> Floats:
    """Return the chance that one more sweep of each street finds the person; shape (n,)."""
    import numpy as np

    found: Floats = task.chance * -np.expm1(-task.effort)
    return found


def sweep(task: SearchTask, found: Entries, street: int) -> Sweep:
    """Return the sweep of a street from the end at which it is entered."""
    ends = int(task.tail[street]), int(task.head[street])
    return Sweep(ends if found.from_tail[street] else ends[::-1])


def best_of(scores: Floats, found: Entries, among: Bools) -> int | None:
    """Return the street with the largest score; ties: the shorter way, then the lower number.

    None where no street is among them.
    """
    import numpy as np

    chosen = np.flatnonzero(among & found.is_open)
    if not len(chosen):
        return None
    chosen = chosen[scores[chosen] == scores[chosen].max()]
    return int(chosen[found.way_s[chosen].argmin()])
