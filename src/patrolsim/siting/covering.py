"""Covering: the weight of the places within reach of a post, surely or probably.

References
----------
Church, R. and ReVelle, C. (1974), The maximal covering location problem, Papers of the Regional
Science Association 32, 101-118 (MCLP: busy = 0).
Daskin, M. S. (1983), A maximum expected covering location model, Transportation Science 17(1),
48-70 (MEXCLP).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoverAim:
    """Minus the expected weight of the places that somebody who is not busy can reach.

    Attributes
    ----------
    covers
        Whether each site covers each place, shape (n_sites, n_places).
    weights
        Of each place, shape (n_places,).
    busy
        The probability q with which the people of a post are busy: 0 for plain covering.
    """

    covers: npt.NDArray[np.bool_]
    weights: Floats
    busy: float = 0.0

    @property
    def sites(self) -> int:
        """How many sites there are to choose from."""
        return len(self.covers)

    @property
    def may_repeat(self) -> bool:
        """A second post at one site helps where the first may be busy."""
        return self.busy > 0

    def value(self, chosen: Sequence[int]) -> float:
        """Return minus the sum of d_i (1 - q^k_i); k_i posts cover place i."""
        return -expected_cover(self, chosen)

    def values_with(self, chosen: Sequence[int]) -> Floats:
        """Return the value of these posts and one more at each site, shape (n_sites,)."""
        counts = self.covers[list(chosen)].sum(axis=0)
        gains = self.weights * self.busy**counts * (1 - self.busy)
        values: Floats = self.value(chosen) - self.covers @ gains
        return values


def expected_cover(aim: CoverAim, chosen: Sequence[int]) -> float:
    """Return the sum of d_i (1 - q^k_i) over all places i that k_i posts cover."""
    counts = aim.covers[list(chosen)].sum(axis=0)
    return float((1 - aim.busy**counts) @ aim.weights)
