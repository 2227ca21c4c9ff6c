"""From a file to a checked scenario, or to every mistake in it at once."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pydantic import ValidationError

from patrolsim.errors import Problem, ScenarioError
from patrolsim.scenario.canonical import Canonical, canonical
from patrolsim.scenario.findings import Finding
from patrolsim.scenario.loaded import LoadedScenario
from patrolsim.scenario.models import Scenario
from patrolsim.scenario.overrides import override
from patrolsim.scenario.reporting import Whereabouts, findings_of, scenario_error
from patrolsim.scenario.shape import Shape, shape_of_model
from patrolsim.scenario.strategies import strategy_findings
from patrolsim.scenario.yaml_events import MAX_BYTES, decode, read_yaml
from patrolsim.units import UnitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.scenario.strategies import Specs

SCENARIO_FILE = "scenario.yaml"
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
    text = _read_text(file)
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
    reading = read_yaml(text)
    shape = shape_of_model(Scenario)
    data = canonical(reading, shape)
    where = Whereabouts(
        source=str(file), lines=reading.lines, positions=data.positions, spoiled=data.spoiled
    )
    if not reading.is_whole:
        raise ScenarioError(where.source, tuple(reading.problems))
    changed = override(data, shape, overrides)
    where.overridden.update(changed.words)
    scenario, findings = _validated(data, file.parent)
    if specs is not None:
        findings = [*findings, *strategy_findings(data.data, specs, hint)]
    problems = [*reading.problems, *changed.problems]
    error = scenario_error(where, [*data.findings, *findings], problems)
    if error is not None or scenario is None:
        raise error or ScenarioError(where.source, ())
    return LoadedScenario(
        scenario=scenario,
        folder=file.parent.resolve(),
        source=str(file),
        text=text,
        notes=tuple(data.notes.values()),
        overrides=tuple(overrides.items()),
        digest=_digest(data.data, shape),
        whereabouts=where,
    )


def read_settings(file: Path) -> dict[str, object]:
    """Return the keys and values of a YAML file that is no scenario, as strictly read.

    Raises
    ------
    ScenarioError
        When it cannot be read, or is no group of keys; it holds every mistake at its place.
    """
    reading = read_yaml(_read_text(file))
    if reading.problems:
        raise ScenarioError(str(file), tuple(reading.problems))
    if not isinstance(reading.data, dict):
        problem = Problem(None, None, None, "is no group of keys", "write it as key: value")
        raise ScenarioError(str(file), (problem,))
    return reading.data


def _validated(data: Canonical, folder: Path) -> tuple[Scenario | None, list[Finding]]:
    """Return the scenario, or else everything that is wrong with its values."""
    if not isinstance(data.data, dict):
        hint = "write it as lines of key: value"
        return None, [Finding((), "a scenario is a group of keys", hint)]
    try:
        return Scenario.model_validate(data.data, context={"folder": folder}), []
    except ValidationError as error:
        return None, findings_of(error.errors(), data.data, shape_of_model(Scenario))


def _read_text(file: Path) -> str:
    """Return the text of a regular file of bounded size."""
    try:
        return decode(_read_bytes(file))
    except UnitError as error:
        message, hint = error.message, error.hint
    except FileNotFoundError:
        message, hint = "there is no such file", "give a scenario folder or its scenario.yaml"
    except (OSError, ValueError) as error:
        message, hint = f"cannot be read: {getattr(error, 'strerror', None) or error}", ""
    raise ScenarioError(str(file), (Problem(None, None, None, message, hint),))


def _read_bytes(file: Path) -> bytes:
    """Return at most one byte more than is allowed; never wait for a pipe or a device."""
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnitError("this is no regular file", "give a scenario folder or a YAML file")
        return stream.read(MAX_BYTES + 1)


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
