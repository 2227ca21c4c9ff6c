"""Cover that can be expected: the weight of the places that somebody free can reach in time.

References
----------
Daskin, M. S. (1983), A maximum expected covering location model, Transportation Science 17(1),
48-70: k people in reach, each busy with probability q, cover a place with 1 - q^k.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patrolsim import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from patrolsim import StateView

    Point = tuple[float, float]

NOWHERE = -1


@dataclass(slots=True)
class CoverMap:
    """Who covers what: worked out once for each mode, then looked up.

    The places to be covered are the nodes with the most expected incidents, as weights that sum
    to 1; a node covers those that its people reach within a time at their mode's usual speed.
    One search over all streets per place and mode; memory of places x nodes bytes per mode.

    Attributes
    ----------
    count
        How many places.
    within_s
        The time within which a place is covered.
    busy
        The probability q with which a person is busy, from 0 to below 1.
    weights
        The weight of each place, shape (n_places,), once it was asked for.
    """

    count: int
    within_s: float
    busy: float
    weights: npt.NDArray[np.float64] | None = None
    reach: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
    modes: dict[int, str] = field(default_factory=dict)

    def weights_of(self, view: StateView) -> npt.NDArray[np.float64]:
        """Return the weight of each place, shape (n_places,), of sum 1 (or empty)."""
        import numpy as np

        if self.weights is None:
            weights = np.array([spot.weight for spot in view.hot_spots(self.count)], np.float64)
            self.weights = weights / weights.sum() if len(weights) else weights
        return self.weights

    def covered_from(self, view: StateView, volunteer_id: int, node: int) -> npt.NDArray[np.bool_]:
        """Return which places somebody covers from a node, shape (n_places,)."""
        import numpy as np

        count = len(self.weights_of(view))
        if node == NOWHERE or count == 0:
            return np.zeros(count, np.bool_)
        found: npt.NDArray[np.bool_] = self._reach_of(view, volunteer_id)[:, node]
        return found

    def rows(
        self, view: StateView, asked: Sequence[tuple[int, Point | None]]
    ) -> npt.NDArray[np.bool_]:
        """Return which places are covered by each of some people, shape (n_asked, n_places).

        Each is asked about with a point at which they would wait, or None for where they are or
        go.
        """
        import numpy as np

        found = [
            self.covered_from(
                view,
                who,
                view.destination(who) if point is None else view.node_near(who, *point),
            )
            for who, point in asked
        ]
        return np.array(found, np.bool_).reshape(len(asked), len(self.weights_of(view)))

    def people_over(self, view: StateView, volunteer_ids: Iterable[int]) -> npt.NDArray[np.int64]:
        """Return how many of these people cover each place from where they are or go."""
        import numpy as np

        counts = np.zeros(len(self.weights_of(view)), np.int64)
        for volunteer_id in volunteer_ids:
            counts += self.covered_from(view, volunteer_id, view.destination(volunteer_id))
        return counts

    def worth(
        self,
        view: StateView,
        covered: npt.NDArray[np.bool_],
        others: npt.NDArray[np.int64],
    ) -> float:
        """Return what one more person is worth: sum of d_i (1 - q) q^k_i over the covered i.

        Parameters
        ----------
        view
            The present.
        covered
            The places that the person covers, shape (n_places,).
        others
            How many others cover each place: k_i, shape (n_places,).
        """
        gains = self.weights_of(view) * self.busy**others * (1 - self.busy)
        # fsum: sets of the same places are worth the same, whatever else is summed.
        return math.fsum(gains[covered].tolist())

    def _reach_of(self, view: StateView, volunteer_id: int) -> npt.NDArray[np.bool_]:
        """Return which places (rows) are covered from which nodes (columns)."""
        import numpy as np

        if volunteer_id not in self.modes:
            self.modes[volunteer_id] = view.volunteer(volunteer_id).mode
        mode = self.modes[volunteer_id]
        if mode not in self.reach:
            rows = [
                view.times_to_s(volunteer_id, spot.node) <= self.within_s
                for spot in view.hot_spots(self.count)
            ]
            self.reach[mode] = np.array(rows, np.bool_)
        return self.reach[mode]


def make_cover_map(parameters: Mapping[str, object]) -> CoverMap:
    """Return the cover map that `COVER_PARAMETERS` ask for.

    Raises
    ------
    ValueError
        If a parameter makes no sense.
    """
    count, within_s, busy = (parameters[name] for name in ("places", "within", "busy"))
    if not (isinstance(count, int) and count > 0):
        raise ValueError("places must be 1 or more")
    if not (isinstance(within_s, float) and within_s > 0):
        raise ValueError("within must be above 0")
    if not (isinstance(busy, float) and 0 <= busy < 1):
        raise ValueError("busy must be 0 or more and below 100%")
    return CoverMap(count, within_s, busy)


COVER_PARAMETERS: Mapping[str, Parameter] = {
    "within": Parameter(
        kind="duration",
        default="8 min",
        about="A place is covered by those who reach it within this time.",
    ),
    "busy": Parameter(
        kind="share",
        default="30%",
        about="The share of their time for which people are busy: work and travel.",
    ),
    "places": Parameter(
        kind="count",
        default=100,
        about="How many places are to be covered: those with the most expected incidents.",
    ),
}
