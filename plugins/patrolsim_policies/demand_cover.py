"""Cover of a map of demand: each cell counts, door to door, with a time for each priority.

References
----------
Daskin, M. S. (1983), A maximum expected covering location model, Transportation Science 17(1),
48-70. That each priority has a time and a mode of its own, weighed by its share of the incidents,
and that cells which the same posts cover are one place, is the way of JEMSS.jl.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from patrolsim import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from patrolsim import StateView

    Point = tuple[float, float]
    Bools = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]
    Key = tuple[tuple[str, str, str], Point]

WHOLE = 1e-6
"""Shares that miss 100 % by less than this do so by rounding."""


class Level(NamedTuple):
    """What covers the incidents of a priority.

    Attributes
    ----------
    priority
        Which, None for incidents of any: then the ordinary mode counts.
    within_s
        Who is there within this time covers a cell.
    share
        Of all incidents.
    """

    priority: int | None
    within_s: float
    share: float


@dataclass(slots=True)
class DemandCover:
    """Who covers which cells of a map of demand from where, in classes of equal cells.

    A cell counts once per level. Cells that everybody asked about so far covers alike make one
    class: a point that is asked about for the first time splits the classes. One search over all
    streets per point and level, two for a point in the middle of a street; memory of points x
    classes bytes.

    Attributes
    ----------
    name
        Name of the map.
    levels
        The times, one per priority.
    busy
        The probability q with which a person is busy, from 0 to below 1.
    class_of, weights
        The class of each cell of each level, and the weight of each class; empty at first.
    table, places
        Which classes are covered, a row per point that was asked about; the row of each.
    groups
        Team, trade and mode of each person: those who share them move alike.
    """

    name: str
    levels: tuple[Level, ...]
    busy: float
    class_of: npt.NDArray[np.int64] | None = None
    weights: Floats | None = None
    table: Bools | None = None
    places: dict[Key, int] = field(default_factory=dict)
    groups: dict[int, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def within_s(self) -> float:
        """The longest time that counts."""
        return max(level.within_s for level in self.levels)

    def rows(self, view: StateView, asked: Sequence[tuple[int, Point | None]]) -> Bools:
        """Return which classes are covered by each of some people, shape (n_asked, n_classes).

        Each is asked about with a point at which they would wait, or None for where they are or
        go. The classes are those of the last call.
        """
        found = [
            self._row(view, who, view.bound_for(who) if point is None else point)
            for who, point in asked
        ]
        _class_of, _weights, table = self._classes(view)
        chosen: Bools = table[found]
        return chosen

    def worth(self, view: StateView, covered: Bools, others: npt.NDArray[np.int64]) -> float:
        """Return what one more person is worth: sum of d_i (1 - q) q^k_i over the covered i.

        Parameters
        ----------
        view
            The present.
        covered
            The classes that the person covers, shape (n_classes,).
        others
            How many others cover each class: k_i, shape (n_classes,).
        """
        _class_of, weights, _table = self._classes(view)
        gains = weights * self.busy**others * (1 - self.busy)
        # fsum: sets of the same classes are worth the same, whatever else is summed
        return math.fsum(gains[covered].tolist())

    def _row(self, view: StateView, volunteer_id: int, point: Point) -> int:
        """Return the row of a point, which is looked at when it is asked about first."""
        if volunteer_id not in self.groups:
            who = view.volunteer(volunteer_id)
            self.groups[volunteer_id] = who.team, who.trade, who.mode
        key = self.groups[volunteer_id], point
        if key not in self.places:
            self.places[key] = self._split(view, volunteer_id, point)
        return self.places[key]

    def _split(self, view: StateView, volunteer_id: int, point: Point) -> int:
        """Split the classes by what is covered from a point; return its row."""
        import numpy as np

        class_of, _weights, table = self._classes(view)
        covered = np.concatenate(
            [
                view.times_over_map_s(volunteer_id, *point, self.name, level.priority)
                <= level.within_s
                for level in self.levels
            ]
        )
        halves, self.class_of = np.unique(2 * class_of + covered, return_inverse=True)
        parents, is_covered = halves // 2, halves % 2 == 1
        self.table = np.concatenate([table[:, parents], is_covered[None, :]])
        weights = np.bincount(self.class_of, weights=self._weights_of_cells(view))
        self.weights = weights.astype(np.float64)
        return len(self.table) - 1

    def _classes(self, view: StateView) -> tuple[npt.NDArray[np.int64], Floats, Bools]:
        """Return class of each cell, weight of each class and table; at first all are alike."""
        import numpy as np

        if self.class_of is None or self.weights is None or self.table is None:
            weights = self._weights_of_cells(view)
            self.class_of = np.zeros(len(weights), np.int64)
            self.weights = np.array([weights.sum()])
            self.table = np.zeros((0, 1), np.bool_)
        return self.class_of, self.weights, self.table

    def _weights_of_cells(self, view: StateView) -> Floats:
        import numpy as np

        weight = view.demand_map(self.name).weight
        return np.concatenate([level.share * weight for level in self.levels])


def make_demand_cover(name: str, parameters: Mapping[str, object]) -> DemandCover:
    """Return the cover of a map that `DEMAND_PARAMETERS` ask for, beside `COVER_PARAMETERS`.

    Raises
    ------
    ValueError
        If a parameter makes no sense.
    """
    busy, within_s = parameters["busy"], parameters["within"]
    times, shares = parameters["within_by_priority"], parameters["share_by_priority"]
    if not (isinstance(busy, float) and 0 <= busy < 1):
        raise ValueError("busy must be 0 or more and below 100%")
    if times is None and shares is not None:
        raise ValueError("share_by_priority goes with within_by_priority")
    if not isinstance(times, tuple):
        if not (isinstance(within_s, float) and within_s > 0):
            raise ValueError("within must be above 0")
        return DemandCover(name, (Level(None, within_s, 1.0),), busy)
    return DemandCover(name, _levels(times, shares), busy)


def _levels(times: tuple[tuple[int, float], ...], shares: object) -> tuple[Level, ...]:
    """Return a level per priority; shares that are left out are equal."""
    if any(within_s <= 0 for _priority, within_s in times):
        raise ValueError("within_by_priority: each time must be above 0")
    each = {priority: 1 / len(times) for priority, _within_s in times}
    by_priority = dict(shares) if isinstance(shares, tuple) else each
    if set(by_priority) != set(each):
        named = ", ".join(map(str, each))
        raise ValueError(f"share_by_priority must name those of within_by_priority: {named}")
    whole = math.fsum(by_priority.values())
    if abs(whole - 1) > WHOLE:
        raise ValueError(f"share_by_priority adds up to {whole:.4g}, not to 100%")
    return tuple(Level(priority, time_s, by_priority[priority]) for priority, time_s in times)


DEMAND_PARAMETERS: Mapping[str, Parameter] = {
    "demand": Parameter(
        kind="demand map",
        default=None,
        about="The map of demand whose cells are to be covered, door to door; left out, the"
        " places of the forecast.",
    ),
    "within_by_priority": Parameter(
        kind="durations by priority",
        default=None,
        about="A time for each priority, driven in the mode that answers it; left out, within.",
    ),
    "share_by_priority": Parameter(
        kind="shares by priority",
        default=None,
        about="The share of each priority among the incidents; left out, all the same.",
    ),
}
