"""The looks at a suite under way: what is decided, and who needs no more replications."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.bench.entries import SHORT
from patrolsim.experiment import Task
from patrolsim.output_analysis.gate import Cell, Judgement, alpha_of_look, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from patrolsim.bench.baseline import Block
    from patrolsim.bench.gauges import Metric
    from patrolsim.bench.staleness import Match
    from patrolsim.bench.suite import Suite
    from patrolsim.experiment import Results


class Seen(NamedTuple):
    """What a look has shown.

    Attributes
    ----------
    judgement
        None where there is no value to judge.
    n
        After how many replications.
    cell
        What was compared.
    reason
        Why there is no value.
    """

    judgement: Judgement | None
    n: int
    cell: Cell | None = None
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class Looks:
    """Asked after each replication which entries need no more; keeps what it has seen.

    What it says depends on the results of the replications so far and on nothing else, unless
    the time is over.

    Attributes
    ----------
    suite
        The suite.
    matches
        What is compared, by name of the entry.
    is_late
        Whether the time is over.
    identical
        Entries of which every bit is as it was, and on how many replications.
    decided
        The last look at a metric that decides, by entry and metric.
    was_late
        Whether the time was over before everything was decided.
    """

    suite: Suite
    matches: dict[str, Match]
    is_late: Callable[[], bool]
    identical: dict[str, int] = field(default_factory=dict)
    decided: dict[tuple[str, str], Seen] = field(default_factory=dict)
    was_late: bool = False
    _ended: set[str] = field(default_factory=set)

    def __call__(self, results: Results) -> Collection[str]:
        """Return the entries that need no more replications."""
        looks = self.suite.model.replications.looks
        if results.asked in looks:
            for name in [name for name in self.matches if name not in self._ended]:
                if self._is_decided(name, results):
                    self._ended.add(name)
        if self.is_late() and len(self._ended) < len(self.matches):
            self.was_late = True
            return list(self.matches)
        return [*self._ended]

    def _is_decided(self, name: str, results: Results) -> bool:
        """Look at an entry, and return whether its metrics that decide are decided."""
        n = results.asked
        if len(results.replications_of(name)) < n:
            return True
        match = self.matches[name]
        if n == self.suite.model.replications.looks[0] and is_identical(match, results, n):
            self.identical[name] = n
            return True
        open_metrics = [
            metric
            for metric in match.metrics
            if metric.is_primary and not self._has_verdict(name, metric)
        ]
        for metric in open_metrics:
            self.decided[name, metric.id] = self._look(match, metric, results, n)
        return all(self._has_verdict(name, metric) for metric in open_metrics)

    def _has_verdict(self, name: str, metric: Metric) -> bool:
        seen = self.decided.get((name, metric.id))
        return seen is not None and seen.judgement is not None and bool(seen.judgement.verdict)

    def _look(self, match: Match, metric: Metric, results: Results, n: int) -> Seen:
        cell = cell_of(match.record.days, metric, results, match.entry.name, n)
        return seen_in(cell, n, alpha=self.alpha, is_last=n == self.suite.most)

    @property
    def alpha(self) -> float:
        """One-sided level of a look."""
        model = self.suite.model
        return alpha_of_look(model.gate.alpha, model.replications.looks)


def seen_in(cell: Cell | str, n: int, *, alpha: float, is_last: bool) -> Seen:
    """Return what n replications say of a cell, or why they say nothing."""
    if isinstance(cell, str):
        return Seen(None, n, reason=cell)
    return Seen(judge(cell, alpha=alpha, is_last=is_last), n, cell)


def cell_of(block: Block, metric: Metric, results: Results, name: str, n: int) -> Cell | str:
    """Return a metric now and in the baseline, or why it cannot be compared."""
    past = block.vectors[metric.id]
    if past is None:
        return "the baseline has no value"
    metrics = results.metrics_of(name, list(range(n)))
    vector = metric.gauge.vector(metrics, past.anchor)
    if vector is None:
        return "there is no value: nothing to measure, or a time without end"
    candidate, baseline = vector.influence(), past.first(n).influence()
    if candidate is None or baseline is None:
        return "there is no value on these replications"
    return Cell(
        candidate=candidate,
        baseline=baseline,
        margin=metric.margin.margin(),
        better=metric.better,
    )


def is_identical(match: Match, results: Results, n: int) -> bool:
    """Return whether everything that happened is what happened then, bit by bit."""
    return match.record.days.logs[:n] == logs_of(results, match.entry.name, range(n))


def logs_of(results: Results, name: str, replications: Sequence[int]) -> tuple[str, ...]:
    """Return the beginnings of the digests of what happened."""
    return tuple(results.finished[Task(name, r)].log_digest[:SHORT] for r in replications)
