"""The metrics of a suite: what they estimate, and how they are kept as numbers per replication."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.experiment import measures
from patrolsim.experiment.measures import NAMED, Better, Kind, Measure
from patrolsim.output_analysis import Anchor, Estimand, Vector, anchor_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.bench.margins import WrittenMargin
    from patrolsim.metrics import Metrics

DIGITS = 6
"""Decimals that are kept: times are whole microseconds, and sums of them stay so."""
PER_INCIDENT, PER_REPLICATION = "per_incident", "per_replication"
_ESTIMANDS = {
    PER_INCIDENT: Estimand.PER_INCIDENT,
    PER_REPLICATION: Estimand.PER_REPLICATION,
}
_WITHIN = re.compile(r"within_([1-9][0-9]{0,4})(s|min|h)")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_BY_NAME = {measure.name: measure for measure in NAMED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A metric of a suite.

    Attributes
    ----------
    id
        Its name in suites.
    estimand
        ``per_incident`` or ``per_replication``.
    measure
        How it is read from a replication.
    can_be_zero
        Whether 0 is an ordinary value, of which no share can be a margin.
    """

    id: str
    estimand: str
    measure: Measure
    can_be_zero: bool = False

    @property
    def unit(self) -> str:
        """``s``, ``share``, ``incidents`` and so on."""
        return self.measure.unit

    @property
    def better(self) -> Better:
        """Which way is better; ``NEITHER`` where the suite says it."""
        return self.measure.better

    def vector(self, metrics: Sequence[Metrics], anchor: Anchor | None = None) -> Vector | None:
        """Return the metric as numbers per replication.

        Parameters
        ----------
        metrics
            Of each replication.
        anchor
            For a quantile: where the other side of a comparison is linearised; None for here.

        Returns
        -------
        Vector or None
            None where there is nothing to estimate: no incidents, a replication without a value
            or with one that has no end, or a quantile that cannot be linearised.
        """
        return _READERS[self.measure.kind](self.measure, metrics, anchor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A gauge as a suite uses it.

    Attributes
    ----------
    gauge
        What is measured.
    is_lower_better, margin
        Which way is better, and how much worse it may become.
    is_primary
        Whether it decides.
    """

    gauge: Gauge
    is_lower_better: bool
    margin: WrittenMargin
    is_primary: bool

    @property
    def id(self) -> str:
        """Its name in the suite."""
        return self.gauge.id


def find_gauge(name: str, estimand: str) -> Gauge | None:
    """Return the metric of this name and estimand; None when there is none."""
    if estimand == PER_INCIDENT and (found := _WITHIN.fullmatch(name)) is not None:
        return _within(name, float(found[1]) * _SECONDS[found[2]])
    return _GAUGES.get((name, estimand))


def estimands_of(name: str) -> list[str]:
    """Return the estimands that a metric knows; none for an unknown metric."""
    return [estimand for estimand in _ESTIMANDS if find_gauge(name, estimand) is not None]


def known_names() -> list[str]:
    """Return the names of all metrics, one of the thresholds among them."""
    return [*dict.fromkeys(name for name, _ in _GAUGES), "within_15min"]


def estimand_of(word: str) -> Estimand:
    """Return the estimand that a word of the suite file means."""
    return _ESTIMANDS[word]


def _of_mean(
    measure: Measure, metrics: Sequence[Metrics], _anchor: Anchor | None
) -> Vector | None:
    values = [measure.value(one) for one in metrics]
    kept = [round(value, DIGITS) for value in values if value is not None and np.isfinite(value)]
    return Vector.of_mean(kept) if kept and len(kept) == len(values) else None


def _of_ratio(
    measure: Measure, metrics: Sequence[Metrics], _anchor: Anchor | None
) -> Vector | None:
    totals = [measure.total(one) for one in metrics]
    if not any(count for _, count in totals):
        return None
    return Vector.of_ratio(
        [round(total, DIGITS) for total, _ in totals], [count for _, count in totals]
    )


def _of_quantile(
    measure: Measure, metrics: Sequence[Metrics], anchor: Anchor | None
) -> Vector | None:
    samples = [measure.sample(one) for one in metrics]
    anchor = anchor or anchor_quantile(samples, measure.order)
    if anchor is None or not any(sample.size for sample in samples):
        return None
    return Vector.of_quantile(samples, Anchor(*(round(part, DIGITS) for part in anchor)))


_READERS = {Kind.MEAN: _of_mean, Kind.RATIO: _of_ratio, Kind.POOLED: _of_quantile}


def _within(name: str, limit_s: float) -> Gauge:
    def total(metrics: Metrics) -> tuple[float, float]:
        response_s = metrics.responses.response_s
        return float(np.count_nonzero(response_s <= limit_s)), float(response_s.size)

    measure = Measure(name=name, unit="share", better=Better.HIGHER, kind=Kind.RATIO, total=total)
    return Gauge(id=name, estimand=PER_INCIDENT, measure=measure)


def _share_not_reached(metrics: Metrics) -> tuple[float, float]:
    known = metrics.responses.known
    return float(known - metrics.responses.reached_s.size), float(known)


_MEAN_WITHIN = replace(
    measures.RESPONSE_MEAN, kind=Kind.MEAN, value=lambda metrics: metrics.responses.mean_s
)
_NOT_REACHED_SHARE = replace(
    measures.NOT_REACHED, unit="share", kind=Kind.RATIO, total=_share_not_reached
)


def _gauge(name: str, estimand: str, measure: Measure, *, can_be_zero: bool = False) -> Gauge:
    return Gauge(id=name, estimand=estimand, measure=measure, can_be_zero=can_be_zero)


def _plain(name: str, *, can_be_zero: bool = False) -> Gauge:
    return _gauge(name, PER_REPLICATION, _BY_NAME[name], can_be_zero=can_be_zero)


_ALL = (
    _gauge("response_mean", PER_INCIDENT, measures.RESPONSE_MEAN),
    _gauge("response_mean", PER_REPLICATION, _MEAN_WITHIN),
    _gauge("response_median", PER_INCIDENT, measures.MEDIAN_OF_ALL),
    _gauge("response_median", PER_REPLICATION, measures.RESPONSE_MEDIAN),
    _gauge("response_p90", PER_INCIDENT, measures.P90_OF_ALL),
    _gauge("response_p90", PER_REPLICATION, measures.RESPONSE_P90),
    _gauge("within_target", PER_INCIDENT, measures.WITHIN_TARGET),
    _gauge("not_reached", PER_INCIDENT, _NOT_REACHED_SHARE, can_be_zero=True),
    _gauge("not_reached", PER_REPLICATION, measures.NOT_REACHED, can_be_zero=True),
    _plain("unserved", can_be_zero=True),
    _plain("gave_up", can_be_zero=True),
    _gauge("waiting_mean", PER_INCIDENT, _BY_NAME["waiting_mean_s"], can_be_zero=True),
    _gauge("travel_mean", PER_INCIDENT, _BY_NAME["travel_mean_s"]),
    _plain("travelling"),
    _plain("gini_of_work"),
    _plain("cover_mean"),
    _plain("cover_least", can_be_zero=True),
    _plain("hot_spot_visits", can_be_zero=True),
)
_GAUGES = {(gauge.id, gauge.estimand): gauge for gauge in _ALL}
