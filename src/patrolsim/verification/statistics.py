"""Statistics of the table whose mean is known for any size of sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def cramer_von_mises(values: Floats) -> float:
    """Return the statistic of sorted values that should be uniform on (0, 1); mean 1/6.

    References
    ----------
    Anderson, T. W. and Darling, D. A. (1952), Annals of Mathematical Statistics 23, 193-212.
    """
    n = values.size
    middles = (2 * np.arange(1, n + 1) - 1) / (2 * n)
    return 1 / (12 * n) + float(((values - middles) ** 2).sum())
