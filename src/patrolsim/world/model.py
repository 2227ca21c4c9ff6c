"""What one replication of a scenario consists of, before any policy decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network.routers import Routers
from patrolsim.units import US_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import numpy.typing as npt

    from patrolsim.demand.course import Addresses
    from patrolsim.demand.deterrence import Deterrable
    from patrolsim.demand.search_ground import SearchGround
    from patrolsim.demand.table import IncidentTable
    from patrolsim.incidents import Kind
    from patrolsim.network.phases import Intervention, Phase
    from patrolsim.network.streets import Stop, Streets
    from patrolsim.network.warp import SpeedProfile
    from patrolsim.streams import RandomStreams
    from patrolsim.volunteers.people import Volunteer
    from patrolsim.volunteers.roster import Shift
    from patrolsim.world.demand_maps import DemandCells

HOUR_US = 3600 * US_PER_S


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """What a planner expects: the scenario's own rates, never the day that was drawn.

    Attributes
    ----------
    per_hour
        Expected incidents of each kind in each hour of the period, shape (n_kinds, n_hours);
        a replayed kind has zeros.
    per_node
        Expected incidents of all kinds a day at each street node, shape (n_nodes,).
    """

    per_hour: npt.NDArray[np.float64]
    per_node: npt.NDArray[np.float64]

    def per_hour_of_period(self, kind: int) -> npt.NDArray[np.float64]:
        """Return the expected incidents of a kind in each hour of the period."""
        row: npt.NDArray[np.float64] = self.per_hour[kind]
        return row

    @classmethod
    def empty(cls, streets: Streets, kinds: int, horizon_us: int) -> Forecast:
        """Return the forecast of somebody who expects nothing."""
        hours = -(-horizon_us // HOUR_US)
        return cls(per_hour=np.zeros((kinds, hours)), per_node=np.zeros(len(streets.x)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """One replication: streets, people and the whole future of incidents.

    Attributes
    ----------
    name
        Name of the scenario.
    streets, places
        The compiled streets; named places and groups of places.
    kinds, incidents
        The kinds of incident, and everything that will happen.
    volunteers, shifts
        Everybody, by number; the scenario's own roster.
    streams
        The random numbers of the replication.
    start, horizon_us, warm_up_us
        First moment (local time), length of the period, and the part at its beginning that is
        simulated and not counted.
    forecast
        What the planner expects.
    diversions
        Pairs (priority left, priority gained) that a city file brings.
    team_names
        The teams, in the order of the scenario.
    profiles
        The speed of each mode over time; empty when all modes always have their usual speed.
    interventions
        All changes of the streets that the scenario knows, in its order.
    phases
        The streets between the changes that hold here, the first at 0; empty when they are
        always as in `streets`.
    addresses
        Where people are brought to, by the name of the kind.
    rounds
        The kind whose rounds bring the letters of a kind, both by index.
    searches
        The streets of each search, by the number of its kind and of its stage; empty when nobody
        is ever looked for.
    deterrable
        The incidents that a patrol would prevent or displace, by number; None when the scenario
        does not assume that any are.
    demand_maps
        The maps of demand that policies may weigh by, by name.
    routers
        What earlier runs on the same streets have learned of them: answers come sooner by it, and
        are the same.
    """

    name: str
    streets: Streets
    places: Mapping[str, tuple[Stop, ...]]
    kinds: tuple[Kind, ...]
    incidents: IncidentTable
    volunteers: tuple[Volunteer, ...]
    shifts: tuple[Shift, ...]
    streams: RandomStreams
    start: datetime
    horizon_us: int
    warm_up_us: int
    forecast: Forecast
    diversions: frozenset[tuple[int, int]]
    team_names: tuple[str, ...]
    profiles: tuple[SpeedProfile, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    phases: tuple[Phase, ...] = ()
    addresses: Mapping[str, Addresses] = field(default_factory=dict)
    rounds: Mapping[int, int] = field(default_factory=dict)
    searches: Mapping[tuple[int, int], SearchGround] = field(default_factory=dict)
    deterrable: Mapping[int, Deterrable] | None = None
    demand_maps: Mapping[str, DemandCells] = field(default_factory=dict)
    routers: Routers = field(default_factory=Routers)
