"""Points in time and space that grow round others: what the clustered models here share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim import Occurrences

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


class Points(NamedTuple):
    """Incidents: seconds since the start of the period, and metres; columns of one length."""

    times_s: Floats
    x: Floats
    y: Floats


def scattered(
    parents: Points,
    parent: npt.NDArray[np.int64],
    wait_s: Floats,
    distance_m: Floats,
    angle: Floats,
) -> Points:
    """Return points some time after their parents and some way off them.

    Parameters
    ----------
    parents, parent
        The parents, and the row of each child's parent in them.
    wait_s, distance_m, angle
        Time after it, distance from it, and direction from 0 to 1 for a whole turn.
    """
    turn = 2 * np.pi * angle
    return Points(
        parents.times_s[parent] + wait_s,
        parents.x[parent] + distance_m * np.cos(turn),
        parents.y[parent] + distance_m * np.sin(turn),
    )


def bring_together(groups: Sequence[Points], period_s: float) -> Occurrences:
    """Return the points of all groups that lie in the period, in the order of their times."""
    times_s, x, y = (np.concatenate(column) for column in zip(*groups, strict=True))
    order = np.argsort(times_s, kind="stable")
    order = order[(times_s[order] >= 0) & (times_s[order] < period_s)]
    return Occurrences(times_s=times_s[order], x=x[order], y=y[order])
