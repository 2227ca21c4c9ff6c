"""What a plugin registers: named recipes for policies and incident models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from patrolsim.demand.models import IncidentModel
    from patrolsim.policy.roles import Role

API_VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a policy or a model, as a scenario may set it.

    Attributes
    ----------
    kind
        How the scenario writes it: ``duration`` (a policy gets float seconds), ``durations`` (a
        span such as ``10-16 min``: a pair of float seconds), ``length`` (float metres), ``share``
        (float), ``number`` (float), ``count`` (int), ``text`` (str), ``pairs`` (a list of pairs of
        whole numbers), ``waves`` (a list of pairs of a duration and a whole number), ``factors``
        (a multiplier by span of the period, as ``{24-48 h: 1.2 times}``: triples of from and to in
        float seconds, and factor), ``durations by priority`` and ``shares by priority`` (a
        mapping such as ``{1: 6 min, 2: 10 min}``: pairs of priority and float, rising), ``place``
        (the name of a place or a group of places of the scenario) and ``demand map`` (the name of
        one of its maps of demand).
    default
        The value as a scenario would write it; None when the policy has its own way.
    about
        One sentence for the planner.
    choices
        For ``text``: the words allowed; empty for any.
    """

    kind: str
    default: Any
    about: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySpec:
    """A named recipe for a policy, as a plugin registers it.

    Attributes
    ----------
    name
        The name that a scenario file uses.
    role
        What it decides.
    build
        Builds a fresh policy for one replication from the checked parameters.
    parameters
        What the scenario may set, by name.
    version, about
        The policy's own version, and one sentence for the planner.
    api
        Version of this interface that it was written for.
    """

    name: str
    role: Role
    build: Callable[[Mapping[str, Any]], object]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    version: str = "1"
    about: str = ""
    api: str = API_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentModelSpec:
    """A named recipe for a model of incidents, as a plugin registers it.

    Attributes
    ----------
    name
        The name that a scenario file uses.
    build
        Builds the model from the checked parameters.
    parameters
        What the scenario may set, by name.
    version, about
        The model's own version, and one sentence for the planner.
    api
        Version of this interface that it was written for.
    """

    name: str
    build: Callable[[Mapping[str, Any]], IncidentModel]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    version: str = "1"
    about: str = ""
    api: str = API_VERSION
