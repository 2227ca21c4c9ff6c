"""What ``run.json`` says: everything that is needed to repeat a run, and to trust it."""

from __future__ import annotations

import math
import platform
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.comparing import compare_with_control
from patrolsim.experiment.measures import RESPONSE_MEAN, WITHIN_TARGET
from patrolsim.experiment.results import Task
from patrolsim.scenario.catalogues import spelled_out
from patrolsim.scenario.frozen_model import Model
from patrolsim.streams import VERSION as STREAMS_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.placing import ModelInUse
    from patrolsim.experiment.results import Failure, Results
    from patrolsim.plugins import ModelOffer, Offer
    from patrolsim.scenario.incident_models import IncidentModel
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.models import Scenario
    from patrolsim.scenario.strategies import Choices, ChosenPolicy

FORM = 1
"""Version of the form of ``run.json``; a change of meaning raises it."""
PACKAGES = ("patrolsim", "numpy", "scipy", "networkx", "simpy", "pluggy", "pydantic", "duckdb")

COMPARED = (RESPONSE_MEAN, WITHIN_TARGET)
"""The measures by which the strategies are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What belongs to a run beside its scenario and its results.

    Attributes
    ----------
    choices
        The policies of each strategy.
    offers
        Each policy in use with its origin, by role and name.
    started_at
        Local date and time at which the run was started, ISO 8601.
    command
        The words of the command line; empty when there was none.
    is_audited
        Whether the auditor has read every log.
    models
        The model of each kind of incident that has one.
    """

    choices: Choices
    offers: Mapping[tuple[str, str], Offer]
    started_at: str
    command: tuple[str, ...] = ()
    is_audited: bool = False
    models: Mapping[str, ModelInUse] = field(default_factory=dict)


def describe_run(
    results: Results, loaded: LoadedScenario, circumstances: Circumstances
) -> dict[str, Any]:
    """Return the content of ``run.json``: plain data in a fixed order."""
    scenario = loaded.scenario
    return {
        "form": FORM,
        "command": list(circumstances.command),
        "started_at": circumstances.started_at,
        "scenario": {
            "name": scenario.name,
            "about": scenario.about,
            "file": str(loaded.folder / Path(loaded.source).name),
            "digest": loaded.digest,
            "settings": [f"{path}={value}" for path, value in loaded.overrides],
        },
        "period": {
            "from": scenario.period.start.isoformat(),
            "length_s": scenario.period.length,
            "warm_up_s": scenario.period.warm_up,
        },
        "kinds": {name: _kind(kind) for name, kind in spelled_out(scenario.incidents).items()},
        "seed": scenario.seed,
        "streams": STREAMS_VERSION,
        "replications": _replications(results),
        "is_interrupted": results.is_interrupted,
        "failures": [_failure(failure) for failure in results.failures],
        "control": results.control,
        "comparisons": [_pair(pair) for pair in compare_with_control(results, COMPARED)],
        "strategies": _strategies(circumstances),
        "models": {kind: _recipe(*use) for kind, use in circumstances.models.items()},
        "interventions": {name: _other_ways(results, name) for name in results.strategies},
        "plugins": _plugins(circumstances),
        "incident_digests": [digest for _, digest in sorted(results.incident_digests.items())],
        "log_digests": {name: _log_digests(results, name) for name in results.strategies},
        "numbers": [
            {
                "path": note.path,
                "value": _plain(note.value),
                "source": note.source,
                "given": note.given,
            }
            for note in loaded.notes
        ],
        "defaults": list(_defaults(scenario, "")),
        "notices": list(results.notices),
        "is_audited": circumstances.is_audited,
        "findings": list(found_by_audit(results)),
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": {"system": platform.system(), "processor": platform.machine()},
        "byte_order": sys.byteorder,
        "projection": _projection(scenario),
    }


def _projection(scenario: Scenario) -> dict[str, float] | None:
    """Return where the map lies on earth, so that metres become degrees again.

    A map that was moved away during a run must not cost the run.
    """
    from patrolsim.world.maps import read_ground

    try:
        found = read_ground(scenario).projection
    except (PatrolsimError, OSError):
        return None
    if found is None:
        return None
    return {name: getattr(found, name) for name in ("lon0", "lat0", "x_scale", "y_scale")}


def _pair(pair: Pair) -> dict[str, Any]:
    """Return a comparison as plain data; a time without end is null."""
    found = pair.estimate
    values = (None,) * 3 if found is None else (found.value, found.low, found.high)
    value, low, high = (x if x is not None and math.isfinite(x) else None for x in values)
    return {
        "strategy": pair.arm,
        "control": pair.control,
        "measure": pair.measure.name,
        "unit": pair.measure.unit,
        "better": pair.measure.better.value,
        "value": value,
        "low": low,
        "high": high,
        "n": 0 if found is None else found.n,
        "adjusted_p": pair.adjusted_p,
        "family": pair.family,
        "verdict": pair.verdict.value,
    }


def _defaults(value: object, path: str) -> Iterator[dict[str, Any]]:
    """Yield every value that the scenario left to its default, with the key that it has."""
    if isinstance(value, Model):
        for name in type(value).model_fields:
            part, place = getattr(value, name), f"{path}.{name}".lstrip(".")
            if name in value.model_fields_set:
                yield from _defaults(part, place)
            elif part is not None and part not in ("", [], {}):
                yield {"path": place, "value": _plain(part)}
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _defaults(part, f"{path}.{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _defaults(part, f"{path}.{number}")


def found_by_audit(results: Results) -> Iterator[str]:
    """Yield what the auditor found, in sentences that name strategy and replication."""
    for (strategy, replication), texts in results.findings.items():
        yield from (f"strategy {strategy}, replication {replication}: {text}" for text in texts)


def _kind(kind: IncidentModel) -> dict[str, Any]:
    return {"about": kind.about, "priority": kind.priority, "target_s": kind.reach_within}


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "strategy": failure.task.strategy,
        "replication": failure.task.replication,
        "kind": failure.kind.value,
        "policy": failure.policy,
        "time_s": failure.time_s,
        "incident_id": failure.incident_id,
        "where": failure.where,
        "message": str(failure.error),
    }


def _strategies(circumstances: Circumstances) -> dict[str, Any]:
    return {
        name: {role: _policy(role, choice, circumstances) for role, choice in chosen.items()}
        for name, chosen in circumstances.choices.items()
    }


def _policy(role: str, choice: ChosenPolicy, circumstances: Circumstances) -> dict[str, Any]:
    return _recipe(choice, circumstances.offers[role, choice.policy])


def _recipe(choice: ChosenPolicy, offer: Offer | ModelOffer) -> dict[str, Any]:
    return {
        "policy": choice.policy,
        "version": offer.spec.version,
        "parameters": _plain(choice.parameters),
        "plugin": offer.origin.plugin,
    }


def _plugins(circumstances: Circumstances) -> list[dict[str, str]]:
    """Return each plugin in use once, by name."""
    origins = {offer.origin for offer in circumstances.offers.values()}
    origins |= {use.offer.origin for use in circumstances.models.values()}
    ordered = sorted(origins, key=lambda origin: (origin.plugin, origin.source))
    return [{"plugin": o.plugin, "source": o.source, "sha256": o.sha256} for o in ordered]


def _replications(results: Results) -> dict[str, Any]:
    finished = {name: len(results.replications_of(name)) for name in results.strategies}
    return {"asked": results.asked, "finished": finished}


def _other_ways(results: Results, strategy: str) -> dict[str, Any]:
    """Return for each intervention how many people went another way because of it, on average."""
    metrics = results.metrics_of(strategy, results.replications_of(strategy))
    names = dict.fromkeys(name for one in metrics for name in one.other_ways)
    return {
        name: {
            "people_who_went_another_way": sum(one.other_ways[name] for one in metrics)
            / len(metrics)
        }
        for name in names
    }


def _log_digests(results: Results, strategy: str) -> list[str | None]:
    """Return a digest per replication; null where it was not finished."""
    found = [results.finished.get(Task(strategy, number)) for number in range(results.asked)]
    return [None if one is None else one.log_digest for one in found]


def _versions() -> dict[str, str]:
    return {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _plain(value: object) -> object:
    """Return a value as JSON can hold it."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
