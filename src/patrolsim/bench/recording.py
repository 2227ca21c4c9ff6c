"""Makes a baseline of the strategies as they are, and says how it differs from the last one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.bench.baseline import Baseline, Block, Record, Stage
from patrolsim.bench.entries import SHORT
from patrolsim.bench.looks import logs_of
from patrolsim.experiment import Design
from patrolsim.streams import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.bench.entries import Entry, Venue
    from patrolsim.bench.gating import Means
    from patrolsim.bench.suite import Suite
    from patrolsim.experiment import Failure, Results


class Recorded(NamedTuple):
    """A new baseline, or why there is none.

    Attributes
    ----------
    baseline
        None when a strategy failed, broke a rule, or the user interrupted.
    failures
        Why strategies ended early.
    findings
        What the auditor found, in sentences.
    is_interrupted
        Whether the user stopped it.
    """

    baseline: Baseline | None
    failures: Sequence[Failure] = ()
    findings: Sequence[str] = ()
    is_interrupted: bool = False


class Change(NamedTuple):
    """A number of a baseline that is not what it was.

    Attributes
    ----------
    name
        Scenario, strategy and metric.
    before, after
        None where there is no value.
    """

    name: str
    before: float | None
    after: float | None


def record_baseline(suite: Suite, entries: Sequence[Entry], means: Means) -> Recorded:
    """Run every strategy on all days of the suite and on as many fresh days.

    Raises
    ------
    ScenarioError, NetworkError, LedgerError
        As `patrolsim.experiment.run_arms`.
    """
    days = means.run(Design(arms=tuple(e.days for e in entries), replications=suite.most))
    if (broken := _broken(days)) is not None:
        return broken
    fresh = means.run(Design(arms=tuple(e.fresh for e in entries), replications=suite.most))
    if (broken := _broken(fresh)) is not None:
        return broken
    venues = {entry.venue.name: entry.venue for entry in entries}
    stages = {name: _stage(suite, venue, entries, days, fresh) for name, venue in venues.items()}
    return Recorded(Baseline(suite=suite.model.suite, streams=VERSION, stages=stages))


def changes_between(old: Baseline | None, new: Baseline) -> list[Change]:
    """Return the values that differ, those included that only one of the two has."""
    before, after = dict(_values(old)), dict(_values(new))
    names = dict.fromkeys([*before, *after])
    return [
        Change(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name) or (name in before) != (name in after)
    ]


def _broken(results: Results) -> Recorded | None:
    """Return why there can be no baseline; None when all is well."""
    findings = [
        f"{task.strategy}, replication {task.replication}: {sentence}"
        for task, sentences in results.findings.items()
        for sentence in sentences
    ]
    if not (results.failures or findings or results.is_interrupted):
        return None
    return Recorded(None, results.failures, findings, results.is_interrupted)


def _stage(
    suite: Suite, venue: Venue, entries: Sequence[Entry], days: Results, fresh: Results
) -> Stage:
    here = [entry for entry in entries if entry.venue is venue]
    drawn = days.incident_digests_of(here[0].name)
    return Stage(
        digest=venue.digest,
        fresh_digest=venue.fresh_digest,
        days=tuple(drawn[r][:SHORT] for r in range(suite.most)),
        records={
            entry.strategy: Record(
                definition=entry.definition,
                code=entry.code,
                days=_block(suite, entry, days),
                fresh=_block(suite, entry, fresh),
            )
            for entry in here
        },
    )


def _block(suite: Suite, entry: Entry, results: Results) -> Block:
    replications = results.replications_of(entry.name)
    metrics = results.metrics_of(entry.name, replications)
    return Block(
        logs=logs_of(results, entry.name, replications),
        vectors={metric.id: metric.gauge.vector(metrics) for metric in suite.metrics},
    )


def _values(baseline: Baseline | None) -> Iterator[tuple[str, float | None]]:
    for scenario, stage in (baseline.stages if baseline else {}).items():
        for strategy, record in stage.records.items():
            for metric, vector in record.days.vectors.items():
                found = None if vector is None else vector.influence()
                value = None if found is None or not math.isfinite(found.value) else found.value
                yield f"{scenario}/{strategy}/{metric}", value
