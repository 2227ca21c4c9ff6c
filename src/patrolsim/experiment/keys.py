"""Keys of replications: everything that a result depends on, as one digest.

What changes no result is left out: names, remarks, other strategies, how many replications.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolsim.experiment.placing import models_in_use
from patrolsim.policy import Role
from patrolsim.streams import VERSION as STREAMS_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.experiment.design import Arm
    from patrolsim.plugins import ModelOffer, Offer, PluginHost
    from patrolsim.scenario.models import Scenario
    from patrolsim.scenario.strategies import ChosenPolicy

FORM = 1
WITHOUT_EFFECT = frozenset({"name", "about", "strategies", "compare", "replications"})
"""Keys of a scenario on which no single replication depends."""
REMARKS = {"about"}
"""Keys of an intervention without effect."""
ABOVE = ("cli", "bench", "verification", "report", "testing.py")
"""Parts of patrolsim that see results and make none."""


def arm_digest(arm: Arm, host: PluginHost) -> str:
    """Return the sha256 of all that a replication of an arm depends on but its index.

    It covers the scenario after all changes with the contents of every file that it names,
    the policies and models with their parameters and their code, and patrolsim's own code.
    """
    scenario = scenario_digest(arm.loaded.scenario)
    policies = {role: _policy(role, choice, host) for role, choice in sorted(arm.chosen.items())}
    key = {"form": FORM, "engine": engine(), "scenario": scenario, "policies": policies}
    if models := models_in_use(arm.loaded, host):
        key["models"] = [[kind, _recipe(*use)] for kind, use in models.items()]
    if arm.interventions:
        known = arm.loaded.scenario.streets.interventions
        key["interventions"] = [
            [name, _plain(one.model_dump(exclude=REMARKS, exclude_defaults=True))]
            for name, one in known.items()
            if name in arm.interventions
        ]
    return _digest(key)


def scenario_digest(scenario: Scenario) -> str:
    """Return the sha256 of a scenario without its strategies, files by their contents.

    Interventions that hold only where a strategy lists them enter where one does; but a passage
    that may be added is part of the map. Values that are left to their default do not enter: a
    later version of patrolsim that knows more keys gives the same digest. What a default means is
    part of the code, see `engine`.
    """
    data = scenario.model_dump(exclude=set(WITHOUT_EFFECT), exclude_defaults=True)
    held = {
        name: one.model_dump(exclude=REMARKS, exclude_defaults=True)
        for name, one in scenario.streets.interventions.items()
        if one.every_strategy or one.does == "add"
    }
    data["streets"].pop("interventions", None)
    if held:
        data["streets"]["interventions"] = held
    return _digest({"scenario": _plain(data), "city": _city(scenario.streets.city)})


@cache
def engine() -> Mapping[str, str]:
    """Return what patrolsim itself brings to a result."""
    import numpy as np

    root = Path(__file__).parents[1]
    return {
        "code": _code_digest(root, ABOVE),
        "streams": STREAMS_VERSION,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def policy_digest(role: str, choice: ChosenPolicy, host: PluginHost) -> str:
    """Return the sha256 of a policy with its parameters and its code."""
    return _digest(_policy(role, choice, host))


def _policy(role: str, choice: ChosenPolicy, host: PluginHost) -> dict[str, object]:
    return _recipe(choice, host.offer(Role(role), choice.policy))


def _recipe(choice: ChosenPolicy, offer: Offer | ModelOffer) -> dict[str, object]:
    return {
        "policy": choice.policy,
        "version": offer.spec.version,
        "parameters": _plain(choice.parameters),
        "code": offer.origin.sha256 or _installed_code(offer),
    }


def _installed_code(offer: Offer | ModelOffer) -> str:
    """Return the digest of the package in which an installed policy or model is built."""
    name = getattr(offer.spec.build, "__module__", "").partition(".")[0]
    file = getattr(sys.modules.get(name), "__file__", None)
    if file is None:
        return offer.origin.source
    path = Path(file)
    return _code_digest(path.parent) if path.name == "__init__.py" else _file_digest(path)


@cache
def _code_digest(root: Path, left_out: tuple[str, ...] = ()) -> str:
    state = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if relative.parts[0] not in left_out:
            state.update(f"{relative.as_posix()} {_file_digest(path)}\n".encode())
    return state.hexdigest()


def _city(file: Path | None) -> list[str]:
    """Return the digests of the tables beside a city file."""
    if file is None:
        return []
    from patrolsim.network.city import tables_of_city

    return [_file_digest(path) for path in tables_of_city(file.parent)]


def _file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _plain(value: Any) -> object:
    """Return a value as JSON holds it; mappings as pairs, since their order has a meaning."""
    if isinstance(value, dict):
        return [[_plain(key), _plain(inside)] for key, inside in value.items()]
    if isinstance(value, list | tuple):
        return [_plain(inside) for inside in value]
    if is_dataclass(value):
        inside = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {type(value).__name__: inside}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return _plain_scalar(value)


def _plain_scalar(value: object) -> object:
    if isinstance(value, Path):
        return {"file": _file_digest(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.name
    raise TypeError(f"{type(value).__name__} has no place in a key")


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
