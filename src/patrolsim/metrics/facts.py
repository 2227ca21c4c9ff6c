"""What metrics need to know of a world, beside the log of what happened in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import numpy as np
    import numpy.typing as npt

    from patrolsim.demand.deterrence import Deterrable
    from patrolsim.demand.table import IncidentTable
    from patrolsim.incidents import Kind
    from patrolsim.network.streets import Stop, Streets
    from patrolsim.volunteers.people import Volunteer


class ForecastFacts(Protocol):
    """How much demand is expected, and where."""

    @property
    def per_node(self) -> npt.NDArray[np.float64]:
        """Expected incidents a day per node, shape (n_nodes,)."""


class InterventionFacts(Protocol):
    """A change of the streets."""

    @property
    def name(self) -> str:
        """What the scenario calls it."""


class WorldFacts(Protocol):
    """The part of `patrolsim.world.World` that metrics read."""

    @property
    def streets(self) -> Streets:
        """The streets."""

    @property
    def kinds(self) -> Sequence[Kind]:
        """The kinds of incident, by the index that the tables use."""

    @property
    def incidents(self) -> IncidentTable:
        """Everything that was drawn to happen."""

    @property
    def volunteers(self) -> Sequence[Volunteer]:
        """Everybody, by their number."""

    @property
    def places(self) -> Mapping[str, Sequence[Stop]]:
        """Named places and groups of places."""

    @property
    def forecast(self) -> ForecastFacts:
        """The demand that the scenario's own rates lead one to expect."""

    @property
    def interventions(self) -> Sequence[InterventionFacts]:
        """The changes of the streets, by the number that the log uses."""

    @property
    def deterrable(self) -> Mapping[int, Deterrable] | None:
        """The incidents that a patrol would prevent or displace; None without that assumption."""

    @property
    def warm_up_us(self) -> int:
        """Incidents before this moment are not counted."""

    @property
    def start(self) -> datetime:
        """Local date and time at which the period starts."""
