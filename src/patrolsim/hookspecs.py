"""The hooks that a plugin may implement. Each is called once, when a host loads plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.policy import IncidentModelSpec, PolicySpec

hookspec = pluggy.HookspecMarker("patrolsim")
hookimpl = pluggy.HookimplMarker("patrolsim")


@hookspec
def patrolsim_policies() -> Sequence[PolicySpec]:  # type: ignore[empty-body]
    """Return the policies that this plugin offers."""


@hookspec
def patrolsim_incident_models() -> Sequence[IncidentModelSpec]:  # type: ignore[empty-body]
    """Return the models of incidents that this plugin offers."""
