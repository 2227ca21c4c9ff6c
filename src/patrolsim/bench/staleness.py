"""Whether a baseline may be compared with at all: it must have been made for the same thing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.bench.baseline import FORM
from patrolsim.streams import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.bench.baseline import Baseline, Record, Stage
    from patrolsim.bench.entries import Entry
    from patrolsim.bench.gauges import Metric
    from patrolsim.bench.suite import Suite


class Match(NamedTuple):
    """A strategy on a scenario, and what the baseline knows of it.

    Attributes
    ----------
    entry
        As it is.
    stage, record
        The scenario and the strategy as they were.
    metrics
        What can be compared.
    """

    entry: Entry
    stage: Stage
    record: Record
    metrics: tuple[Metric, ...]


class Drawn(NamedTuple):
    """What can be compared, and why the rest cannot.

    Attributes
    ----------
    matches
        In the order of the suite.
    stale
        The reason by name of the entry and id of the metric.
    """

    matches: list[Match]
    stale: Mapping[tuple[str, str], str]


def draw(suite: Suite, entries: Sequence[Entry], baseline: Baseline | None) -> Drawn:
    """Return which entries and metrics the baseline can be compared with."""
    matches: list[Match] = []
    stale: dict[tuple[str, str], str] = {}
    for entry in entries:
        found = _match(suite, entry, baseline)
        if isinstance(found, str):
            stale |= {(entry.name, metric.id): found for metric in suite.metrics}
            continue
        reasons = {metric.id: _fault_of_metric(metric, found.record) for metric in suite.metrics}
        stale |= {(entry.name, id_): reason for id_, reason in reasons.items() if reason}
        metrics = tuple(metric for metric in suite.metrics if not reasons[metric.id])
        if metrics:
            matches.append(found._replace(metrics=metrics))
    return Drawn(matches, stale)


def _match(suite: Suite, entry: Entry, baseline: Baseline | None) -> Match | str:
    """Return an entry with its past, or why there is none."""
    if baseline is None:
        return "there is no baseline yet"
    if reason := _fault_of_file(suite, baseline):
        return reason
    stage = baseline.stages.get(entry.venue.name)
    if stage is None:
        return "the baseline does not know this scenario"
    record = stage.records.get(entry.strategy)
    if record is None:
        return "the baseline does not know this strategy"
    reason = _fault_of_stage(entry, stage) or _fault_of_record(suite, entry, record)
    return reason or Match(entry, stage, record, ())


def _fault_of_stage(entry: Entry, stage: Stage) -> str:
    is_same = stage.digest == entry.venue.digest
    if is_same and stage.fresh_digest == entry.venue.fresh_digest:
        return ""
    return "the scenario, a file that it names, or a seed has changed"


def _fault_of_record(suite: Suite, entry: Entry, record: Record) -> str:
    if _sorted(record.definition) != _sorted(entry.definition):
        return "the suite defines this strategy in another way"
    if min(len(record.days.logs), len(record.fresh.logs)) < suite.most:
        return "the baseline has fewer replications than the suite asks for"
    return ""


def _fault_of_file(suite: Suite, baseline: Baseline) -> str:
    if baseline.form != FORM:
        return f"the baseline has form {baseline.form}, and this patrolsim reads form {FORM}"
    if baseline.suite != suite.model.suite:
        return f"the baseline was made for {baseline.suite}"
    if baseline.streams != VERSION:
        return f"the baseline was made with random numbers of version {baseline.streams}"
    return ""


def _fault_of_metric(metric: Metric, record: Record) -> str:
    """Return why a metric cannot be compared; empty when it can, be it without a value."""
    blocks = record.days.vectors, record.fresh.vectors
    if any(metric.id not in vectors for vectors in blocks):
        return "the baseline does not know this metric"
    kept = [vectors[metric.id] for vectors in blocks]
    wanted = metric.gauge.estimand
    if any(one is not None and one.estimand.name.lower() != wanted for one in kept):
        return "the baseline has another estimand for this metric"
    return ""


def _sorted(definition: Mapping[str, object]) -> object:
    """Return a definition as it comes back from its file."""
    return json.loads(json.dumps(definition, sort_keys=True))
