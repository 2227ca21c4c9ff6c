"""The streets at each moment as the auditor reads them: times of arcs, and shortest ways."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.audit.ways import Ways

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]


class Era(NamedTuple):
    """The streets while they do not change.

    Attributes
    ----------
    weight_us
        The time of each arc for those who set out on it, end on it or are in its middle; shape
        (n_modes, m).
    passing_us
        The same for those who pass it.
    ways
        The shortest ways.
    """

    weight_us: Ints
    passing_us: Ints
    ways: Ways


class Eras:
    """The streets of a world over time.

    Attributes
    ----------
    starts_us
        When each era begins, the first at 0.
    """

    def __init__(self, world: World) -> None:
        streets = world.streets
        self.starts_us = [phase.start_us for phase in world.phases] or [0]
        known: dict[tuple[int, ...], Era] = {}
        for phase in world.phases:
            if phase.active not in known:
                changed = phase.streets
                known[phase.active] = Era(phase.local_us, changed.weight_us, Ways(changed))
        usual = Era(streets.weight_us, streets.weight_us, Ways(streets))
        self._eras = [known[phase.active] for phase in world.phases] or [usual]

    def number(self, time_us: int) -> int:
        """Return the number of the era of a moment; a change comes before all else then."""
        return bisect_right(self.starts_us, time_us) - 1

    def at(self, time_us: int) -> Era:
        """Return the era of a moment."""
        return self._eras[self.number(time_us)]

    def __getitem__(self, number: int) -> Era:
        """Return an era by its number."""
        return self._eras[number]

    def changes_within(self, start_us: int, end_us: int) -> list[int]:
        """Return the moments after a start and before an end at which the streets change."""
        first = bisect_right(self.starts_us, start_us)
        return [time_us for time_us in self.starts_us[first:] if time_us < end_us]
