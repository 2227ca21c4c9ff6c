"""Choosing the best of several: drop whoever is surely not, as soon as that is sure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

FIRST_STAGE = 20
"""So many replications of all are run before anybody is dropped."""


class KimNelson:
    """A race in which the largest mean is best; fed one replication after the other.

    If the best is better than each other by `margin` or more, it is the one that is left with a
    probability of at least ``1 - alpha``. Else the one that is left is not worse than the best
    by more than that, as surely. The variances are those of paired differences: on the same
    replications the race is shorter.

    Parameters
    ----------
    names
        Who takes part, in an order: the earlier wins when two are exactly alike. Two or more
        for a race; a single one has won.
    margin
        Which difference does not matter, above 0 and in the unit of the values.
    first_stage
        How many replications estimate the variances, 2 or more.
    alpha
        How often the wrong one may be left, above 0 and below 0.5.
    budget
        The most replications, None for no limit. After so many `is_over` says that it ends,
        with all that are still in.

    Attributes
    ----------
    still_in
        Who may be the best, in the order of the names.
    n
        How many replications have been fed.

    Raises
    ------
    ValueError
        If a number is out of its range, or names are missing or double.

    References
    ----------
    Kim, S.-H., Nelson, B. L. (2001), A fully sequential procedure for indifference-zone
    selection in simulation, ACM Transactions on Modeling and Computer Simulation 11, 251-273.
    """

    def __init__(
        self,
        names: Sequence[str],
        margin: float,
        *,
        first_stage: int = FIRST_STAGE,
        alpha: float = 0.05,
        budget: int | None = None,
    ) -> None:
        if not names or len(set(names)) < len(names):
            raise ValueError("a race needs names, and each only once")
        if not (margin > 0 and 0 < alpha < 0.5 and first_stage > 1):  # noqa: PLR2004 - a coin
            raise ValueError("a race needs margin > 0, 0 < alpha < 0.5, first stage of 2 or more")
        self.still_in = list(names)
        self.n = 0
        self._margin = margin
        self._first_stage = first_stage
        self._budget = budget
        self._reach = _reach(len(names), first_stage, alpha)
        self._first_rows: list[dict[str, float]] = []
        # Summed in the order of the replications: two that are alike have the same sum.
        self._sums = dict.fromkeys(names, 0.0)
        self._variances: Floats = np.empty((0, 0))

    @property
    def best(self) -> str | None:
        """Whoever is left alone; None while there are several."""
        return self.still_in[0] if len(self.still_in) == 1 else None

    @property
    def is_over(self) -> bool:
        """Whether no more replications are needed, or allowed."""
        is_spent = self._budget is not None and self.n >= self._budget
        return is_spent or len(self.still_in) <= 1

    @property
    def leader(self) -> str | None:
        """Whoever has the largest mean of those still in; None before the first replication."""
        if not self.n or not self.still_in:
            return None
        return max(self.still_in, key=self._sums.__getitem__)

    def feed(self, row: Mapping[str, float]) -> list[str]:
        """Take one replication of those still in, and return who drops out.

        Parameters
        ----------
        row
            The value of each; of those who are out it is not looked at.

        Raises
        ------
        ValueError
            If a value is missing or has no end.
        """
        missing = [name for name in self.still_in if not math.isfinite(row.get(name, math.nan))]
        if missing:
            raise ValueError(f"no value that has an end for {', '.join(missing)}")
        self._take(row)
        if self.n < self._first_stage:
            return []
        out = [] if len(self.still_in) < 2 else self._beaten()  # noqa: PLR2004 - nobody to beat
        self._remove(out)
        return out

    def drop(self, name: str) -> None:
        """Take somebody out who cannot go on.

        Raises
        ------
        ValueError
            If it is not in.
        """
        if name not in self.still_in:
            raise ValueError(f"{name} is not in the race")
        self._remove([name])

    def _take(self, row: Mapping[str, float]) -> None:
        for name in self.still_in:
            self._sums[name] += row[name]
        self.n += 1
        if self.n <= self._first_stage:
            self._first_rows.append(dict(row))
        if self.n == self._first_stage:
            self._end_first_stage()

    def _beaten(self) -> list[str]:
        """Return those who are behind somebody by more than chance explains."""
        means = np.array([self._sums[name] for name in self.still_in]) / self.n
        allowed = self._allowed()
        behind = means[None, :] - means[:, None]
        is_out = [bool(row.any()) for row in behind > allowed]
        if not allowed.any():
            is_out = [index != int(np.argmax(means)) for index in range(len(means))]
        return [name for name, out in zip(self.still_in, is_out, strict=True) if out]

    def _allowed(self) -> Floats:
        """Return by how much each may be behind each other and yet be the best."""
        delta, n = self._margin, self.n
        left = delta / (2 * n) * (self._reach / delta**2 * self._variances - n)
        return np.maximum(left, 0.0)

    def _remove(self, names: Sequence[str]) -> None:
        keep = [row for row, name in enumerate(self.still_in) if name not in names]
        self.still_in = [self.still_in[row] for row in keep]
        if names and self._variances.size:
            self._variances = self._variances[np.ix_(keep, keep)]

    def _end_first_stage(self) -> None:
        """Estimate the variances of the differences between those still in."""
        values = np.array([[row[name] for row in self._first_rows] for name in self.still_in])
        self._variances = (values[:, None, :] - values[None, :, :]).var(axis=2, ddof=1)


def _reach(k: int, first_stage: int, alpha: float) -> float:
    """Return how far the race goes, in variances by margins squared: h squared in the paper."""
    twice_eta = math.pow(2 * alpha / max(k - 1, 1), -2 / (first_stage - 1)) - 1
    return twice_eta * (first_stage - 1)
