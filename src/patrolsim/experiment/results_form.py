"""Results as bytes and back: what a run folder keeps, so that it can be told of later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.metrics_form import metrics_of_plain, plain_of_metrics
from patrolsim.experiment.packing import PackingError, pack, unpack
from patrolsim.experiment.results import Failure, FailureKind, Finished, Results, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

FORM = 3
"""Version of the form; a change of meaning raises it."""


def pack_results(results: Results) -> bytes:
    """Return the bytes of results."""
    return pack(
        {
            "form": FORM,
            "strategies": list(results.strategies),
            "control": results.control,
            "asked": results.asked,
            "runs": [_plain_run(task, done) for task, done in results.finished.items()],
            "failures": [_plain_failure(failure) for failure in results.failures],
            "findings": [[*task, texts] for task, texts in results.findings.items()],
            "notices": list(results.notices),
            "is_interrupted": results.is_interrupted,
        }
    )


def unpack_results(data: bytes) -> Results:
    """Return the results that `pack_results` took apart.

    Raises
    ------
    PackingError
        If the bytes are none of these, or of another version.
    """
    plain: Any = unpack(data)
    form = plain.get("form") if isinstance(plain, dict) else None
    if form != FORM:
        raise PackingError(f"these results have the form {form}, and only {FORM} can be read")
    try:
        return _results(plain)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PackingError(f"these results are damaged: {error}") from error


def _results(plain: Mapping[str, Any]) -> Results:
    return Results(
        strategies=tuple(plain["strategies"]),
        control=plain["control"],
        asked=plain["asked"],
        finished=dict(_run(run) for run in plain["runs"]),
        failures=[_failure(failure) for failure in plain["failures"]],
        findings={Task(strategy, number): texts for strategy, number, texts in plain["findings"]},
        notices=plain["notices"],
        is_interrupted=plain["is_interrupted"],
    )


def _plain_run(task: Task, done: Finished) -> dict[str, Any]:
    return {
        "strategy": task.strategy,
        "replication": task.replication,
        "log_digest": done.log_digest,
        "incident_digest": done.incident_digest,
        "metrics": plain_of_metrics(done.metrics),
    }


def _run(plain: Mapping[str, Any]) -> tuple[Task, Finished]:
    metrics = metrics_of_plain(plain["metrics"])
    done = Finished(metrics, plain["log_digest"], plain["incident_digest"])
    return Task(plain["strategy"], plain["replication"]), done


def _plain_failure(failure: Failure) -> dict[str, Any]:
    return {
        "strategy": failure.task.strategy,
        "replication": failure.task.replication,
        "kind": failure.kind.value,
        "message": str(failure.error),
    }


def _failure(plain: Mapping[str, Any]) -> Failure:
    task = Task(plain["strategy"], plain["replication"])
    return Failure(task, PatrolsimError(plain["message"]), FailureKind(plain["kind"]))
