"""Stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class KimNelson:
    """The largest mean is best."""

    def __init__(self, names: Sequence[str], margin: float, *, n0: int = 20) -> None:
        self.still_in = list(names)
        self._rows: dict[str, list[float]] = {name: [] for name in names}
        self._margin, self._n0 = margin, n0
        self._k = len(names)
        self._var: dict[tuple[str, str], float] = {}
        self.n = 0

    def drop(self, name: str) -> None:
        self.still_in.remove(name)

    def feed(self, row: Mapping[str, float]) -> list[str]:
        for name in self.still_in:
            self._rows[name].append(row[name])
        self.n += 1
        if self.n < self._n0 or len(self.still_in) < 2:
            return []
        n0, r, delta = self._n0, self.n, self._margin
        eta = ((2 * 0.05 / (self._k - 1)) ** (-2 / (n0 - 1)) - 1) / 2
        h2 = 2 * eta * (n0 - 1)
        out = []
        for i in self.still_in:
            for other in self.still_in:
                if i == other:
                    continue
                key = (i, other)
                if key not in self._var:
                    gap = np.subtract(self._rows[i][:n0], self._rows[other][:n0])
                    self._var[key] = float(np.var(gap, ddof=1))
                w = max(0.0, (delta / (2 * r)) * (h2 * self._var[key] / delta**2 - r))
                if np.mean(self._rows[i]) < np.mean(self._rows[other]) - w:
                    out.append(i)
                    break
        self.still_in = [name for name in self.still_in if name not in out]
        return out
