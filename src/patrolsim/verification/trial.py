"""One replication of a verification scenario, simulated when somebody asks for its log."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from patrolsim.engine import simulate
from patrolsim.experiment import build_policies
from patrolsim.metrics import incident_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.eventlog import EventLog
    from patrolsim.metrics import IncidentRows
    from patrolsim.plugins import PluginHost
    from patrolsim.scenario.strategies import ChosenPolicy
    from patrolsim.world import World


class Trial:
    """A world and what happens in it.

    Parameters
    ----------
    world
        One replication.
    policies, host
        The choice of a policy per role, and who builds them.
    """

    def __init__(
        self, world: World, policies: Mapping[str, ChosenPolicy], host: PluginHost
    ) -> None:
        self.world = world
        self._policies = policies
        self._host = host

    @cached_property
    def log(self) -> EventLog:
        """The event log; the first access simulates."""
        return simulate(self.world, build_policies(self._policies, self._host))

    @cached_property
    def rows(self) -> IncidentRows:
        """One row per incident."""
        return incident_table(self.log, self.world)
