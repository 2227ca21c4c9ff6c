"""A measure: how one number is read from the metrics of replications."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from patrolsim.metrics import Metrics


class Kind(Enum):
    """How a measure is put together from replications."""

    MEAN = "mean"
    """The mean of one value per replication."""
    RATIO = "ratio"
    """The sum over all replications by the count over all replications."""
    POOLED = "pooled"
    """A quantile of the values of all replications together."""


class Better(Enum):
    """Which way a measure is better."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How one number is read from the metrics of a replication.

    Attributes
    ----------
    name
        As in ``summary.csv``.
    unit
        ``s``, ``share``, ``incidents`` and so on.
    better
        Which way is better.
    kind
        Which of the readers below is used.
    value
        For ``MEAN``: the value of a replication; None when it has none.
    total
        For ``RATIO``: sum and count of a replication.
    sample, order
        For ``POOLED``: the values of a replication, and the order of the quantile.
    lost
        How many incidents of a replication the measure leaves out though they belong to it.
    title
        What it is called in sentences and tables; empty for its name in words.
    """

    name: str
    unit: str
    better: Better = Better.NEITHER
    kind: Kind = Kind.MEAN
    value: Callable[[Metrics], float | None] = lambda _metrics: None
    total: Callable[[Metrics], tuple[float, float]] = lambda _metrics: (0.0, 0.0)
    sample: Callable[[Metrics], npt.NDArray[np.float64]] = lambda _metrics: np.empty(0)
    order: float = 0.5
    lost: Callable[[Metrics], int] = lambda _metrics: 0
    title: str = ""

    @property
    def words(self) -> str:
        """What it is called in sentences and tables."""
        return self.title or self.name.removesuffix("_s").replace("_", " ")

    def note_on(self, metrics: Sequence[Metrics]) -> str:
        """Return what a reader must know: how many incidents are left out; empty for nothing."""
        lost = sum(self.lost(one) for one in metrics)
        noun = "incident" if lost == 1 else "incidents"
        return f"leaves out {lost:,} {noun} that nobody reached: a lower bound" if lost else ""
