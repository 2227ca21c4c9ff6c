"""Finds plugins and looks policies up by name. Nothing here runs at import.

Plugins are code: they are loaded when they are installed or named, never from the folder of a
scenario. Two owners of one policy name are an error, and a hook that does not exist is one too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pluggy

from patrolsim import hookspecs
from patrolsim.errors import PluginError
from patrolsim.policy import API_VERSION, ROLE_METHODS, Parameter, PolicySpec, Role
from patrolsim.units import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from types import ModuleType

ENTRY_POINT_GROUP = "patrolsim"
HOOK = "patrolsim_policies"
MOST_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a policy comes from, as it stands in every result.

    Attributes
    ----------
    plugin
        Name of the plugin: of an entry point, or of a file.
    source
        Name and version of the distribution, or the path of the file.
    sha256
        Digest of the file; empty for an installed distribution.
    """

    plugin: str
    source: str
    sha256: str = ""

    def __str__(self) -> str:
        return f"plugin {self.plugin!r} of {self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A policy that some plugin offers.

    Attributes
    ----------
    spec, origin
        The policy, and where it comes from.
    defaults
        The default of each parameter, as the policy gets it.
    """

    spec: PolicySpec
    origin: Origin
    defaults: Mapping[str, Any] = field(default_factory=dict)


class PluginHost:
    """Holds what the loaded plugins offer."""

    def __init__(self) -> None:
        self._offers: dict[tuple[Role, str], Offer] = {}
        self._origins: list[Origin] = []

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where the loaded plugins come from, in the order in which they were loaded."""
        return tuple(self._origins)

    def load_installed(self, *, blocked: Iterable[str] = ()) -> None:
        """Load every plugin that an installed distribution declares, but for those blocked.

        Raises
        ------
        PluginError
            If one cannot be imported, or offers what another one offers.
        """
        from importlib.metadata import entry_points

        unwanted = frozenset(blocked)
        found = [e for e in entry_points(group=ENTRY_POINT_GROUP) if e.name not in unwanted]
        for entry in sorted(found, key=lambda entry: (entry.name, entry.value)):
            distribution = entry.dist
            source = f"{distribution.name} {distribution.version}" if distribution else entry.value
            origin = Origin(plugin=entry.name, source=source)
            try:
                plugin = entry.load()
            except (Exception, SystemExit) as error:
                reason = f"{origin} cannot be loaded: {_cause(error)}; mend or uninstall it"
                raise PluginError(reason) from error
            self.register(plugin, origin)

    def load_file(self, path: Path) -> None:
        """Load a plugin from a Python file that the user has named; a second time does nothing.

        Raises
        ------
        PluginError
            If the file cannot be read or run, or offers nothing; names the file and the line.
        """
        path = path.resolve()
        code = _read_code(path)
        sha256 = hashlib.sha256(code).hexdigest()
        origin = Origin(plugin=path.stem, source=str(path), sha256=sha256)
        if origin not in self._origins:
            self.register(_import_file(path, code), origin)

    def register(self, plugin: object, origin: Origin) -> list[PolicySpec]:
        """Add one plugin, a module or an object with hook implementations; return its policies.

        A plugin with a fault is not added at all.

        Raises
        ------
        PluginError
            If a hook has a wrong name or signature, an interface version does not fit, or a
            policy name is already taken.
        """
        offers = [_offer(spec, origin) for spec in _ask(plugin, origin)]
        taken = dict(self._offers)
        for offer in offers:
            key = (offer.spec.role, offer.spec.name)
            if key in taken:
                raise PluginError(_two_owners(taken[key], offer))
            taken[key] = offer
        self._offers = taken
        self._origins.append(origin)
        return [offer.spec for offer in offers]

    def specs(self) -> list[PolicySpec]:
        """Return all policies on offer, by role and name."""
        return [offer.spec for offer in self.offers()]

    def offers(self) -> list[Offer]:
        """Return all policies on offer with their origin, by role and name."""
        keys = sorted(self._offers, key=lambda key: (key[0].value, key[1]))
        return [self._offers[key] for key in keys]

    def spec(self, role: Role, name: str) -> PolicySpec:
        """Return the policy of this role and name; raises as `offer` does."""
        return self.offer(role, name).spec

    def offer(self, role: Role, name: str) -> Offer:
        """Return the policy of this role and name, with its origin.

        Raises
        ------
        PluginError
            If no plugin offers it; names the nearest, and the command that would load it.
        """
        if (role, name) in self._offers:
            return self._offers[role, name]
        raise PluginError(f"there is no {role.value} policy {name!r}; {self.remedy(role, name)}")

    def remedy(self, role: Role, name: str) -> str:
        """Return what a user can do about a policy that nobody offers."""
        names = [known for owner, known in self._offers if owner is role]
        elsewhere = [owner.value for owner, known in self._offers if known == name]
        if elsewhere:
            return f"{name!r} is a policy for {' and '.join(sorted(elsewhere))}"
        all_names = f"known are {', '.join(sorted(names))}" if names else "no plugin is loaded"
        known = suggestion(name, sorted(names), otherwise=all_names)
        return f"{known}; if it is your own: patrolsim run SCENARIO --plugin FILE.py"

    def build(self, role: Role, name: str, parameters: Mapping[str, Any]) -> object:
        """Return a fresh policy.

        Parameters
        ----------
        role, name
            Which one.
        parameters
            Checked values; a parameter that is left out takes its default.

        Raises
        ------
        PluginError
            If it cannot be built, or lacks the method of its role.
        """
        offer = self.offer(role, name)
        who = f"{role.value} policy {name!r}"
        unknown = sorted(set(parameters) - set(offer.defaults))
        if unknown:
            raise PluginError(f"{who} has no parameter {unknown[0]!r}")
        try:
            policy = offer.spec.build({**offer.defaults, **parameters})
        except Exception as error:
            cause = _cause(error, offer.origin.source)
            raise PluginError(f"{who} cannot be built: {cause}") from error
        method = ROLE_METHODS[role]
        if isinstance(policy, type):
            raise PluginError(f"{who}: build returned the class {policy.__name__}, not an object")
        if not callable(getattr(policy, method, None)):
            raise PluginError(f"{who} has no method {method}()")
        return policy


def _read_code(path: Path) -> bytes:
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


def _import_file(path: Path, code: bytes) -> ModuleType:
    """Run a file as a module of its own; two files of one name do not meet."""
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
        raise PluginError(f"plugin file {path}: {_cause(error, str(path))}") from error
    return module


def _ask(plugin: object, origin: Origin) -> list[object]:
    """Return what a plugin's hook returns; a manager of its own keeps a faulty plugin apart."""
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(plugin)
        _check_hooks(manager, plugin)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        raise PluginError(f"{origin}: {' '.join(str(error).split())}") from error
    try:
        answers = manager.hook.patrolsim_policies()
        specs = [spec for answer in answers for spec in answer]
    except Exception as error:
        cause = _cause(error, origin.source)
        raise PluginError(f"{origin}: {HOOK}() fails: {cause}; it returns a list") from error
    if not specs:
        raise PluginError(f"{origin}: it offers no policy; {HOOK}() returns a list of PolicySpec")
    return specs


def _check_hooks(manager: pluggy.PluginManager, plugin: object) -> None:
    callers = manager.get_hookcallers(plugin) or []
    for caller in callers:
        if not caller.has_spec():
            hint = suggestion(caller.name, [HOOK], otherwise=f"there is only {HOOK}")
            raise ValueError(f"there is no hook {caller.name}; {hint}")
    if not callers:
        has_function = callable(getattr(plugin, HOOK, None))
        lacks = f"its {HOOK}() lacks" if has_function else f"it needs a function {HOOK}() with"
        raise ValueError(f"it offers no policy: {lacks} the decorator @hookimpl")


def _offer(spec: object, origin: Origin) -> Offer:
    if not isinstance(spec, PolicySpec):
        raise PluginError(f"{origin}: {HOOK}() returned {spec!r}, which is no PolicySpec")
    fault = _fault(spec)
    if fault is not None:
        raise PluginError(f"{origin}: policy {spec.name!r}{fault}")
    defaults = {name: _default(spec, name, origin) for name in spec.parameters}
    return Offer(spec=spec, origin=origin, defaults=defaults)


def _fault(spec: Any) -> str | None:
    """Return what is wrong with a policy's description: an author need not use a type checker."""
    if str(spec.api).partition(".")[0] != API_VERSION.partition(".")[0]:
        return f" was written for interface {spec.api}, this is {API_VERSION}"
    if not isinstance(spec.name, str) or not spec.name:
        return ": its name must be a word"
    if not isinstance(spec.role, Role):
        roles = ", ".join(f"Role.{role.name}" for role in Role)
        return f": its role is {spec.role!r}, not one of {roles}"
    if not callable(spec.build):
        return f": its build is {spec.build!r}, not a function of the parameters"
    wrong = [name for name, one in spec.parameters.items() if not _is_parameter(name, one)]
    if wrong:
        return f": {wrong[0]!r} must be a word with underscores that names a Parameter"
    return None


def _is_parameter(name: object, parameter: object) -> bool:
    is_key = isinstance(name, str) and name.isidentifier() and name != "policy"
    return is_key and isinstance(parameter, Parameter)


def _default(spec: PolicySpec, name: str, origin: Origin) -> Any:
    """Return the default of a parameter, read by the rules that hold for scenarios."""
    from patrolsim.scenario.parameters import read_parameter

    parameter = spec.parameters[name]
    if parameter.default is None:
        return None
    try:
        return read_parameter(parameter.default, parameter)
    except ValueError as error:
        reason = f"{origin}: policy {spec.name!r}: default of {name!r}: {error}"
        raise PluginError(reason) from error


def _two_owners(first: Offer, second: Offer) -> str:
    what = f"a {first.spec.role.value} policy {first.spec.name!r}"
    if first.origin == second.origin:
        return f"{first.origin} offers {what} twice"
    return f"two plugins offer {what}: {first.origin}, and {second.origin}; rename one"


def _cause(error: BaseException, file: str = "") -> str:
    """Return an error in one line, with the line at which it was raised, in `file` if there."""
    text = f"{type(error).__name__}: {' '.join(str(error).split())}"
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: SyntaxError: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename == file]
    if inside:
        return f"line {inside[-1].lineno}: {text}"
    return f"{text} ({frames[-1].filename}:{frames[-1].lineno})" if frames else text
