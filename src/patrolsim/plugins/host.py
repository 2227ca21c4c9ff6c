"""Holds what the loaded plugins offer, and builds it by name.

Plugins are code: they are loaded when they are installed or named, never from the folder of a
scenario. Two owners of one name are an error, and a hook that does not exist is one too.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from patrolsim.errors import PluginError
from patrolsim.plugins.loading import ask, cause, import_file, read_code
from patrolsim.plugins.offers import (
    ModelOffer,
    Offer,
    Origin,
    offer_model,
    offer_policy,
    two_owners,
)
from patrolsim.policy import ROLE_METHODS, PolicySpec, Role
from patrolsim.units import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from patrolsim.demand.models import IncidentModel

ENTRY_POINT_GROUP = "patrolsim"


class PluginHost:
    """Holds what the loaded plugins offer."""

    def __init__(self) -> None:
        self._offers: dict[tuple[Role, str], Offer] = {}
        self._models: dict[str, ModelOffer] = {}
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
                reason = f"{origin} cannot be loaded: {cause(error)}; mend or uninstall it"
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
        code = read_code(path)
        sha256 = hashlib.sha256(code).hexdigest()
        origin = Origin(plugin=path.stem, source=str(path), sha256=sha256)
        if origin not in self._origins:
            self.register(import_file(path, code), origin)

    def register(self, plugin: object, origin: Origin) -> list[PolicySpec]:
        """Add one plugin, a module or an object with hook implementations; return its policies.

        A plugin with a fault is not added at all.

        Raises
        ------
        PluginError
            If a hook has a wrong name or signature, an interface version does not fit, or a
            policy name is already taken.
        """
        found = ask(plugin, origin, ENTRY_POINT_GROUP)
        offers, models = dict(self._offers), dict(self._models)
        for offer in (offer_policy(spec, origin) for spec in found.policies):
            key = (offer.spec.role, offer.spec.name)
            if key in offers:
                raise PluginError(two_owners(offers[key], offer))
            offers[key] = offer
        for model in (offer_model(spec, origin) for spec in found.models):
            if model.spec.name in models:
                raise PluginError(two_owners(models[model.spec.name], model))
            models[model.spec.name] = model
        self._offers, self._models = offers, models
        self._origins.append(origin)
        return found.policies

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

    def model_offers(self) -> list[ModelOffer]:
        """Return all models of incidents on offer with their origin, by name."""
        return [self._models[name] for name in sorted(self._models)]

    def model_offer(self, name: str) -> ModelOffer:
        """Return the model of incidents of this name, with its origin.

        Raises
        ------
        PluginError
            If no plugin offers it; names the nearest.
        """
        if name in self._models:
            return self._models[name]
        known = sorted(self._models)
        all_names = f"known are {', '.join(known)}" if known else "no plugin is loaded"
        hint = suggestion(name, known, otherwise=all_names)
        raise PluginError(f"there is no incident model {name!r}; {hint}")

    def build_model(self, name: str, parameters: Mapping[str, Any]) -> IncidentModel:
        """Return a model of incidents.

        Parameters
        ----------
        name
            Which one.
        parameters
            Checked values; a parameter that is left out takes its default.

        Raises
        ------
        PluginError
            If it cannot be built, or lacks a method.
        """
        offer = self.model_offer(name)
        who = f"incident model {name!r}"
        try:
            model = offer.spec.build({**offer.defaults, **parameters})
        except Exception as error:
            reason = cause(error, offer.origin.source)
            raise PluginError(f"{who} cannot be built: {reason}") from error
        for method in ("draw", "expected_per_hour"):
            if isinstance(model, type) or not callable(getattr(model, method, None)):
                raise PluginError(f"{who}: build returned {model!r}, which has no {method}()")
        return model

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
            reason = cause(error, offer.origin.source)
            raise PluginError(f"{who} cannot be built: {reason}") from error
        method = ROLE_METHODS[role]
        if isinstance(policy, type):
            raise PluginError(f"{who}: build returned the class {policy.__name__}, not an object")
        if not callable(getattr(policy, method, None)):
            raise PluginError(f"{who} has no method {method}()")
        return policy
