"""What plugins offer, checked: policies and models of incidents with their origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim.errors import PluginError
from patrolsim.policy import API_VERSION, IncidentModelSpec, Parameter, PolicySpec, Role

if TYPE_CHECKING:
    from collections.abc import Mapping


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOffer:
    """A model of incidents that some plugin offers.

    Attributes
    ----------
    spec, origin
        The model, and where it comes from.
    defaults
        The default of each parameter, as the model gets it.
    """

    spec: IncidentModelSpec
    origin: Origin
    defaults: Mapping[str, Any] = field(default_factory=dict)


def offer_policy(spec: PolicySpec, origin: Origin) -> Offer:
    """Return a policy as an offer.

    Raises
    ------
    PluginError
        If its description is wrong.
    """
    fault = _fault(spec, "policy")
    if fault is not None:
        raise PluginError(f"{origin}: policy {spec.name!r}{fault}")
    defaults = {name: _default(spec, name, origin) for name in spec.parameters}
    return Offer(spec=spec, origin=origin, defaults=defaults)


def offer_model(spec: IncidentModelSpec, origin: Origin) -> ModelOffer:
    """Return a model of incidents as an offer; raises as `offer_policy`."""
    fault = _fault(spec, "name")
    if fault is not None:
        raise PluginError(f"{origin}: incident model {spec.name!r}{fault}")
    defaults = {name: _default(spec, name, origin) for name in spec.parameters}
    return ModelOffer(spec=spec, origin=origin, defaults=defaults)


def _fault(spec: Any, reserved: str) -> str | None:
    """Return what is wrong with a description: an author need not use a type checker.

    No parameter may have the `reserved` name, under which the scenario names the recipe itself.
    """
    if str(spec.api).partition(".")[0] != API_VERSION.partition(".")[0]:
        return f" was written for interface {spec.api}, this is {API_VERSION}"
    if not isinstance(spec.name, str) or not spec.name:
        return ": its name must be a word"
    if isinstance(spec, PolicySpec) and spec.role not in tuple(Role):
        roles = ", ".join(f"Role.{role.name}" for role in Role)
        return f": its role is {spec.role!r}, not one of {roles}"
    if not callable(spec.build):
        return f": its build is {spec.build!r}, not a function of the parameters"
    wrong = [
        name for name, one in spec.parameters.items() if not _is_parameter(name, one, reserved)
    ]
    if wrong:
        return f": {wrong[0]!r} must be a word with underscores that names a Parameter"
    return None


def _is_parameter(name: object, parameter: object, reserved: str) -> bool:
    is_key = isinstance(name, str) and name.isidentifier() and name != reserved
    return is_key and isinstance(parameter, Parameter)


def _default(spec: PolicySpec | IncidentModelSpec, name: str, origin: Origin) -> Any:
    """Return the default of a parameter, read by the rules that hold for scenarios."""
    from patrolsim.scenario.parameters import read_parameter

    parameter = spec.parameters[name]
    if parameter.default is None:
        return None
    try:
        return read_parameter(parameter.default, parameter)
    except ValueError as error:
        noun = "policy" if isinstance(spec, PolicySpec) else "incident model"
        reason = f"{origin}: {noun} {spec.name!r}: default of {name!r}: {error}"
        raise PluginError(reason) from error


def two_owners(first: Offer | ModelOffer, second: Offer | ModelOffer) -> str:
    """Say in words that two plugins, or one of them twice, offer the same name."""
    if isinstance(first, Offer):
        what = f"a {first.spec.role.value} policy {first.spec.name!r}"
    else:
        what = f"an incident model {first.spec.name!r}"
    if first.origin == second.origin:
        return f"{first.origin} offers {what} twice"
    return f"two plugins offer {what}: {first.origin}, and {second.origin}; rename one"
