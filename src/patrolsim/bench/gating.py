"""Runs a suite and judges it against its baseline."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from patrolsim.bench.looks import Looks, cell_name, cell_of, pair_of, rule_of
from patrolsim.bench.report import Report, Row
from patrolsim.bench.staleness import draw
from patrolsim.experiment import Design, Part, run_arms
from patrolsim.experiment.comparing import compare_pair
from patrolsim.experiment.comparing import judge as judge_family
from patrolsim.output_analysis.gate import Finding, Pair, Verdict, confirm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from patrolsim.bench.baseline import Baseline
    from patrolsim.bench.entries import Entry
    from patrolsim.bench.gauges import Metric
    from patrolsim.bench.staleness import Drawn, Match
    from patrolsim.bench.suite import Suite
    from patrolsim.experiment import Conduct, Failure, Listener, Results
    from patrolsim.experiment.comparing import Pair as Standing
    from patrolsim.plugins import PluginHost

Key = tuple[str, str]
SHOWN_FINDINGS = 3
BUDGET_SPENT = "the time was over"
NO_VALUE = "there is no value: nothing to measure, or a time without end"
NOT_CONFIRMED = "worse, but that was not tried again on fresh days: "


def _watch_nothing(_design: Design) -> AbstractContextManager[Listener | None]:
    return nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """With what a suite is run.

    Attributes
    ----------
    host
        Knows the policies.
    conduct
        How the experiments are carried out.
    watch
        Gives whom to tell of an experiment while it runs.
    is_late
        Whether the time of the suite is over.
    """

    host: PluginHost
    conduct: Conduct
    watch: Callable[[Design], AbstractContextManager[Listener | None]] = _watch_nothing
    is_late: Callable[[], bool] = lambda: False

    def run(self, design: Design) -> Results:
        """Run an experiment, every replication of it audited."""
        conduct = replace(self.conduct, parts=frozenset({Part.AUDIT}))
        with self.watch(design) as listener:
            return run_arms(design, self.host, conduct=conduct, listener=listener)


def run_suite(
    suite: Suite, entries: Sequence[Entry], baseline: Baseline | None, means: Means
) -> Report:
    """Run the strategies of a suite until the gate can say how they compare with the baseline.

    Parameters
    ----------
    suite, entries
        The suite, and its strategies on its scenarios.
    baseline
        What they are compared with; None makes everything STALE.
    means
        How it is run.

    Raises
    ------
    ScenarioError, NetworkError, LedgerError
        As `patrolsim.experiment.run_arms`.
    """
    drawn = draw(suite, entries, baseline)
    if not drawn.matches:
        return Report(suite=suite, rows=_in_order(suite, entries, drawn, {}))
    looks = Looks(
        suite=suite,
        matches={match.entry.name: match for match in drawn.matches},
        is_late=means.is_late,
    )
    arms = tuple(match.entry.days for match in drawn.matches)
    results = means.run(Design(arms=arms, replications=suite.most, enough=looks))
    rows = _judged(looks, results)
    if results.is_interrupted:
        tried = _Tried(rows={key: _left_open(row) for key, row in rows.items()})
    else:
        tried = _try_again(suite, looks, rows, means)
    return Report(
        suite=suite,
        rows=_in_order(suite, entries, drawn, tried.rows),
        failures=[*results.failures, *tried.failures],
        standings=_standings(suite, entries, results),
        notes=_notes(drawn.matches, results, looks),
        runs=len(results.finished) + tried.runs,
        is_interrupted=results.is_interrupted or tried.is_interrupted,
    )


def _in_order(
    suite: Suite, entries: Iterable[Entry], drawn: Drawn, rows: Mapping[Key, Row]
) -> list[Row]:
    """Return the row of each metric of each entry, those included that are stale."""
    return [
        rows[key]
        if (key := (entry.name, metric.id)) in rows
        else _row(entry, metric, Verdict.STALE, drawn.stale[key])
        for entry in entries
        for metric in suite.metrics
    ]


def _row(entry: Entry, metric: Metric, verdict: Verdict, reason: str = "", n: int = 0) -> Row:
    return Row(
        scenario=entry.venue.name,
        strategy=entry.strategy,
        metric=metric,
        verdict=verdict,
        reason=reason,
        n=n,
    )


def _judged(looks: Looks, results: Results) -> dict[Key, Row]:
    """Return what the days of the suite say of every metric; a FAIL is not confirmed yet."""
    errors = _errors(results)
    rows = {}
    for name, match in looks.matches.items():
        for metric in match.metrics:
            if name in errors:
                row = _row(match.entry, metric, Verdict.ERROR, errors[name])
            elif name in looks.identical:
                row = _identical(match, metric, looks.identical[name])
            else:
                row = _undecided(_seen(looks, match, metric), looks, results)
            rows[name, metric.id] = row
    return rows


def _errors(results: Results) -> dict[str, str]:
    """Return what went wrong, by entry."""
    found = {failure.task.strategy: str(failure.error) for failure in results.failures}
    for task, findings in results.findings.items():
        text = "; ".join(findings[:SHOWN_FINDINGS])
        found.setdefault(task.strategy, f"audit, replication {task.replication}: {text}")
    return found


def _identical(match: Match, metric: Metric, n: int) -> Row:
    row = _row(match.entry, metric, Verdict.IDENTICAL, "every event is the same", n)
    past = match.record.days.vectors[metric.id]
    influence = None if past is None else past.first(n).influence()
    value = None if influence is None else influence.value
    return replace(row, baseline=value, candidate=value)


def _seen(looks: Looks, match: Match, metric: Metric) -> Row:
    """Return the row of the last look at a cell; one that would look again is INCONCLUSIVE."""
    cell = cell_name(match.entry.name, metric)
    finding, pair = looks.findings.get(cell), looks.pairs.get(cell)
    if finding is None or pair is None:
        return _row(match.entry, metric, Verdict.INCONCLUSIVE)
    verdict = finding.verdict or Verdict.INCONCLUSIVE
    row = _row(match.entry, metric, verdict, n=finding.n)
    return replace(row, **_numbers(finding, pair))


def _numbers(finding: Finding, pair: Pair) -> dict[str, Any]:
    """Return the numbers of a row."""
    if pair.candidate is None or pair.baseline is None:
        value = None if pair.baseline is None else pair.baseline.value
        return {"baseline": value, "reason": NO_VALUE}
    return {
        "baseline": pair.baseline.value,
        "candidate": pair.candidate.value,
        "difference": finding.change,
        "p_worse": finding.p_worse,
    }


def _undecided(row: Row, looks: Looks, results: Results) -> Row:
    """Return a row that says why it is inconclusive."""
    if row.verdict is not Verdict.INCONCLUSIVE or row.reason:
        return row
    if results.is_interrupted:
        return replace(row, reason="interrupted")
    if looks.was_late and row.n < looks.suite.most:
        return replace(row, reason=BUDGET_SPENT)
    return replace(row, reason="too few replications to tell")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """All rows, after those that fail were tried again."""

    rows: Mapping[Key, Row]
    failures: Sequence[Failure] = ()
    runs: int = 0
    is_interrupted: bool = False


def _try_again(suite: Suite, looks: Looks, rows: Mapping[Key, Row], means: Means) -> _Tried:
    """Try on fresh days what has failed: each entry on as many as have failed it, or more."""
    suspects = {key: row for key, row in rows.items() if row.verdict is Verdict.FAIL}
    if not suspects:
        return _Tried(rows=rows)
    needed: dict[str, int] = {}
    for (name, _), row in suspects.items():
        needed[name] = max(needed.get(name, 0), row.n)

    def enough(results: Results) -> list[str]:
        if means.is_late():
            return list(needed)
        return [name for name, n in needed.items() if results.asked >= n]

    arms = tuple(looks.matches[name].entry.fresh for name in needed)
    results = means.run(Design(arms=arms, replications=max(needed.values()), enough=enough))
    errors = _errors(results)
    tried = {
        key: replace(row, verdict=Verdict.ERROR, reason=errors[key[0]])
        if key[0] in errors
        else _confirmed(suite, looks, row, needed[key[0]], results)
        for key, row in suspects.items()
    }
    return _Tried(
        rows={**rows, **tried},
        failures=results.failures,
        runs=len(results.finished),
        is_interrupted=results.is_interrupted,
    )


def _left_open(row: Row, why: str = "interrupted") -> Row:
    """Return a row that failed, and was not tried again, as one that is not decided."""
    if row.verdict is not Verdict.FAIL:
        return row
    return replace(row, verdict=Verdict.INCONCLUSIVE, reason=f"{NOT_CONFIRMED}{why}")


def _confirmed(suite: Suite, looks: Looks, row: Row, n: int, results: Results) -> Row:
    """Return what n fresh days say of a row that has failed."""
    match = looks.matches[f"{row.scenario}/{row.strategy}"]
    name = match.entry.name
    if len(results.replications_of(name)) < n:
        return _left_open(row, "interrupted" if results.is_interrupted else BUDGET_SPENT)
    pair = pair_of(match.record.fresh, row.metric, results, name, n)
    failed = looks.findings[cell_name(name, row.metric)]
    fresh = confirm(cell_of(row.metric), pair, failed, rule=rule_of(suite))
    is_fail = fresh.verdict is Verdict.FAIL
    return replace(
        row,
        verdict=fresh.verdict or Verdict.INCONCLUSIVE,
        reason="" if is_fail else "fresh days did not confirm the loss",
        fresh=fresh.change,
        fresh_p=fresh.p_worse,
    )


def _standings(suite: Suite, entries: Iterable[Entry], results: Results) -> list[Standing]:
    """Return how each strategy compares with the control on the same days, as one family."""
    found = []
    for entry in entries:
        control = f"{entry.venue.name}/{suite.control}"
        shared = results.replications_of(entry.name, control)
        if entry.strategy != suite.control and len(shared) > 1:
            found += [
                compare_pair(results, entry.name, control, metric.gauge.measure)
                for metric in suite.metrics
            ]
    return judge_family(found)


def _notes(matches: Iterable[Match], results: Results, looks: Looks) -> list[str]:
    notes = list(results.notices)
    if looks.was_late:
        notes.append(f"{BUDGET_SPENT}: what was still open is INCONCLUSIVE")
    for match in matches:
        notes += _notes_on(match, results)
    return list(dict.fromkeys(notes))


def _notes_on(match: Match, results: Results) -> Iterable[str]:
    """Yield what has changed under a strategy though the scenario is the same."""
    entry = match.entry
    drawn = results.incident_digests_of(entry.name)
    other = [r for r, digest in drawn.items() if not digest.startswith(match.stage.days[r])]
    if other:
        yield (
            f"{entry.venue.name}: {len(other)} of {len(drawn)} days are not bit for bit those of"
            " the baseline, so pairs are less alike"
        )
    changed = [r for r, code in entry.code.items() if match.record.code.get(r) != code]
    if changed:
        yield f"{entry.strategy}: another code or default of its {', '.join(changed)} policy"
