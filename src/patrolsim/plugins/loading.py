"""Loads the code of plugins, and asks what they offer; every fault is told in one line."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import pluggy

from patrolsim import hookspecs
from patrolsim.errors import PluginError
from patrolsim.policy import IncidentModelSpec, PolicySpec
from patrolsim.units import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from patrolsim.plugins.offers import Origin

HOOK = "patrolsim_policies"
MODEL_HOOK = "patrolsim_incident_models"
MOST_BYTES = 4 * 2**20
Spec = TypeVar("Spec")


class Offered(NamedTuple):
    """What the hooks of a plugin return."""

    policies: list[PolicySpec]
    models: list[IncidentModelSpec]


def ask(plugin: object, origin: Origin, group: str) -> Offered:
    """Return what a plugin offers; a manager of its own keeps a faulty plugin apart.

    Raises
    ------
    PluginError
        If a hook has a wrong name or signature, fails, or returns something else than recipes; if
        nothing is offered.
    """
    manager = pluggy.PluginManager(group)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(plugin)
        _check_hooks(manager, plugin)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        raise PluginError(f"{origin}: {' '.join(str(error).split())}") from error
    policies = _answers(manager.hook.patrolsim_policies, HOOK, PolicySpec, origin)
    models = _answers(
        manager.hook.patrolsim_incident_models, MODEL_HOOK, IncidentModelSpec, origin
    )
    if not policies and not models:
        raise PluginError(f"{origin}: it offers no policy; {HOOK}() returns a list of PolicySpec")
    return Offered(policies, models)


def _answers(
    call: Callable[[], list[list[object]]], hook: str, wanted: type[Spec], origin: Origin
) -> list[Spec]:
    try:
        specs = [spec for answer in call() for spec in answer]
    except Exception as error:
        reason = cause(error, origin.source)
        raise PluginError(f"{origin}: {hook}() fails: {reason}; it returns a list") from error
    for spec in specs:
        if not isinstance(spec, wanted):
            text = f"{hook}() returned {spec!r}, which is no {wanted.__name__}"
            raise PluginError(f"{origin}: {text}")
    return [spec for spec in specs if isinstance(spec, wanted)]


def _check_hooks(manager: pluggy.PluginManager, plugin: object) -> None:
    callers = manager.get_hookcallers(plugin) or []
    for caller in callers:
        if not caller.has_spec():
            known = f"there are only {HOOK} and {MODEL_HOOK}"
            hint = suggestion(caller.name, [HOOK, MODEL_HOOK], otherwise=known)
            raise ValueError(f"there is no hook {caller.name}; {hint}")
    if not callers:
        has_function = callable(getattr(plugin, HOOK, None))
        lacks = f"its {HOOK}() lacks" if has_function else f"it needs a function {HOOK}() with"
        raise ValueError(f"it offers no policy: {lacks} the decorator @hookimpl")


def read_code(path: Path) -> bytes:
    """Return the bytes of a Python file that the user has named.

    Raises
    ------
    PluginError
        If it is none, cannot be read, or is far too long.
    """
    if path.suffix != ".py":
        raise PluginError(f"plugin file {path}: it must end in .py")
    if not path.is_file():
        raise PluginError(
            f"plugin file {path}: there is no such file; give the path of a Python file"
        )
    try:
        code = path.read_bytes()
    except OSError as error:
        raise PluginError(f"plugin file {path}: {error.strerror}") from error
    if len(code) > MOST_BYTES:
        raise PluginError(f"plugin file {path}: more than {MOST_BYTES} bytes")
    return code


def import_file(path: Path, code: bytes) -> ModuleType:
    """Run a file as a module of its own; two files of one name do not meet.

    Raises
    ------
    PluginError
        If its code fails; names the line.
    """
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    name = f"patrolsim_local_{path.stem}_{digest}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        raise PluginError(f"plugin file {path}: Python cannot load it")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        exec(compile(code, str(path), "exec"), module.__dict__)  # noqa: S102 - named by the user
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise PluginError(f"plugin file {path}: {cause(error, str(path))}") from error
    return module


def cause(error: BaseException, file: str = "") -> str:
    """Return an error in one line, with the line at which it was raised, in `file` if there."""
    text = f"{type(error).__name__}: {' '.join(str(error).split())}"
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: SyntaxError: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename == file]
    if inside:
        return f"line {inside[-1].lineno}: {text}"
    return f"{text} ({frames[-1].filename}:{frames[-1].lineno})" if frames else text
