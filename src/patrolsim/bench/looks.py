"""The looks at a suite under way: what is decided, and who needs no more replications."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from patrolsim.bench.entries import SHORT
from patrolsim.experiment import Task
from patrolsim.output_analysis.gate import Cell, Finding, Pair, Rule, Verdict, look

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from patrolsim.bench.baseline import Block
    from patrolsim.bench.gauges import Metric
    from patrolsim.bench.staleness import Match
    from patrolsim.bench.suite import Suite
    from patrolsim.experiment import Results

NO_PAIR = Pair(candidate=None, baseline=None)


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
    findings
        What the last look says of each cell of the other entries.
    pairs
        The estimates on which that rests.
    was_late
        Whether the time was over before everything was decided.
    """

    suite: Suite
    matches: dict[str, Match]
    is_late: Callable[[], bool]
    identical: dict[str, int] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)
    was_late: bool = False
    _ended: set[str] = field(default_factory=set)

    def __call__(self, results: Results) -> Collection[str]:
        """Return the entries that need no more replications."""
        looks = self.suite.model.replications.looks
        if results.asked == looks[0]:
            self._find_identical(results, looks[0])
        if results.asked in looks and len(self._ended) < len(self.matches):
            self._look(results)
        if self.is_late() and len(self._ended) < len(self.matches):
            self.was_late = True
            return list(self.matches)
        return [*self._ended]

    def _find_identical(self, results: Results, n: int) -> None:
        for name, match in self.matches.items():
            is_whole = len(results.replications_of(name)) == n
            if is_whole and match.record.days.logs[:n] == logs_of(results, name, range(n)):
                self.identical[name] = n
                self._ended.add(name)

    def _look(self, results: Results) -> None:
        """Look at all cells that are not identical; those of failed entries stay undecided."""
        matches = {n: one for n, one in self.matches.items() if n not in self.identical}
        cells = {
            cell_name(name, metric): cell_of(metric)
            for name, match in matches.items()
            for metric in match.metrics
        }
        self.pairs |= {
            cell_name(name, metric): pair_of(
                match.record.days, metric, results, name, results.asked
            )
            for name, match in matches.items()
            if name not in self._ended
            for metric in match.metrics
        }
        pairs = {
            name: self.pairs[name]
            for name in cells
            if name not in self.findings or self.findings[name].verdict is None
        }
        self.findings = look(
            cells, pairs, n=results.asked, rule=self.rule, earlier=self.findings or None
        )
        for name, match in matches.items():
            if self._is_decided(name, match, results):
                self._end(name, match)

    def _is_decided(self, name: str, match: Match, results: Results) -> bool:
        """Return whether the metrics that decide are decided, or there is nothing more to see."""
        if len(results.replications_of(name)) < results.asked:
            return True
        deciding = [cell_name(name, metric) for metric in match.metrics if metric.is_primary]
        return all(self.findings[cell].verdict is not None for cell in deciding)

    def _end(self, name: str, match: Match) -> None:
        """Leave undecided what does not decide: it is not worth more replications."""
        self._ended.add(name)
        for cell in (cell_name(name, metric) for metric in match.metrics):
            if self.findings[cell].verdict is None:
                open_one = self.findings[cell]
                self.findings[cell] = replace(open_one, verdict=Verdict.INCONCLUSIVE)

    @property
    def rule(self) -> Rule:
        """How often one looks, and how sure one wants to be."""
        return rule_of(self.suite)


def rule_of(suite: Suite) -> Rule:
    """Return the rule of the gate for a suite."""
    return Rule(looks=tuple(suite.model.replications.looks), alpha=suite.model.gate.alpha)


def cell_name(name: str, metric: Metric) -> str:
    """Return the name of a cell: scenario, strategy and metric."""
    return f"{name}/{metric.id}"


def cell_of(metric: Metric) -> Cell:
    """Return what is decided about a metric."""
    return Cell(
        margin=metric.margin.margin(),
        is_lower_better=metric.is_lower_better,
        is_primary=metric.is_primary,
    )


def pair_of(block: Block, metric: Metric, results: Results, name: str, n: int) -> Pair:
    """Return a metric of an entry now and in the baseline, on the first n replications."""
    past = block.vectors[metric.id]
    if past is None or len(results.replications_of(name)) < n:
        return NO_PAIR
    vector = metric.gauge.vector(results.metrics_of(name, list(range(n))), past.anchor)
    return Pair(
        candidate=None if vector is None else vector.influence(),
        baseline=past.first(n).influence(),
    )


def logs_of(results: Results, name: str, replications: Sequence[int]) -> tuple[str, ...]:
    """Return the beginnings of the digests of what happened."""
    return tuple(results.finished[Task(name, r)].log_digest[:SHORT] for r in replications)
