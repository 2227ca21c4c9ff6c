"""What a suite has shown: a row per scenario, strategy and metric, and the verdict of them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patrolsim.output_analysis.gate import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.bench.gauges import Metric
    from patrolsim.bench.suite import Suite
    from patrolsim.experiment import Failure
    from patrolsim.experiment.comparing import Pair
    from patrolsim.output_analysis import Estimate

SEVERITY = (
    Verdict.IDENTICAL,
    Verdict.IMPROVED,
    Verdict.PASS,
    Verdict.SMALL,
    Verdict.INCONCLUSIVE,
    Verdict.FAIL,
    Verdict.STALE,
    Verdict.ERROR,
)
"""The verdicts, the best first."""
INTERRUPTED, CHECK_FAILED, PLUGIN_FAILED, RUN_FAILED = 130, 1, 4, 5
_ALWAYS_COUNT = {Verdict.ERROR, Verdict.STALE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One metric of one strategy on one scenario.

    Attributes
    ----------
    scenario, strategy, metric
        What is judged.
    verdict, reason
        The verdict, and what explains it; the reason may be empty.
    n
        On how many replications it rests.
    baseline, candidate
        The metric as it was and as it is, on these; None without a value.
    difference
        Candidate minus baseline.
    p_worse
        One-sided p value against "not worse", adjusted for all cells that decide.
    fresh
        The difference on the fresh days on which a FAIL was tried again; None when it was not.
    fresh_p
        Its one-sided p value.
    """

    scenario: str
    strategy: str
    metric: Metric
    verdict: Verdict
    reason: str = ""
    n: int = 0
    baseline: float | None = None
    candidate: float | None = None
    difference: Estimate | None = None
    p_worse: float | None = None
    fresh: Estimate | None = None
    fresh_p: float | None = None

    @property
    def name(self) -> str:
        """Scenario, strategy and metric."""
        return f"{self.scenario}/{self.strategy}/{self.metric.id}"

    @property
    def counts(self) -> bool:
        """Whether its verdict is part of that of the suite."""
        return self.metric.is_primary or self.verdict in _ALWAYS_COUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a suite has shown.

    Attributes
    ----------
    suite
        The suite.
    rows
        In the order of the suite.
    failures
        Why strategies ended early.
    standings
        Each strategy against the control, on its scenario.
    notes
        What a reader should know.
    runs
        How many replications were needed.
    is_interrupted
        Whether the user stopped it.
    """

    suite: Suite
    rows: Sequence[Row]
    failures: Sequence[Failure] = ()
    standings: Sequence[Pair] = ()
    notes: Sequence[str] = field(default=())
    runs: int = 0
    is_interrupted: bool = False

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the rows that count."""
        counted = [row.verdict for row in self.rows if row.counts]
        return max(counted, key=SEVERITY.index)

    @property
    def exit_code(self) -> int:
        """What the process returns: the table stands in ``docs/bench.md``."""
        if self.is_interrupted:
            return INTERRUPTED
        if any(row.verdict is Verdict.ERROR for row in self.rows):
            codes = [failure.error.exit_code for failure in self.failures]
            return PLUGIN_FAILED if codes and max(codes) == PLUGIN_FAILED else RUN_FAILED
        return CHECK_FAILED if self._fails else 0

    @property
    def _fails(self) -> bool:
        failing = {Verdict.FAIL, Verdict.STALE}
        if self.suite.model.gate.inconclusive == "fail":
            failing.add(Verdict.INCONCLUSIVE)
        return self.verdict in failing
