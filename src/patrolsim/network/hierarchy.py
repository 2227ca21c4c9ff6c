"""A hierarchy of the corners of one mode: exact times between any two of them, near or far.

A search goes as wide as the next person is far away. In a hierarchy the number of corners that
are looked at hardly depends on that: it pays where few people are free, or all are somewhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network.contracting import FULL
from patrolsim.network.kernels import NODE_MASK, TOO_FAR
from patrolsim.network.searching import TooFarError
from patrolsim.network.tiers import Tier, blank, load_kernels, numbers, write_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.network.cells import Ints32
    from patrolsim.network.streets import PackedArcs

    Ints = npt.NDArray[np.int64]
    Targets = Sequence[tuple[int, int]]

ROOM = (4, 16, 64)
"""Links that there is room for, as multiples of the streets: tried in turn."""
LARGEST_SUM_US = 2**60
"""No way may be longer, however many streets it takes: sums stay in 64 bits."""


CORE = 512
"""Corners of the core: a table of 2 MB (docs/performance.md)."""
CORE_SHARE = 4
"""At most one corner in so many belongs to the core."""


class Hierarchy:
    """Answers by a hierarchy; made by contracting the streets, which takes a while.

    Parameters
    ----------
    packed
        The arcs of the mode; at most 2**22 nodes.
    tier
        Who runs the kernels.

    Raises
    ------
    TooFarError
        If there are too many streets, or too long ones.
    """

    def __init__(self, packed: PackedArcs, tier: Tier) -> None:
        n = len(packed.out_first) - 1
        longest_us = int(packed.out_us.max(initial=0))
        if n > NODE_MASK or longest_us * n > LARGEST_SUM_US:
            raise TooFarError
        self._tier = tier
        self._kernels = load_kernels(tier)
        self._arc_ids = packed.arcs
        columns = packed.out_first, packed.out_end, packed.out_us
        self._forward = tuple(numbers(tier, column) for column in columns)
        order, self._up = self._contracted(n)
        self._now = blank(tier, 3)
        core = min(CORE, n // CORE_SHARE)
        labels = tuple(blank(tier, n) for _ in range(4))
        stack = blank(tier, len(self._up[2]) + n + 1)
        self._work = (*labels, stack, blank(tier, n), self._now)
        self._way = blank(tier, n + 1)
        self._ends: tuple[Any, Any] = blank(tier, 2), blank(tier, 2)
        self._asked: list[tuple[int, int]] = []
        self._up = (*self._up, blank(tier, core * core))
        self._kernels.tabulate(order, n - core, self._ends, self._up, self._work)

    def begin(self, targets: Targets) -> None:
        """Ask for times to some targets: pairs (node, time from it to the place).

        Raises
        ------
        TooFarError
            If a time is longer than a search can hold.
        """
        if self._asked != targets:
            self._asked = []
            answer = self._kernels.climb(
                self._written(targets), len(targets), self._up, self._work
            )
            _check(answer)
            self._asked = list(targets)

    def time_us(self, node: int) -> int:
        """Return the time from a node to the targets, or `UNREACHABLE_US`."""
        return int(self._kernels.time_from(node, self._up, self._work))

    def way(self, node: int) -> tuple[Ints32, int]:
        """Return the canonical way from a node, and which target it ends at."""
        streets = self._forward, self._up, self._work
        targets = len(self._asked)
        steps = self._kernels.descend(node, self._ends, targets, streets, self._way)
        arcs = self._arc_ids[np.asarray(self._way[:steps], np.int64)]
        return arcs, int(self._way[steps])

    def nearest(
        self, targets: Targets, seeds: tuple[Ints, Ints, Ints, Ints], count: int
    ) -> list[tuple[int, int]]:
        """Return the first candidates at some targets as (arrival, id); see `ModeSearch`."""
        tier = self._tier
        columns = tuple(numbers(tier, column) for column in seeds)
        best = blank(tier, count), blank(tier, count)
        self._asked = []
        limits = len(targets), len(columns[0])
        found = _check(
            self._kernels.climb_nearest(
                self._written(targets), self._up, self._work, columns, best, limits
            )
        )
        self._asked = list(targets)
        return [(int(best[1][rank]), int(best[0][rank])) for rank in range(found)]

    def _written(self, targets: Targets) -> tuple[Any, Any]:
        """Return the nodes and the extra times of targets, written into room that is kept."""
        self._ends = write_ends(self._ends, targets, self._tier)
        return self._ends

    def _contracted(self, n: int) -> tuple[Any, tuple[Any, ...]]:
        """Return the nodes by rank, and what leads up: `climbing` says what that is."""
        streets = len(self._forward[1])
        for times in ROOM:
            found = self._contract(n, times * streets + 2)
            if found is not None:
                return found
        raise TooFarError

    def _contract(self, n: int, room: int) -> tuple[Any, tuple[Any, ...]] | None:
        """Contract the streets; None when there is no room for so many links."""
        tier, kernels, order = self._tier, self._kernels, blank(self._tier, n)
        nowhere = numbers(tier, np.full(n, -1, np.int64))
        links = nowhere, *(blank(tier, room) for _ in range(4))
        counts = blank(tier, n + 1)
        work = blank(tier, n), blank(tier, n), blank(tier, n + room + 1), blank(tier, 1)
        queue = blank(tier, n + room + 1), blank(tier, n), blank(tier, n)
        answer = kernels.add_arcs(*self._forward, links, counts)
        if answer == 0:
            answer = kernels.contract(order, links, work, counts, queue)
        if answer == FULL:
            return None
        _check(answer)
        size = counts[0] // 2
        up = (blank(tier, n), blank(tier, n + 1), *(blank(tier, size) for _ in range(3)))
        kernels.lay_out(order, links, up)
        return order, up


def _check(answer: int) -> int:
    if answer == TOO_FAR:
        raise TooFarError
    return int(answer)
