"""The decision rule of a benchmark: has a strategy become worse, and by how much.

A suite has cells (scenario, strategy, metric). Each is looked at after 10, 20, 40 and 80
replications, and judged by one-sided bounds on paired differences; the looks share alpha. What
fails is tried again on fresh days: only what fails there too, by Holm over all cells that were
tried again, is a FAIL. The fresh days are independent of what chose the cells, so whatever
the first block does, a suite raises a false alarm with probability at most alpha; the first
block need not be corrected for the number of cells, and keeps its power.

References
----------
Holm, S. (1979), Scandinavian Journal of Statistics 6, 65-70.
Schuirmann, D. J. (1987), A comparison of the two one-sided tests procedure and the power approach,
Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680: to show that a loss is small.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from patrolsim.output_analysis.families import holm
from patrolsim.output_analysis.influence import (
    estimate_of,
    lower_bound,
    p_above_zero,
    upper_bound,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.output_analysis.estimates import Estimate
    from patrolsim.output_analysis.influence import Influence

LOOKS = (10, 20, 40, 80)
CONFIRMED_ON = 40
"""Fresh replications on which a FAIL is tried again."""


class Verdict(Enum):
    """What is said of a cell."""

    IDENTICAL = "IDENTICAL"
    """The same bits: nothing is to be tested."""
    IMPROVED = "IMPROVED"
    """Better, and that is no chance."""
    PASS = "PASS"  # noqa: S105 - no password
    """Not worse than the margin allows."""
    SMALL = "SMALL"
    """Worse, but proven to stay within the margin."""
    FAIL = "FAIL"
    """Worse, confirmed on fresh days."""
    INCONCLUSIVE = "INCONCLUSIVE"
    """The replications were too few to tell."""
    ERROR = "ERROR"
    """It crashed, hung or broke the rules."""
    STALE = "STALE"
    """The baseline was made for something else."""


class Direction(Enum):
    """Which way a metric is better."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How much worse a metric may become.

    Attributes
    ----------
    value
        In the unit of the metric, or as a share of the baseline; 0 or more.
    is_relative
        Whether it is a share.
    """

    value: float
    is_relative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One metric of one strategy on one scenario, now and in the baseline.

    Attributes
    ----------
    candidate, baseline
        On the same replications.
    margin, better
        How much worse it may be, and which way is better.
    """

    candidate: Influence
    baseline: Influence
    margin: Margin
    better: Direction

    def difference(self) -> Influence:
        """Return candidate minus baseline."""
        return self.candidate.minus(self.baseline)

    def worsening(self) -> Influence:
        """Return by how much the candidate is worse: above 0 for worse."""
        return self.difference().times(1.0 if self.better is Direction.LOWER else -1.0)

    def excess(self, share: float = 1.0) -> Influence:
        """Return the worsening beyond a share of the margin."""
        margin = share * self.margin.value
        if self.margin.is_relative:
            return self.worsening().minus(self.baseline, margin)
        return self.worsening().plus(-margin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one look at a cell has shown.

    Attributes
    ----------
    verdict
        None when it has to be looked at again.
    difference
        Candidate minus baseline, with its 95 % interval.
    p_worse
        One-sided p value of the hypothesis that it is not worse.
    """

    verdict: Verdict | None
    difference: Estimate
    p_worse: float


def judge(cell: Cell, *, alpha: float, is_last: bool) -> Judgement:
    """Return what a look says of a cell; a FAIL is still to be confirmed.

    Parameters
    ----------
    cell
        With its replications so far.
    alpha
        One-sided, of this look: that of the suite by the number of looks.
    is_last
        Whether no further look follows.
    """
    worsening = cell.worsening()
    is_worse = lower_bound(worsening, alpha) > 0
    is_small = upper_bound(cell.excess(), alpha) < 0
    verdict: Verdict | None = Verdict.INCONCLUSIVE if is_last else None
    if is_small:
        verdict = Verdict.SMALL if is_worse else Verdict.PASS
        if upper_bound(worsening, alpha) < 0:
            verdict = Verdict.IMPROVED
    elif is_worse and cell.excess(0.5).value > 0:
        verdict = Verdict.FAIL
    return Judgement(
        verdict=verdict, difference=estimate_of(cell.difference()), p_worse=p_above_zero(worsening)
    )


def confirm(cells: Sequence[Cell], *, alpha: float) -> list[Judgement]:
    """Return what fresh days say of the cells that failed, all of them together.

    FAIL is left only for those that are worse by Holm at `alpha` and by more than half the margin;
    the others get the verdict of the fresh days alone.

    Parameters
    ----------
    cells
        Every cell that failed in the first block, with the fresh replications only.
    alpha
        One-sided, of the suite.
    """
    adjusted = holm([p_above_zero(cell.worsening()) for cell in cells])
    found = []
    for cell, p_worse in zip(cells, adjusted, strict=True):
        seen = judge(cell, alpha=alpha, is_last=True)
        verdict = seen.verdict
        if p_worse <= alpha and cell.excess(0.5).value > 0:
            verdict = Verdict.FAIL
        elif verdict is Verdict.FAIL:
            verdict = Verdict.INCONCLUSIVE
        found.append(Judgement(verdict=verdict, difference=seen.difference, p_worse=p_worse))
    return found


def alpha_of_look(alpha: float, looks: Sequence[int]) -> float:
    """Return the share of alpha that one look may spend."""
    return alpha / len(looks)
