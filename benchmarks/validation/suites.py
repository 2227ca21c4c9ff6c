"""Plays whole benchmark suites from a bank of replications, through the gate as CI would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.output_analysis import Anchor, Vector, anchor_quantile
from patrolsim.output_analysis.gate import Cell, Margin, Pair, Rule, Verdict, confirm, look

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.output_analysis.gate import Findings

    Floats = npt.NDArray[np.float64]
    Samples = Sequence[Floats]

TARGET_S = 900.0
CELLS: Mapping[str, Cell] = {
    "mean": Cell(margin=Margin(amount=0.05)),
    "p90": Cell(margin=Margin(amount=0.08)),
    "within": Cell(margin=Margin(amount=0.02, is_relative=False), is_lower_better=False),
}
"""The cells of one scenario: two response times, and the share within the target."""


class Outcome(NamedTuple):
    """What became of a cell: the verdict, after how many replications, and before the fresh ones.

    Attributes
    ----------
    verdict, first_verdict
        After the fresh replications, and before them.
    n
        With how many replications it was decided, the fresh ones left out.
    """

    verdict: Verdict
    first_verdict: Verdict
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Both sides of a scenario on some days."""

    baseline: Samples
    candidate: Samples

    def vectors(self, anchor: Anchor | None) -> dict[str, tuple[Vector, Vector]]:
        """Return candidate and baseline of each metric, as a baseline file keeps them."""
        both = (self.candidate, self.baseline)
        return {name: tuple(_vector(name, s, anchor) for s in both) for name in CELLS}  # type: ignore[misc]  # two of them


def play(
    bank: Mapping[str, Samples],
    candidates: Sequence[str],
    draw: np.random.Generator,
    rule: Rule | None = None,
) -> dict[tuple[int, str], Outcome]:
    """Judge a suite with one scenario per candidate, on days drawn from the bank.

    Parameters
    ----------
    bank
        The values of each replication by variant; ``baseline`` among them.
    candidates
        For each scenario: the variant that is the candidate.
    draw
        Where the days come from. They are drawn anew for each scenario.
    rule
        How often one looks; None for the default.
    """
    rule = rule or Rule()
    blocks = [_draw_blocks(bank, name, draw, rule.looks[-1]) for name in candidates]
    cells = {_key(s, name): cell for s in range(len(blocks)) for name, cell in CELLS.items()}
    seen = _pairs([first for first, _ in blocks])
    fresh = _pairs([second for _, second in blocks])
    findings: Findings = {}
    for n in rule.looks:
        pairs = {key: _first(pair, n) for key, pair in seen.items()}
        findings = look(cells, pairs, n=n, rule=rule, earlier=findings)
    return {
        (int(key.partition(" ")[0]), key.partition(" ")[2]): _outcome(
            cells[key], fresh[key], findings, key, rule
        )
        for key in cells
    }


def _outcome(
    cell: Cell, fresh: tuple[Vector, Vector], findings: Findings, key: str, rule: Rule
) -> Outcome:
    finding = findings[key]
    first = finding.verdict or Verdict.INCONCLUSIVE
    if not finding.needs_confirmation:
        return Outcome(first, first, finding.n)
    confirmed = confirm(cell, _first(fresh, finding.n), finding, rule=rule)
    return Outcome(confirmed.verdict or Verdict.INCONCLUSIVE, first, finding.n)


def _draw_blocks(
    bank: Mapping[str, Samples], candidate: str, draw: np.random.Generator, n: int
) -> tuple[Day, Day]:
    days = draw.integers(0, len(bank["baseline"]), 2 * n).tolist()
    halves = days[:n], days[n:]
    first, second = (
        Day(
            baseline=[bank["baseline"][day] for day in half],
            candidate=[bank[candidate][day] for day in half],
        )
        for half in halves
    )
    return first, second


def _pairs(days: Sequence[Day]) -> dict[str, tuple[Vector, Vector]]:
    found = {}
    for number, day in enumerate(days):
        anchor = anchor_quantile(day.baseline, 0.9)
        for name, vectors in day.vectors(anchor).items():
            found[_key(number, name)] = vectors
    return found


def _first(pair: tuple[Vector, Vector], n: int) -> Pair:
    candidate, baseline = pair
    return Pair(candidate=candidate.first(n).influence(), baseline=baseline.first(n).influence())


def _vector(name: str, samples: Samples, anchor: Anchor | None) -> Vector:
    if name == "p90" and anchor is not None:
        return Vector.of_quantile(samples, anchor)
    if name == "within":
        within = [float(np.count_nonzero(sample <= TARGET_S)) for sample in samples]
        return Vector.of_ratio(within, [float(sample.size) for sample in samples])
    reached = [sample[np.isfinite(sample)] for sample in samples]
    return Vector.of_ratio(
        [float(sample.sum()) for sample in reached], [float(sample.size) for sample in reached]
    )


def _key(scenario: int, metric: str) -> str:
    return f"{scenario} {metric}"
