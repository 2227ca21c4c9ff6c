"""A report as plain data, in the form of ``results.schema.json``, and as a table for a sheet."""

from __future__ import annotations

import json
import math
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolsim.experiment.csv_cells import write_csv
from patrolsim.streams import VERSION
from patrolsim.units import printable

if TYPE_CHECKING:
    from patrolsim.bench.report import Report, Row
    from patrolsim.experiment import Failure
    from patrolsim.experiment.comparing import Pair
    from patrolsim.output_analysis import Estimate

FORM = 1
SCHEMA = Path(__file__).parent / "results.schema.json"
COLUMNS = (
    "scenario",
    "strategy",
    "metric",
    "estimand",
    "unit",
    "better",
    "primary",
    "margin",
    "verdict",
    "n",
    "baseline",
    "candidate",
    "difference",
    "low",
    "high",
    "p_worse",
    "reason",
)


def json_of(report: Report) -> str:
    """Return a report as one JSON document."""
    return json.dumps(as_document(report), ensure_ascii=False, allow_nan=False, indent=2)


def csv_of(report: Report) -> str:
    """Return the rows of a report as CSV."""
    lines = []
    for row in report.rows:
        plain = _row(row)
        gap = plain["difference"] or {}
        plain |= {"difference": gap.get("value"), "low": gap.get("low"), "high": gap.get("high")}
        lines.append([plain[column] for column in COLUMNS])
    return write_csv(COLUMNS, lines)


def as_document(report: Report) -> dict[str, Any]:
    """Return a report as plain data."""
    model = report.suite.model
    return {
        "form": FORM,
        "patrolsim": version("patrolsim"),
        "streams": VERSION,
        "suite": model.suite,
        "verdict": report.verdict.name,
        "exit_code": report.exit_code,
        "is_interrupted": report.is_interrupted,
        "runs": report.runs,
        "gate": {
            "alpha": model.gate.alpha,
            "family": model.gate.family,
            "inconclusive": model.gate.inconclusive,
            "looks": model.replications.looks,
            "root_seed": model.replications.root_seed,
            "confirm_seed": model.gate.confirm_seed,
        },
        "rows": [_row(row) for row in report.rows],
        "standings": [_standing(pair) for pair in report.standings],
        "failures": [_failure(failure) for failure in report.failures],
        "notes": [printable(note) for note in report.notes],
    }


def _row(row: Row) -> dict[str, Any]:
    metric = row.metric
    return {
        "scenario": row.scenario,
        "strategy": row.strategy,
        "metric": metric.id,
        "estimand": metric.gauge.estimand,
        "unit": metric.gauge.unit,
        "better": "lower" if metric.is_lower_better else "higher",
        "primary": metric.is_primary,
        "margin": metric.margin.text,
        "verdict": row.verdict.name,
        "reason": printable(row.reason),
        "n": row.n,
        "baseline": row.baseline,
        "candidate": row.candidate,
        "difference": _estimate(row.difference),
        "p_worse": row.p_worse,
        "fresh": _estimate(row.fresh),
        "fresh_p": row.fresh_p,
    }


def _estimate(found: Estimate | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "value": found.value,
        "low": _finite(found.low),
        "high": _finite(found.high),
        "level": found.level,
        "n": found.n,
        "method": found.method,
    }


def _standing(pair: Pair) -> dict[str, Any]:
    scenario, _, strategy = pair.arm.partition("/")
    return {
        "scenario": scenario,
        "strategy": strategy,
        "control": pair.control.partition("/")[2],
        "measure": pair.measure.name,
        "unit": pair.measure.unit,
        "difference": _estimate(pair.estimate),
        "adjusted_p": pair.adjusted_p,
        "variance_reduction": _finite(pair.reduction),
        "verdict": pair.verdict.value,
    }


def _failure(failure: Failure) -> dict[str, Any]:
    scenario, _, strategy = failure.task.strategy.partition("/")
    return {
        "scenario": scenario,
        "strategy": strategy,
        "replication": failure.task.replication,
        "kind": failure.kind.value,
        "message": printable(str(failure.error)),
        "policy": failure.policy,
        "time_s": failure.time_s,
        "incident_id": failure.incident_id,
        "where": printable(failure.where),
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
