"""From the metrics of single replications to estimates per strategy, and to differences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from patrolsim.experiment.measures import Kind, Measure, measures_of, measures_of_groups
from patrolsim.output_analysis import (
    Estimate,
    Influence,
    Totals,
    estimate_difference,
    estimate_mean,
    estimate_quantile,
    estimate_quantile_difference,
    estimate_ratio,
    estimate_ratio_difference,
    influence_of_mean,
    influence_of_quantile,
    influence_of_ratio,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from patrolsim.experiment.results import Results
    from patrolsim.metrics import Metrics

Reading: TypeAlias = "float | tuple[float, float] | npt.NDArray[np.float64] | None"
"""What a measure takes from a replication: a value, a sum with a count, or all values."""
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
    return [
        compare_one(results, strategy, measure)
        for strategy in others
        for measure in measures_of(results.metrics_of(strategy, results.replications_of(strategy)))
    ]


def compare_one(results: Results, strategy: str, measure: Measure) -> Comparison:
    """Return one measure of a strategy minus the control."""
    return Comparison(
        strategy=strategy,
        control=results.control,
        measure=measure,
        estimate=difference(
            *shared_readings(results, strategy, results.control, measure), measure
        ),
    )


def shared_readings(
    results: Results, one: str, other: str, measure: Measure
) -> tuple[list[Reading], list[Reading]]:
    """Return the readings of two arms in the replications that both have finished."""
    shared = results.replications_of(one, other)
    first, second = (results.metrics_of(name, shared) for name in (one, other))
    return [read(measure, found) for found in first], [read(measure, found) for found in second]


def _lines(results: Results, strategy: str) -> Iterator[Line]:
    metrics = results.metrics_of(strategy, results.replications_of(strategy))
    for measure in measures_of(metrics):
        yield Line(strategy, measure, ALL, *_estimate(measure, metrics))
    for group, measure in measures_of_groups(metrics):
        yield Line(strategy, measure, group, *_estimate(measure, metrics))


def _estimate(measure: Measure, metrics: Sequence[Metrics]) -> tuple[Estimate | None, str]:
    found = level([read(measure, one) for one in metrics], measure)
    return found, _note(measure, metrics)


def _note(measure: Measure, metrics: Sequence[Metrics]) -> str:
    """Return what a reader must know beside an estimate; empty for nothing."""
    if measure.kind is not Kind.MEAN:
        return measure.note_on(metrics)
    values = [measure.value(one) for one in metrics]
    if any(value is not None and math.isinf(value) for value in values):
        return "so many were never reached that in some replications the time has no end"
    missing = values.count(None)
    return f"{missing} of {len(metrics)} replications have no value" if missing else ""


def read(measure: Measure, metrics: Metrics) -> Reading:
    """Return what a measure takes from a replication."""
    if measure.kind is Kind.RATIO:
        return measure.total(metrics)
    return measure.sample(metrics) if measure.kind is Kind.POOLED else measure.value(metrics)


def level(readings: Sequence[Reading], measure: Measure) -> Estimate | None:
    """Return the estimate of a measure from its readings; None when none has a value."""
    if measure.kind is Kind.RATIO:
        totals = _totals(readings)
        return estimate_ratio(totals.sums, totals.counts)
    if measure.kind is Kind.POOLED:
        return estimate_quantile(_samples(readings), measure.order)
    return estimate_mean([value for value in _values(readings) if value is not None])


def difference(
    readings: Sequence[Reading], control: Sequence[Reading], measure: Measure
) -> Estimate | None:
    """Return the paired difference of a measure from the readings of the same replications."""
    if measure.kind is Kind.RATIO:
        return estimate_ratio_difference(_totals(readings), _totals(control))
    if measure.kind is Kind.POOLED:
        return estimate_quantile_difference(_samples(readings), _samples(control), measure.order)
    return estimate_difference(_values(readings), _values(control))


def influence(readings: Sequence[Reading], measure: Measure) -> Influence | None:
    """Return how far each replication pulls the estimate of a measure; None without values."""
    if measure.kind is Kind.RATIO:
        totals = _totals(readings)
        return influence_of_ratio(totals.sums, totals.counts)
    if measure.kind is Kind.POOLED:
        return influence_of_quantile(_samples(readings), measure.order)
    values = [value for value in _values(readings) if value is not None]
    return influence_of_mean(values)


def with_value_in_both(
    readings: Sequence[Reading], control: Sequence[Reading]
) -> tuple[list[Reading], list[Reading]]:
    """Return the readings of those replications in which both have a value."""
    pairs = zip(readings, control, strict=True)
    both = [(one, other) for one, other in pairs if one is not None and other is not None]
    return [one for one, _ in both], [other for _, other in both]


def _totals(readings: Sequence[Reading]) -> Totals:
    pairs = cast("Sequence[tuple[float, float]]", readings)
    return Totals(sums=[pair[0] for pair in pairs], counts=[pair[1] for pair in pairs])


def _samples(readings: Sequence[Reading]) -> Sequence[npt.NDArray[np.float64]]:
    return cast("Sequence[npt.NDArray[np.float64]]", readings)


def _values(readings: Sequence[Reading]) -> Sequence[float | None]:
    return cast("Sequence[float | None]", readings)
