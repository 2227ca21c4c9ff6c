"""A comparison as one JSON document: everything that the sentences and tables rest on.

The form is fixed: keys are added, never renamed, and `form` goes up when one changes its meaning.
Nothing in it depends on the number of workers, the ledger, the clock or the machine's folders.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any

from patrolsim.cli.outcome import plain_estimate
from patrolsim.cli.stop_words import leading_sentences
from patrolsim.cli.sweep_words import neighbour_sentences
from patrolsim.experiment.comparing import sound_arms
from patrolsim.experiment.estimates import estimate_one
from patrolsim.experiment.stopping import Selection, Stopping
from patrolsim.output_analysis import LEVEL

if TYPE_CHECKING:
    from patrolsim.cli.answer import Comparison
    from patrolsim.experiment import Arm, Failure
    from patrolsim.experiment.bounding import Bounds
    from patrolsim.experiment.comparing import Pair

FORM = "patrolsim-comparison/1"


def json_of(comparison: Comparison) -> str:
    """Return the document as text."""
    return json.dumps(document_of(comparison), ensure_ascii=False, allow_nan=False, indent=2)


def document_of(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data."""
    question, results = comparison.question, comparison.results
    return {
        "form": FORM,
        "title": question.title,
        "sentences": [
            *leading_sentences(comparison),
            *neighbour_sentences(comparison),
        ],
        "control": results.control,
        "level": LEVEL,
        "adjustment": "Holm",
        "measures": [_plain_measure(measure) for measure in comparison.measures],
        "sweep": [{"key": axis.key, "values": list(axis.values)} for axis in question.axes],
        "arms": [_plain_arm(comparison, arm) for arm in question.arms],
        "estimates": _plain_levels(comparison),
        "comparisons": [_plain_pair(pair) for pair in comparison.pairs],
        "neighbours": [_plain_pair(pair) for pair in comparison.neighbours],
        "stopping": _plain_rule(comparison),
        "bounds": _plain_bounds(comparison.bounds),
        "failures": [_plain_failure(failure) for failure in results.failures],
        "is_interrupted": results.is_interrupted,
        "remarks": list(question.remarks),
        "notices": list(results.notices),
        "versions": _versions(),
    }


def _plain_measure(measure: Any) -> dict[str, Any]:
    return {
        "name": measure.name,
        "title": measure.words,
        "unit": measure.unit,
        "better": measure.better.value,
    }


def _plain_arm(comparison: Comparison, arm: Arm) -> dict[str, Any]:
    from patrolsim.experiment import Task
    from patrolsim.experiment.keys import arm_digest

    results = comparison.results
    done = results.replications_of(arm.name)
    finished = [results.finished[Task(arm.name, number)] for number in done]
    return {
        "name": arm.name,
        "scenario": arm.loaded.scenario.name,
        "scenario_digest": arm.loaded.digest,
        "changes": dict(arm.loaded.overrides),
        "digest": arm_digest(arm, comparison.question.host),
        "policies": {role: chosen.policy for role, chosen in arm.chosen.items()},
        "seed": arm.loaded.scenario.seed,
        "replications": len(done),
        "has_failed": arm.name not in sound_arms(results),
        "incidents_digest": _digest([one.incident_digest for one in finished]),
        "log_digest": _digest([one.log_digest for one in finished]),
    }


def _plain_levels(comparison: Comparison) -> list[dict[str, Any]]:
    lines = [
        estimate_one(comparison.results, name, measure)
        for name in sound_arms(comparison.results)
        for measure in comparison.measures
    ]
    return [
        {
            "arm": line.strategy,
            "measure": line.measure.name,
            **plain_estimate(line.estimate),
            "note": line.note,
        }
        for line in lines
    ]


def _plain_pair(pair: Pair) -> dict[str, Any]:
    return {
        "arm": pair.arm,
        "control": pair.control,
        "measure": pair.measure.name,
        **plain_estimate(pair.estimate),
        "p": pair.p,
        "holm_p": pair.adjusted_p,
        "family": pair.family,
        "verdict": pair.verdict.value,
        "variance_reduction": _finite(pair.reduction),
        "is_constant": pair.reduction == math.inf,
        "replications_advised": pair.advised,
    }


def _plain_rule(comparison: Comparison) -> dict[str, Any] | None:
    rule = comparison.rule
    if isinstance(rule, Stopping):
        return {
            "rule": "precision",
            "measure": rule.goal.measure.name,
            "amount": rule.goal.amount,
            "is_relative": rule.goal.is_relative,
            "half_width_wanted": rule.wanted,
            "is_reached": rule.stop is not None,
            "replications": comparison.results.asked,
        }
    if isinstance(rule, Selection):
        return {
            "rule": "selection of the best",
            "measure": rule.measure.name,
            "margin": rule.margin,
            "best": rule.best,
            "still_in": list(rule.still_in),
            "skipped": rule.skipped,
            "replications": comparison.results.asked,
        }
    return None


def _plain_bounds(bounds: Bounds | None) -> dict[str, Any] | None:
    if bounds is None:
        return None
    return {
        "wait_s": plain_estimate(bounds.wait_s),
        "within_target": plain_estimate(bounds.within_target),
        "replications": bounds.replications,
        "holds_for": bounds.holds_for,
        "is_too_large": bounds.is_too_large,
    }


def _plain_failure(failure: Failure) -> dict[str, Any]:
    return {
        "arm": failure.task.strategy,
        "replication": failure.task.replication,
        "kind": failure.kind.value,
        "policy": failure.policy,
        "time_s": failure.time_s,
        "incident_id": failure.incident_id,
        "where": failure.where,
        "message": str(failure),
    }


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    from patrolsim.experiment.keys import engine

    return {"patrolsim": version("patrolsim"), **engine()}


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
