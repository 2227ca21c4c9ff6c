"""Whether a candidate is worse than its baseline: proven, or only noise.

Each cell of a suite (a metric of a strategy on a scenario) is looked at several times, with more
replications each time, until it is decided. Two kinds of mistake are kept apart:

- A false alarm, FAIL though nothing is worse. Its probability is held over the whole suite: at
  each look Holm's procedure runs over all primary cells, at alpha / looks. Cells decided before
  stay in the family: as 1 when they passed, as 0 when they failed. A true null that is the first
  to fail at a look then has p <= (alpha / looks) / (number of true nulls), so a look is wrong with
  at most alpha / looks, and the suite with at most alpha, whatever the cells have in common.
- A missed regression, PASS though the loss is the margin or more. Its probability is held per
  cell: the bound of each look is one-sided at alpha / looks. It needs no Holm: a suite passes
  only if every cell does, so each bad cell is missed with at most alpha, however many there are.

A FAIL counts only when replications that nobody has seen before say the same (`confirm`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from patrolsim.output_analysis.families import holm
from patrolsim.output_analysis.influence import (
    Influence,
    estimate_of,
    p_above_zero,
    upper_bound,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.output_analysis.estimates import Estimate


class Verdict(Enum):
    """What is said of a cell."""

    IDENTICAL = "identical"
    """The same scenario and the same logs: assigned without statistics."""
    IMPROVED = "improved"
    """Proven better."""
    PASS = "pass"  # noqa: S105 - not a password
    """Proven to be worse by less than the margin, if at all."""
    SMALL = "small"
    """Proven worse, and proven to be worse by less than the margin."""
    FAIL = "fail"
    """Proven worse, by more than half the margin as far as one can see."""
    INCONCLUSIVE = "inconclusive"
    """The replications ran out first."""
    ERROR = "error"
    """A run failed: assigned without statistics, never averaged away."""
    STALE = "stale"
    """The baseline is one of another scenario or version: assigned without statistics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How much worse is too much.

    Attributes
    ----------
    amount
        In the unit of the metric (0.02 for two points of a share), or as a fraction of the
        baseline; above 0.
    is_relative
        Whether it is a fraction. Of a baseline of 0 it is 0: use the other kind there.
    """

    amount: float
    is_relative: bool = True

    def __post_init__(self) -> None:
        """Refuse a margin that leaves no room.

        Raises
        ------
        ValueError
            If it is not a number above 0.
        """
        if not 0 < self.amount < math.inf:
            raise ValueError(f"margin: got {self.amount}, need a number above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is decided about a metric of a strategy on a scenario.

    Attributes
    ----------
    margin
        How much worse is too much.
    is_lower_better
        Which way is better.
    is_primary
        Whether it belongs to the family over which false alarms are held. A cell that does not
        is judged alone, and should fail no suite.
    """

    margin: Margin
    is_lower_better: bool = True
    is_primary: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Candidate and baseline on the same replications; None where there is no estimate."""

    candidate: Influence | None
    baseline: Influence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How often one looks, and how sure one wants to be.

    Attributes
    ----------
    looks
        Numbers of replications, rising, from 2.
    alpha
        The most that the probability of a false alarm in a suite may be, and that of missing a
        regression in a cell; above 0, below 0.5.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """

    looks: tuple[int, ...] = (10, 20, 40, 80)
    alpha: float = 0.05

    def __post_init__(self) -> None:
        """Refuse looks or levels with which nothing can be decided."""
        rises = all(one < later for one, later in zip(self.looks, self.looks[1:], strict=False))
        if not (self.looks and self.looks[0] > 1 and rises):
            raise ValueError(f"looks: got {self.looks}, need rising numbers from 2")
        if not 0 < self.alpha < 0.5:  # noqa: PLR2004 - a coin
            raise ValueError(f"alpha: got {self.alpha}, need more than 0 and less than 0.5")

    @property
    def level(self) -> float:
        """The one-sided level of a single look."""
        return self.alpha / len(self.looks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is known of a cell after a look.

    Attributes
    ----------
    verdict
        None while it has to be looked at again.
    n
        With how many replications.
    change
        Candidate minus baseline in the unit of the metric, with its 95 % interval; None where
        there is no estimate.
    p_worse, p_better
        One-sided p values of this look, adjusted over the family; to be held against the level
        of a single look.
    is_confirmed
        Whether fresh replications have said the same. Only a FAIL needs it.
    """

    verdict: Verdict | None
    n: int
    change: Estimate | None
    p_worse: float = 1.0
    p_better: float = 1.0
    is_confirmed: bool = False

    @property
    def needs_confirmation(self) -> bool:
        """Whether it may not be reported before fresh replications were looked at."""
        return self.verdict is Verdict.FAIL and not self.is_confirmed


Findings = dict[str, Finding]


def look(
    cells: Mapping[str, Cell],
    pairs: Mapping[str, Pair],
    *,
    n: int,
    rule: Rule,
    earlier: Mapping[str, Finding] | None = None,
) -> Findings:
    """Judge all cells of a suite after another look.

    Parameters
    ----------
    cells
        The cells by name. Those that are identical, stale or in error are no part of it.
    pairs
        The estimates of the cells that are not decided yet.
    n
        On how many replications they rest: one of the looks of the rule.
    rule
        How often one looks, and how sure one wants to be.
    earlier
        What the look before found; None at the first look.

    Returns
    -------
    dict
        A finding for every cell, in their order. A FAIL among them is to be confirmed.

    Raises
    ------
    ValueError
        If n is no look of the rule, a pair is missing or rests on another number.
    """
    _check(cells, pairs, n, rule, earlier := earlier or {})
    open_cells = [name for name in cells if _is_open(earlier.get(name))]
    losses = {name: _loss(cells[name], pairs[name]) for name in open_cells}
    worse = _adjusted(cells, earlier, Verdict.FAIL, losses)
    gains = {name: None if loss is None else loss.times(-1.0) for name, loss in losses.items()}
    better = _adjusted(cells, earlier, Verdict.IMPROVED, gains)
    is_last = n == rule.looks[-1]
    found: Findings = {}
    for name in cells:
        if name not in losses:
            found[name] = earlier[name]
            continue
        now = Finding(
            verdict=None,
            n=n,
            change=_change(pairs[name]),
            p_worse=worse[name],
            p_better=better[name],
        )
        found[name] = _judged(now, cells[name], pairs[name], rule.level, is_last=is_last)
    return found


def confirm(cell: Cell, pair: Pair, finding: Finding, *, rule: Rule) -> Finding:
    """Judge a cell that failed by replications that nobody has seen before.

    The first block has paid for the choice of cells and looks, so the fresh one is judged alone,
    once, one-sided at alpha: FAIL when it is worse there too, by more than half the margin as
    far as one can see; else whatever the fresh replications prove.

    Parameters
    ----------
    cell, pair
        The cell, and its estimates from the fresh replications: as many as failed it, or more.
    finding
        Of the look that failed it.
    rule
        How sure one wants to be.

    Raises
    ------
    ValueError
        If the cell has not failed, or there are fewer fresh replications than failed it.
    """
    if not finding.needs_confirmation:
        raise ValueError("only a cell that has failed, and is not confirmed, can be confirmed")
    loss = _loss(cell, pair)
    if loss is not None and loss.n < finding.n:
        raise ValueError(f"got {loss.n} fresh replications, need {finding.n} or more")
    fresh = Finding(
        verdict=None,
        n=finding.n if loss is None else loss.n,
        change=_change(pair),
        p_worse=1.0 if loss is None else p_above_zero(loss),
        p_better=1.0 if loss is None else p_above_zero(loss.times(-1.0)),
        is_confirmed=True,
    )
    return _judged(fresh, cell, pair, rule.alpha, is_last=True)


def _check(
    cells: Mapping[str, Cell],
    pairs: Mapping[str, Pair],
    n: int,
    rule: Rule,
    earlier: Mapping[str, Finding],
) -> None:
    if n not in rule.looks:
        raise ValueError(f"{n} replications are no look of {rule.looks}")
    missing = [name for name in cells if _is_open(earlier.get(name)) and name not in pairs]
    if missing:
        raise ValueError(f"no estimates for {', '.join(missing)}")
    sides = [side for pair in pairs.values() for side in (pair.candidate, pair.baseline)]
    others = {side.n for side in sides if side is not None} - {n}
    if others:
        raise ValueError(f"a look at {n} replications got estimates from {sorted(others)}")


def _is_open(finding: Finding | None) -> bool:
    return finding is None or finding.verdict is None


def _loss(cell: Cell, pair: Pair) -> Influence | None:
    """Return by how much the candidate is worse."""
    if pair.candidate is None or pair.baseline is None:
        return None
    change = pair.candidate.minus(pair.baseline)
    return change if cell.is_lower_better else change.times(-1.0)


def _change(pair: Pair) -> Estimate | None:
    if pair.candidate is None or pair.baseline is None:
        return None
    return estimate_of(pair.candidate.minus(pair.baseline))


def _adjusted(
    cells: Mapping[str, Cell],
    earlier: Mapping[str, Finding],
    proven: Verdict,
    excesses: Mapping[str, Influence | None],
) -> dict[str, float]:
    """Return p values for "above 0": of primary cells adjusted by Holm, of others alone."""
    p_values = {name: _p_of(earlier.get(name), proven, excesses.get(name)) for name in cells}
    family = [name for name, cell in cells.items() if cell.is_primary]
    adjusted = holm([p_values[name] for name in family])
    return p_values | dict(zip(family, adjusted, strict=True))


def _p_of(earlier: Finding | None, proven: Verdict, excess: Influence | None) -> float:
    if not _is_open(earlier) and earlier is not None:
        return 0.0 if earlier.verdict is proven else 1.0
    return 1.0 if excess is None else p_above_zero(excess)


def _judged(finding: Finding, cell: Cell, pair: Pair, level: float, *, is_last: bool) -> Finding:
    """Return the finding with its verdict at a one-sided level."""
    verdict = _verdict(finding, cell, pair, level)
    if verdict is None and is_last:
        verdict = Verdict.INCONCLUSIVE
    return replace(finding, verdict=verdict)


def _verdict(finding: Finding, cell: Cell, pair: Pair, level: float) -> Verdict | None:
    loss, base = _loss(cell, pair), pair.baseline
    if loss is None or base is None:
        return None
    is_worse = finding.p_worse <= level
    if upper_bound(_excess(loss, base, cell.margin), level) < 0:
        if is_worse:
            return Verdict.SMALL
        return Verdict.IMPROVED if finding.p_better <= level else Verdict.PASS
    room = cell.margin.amount * (abs(base.value) if cell.margin.is_relative else 1.0)
    return Verdict.FAIL if is_worse and loss.value > room / 2 else None


def _excess(loss: Influence, base: Influence, margin: Margin) -> Influence:
    """Return by how much a loss exceeds the margin."""
    if not margin.is_relative:
        return loss.plus(-margin.amount)
    return loss.minus(base, math.copysign(margin.amount, base.value))
