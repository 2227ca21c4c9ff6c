"""From the metrics of single replications to estimates per strategy, and to differences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.experiment.measures import MEASURES, Kind, Measure, measures_of_groups
from patrolsim.output_analysis import (
    Estimate,
    Totals,
    estimate_difference,
    estimate_mean,
    estimate_quantile,
    estimate_ratio,
    estimate_ratio_difference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.experiment.results import Results
    from patrolsim.metrics import Metrics

ALL = "all"
"""The group of everything."""


class Line(NamedTuple):
    """One estimate of a strategy.

    Attributes
    ----------
    strategy, measure, group
        Of what; `group` is ``all`` or reads like ``kind=dispute``.
    estimate
        None when no replication has a value.
    note
        What a reader must know beside it; empty for nothing.
    """

    strategy: str
    measure: Measure
    group: str
    estimate: Estimate | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A strategy against the control on the same replications.

    Attributes
    ----------
    strategy, control, measure
        What is compared.
    estimate
        Of strategy minus control; None when nothing can be said.
    """

    strategy: str
    control: str
    measure: Measure
    estimate: Estimate | None


def estimate_all(results: Results) -> list[Line]:
    """Return every measure of every strategy, first overall, then by group."""
    return [line for strategy in results.strategies for line in _lines(results, strategy)]


def estimate_one(results: Results, strategy: str, measure: Measure) -> Line:
    """Return one measure of one strategy over its finished replications."""
    metrics = results.metrics_of(strategy, results.replications_of(strategy))
    return Line(strategy, measure, ALL, *_estimate(measure, metrics))


def compare(results: Results) -> list[Comparison]:
    """Return every measure of every strategy minus the control, replication by replication."""
    others = [name for name in results.strategies if name != results.control]
    return [compare_one(results, strategy, measure) for strategy in others for measure in MEASURES]


def compare_one(results: Results, strategy: str, measure: Measure) -> Comparison:
    """Return one measure of a strategy minus the control."""
    shared = results.replications_of(strategy, results.control)
    metrics = results.metrics_of(strategy, shared)
    control = results.metrics_of(results.control, shared)
    return Comparison(
        strategy=strategy,
        control=results.control,
        measure=measure,
        estimate=_difference(measure, metrics, control),
    )


def _lines(results: Results, strategy: str) -> Iterator[Line]:
    metrics = results.metrics_of(strategy, results.replications_of(strategy))
    for measure in MEASURES:
        yield Line(strategy, measure, ALL, *_estimate(measure, metrics))
    for group, measure in measures_of_groups(metrics):
        yield Line(strategy, measure, group, *_estimate(measure, metrics))


def _estimate(measure: Measure, metrics: Sequence[Metrics]) -> tuple[Estimate | None, str]:
    if measure.kind is Kind.RATIO:
        totals = _totals(measure, metrics)
        return estimate_ratio(totals.sums, totals.counts), measure.note_on(metrics)
    if measure.kind is Kind.POOLED:
        samples = [measure.sample(one) for one in metrics]
        return estimate_quantile(samples, measure.order), measure.note_on(metrics)
    values = [value for one in metrics if (value := measure.value(one)) is not None]
    missing = len(metrics) - len(values)
    note = f"{missing} of {len(metrics)} replications have no value" if missing else ""
    if any(map(math.isinf, values)):
        note = "so many were never reached that in some replications the time has no end"
    return estimate_mean(values), note


def _difference(
    measure: Measure, metrics: Sequence[Metrics], control: Sequence[Metrics]
) -> Estimate | None:
    if measure.kind is Kind.RATIO:
        return estimate_ratio_difference(_totals(measure, metrics), _totals(measure, control))
    if measure.kind is Kind.POOLED:
        return None
    values = [measure.value(one) for one in metrics]
    return estimate_difference(values, [measure.value(one) for one in control])


def _totals(measure: Measure, metrics: Sequence[Metrics]) -> Totals:
    pairs = [measure.total(one) for one in metrics]
    return Totals(sums=[pair[0] for pair in pairs], counts=[pair[1] for pair in pairs])
