"""How many replications: on until the interval is, and stays, as narrow as it is wanted.

Whatever is decided depends on the replications 0, 1, 2, ... up to the one at which it is decided,
and on nothing else. So a batch too many, or any number of workers, leads to the same number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.output_analysis.estimates import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.output_analysis.estimates import Estimate

FIRST_LOOK = FEW
"""No study stops with fewer replications."""
FIRST_LOOK_IF_SKEWED = 20
"""No study stops with fewer when its first ten replications are skewed."""
SKEWED = 1.0
"""From this skewness of ten values on, up or down, they count as skewed: of ten normal values
about one set in ten does."""
LOOK_AHEAD = 5
"""For so many replications more the interval must stay narrow enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How narrow an interval is wanted.

    Attributes
    ----------
    half_width
        In the unit of the estimate, or as a fraction of its size; above 0.
    is_relative
        Whether it is a fraction. For differences and whatever may be about 0 it should not be.
    """

    half_width: float
    is_relative: bool = False

    def __post_init__(self) -> None:
        """Refuse a precision that no interval has.

        Raises
        ------
        ValueError
            If the half-width is not above 0.
        """
        if not self.half_width > 0:
            raise ValueError(f"precision: got {self.half_width}, need more than 0")

    def is_met_by(self, found: Estimate | None) -> bool:
        """Return whether an interval is narrow enough; of an uneven one the wider side counts."""
        width = half_width_of(found)
        if found is None or not math.isfinite(width):
            return False
        wanted = self.half_width * abs(found.value) if self.is_relative else self.half_width
        return width <= wanted


class Progress(Enum):
    """How a study with a wanted precision stands."""

    GO_ON = "go on"
    REACHED = "reached"
    NOT_REACHED = "not reached"
    """The budget is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do after some replications.

    Attributes
    ----------
    progress
        Whether to go on.
    n
        How many replications to report: those at which the precision was reached, or all so far.
    more
        How many more are needed at least; 0 unless it goes on.
    """

    progress: Progress
    n: int
    more: int


def advise(
    is_met: Sequence[bool], *, budget: int, first_look: int = FIRST_LOOK, ahead: int = LOOK_AHEAD
) -> Advice:
    """Return what to do next.

    Parameters
    ----------
    is_met
        For 1, 2, ... replications: whether each interval is narrow enough.
    budget
        The most replications that may be run, 1 or more.
    first_look
        The fewest that are enough, see `first_look_at`.
    ahead
        For how many more the intervals must stay narrow enough. They are within the budget.

    References
    ----------
    Hoad, K., Robinson, S., Davies, R. (2010), Automated selection of the number of replications
    for a discrete-event simulation, Journal of the Operational Research Society 61, 1632-1644.
    """
    seen = is_met[:budget]
    stop = stops_at(seen, first_look=first_look, ahead=ahead)
    if stop is not None:
        return Advice(progress=Progress.REACHED, n=stop, more=0)
    if len(seen) >= budget:
        return Advice(progress=Progress.NOT_REACHED, n=budget, more=0)
    earliest = max(first_look, len(seen) - _run(seen) + 1) + ahead
    more = min(earliest, budget) - len(seen)
    return Advice(progress=Progress.GO_ON, n=len(seen), more=more)


def stops_at(
    is_met: Sequence[bool], *, first_look: int = FIRST_LOOK, ahead: int = LOOK_AHEAD
) -> int | None:
    """Return with how many replications a study stops; None while it goes on.

    Parameters
    ----------
    is_met, first_look, ahead
        As in `advise`.
    """
    run = 0
    for n, met in enumerate(is_met, start=1):
        run = run + 1 if met and n >= first_look else 0
        if run > ahead:
            return n - ahead
    return None


def all_met(*metrics: Sequence[bool]) -> list[bool]:
    """Return whether the precision of every metric is met, for 1, 2, ... replications."""
    return [all(each) for each in zip(*metrics, strict=True)]


def first_look_at(values: Sequence[float]) -> int:
    """Return with how many replications a study may stop at first.

    Parameters
    ----------
    values
        The values of the replications so far; only the first ten are looked at. A value that
        has no end counts as skewed, and so do fewer than ten: they say nothing.
    """
    first = np.asarray(values[:FIRST_LOOK], np.float64)
    if len(first) < FIRST_LOOK or not np.isfinite(first).all():
        return FIRST_LOOK_IF_SKEWED
    return FIRST_LOOK_IF_SKEWED if abs(skewness(first)) >= SKEWED else FIRST_LOOK


def skewness(values: Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return the third central moment by the cube of the standard deviation; 0 of equal values."""
    gaps = np.asarray(values, np.float64) - np.mean(values)
    spread = float(np.mean(gaps**2))
    return float(np.mean(gaps**3)) / spread**1.5 if spread > 0 else 0.0


def half_width_of(found: Estimate | None) -> float:
    """Return the half-width, of an uneven interval the wider side; infinite without any."""
    if found is None or found.low is None or found.high is None:
        return math.inf
    if found.half_width is not None:
        return found.half_width
    return max(found.value - found.low, found.high - found.value)


def _run(is_met: Sequence[bool]) -> int:
    """Return for how many replications up to the last one the precision has been met."""
    run = 0
    for met in reversed(is_met):
        if not met:
            break
        run += 1
    return run
