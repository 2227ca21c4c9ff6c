"""Find good sites for some posts: one after the other, then by exchanging one for another.

References
----------
Teitz, M. B. and Bart, P. (1968), Heuristic methods for estimating the generalized vertex median
of a weighted graph, Operations Research 16(5), 955-961: interchange.
Nemhauser, G. L., Wolsey, L. A. and Fisher, M. L. (1978), An analysis of approximations for
maximizing submodular set functions, Mathematical Programming 14, 265-294: greedy covering
reaches at least 1 - 1/e of the best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

LEAST_GAIN = 1e-9
"""A smaller gain, as a share of the value, is rounding: exchanging would go on for ever."""


class Aim(Protocol):
    """What a layout is judged by; less is better."""

    @property
    def sites(self) -> int:
        """How many sites there are to choose from."""

    @property
    def may_repeat(self) -> bool:
        """Whether several posts at one site are worth more than one."""

    def value(self, chosen: Sequence[int]) -> float:
        """Return the value of some posts, by index of their sites."""

    def values_with(self, chosen: Sequence[int]) -> Floats:
        """Return the value of these posts and one more at each site, shape (n_sites,)."""


class Layout(NamedTuple):
    """Where the posts stand.

    Attributes
    ----------
    sites
        Index of the site of each post, rising.
    value
        What the aim says of it; less is better.
    is_proven
        Whether no layout has a smaller value.
    """

    sites: tuple[int, ...]
    value: float
    is_proven: bool


def find_layout(aim: Aim, posts: int) -> Layout:
    """Return sites for some posts: greedy, then single exchanges while one of them helps.

    Ties go to the lowest site. O(posts x sites x places) per exchange.

    Raises
    ------
    ValueError
        If there are no posts, or more than sites of which each can take only one.
    """
    if posts < 1 or (posts > aim.sites and not aim.may_repeat):
        raise ValueError(f"cannot place {posts} posts on {aim.sites} sites")
    chosen: list[int] = []
    for _ in range(posts):
        chosen.append(_best(aim, chosen)[1])
    value = aim.value(chosen)
    while True:
        found = _best_exchange(aim, chosen)
        if found[0] >= value - LEAST_GAIN * abs(value):
            return Layout(tuple(sorted(chosen)), value, is_proven=False)
        _value, place, site = found
        chosen[place] = site
        value = aim.value(chosen)


def _best_exchange(aim: Aim, chosen: Sequence[int]) -> tuple[float, int, int]:
    """Return the best value, the post that moves, and the site that it moves to."""
    found = []
    for place in range(len(chosen)):
        rest = [site for other, site in enumerate(chosen) if other != place]
        value, site = _best(aim, rest)
        found.append((value, place, site))
    return min(found)


def _best(aim: Aim, chosen: Sequence[int]) -> tuple[float, int]:
    values = aim.values_with(chosen).copy()
    if not aim.may_repeat:
        values[list(chosen)] = np.inf
    site = int(np.argmin(values))
    return float(values[site]), site
