"""Finds plugins and looks policies up by name. Nothing here runs at import.

Plugins are code: they are loaded when they are installed or named, never from the folder of a
scenario. Two owners of one policy name are an error, and a hook that does not exist is one too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A policy that some plugin offers."""

    spec: PolicySpec
    origin: Origin


class PluginHost:
    """Holds the loaded plugins and what they offer."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._offers: dict[tuple[Role, str], Offer] = {}

    def load_installed(self, *, blocked: Iterable[str] = ()) -> None:
        """Load every plugin that an installed distribution declares, but for those blocked.

        Raises
        ------
        PluginError
            If one cannot be imported, or offers what another one offers.
        """
        from importlib.metadata import distributions

        found = [
            (entry.name, entry, distribution)
            for distribution in distributions()
            for entry in distribution.entry_points
            if entry.group == ENTRY_POINT_GROUP and entry.name not in set(blocked)
        ]
        for name, entry, distribution in sorted(found, key=lambda item: item[0]):
            source = f"{distribution.metadata['Name']} {distribution.version}"
            try:
                plugin = entry.load()
            except Exception as error:
                reason = f"plugin {name!r} of {source} cannot be loaded: {_cause(error)}"
                raise PluginError(reason) from error
            self.register(plugin, Origin(plugin=name, source=source))

    def load_file(self, path: Path) -> None:
        """Load a plugin from a Python file that the user has named.

        Raises
        ------
        PluginError
            If the file cannot be read or run, or offers nothing; names the file and the line.
        """
        path = path.resolve()
        try:
            code = path.read_bytes()
        except OSError as error:
            raise PluginError(f"plugin file {path}: {error.strerror}") from error
        if len(code) > MOST_BYTES:
            raise PluginError(f"plugin file {path}: more than {MOST_BYTES} bytes")
        origin = Origin(
            plugin=path.stem, source=str(path), sha256=hashlib.sha256(code).hexdigest()
        )
        module = _import_file(path, code)
        if not self.register(module, origin):
            raise PluginError(
                f"plugin file {path}: it offers no policy; a function patrolsim_policies() with"
                " the decorator @hookimpl returns them"
            )

    def register(self, plugin: object, origin: Origin) -> list[PolicySpec]:
        """Add one plugin, a module or an object with hook implementations; return its policies.

        Raises
        ------
        PluginError
            If a hook has a wrong name or signature, an interface version does not fit, or a
            policy name is already taken.
        """
        before = {spec.name: spec for spec in self.specs()}
        try:
            name = self._manager.register(plugin, name=f"{origin.plugin} ({origin.source})")
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginError(f"plugin {origin.plugin!r} of {origin.source}: {error}") from error
        others = [p for p in self._manager.get_plugins() if p is not plugin]
        hook = self._manager.subset_hook_caller("patrolsim_policies", remove_plugins=others)
        try:
            specs = [spec for offered in hook() for spec in offered]
        except Exception as error:
            raise PluginError(f"plugin {name!r} fails: {_cause(error)}") from error
        for spec in specs:
            self._add(spec, origin)
        return [spec for spec in specs if before.get(spec.name) is not spec]

    def specs(self) -> list[PolicySpec]:
        """Return all policies on offer, by role and name."""
        return [offer.spec for offer in self.offers()]

    def offers(self) -> list[Offer]:
        """Return all policies on offer with their origin, by role and name."""
        keys = sorted(self._offers, key=lambda key: (key[0].value, key[1]))
        return [self._offers[key] for key in keys]

    def offer(self, role: Role, name: str) -> Offer:
        """Return the policy of this role and name.

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
        known = suggestion(name, sorted(names), otherwise=f"known are {', '.join(sorted(names))}")
        return f"{known}; if it is your own, add --plugin FILE.py"

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
        values = {key: parse_default(offer.spec, key) for key in offer.spec.parameters}
        try:
            policy = offer.spec.build({**values, **parameters})
        except Exception as error:
            reason = f"{role.value} policy {name!r} cannot be built: {_cause(error)}"
            raise PluginError(reason) from error
        if not callable(getattr(policy, ROLE_METHODS[role], None)):
            reason = f"{role.value} policy {name!r} has no method {ROLE_METHODS[role]}()"
            raise PluginError(reason)
        return policy

    def _add(self, spec: object, origin: Origin) -> None:
        where = f"plugin {origin.plugin!r} of {origin.source}"
        if not isinstance(spec, PolicySpec):
            raise PluginError(f"{where}: {spec!r} is no PolicySpec")
        if spec.api.split(".")[0] != API_VERSION.split(".")[0]:
            raise PluginError(
                f"{where}: policy {spec.name!r} was written for interface {spec.api},"
                f" this is {API_VERSION}"
            )
        taken = self._offers.get((spec.role, spec.name))
        if taken is not None:
            raise PluginError(
                f"two plugins offer a {spec.role.value} policy {spec.name!r}:"
                f" {taken.origin.plugin!r} of {taken.origin.source}, and {where}"
            )
        for name in spec.parameters:
            parse_default(spec, name)
        self._offers[spec.role, spec.name] = Offer(spec=spec, origin=origin)


def parse_default(spec: PolicySpec, name: str) -> Any:
    """Return the default of a parameter as the policy gets it.

    Raises
    ------
    PluginError
        If the default is not of the kind that the parameter declares.
    """
    from patrolsim.scenario.parameters import read_parameter

    parameter: Parameter = spec.parameters[name]
    if parameter.default is None:
        return None
    try:
        return read_parameter(parameter.default, parameter)
    except ValueError as error:
        raise PluginError(f"policy {spec.name!r}: default of {name!r}: {error}") from error


def _import_file(path: Path, code: bytes) -> ModuleType:
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    name = f"patrolsim_local_{path.stem}_{digest}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        raise PluginError(f"plugin file {path}: it must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        exec(compile(code, str(path), "exec"), module.__dict__)  # noqa: S102 - named by the user
    except Exception as error:
        del sys.modules[name]
        raise PluginError(f"plugin file {path}: {_cause(error)}") from error
    return module


def _cause(error: Exception) -> str:
    """Return an error in one line, with the file and line at which it was raised."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} (line {error.lineno})"
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"
