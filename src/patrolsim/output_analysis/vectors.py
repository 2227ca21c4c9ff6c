"""An estimate in so few numbers per replication that it can be kept in a file and paired later."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from patrolsim.output_analysis.estimates import Estimand, quantile, ratio_errors
from patrolsim.output_analysis.influence import (
    Influence,
    influence_of_mean,
    influence_of_ratio,
    slope_of_quantile,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


class Anchor(NamedTuple):
    """Where a quantile is linearised, fixed once for all who are compared.

    Attributes
    ----------
    order
        Order of the quantile, between 0 and 1.
    at
        The value about which it is looked for.
    slope
        How steeply the quantile rises with its order there.
    """

    order: float
    at: float
    slope: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """Two numbers per replication, from which an estimate follows.

    Attributes
    ----------
    sums
        The value of a replication, the sum over its incidents, or how many of them lie at or
        below the anchor.
    counts
        How many incidents it has; 1 where the replication itself is what counts.
    estimand
        What is estimated.
    anchor
        For a quantile; else None.
    """

    sums: tuple[float, ...]
    counts: tuple[float, ...]
    estimand: Estimand
    anchor: Anchor | None = None

    def __post_init__(self) -> None:
        """Refuse numbers from which no estimate can follow.

        Raises
        ------
        ValueError
            If there are not as many sums as counts, or one has no end.
        """
        if len(self.sums) != len(self.counts):
            raise ValueError(f"{len(self.sums)} sums and {len(self.counts)} counts do not pair")
        if not all(map(math.isfinite, (*self.sums, *self.counts, *(self.anchor or ())))):
            raise ValueError("a number that has no end cannot be kept")

    @classmethod
    def of_mean(cls, values: Sequence[float]) -> Vector:
        """Return the mean over replications."""
        ones = (1.0,) * len(values)
        return cls(sums=tuple(values), counts=ones, estimand=Estimand.PER_REPLICATION)

    @classmethod
    def of_ratio(cls, sums: Sequence[float], counts: Sequence[float]) -> Vector:
        """Return a mean or a share over all incidents."""
        return cls(sums=tuple(sums), counts=tuple(counts), estimand=Estimand.PER_INCIDENT)

    @classmethod
    def of_quantile(cls, samples: Sequence[Floats], anchor: Anchor) -> Vector:
        """Return a quantile of all incidents; compare only what has the same anchor."""
        return cls(
            sums=tuple(float(np.count_nonzero(sample <= anchor.at)) for sample in samples),
            counts=tuple(float(sample.size) for sample in samples),
            estimand=Estimand.PER_INCIDENT,
            anchor=anchor,
        )

    @property
    def n(self) -> int:
        """How many replications there are."""
        return len(self.sums)

    def first(self, n: int) -> Vector:
        """Return the first n replications.

        Raises
        ------
        ValueError
            If there are fewer.
        """
        if not 0 <= n <= self.n:
            raise ValueError(f"asked for the first {n} of {self.n} replications")
        return replace(self, sums=self.sums[:n], counts=self.counts[:n])

    def influence(self) -> Influence | None:
        """Return the estimate, linearised; None without incidents.

        A quantile is estimated in one step from its anchor: ``at + (order - F) slope``, with F
        the share at or below the anchor. That errs in the second order of the distance; for the
        difference of two with the same anchor the sign is that of the shares, always.

        References
        ----------
        Lehmann and Casella (1998), Theory of Point Estimation, 2nd ed., section 6.4: one-step
        estimators.
        """
        if self.estimand is Estimand.PER_REPLICATION:
            return influence_of_mean(self.sums)
        if self.anchor is None:
            return influence_of_ratio(self.sums, self.counts)
        return self._one_step(self.anchor)

    def _one_step(self, anchor: Anchor) -> Influence | None:
        if not math.fsum(self.counts) > 0:
            return None
        share, errors = ratio_errors(self.sums, self.counts)
        return Influence(
            value=anchor.at + (anchor.order - share) * anchor.slope,
            errors=tuple(-anchor.slope * error for error in errors),
            estimand=self.estimand,
            method="one-step quantile over replications",
        )

    def to_plain(self) -> dict[str, object]:
        """Return lists, numbers and words that JSON can hold; whole numbers without a point."""
        plain: dict[str, object] = {"estimand": self.estimand.value, "sums": _plain(self.sums)}
        if self.estimand is Estimand.PER_INCIDENT:
            plain["counts"] = _plain(self.counts)
        if self.anchor is not None:
            plain["anchor"] = list(self.anchor)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, object]) -> Vector:
        """Return the vector that `to_plain` wrote.

        Raises
        ------
        ValueError
            If it is not one.
        """
        sums = _floats(plain.get("sums"), "sums")
        anchor = _floats(plain["anchor"], "anchor") if "anchor" in plain else None
        if anchor is not None and len(anchor) != len(Anchor._fields):
            raise ValueError("an anchor is an order, a value and a slope")
        estimand = Estimand(plain.get("estimand"))
        if estimand is Estimand.PER_REPLICATION:
            return cls.of_mean(sums)
        return cls(
            sums=sums,
            counts=_floats(plain.get("counts"), "counts"),
            estimand=estimand,
            anchor=None if anchor is None else Anchor(*anchor),
        )


def anchor_quantile(samples: Sequence[Floats], order: float) -> Anchor | None:
    """Return where a quantile of all incidents lies and how steep it is there.

    None where it cannot be linearised, see `influence_of_quantile`.
    """
    pooled = np.sort(np.concatenate([np.empty(0), *samples]))
    slope = slope_of_quantile(pooled, order)
    return None if slope is None else Anchor(order, quantile(pooled, order), slope)


def _plain(values: Sequence[float]) -> list[float]:
    return [int(value) if value.is_integer() else value for value in map(float, values)]


def _floats(values: object, name: str) -> tuple[float, ...]:
    if not isinstance(values, list) or not all(type(value) in {int, float} for value in values):
        raise ValueError(f"{name}: needs a list of numbers")
    return tuple(map(float, cast("list[float]", values)))
