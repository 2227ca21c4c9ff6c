"""The streets of a phase as the engine reads them, number by number."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network.packing import read_only
from patrolsim.network.streets import CLOSED_US
from patrolsim.network.tiers import Tier, default_tier, load_kernels, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.network.cells import Ints32
    from patrolsim.network.streets import Mode, Streets

MOST_LISTED = 50_000
"""Networks of more arcs are not copied into lists."""


class Ground:
    """The streets as Python's own numbers: reading one from an array is slower.

    Small networks are plain lists. Large ones are views of the memory of the streets, three
    times slower to read from, but no copy: a list takes forty bytes per number.

    Parameters
    ----------
    streets
        The streets as they are at present.
    local_us
        The times of those who set out on an arc, end on it or are in its middle, where they are
        not the times of those who pass.
    tier
        Who lays the steps of legs; left out: numba if it is installed.

    Attributes
    ----------
    passing_us, weight_us
        By mode, the time of each arc for those who pass it, and for those who are on it.
    """

    __slots__ = (
        "_lay",
        "_neighbours",
        "_spans_us",
        "_streets",
        "_tier",
        "_ways",
        "head",
        "modes",
        "passing_us",
        "tail",
        "twin",
        "weight_us",
        "x",
        "y",
    )

    def __init__(
        self,
        streets: Streets,
        local_us: npt.NDArray[np.int64] | None = None,
        tier: Tier | None = None,
    ) -> None:
        def row(values: npt.NDArray[Any]) -> Any:
            return values.tolist() if len(streets.tail) <= MOST_LISTED else values.data

        self._streets = streets
        self._ways: dict[tuple[int, int], dict[int, int]] = {}
        self._neighbours: dict[tuple[int, int], tuple[int, ...]] = {}
        self.modes: tuple[Mode, ...] = streets.modes
        self.tail: Sequence[int] = row(streets.tail)
        self.head: Sequence[int] = row(streets.head)
        self.twin: Sequence[int] = row(streets.twin)
        self.passing_us: list[Sequence[int]] = [row(weights) for weights in streets.weight_us]
        self.weight_us: list[Sequence[int]] = (
            self.passing_us if local_us is None else [row(weights) for weights in local_us]
        )
        self._tier = default_tier() if tier is None else tier
        self._lay = load_kernels(self._tier).lay
        self._spans_us = [
            read_only(weights) if self._tier is Tier.COMPILED else self.weight_us[mode]
            for mode, weights in enumerate(streets.weight_us if local_us is None else local_us)
        ]
        self.x: Sequence[float] = row(streets.x)
        self.y: Sequence[float] = row(streets.y)

    def lay(
        self, mode: int, way: Ints32, plan: tuple[int, ...], size: int
    ) -> tuple[memoryview[int], memoryview[int]]:
        """Return the arcs of so many steps and their ends: `patrolsim.network.laying.lay`."""
        if self._tier is Tier.COMPILED:
            laid = np.empty(2 * size, np.int64)
            self._lay(way, self._spans_us[mode], plan, laid, size)
            steps = laid.data
        else:
            listed = [0] * (2 * size)
            self._lay(numbers(self._tier, way), self._spans_us[mode], plan, listed, size)
            steps = memoryview(array("q", listed))
        return steps[:size], steps[size:]

    def neighbours(self, node: int, mode: int) -> tuple[int, ...]:
        """Return the neighbours to which a street is open, rising."""
        found = self._neighbours.get((node, mode))
        if found is None:
            found = self._neighbours[node, mode] = tuple(self.ways_from(node, mode))
        return found

    def ways_from(self, node: int, mode: int) -> Mapping[int, int]:
        """Return the neighbours to which a street is open, rising: each with its fastest arc.

        Neighbours at which a mode cannot stay are left out. Ties: the lowest arc.
        """
        found = self._ways.get((node, mode))
        if found is None:
            found = self._ways[node, mode] = self._find_ways(node, mode)
        return found

    def _find_ways(self, node: int, mode: int) -> dict[int, int]:
        streets, passing_us, weight_us = self._streets, self.passing_us[mode], self.weight_us[mode]
        first, last = int(streets.out_start[node]), int(streets.out_start[node + 1])
        arcs = [arc for arc in range(first, last) if passing_us[arc] != CLOSED_US]
        fastest: dict[int, int] = {}
        for arc in sorted(arcs, key=lambda arc: (self.head[arc], weight_us[arc], arc)):
            neighbour = self.head[arc]
            if neighbour != node and streets.usable[mode, neighbour]:
                fastest.setdefault(neighbour, arc)
        return fastest
