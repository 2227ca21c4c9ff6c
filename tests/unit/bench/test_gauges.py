"""What the metrics of a suite measure, held to numpy."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.experiment.test_estimates import metrics

from patrolsim.bench.gauges import DIGITS, find_gauge
from patrolsim.output_analysis import Anchor, Vector

NEVER = np.inf
DAYS = [(100.0, 700.0, 950.5), (20.0, 901.0, NEVER), (300.25,)]
ALL = np.concatenate([np.array(day) for day in DAYS])
REACHED = ALL[np.isfinite(ALL)]


def vector_of(name: str, estimand: str, days: list[tuple[float, ...]] = DAYS) -> Vector | None:
    gauge = find_gauge(name, estimand)
    assert gauge is not None
    return gauge.vector([metrics(*times) for times in days])


def value_of(name: str, estimand: str) -> float:
    vector = vector_of(name, estimand)
    assert vector is not None
    found = vector.influence()
    assert found is not None
    return found.value


@pytest.mark.parametrize(
    ("name", "estimand", "value"),
    [
        ("response_mean", "per_incident", REACHED.mean()),
        ("response_mean", "per_replication", np.mean([1750.5 / 3, 921 / 2, 300.25])),
        ("within_15min", "per_incident", np.mean(ALL <= 900)),
        ("within_900s", "per_incident", np.mean(ALL <= 900)),
        ("within_1h", "per_incident", np.mean(ALL <= 3600)),
        ("within_target", "per_incident", np.mean(ALL <= 60)),
        ("not_reached", "per_incident", np.mean(np.isinf(ALL))),
        ("not_reached", "per_replication", 1 / 3),
        ("unserved", "per_replication", 1 / 3),
    ],
)
def test_a_metric_measures_what_its_name_says(name: str, estimand: str, value: float) -> None:
    assert value_of(name, estimand) == pytest.approx(value, abs=10.0**-DIGITS)


def test_a_quantile_of_all_incidents_lies_where_numpy_finds_it() -> None:
    days = [tuple(float(10 * r + c) for c in range(50)) for r in range(8)]
    vector = vector_of("response_p90", "per_incident", days)
    assert vector is not None
    assert vector.anchor is not None
    assert vector.anchor.at == np.quantile(np.concatenate(days), 0.9, method="inverted_cdf")


def test_a_quantile_is_counted_at_the_anchor_of_the_other_side() -> None:
    gauge = find_gauge("response_p90", "per_incident")
    assert gauge is not None
    vector = gauge.vector([metrics(*times) for times in DAYS], Anchor(0.9, 700.0, 3.0))
    assert vector is not None
    assert vector.sums == (2.0, 1.0, 1.0)
    assert vector.counts == (3.0, 3.0, 1.0)


@pytest.mark.parametrize(
    ("name", "estimand", "days"),
    [
        ("response_mean", "per_incident", [(NEVER,), (NEVER,)]),
        ("response_mean", "per_replication", [(1.0,), (NEVER,)]),
        ("response_p90", "per_incident", [(1.0, NEVER), (NEVER,)]),
        ("response_p90", "per_replication", [(1.0, NEVER)]),
        ("response_p90", "per_incident", [(), ()]),
        ("within_15min", "per_incident", [(), ()]),
        ("cover_mean", "per_replication", [(1.0,)]),
    ],
)
def test_where_nothing_can_be_measured_there_is_no_vector(
    name: str, estimand: str, days: list[tuple[float, ...]]
) -> None:
    assert vector_of(name, estimand, days) is None
