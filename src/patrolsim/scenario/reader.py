"""From a file to a checked scenario, or to every mistake in it at once."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from patrolsim.errors import Problem, ScenarioError
from patrolsim.scenario.documents import Kind, parse_document, read_text
from patrolsim.scenario.loaded import LoadedScenario
from patrolsim.scenario.models import Scenario
from patrolsim.scenario.shape import Shape, shape_of_model
from patrolsim.scenario.strategies import model_findings, strategy_findings
from patrolsim.scenario.yaml_events import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.scenario.findings import Finding
    from patrolsim.scenario.strategies import Specs

SCENARIO_FILE = "scenario.yaml"
_SCENARIO = Kind(
    model=Scenario, noun="a scenario", hint="give a scenario folder or its scenario.yaml"
)
_NONE: Mapping[str, str] = MappingProxyType({})


def read_scenario(
    path: str | Path,
    *,
    overrides: Mapping[str, str] = _NONE,
    specs: Specs | None = None,
    hint: str = "",
) -> LoadedScenario:
    """Return the scenario in a folder or in its ``scenario.yaml``.

    Parameters
    ----------
    path
        The folder, or the file.
    overrides
        Values that replace those of the file, by dotted path.
    specs, hint
        The parameters of each policy by role and name, and where a user finds them; without
        them the policies are left to `patrolsim.scenario.strategies.check_strategies`.

    Raises
    ------
    ScenarioError
        When the file cannot be read or is wrong; it holds every mistake at its place.
    """
    file = Path(path) / SCENARIO_FILE if Path(path).is_dir() else Path(path)
    text = read_text(file, _SCENARIO.hint)
    return parse_scenario(text, file, overrides=overrides, specs=specs, hint=hint)


def parse_scenario(
    text: str,
    file: Path,
    *,
    overrides: Mapping[str, str] = _NONE,
    specs: Specs | None = None,
    hint: str = "",
) -> LoadedScenario:
    """Return the scenario that a text writes, as if it stood in a file.

    Parameters
    ----------
    text
        The scenario.
    file
        Where it stands or would stand: messages name it, paths start from its folder.
    overrides
        Values that replace those of the text, by dotted path.
    specs, hint
        The parameters of each policy by role and name, and where a user finds them; without
        them the policies are left to `patrolsim.scenario.strategies.check_strategies`.

    Raises
    ------
    ScenarioError
        When the text is wrong; it holds every mistake at its place.
    """

    def of_strategies(data: object) -> list[Finding]:
        if specs is None:
            return []
        return [*strategy_findings(data, specs, hint), *model_findings(data, specs, hint)]

    found = parse_document(text, file, _SCENARIO, overrides=overrides, further=of_strategies)
    return LoadedScenario(
        scenario=found.model,
        folder=file.parent.resolve(),
        source=str(file),
        text=text,
        notes=tuple(found.data.notes.values()),
        overrides=tuple(overrides.items()),
        digest=_digest(found.data.data, shape_of_model(Scenario)),
        whereabouts=found.whereabouts,
    )


def read_settings(file: Path) -> dict[str, object]:
    """Return the keys and values of a YAML file that is no scenario, as strictly read.

    Raises
    ------
    ScenarioError
        When it cannot be read, or is no group of keys; it holds every mistake at its place.
    """
    reading = read_yaml(read_text(file, _SCENARIO.hint))
    if reading.problems:
        raise ScenarioError(str(file), tuple(reading.problems))
    if not isinstance(reading.data, dict):
        problem = Problem(None, None, None, "is no group of keys", "write it as key: value")
        raise ScenarioError(str(file), (problem,))
    return reading.data


def _digest(data: object, shape: Shape) -> str:
    ordered = _in_order_of_models(data, shape)
    canonical_text = json.dumps(
        ordered, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical_text.encode()).hexdigest()


def _in_order_of_models(data: object, shape: Shape) -> object:
    """Return the data with the keys of models in one order; the order of names has a meaning."""
    if isinstance(data, list):
        return [_in_order_of_models(item, shape.inside(0)) for item in data]
    if not isinstance(data, dict):
        return data
    known = [key for key in shape.keys if key in data]
    keys = [*known, *(key for key in data if key not in shape.keys)]
    return {key: _in_order_of_models(data[key], shape.inside(key)) for key in keys}
