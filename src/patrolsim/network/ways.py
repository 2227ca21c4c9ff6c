"""Fastest ways, and what every method that finds them answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from patrolsim.network.streets import UNREACHABLE_US

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolsim.network.cells import Ints32


class Route(NamedTuple):
    """A fastest way.

    Attributes
    ----------
    total_us
        Time of the start, the way and the target; `UNREACHABLE_US` when there is none.
    start_index
        Which of the starts it begins at.
    target_index
        Which of the targets it ends at.
    arcs
        The arcs in the order in which they are walked.
    """

    total_us: int
    start_index: int
    target_index: int
    arcs: list[int]


class Trace(NamedTuple):
    """A fastest way as `Route` has it, with its arcs in an array."""

    total_us: int
    start_index: int
    target_index: int
    arcs: Ints32


NO_ARCS = np.empty(0, np.int32)
NO_WAY = Trace(UNREACHABLE_US, 0, 0, NO_ARCS)


class Times(Protocol):
    """The answer to the question for the times to some targets, by any method."""

    def time_us(self, node: int) -> int:
        """Return the time from a node to the targets, or `UNREACHABLE_US`."""

    def way(self, node: int) -> tuple[Ints32, int]:
        """Return the canonical way from a node, and which target it ends at."""


def best_start(
    starts: Sequence[tuple[int, int]], time_of: Callable[[int], int]
) -> tuple[int, int]:
    """Return time and index of the best start; `UNREACHABLE_US` when no way leads on."""
    choices = [
        (time_us + cost_us, index)
        for index, (node, cost_us) in enumerate(starts)
        if (time_us := time_of(node)) < UNREACHABLE_US
    ]
    return min(choices, default=(UNREACHABLE_US, 0))
