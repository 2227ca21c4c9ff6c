"""The hooks that a plugin may implement. Each is called once, when a host loads plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.policy import PolicySpec

hookspec = pluggy.HookspecMarker("patrolsim")
hookimpl = pluggy.HookimplMarker("patrolsim")


@hookspec
def patrolsim_policies() -> Sequence[PolicySpec]:  # type: ignore[empty-body]
    """Return the policies that this plugin offers."""
