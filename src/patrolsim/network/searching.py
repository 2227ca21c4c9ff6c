"""The streets of one mode as the kernels read them, and the kernels at work on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network.kernels import GAVE_UP, NODE_MASK, TOO_FAR
from patrolsim.network.streets import UNREACHABLE_US
from patrolsim.network.tiers import Tier, blank, load_kernels, numbers, write_ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from patrolsim.network.cells import Ints32
    from patrolsim.network.streets import PackedArcs

    Ints = npt.NDArray[np.int64]
    Targets = Sequence[tuple[int, int]]


class TooFarError(Exception):
    """A way is longer than the packed searches can hold."""


class Scratch:
    """Room for the searches on some streets; one question at a time uses it."""

    def __init__(self, n: int, m: int, tier: Tier) -> None:
        self.now = blank(tier, 4)
        self.times_us = blank(tier, n)
        self.heap = blank(tier, n + m + 1)
        self.work = (self.times_us, blank(tier, n), self.heap, self.now)
        self.wanted = blank(tier, n)
        self.first, self.hung = blank(tier, n), blank(tier, n)
        self.link = blank(tier, 0)
        self.nodes, self.extras_us = blank(tier, 2), blank(tier, 2)
        self.way = blank(tier, n + 1)

    def ends(self, tier: Tier, targets: Targets) -> tuple[Any, Any]:
        """Return the nodes and the extra times of targets, written into room that is kept."""
        self.nodes, self.extras_us = write_ends((self.nodes, self.extras_us), targets, tier)
        return self.nodes, self.extras_us

    def links(self, tier: Tier, count: int) -> Any:
        """Return room for the links between so many seeds."""
        if len(self.link) < count:
            self.link = blank(tier, 2 * count)
        return self.link


class ModeSearch:
    """Searches for one mode.

    Parameters
    ----------
    packed
        The arcs of the mode; at most 2**22 nodes.
    tier
        Who runs the kernels.
    scratch
        Room, shared by the modes.

    Attributes
    ----------
    spent
        How many nodes all searches have settled so far.

    Raises
    ------
    TooFarError
        If there are too many nodes.
    """

    def __init__(self, packed: PackedArcs, tier: Tier, scratch: Scratch) -> None:
        if len(packed.out_first) - 1 > NODE_MASK:
            raise TooFarError
        self.spent = 0
        self._tier, self._scratch = tier, scratch
        self._kernels = load_kernels(tier)
        self._asked: tuple[int, list[tuple[int, int]]] = 0, []
        self._targets = 0
        self._arc_ids = packed.arcs
        forward = packed.out_first, packed.out_end, packed.out_us
        backward = packed.in_first, packed.in_end, packed.in_us
        self._forward = tuple(numbers(tier, column) for column in forward)
        self._backward = tuple(numbers(tier, column) for column in backward)

    def labels(self, targets: Targets, starts: Iterable[int], bound: int) -> bool:
        """Find the times from some nodes to the targets; False when the search gave up.

        Right after the question who is first at the same targets, its search goes on.

        Raises
        ------
        TooFarError
            If a way is longer than the searches can hold.
        """
        scratch = self._scratch
        settled_us = -1
        if self.has_asked(targets):
            size, settled_us = scratch.now[1], scratch.now[2]
        else:
            size = self._begin(targets)
        stamp, left = scratch.now[0], 0
        for node in starts:
            if scratch.wanted[node] != stamp and not self._is_settled(node, settled_us):
                scratch.wanted[node] = stamp
                left += 1
        if not left:
            return True
        self._asked = 0, []
        settled = self._kernels.search_until(
            size, self._backward, scratch.work, scratch.wanted, left, bound
        )
        self.spent += bound if settled == GAVE_UP else settled
        return _checked(settled) >= 0

    def has_asked(self, targets: Targets) -> bool:
        """Whether the last question was who is first at these targets."""
        return self._asked == (self._scratch.now[0], targets)

    def _is_settled(self, node: int, settled_us: int) -> bool:
        """Whether the search that stopped at a time has the final time of a node."""
        times_us, stamps, _heap, now = self._scratch.work
        return bool(stamps[node] == now[0] and times_us[node] <= settled_us)

    def time_us(self, node: int) -> int:
        """Return the time from a node that the last question settled, or `UNREACHABLE_US`."""
        times_us, stamps, _heap, now = self._scratch.work
        return int(times_us[node]) if stamps[node] == now[0] else UNREACHABLE_US

    def way(self, node: int) -> tuple[Ints32, int]:
        """Return the canonical way from a settled node, and which target it ends at."""
        scratch = self._scratch
        ends, way = (scratch.nodes, scratch.extras_us), scratch.way
        streets = self._forward, scratch.work
        steps = self._kernels.follow(node, ends, self._targets, streets, way)
        arcs = self._arc_ids[np.asarray(way[:steps], np.int64)]
        return arcs, int(way[steps])

    def row(self, node: int) -> Ints:
        """Return the times from every node to one, int64, shape (n,)."""
        size = self._begin([(node, 0)])
        _checked(self._kernels.search_all(size, self._backward, self._scratch.work))
        times_us, stamps, _heap, now = (np.asarray(part, np.int64) for part in self._scratch.work)
        self.spent += len(times_us)
        return np.where(stamps == now[0], times_us, UNREACHABLE_US)

    def nearest(
        self, targets: Targets, seeds: tuple[Ints, Ints, Ints, Ints], count: int, bound: int
    ) -> list[tuple[int, int]] | None:
        """Return the first candidates as (arrival, id); None when the search gave up.

        Parameters
        ----------
        targets
            Pairs (node, time from it to the place).
        seeds
            Ids of the candidates, and for each a node, the time to it and a deadline.
        count, bound
            How many are wanted, and how many nodes may be settled.
        """
        scratch, tier = self._scratch, self._tier
        ids, nodes, costs_us, deadlines_us = (numbers(tier, column) for column in seeds)
        link = scratch.links(tier, len(ids))
        best = blank(tier, count), blank(tier, count)
        found = _checked(
            self._kernels.find_nearest(
                scratch.ends(tier, targets),
                self._backward,
                scratch.work,
                (scratch.first, link, scratch.hung, nodes, ids, costs_us, deadlines_us),
                best,
                (len(targets), len(ids), bound),
            )
        )
        self.spent += int(scratch.now[3])
        if found < 0:
            return None
        self._asked, self._targets = (int(scratch.now[0]), list(targets)), len(targets)
        return [(int(best[1][rank]), int(best[0][rank])) for rank in range(found)]

    def _begin(self, targets: Targets) -> int:
        nodes, extras_us = self._scratch.ends(self._tier, targets)
        self._targets = len(targets)
        return _checked(self._kernels.begin(nodes, extras_us, len(targets), self._scratch.work))


def _checked(answer: int) -> int:
    if answer == TOO_FAR:
        raise TooFarError
    return int(answer)
