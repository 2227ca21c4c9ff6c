"""The p-median: the least mean time from the nearest post.

References
----------
Hakimi, S. L. (1964), Optimum locations of switching centers and the absolute centers and medians
of a graph, Operations Research 12(3), 450-459.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MedianAim:
    """The weighted sum of the times from the nearest post.

    Attributes
    ----------
    times
        From each site to each place, shape (n_sites, n_places), all finite.
    weights
        Of each place, shape (n_places,).
    """

    times: Floats
    weights: Floats

    @property
    def sites(self) -> int:
        """How many sites there are to choose from."""
        return len(self.times)

    @property
    def may_repeat(self) -> bool:
        """A second post at one site changes nothing."""
        return False

    def value(self, chosen: Sequence[int]) -> float:
        """Return the weighted sum of the least times."""
        return float(self.times[list(chosen)].min(axis=0) @ self.weights)

    def values_with(self, chosen: Sequence[int]) -> Floats:
        """Return the value of these posts and one more at each site, shape (n_sites,)."""
        nearest = self.times[list(chosen)].min(axis=0, initial=np.inf)
        values: Floats = np.minimum(self.times, nearest) @ self.weights
        return values
