"""What this plugin offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim import hookimpl
from patrolsim_policies.batch_assignment import BATCH_ASSIGNMENT
from patrolsim_policies.batching import BATCHING
from patrolsim_policies.closest import CLOSEST
from patrolsim_policies.compliance_table import COMPLIANCE_TABLE
from patrolsim_policies.conscientious_reactive import CONSCIENTIOUS_REACTIVE
from patrolsim_policies.containment import CONTAINMENT
from patrolsim_policies.cyclic import CYCLIC
from patrolsim_policies.dmexclp import DMEXCLP_DISPATCH, DMEXCLP_STANDBY
from patrolsim_policies.earliest_due_date import EARLIEST_DUE_DATE
from patrolsim_policies.greedy_rate import GREEDY_RATE
from patrolsim_policies.hasty_first import HASTY_FIRST
from patrolsim_policies.hot_spot_rounds import HOT_SPOT_ROUNDS
from patrolsim_policies.hpcc import HPCC
from patrolsim_policies.incident_models import NEAR_REPEAT, SELF_EXCITING, WEATHER_SHOCKS
from patrolsim_policies.insertion import INSERTION
from patrolsim_policies.k_nearest import K_NEAREST
from patrolsim_policies.koopman import KOOPMAN
from patrolsim_policies.moore_hodgson import MOORE_HODGSON
from patrolsim_policies.partition import PARTITION
from patrolsim_policies.peak_hours import PEAK_HOURS
from patrolsim_policies.phased import PHASED
from patrolsim_policies.probability_aware import PROBABILITY_AWARE
from patrolsim_policies.proportional import PROPORTIONAL
from patrolsim_policies.radius import RADIUS
from patrolsim_policies.random_walk import RANDOM_WALK, STAND
from patrolsim_policies.random_waypoint import RANDOM_WAYPOINT
from patrolsim_policies.regret_k import REGRET_K
from patrolsim_policies.replace_on_reject import REPLACE_ON_REJECT
from patrolsim_policies.reserve import RESERVE
from patrolsim_policies.risk_idleness import RISK_IDLENESS
from patrolsim_policies.security_game import SECURITY_GAME
from patrolsim_policies.sipp import LAG_SIPP, SIPP
from patrolsim_policies.uniform import UNIFORM
from patrolsim_policies.waiting import HOME, NEAREST_POST, STAY
from patrolsim_policies.zone_lists import ZONE_LISTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim import IncidentModelSpec, PolicySpec


@hookimpl
def patrolsim_policies() -> Sequence[PolicySpec]:
    """Offer the shipped policies."""
    return [
        CLOSEST,
        ZONE_LISTS,
        DMEXCLP_DISPATCH,
        BATCH_ASSIGNMENT,
        REGRET_K,
        HOME,
        STAY,
        NEAREST_POST,
        DMEXCLP_STANDBY,
        COMPLIANCE_TABLE,
        RANDOM_WALK,
        STAND,
        HOT_SPOT_ROUNDS,
        RANDOM_WAYPOINT,
        CONSCIENTIOUS_REACTIVE,
        HPCC,
        CYCLIC,
        PARTITION,
        RISK_IDLENESS,
        SECURITY_GAME,
        PEAK_HOURS,
        SIPP,
        LAG_SIPP,
        PROPORTIONAL,
        UNIFORM,
        EARLIEST_DUE_DATE,
        MOORE_HODGSON,
        K_NEAREST,
        RADIUS,
        PHASED,
        REPLACE_ON_REJECT,
        PROBABILITY_AWARE,
        INSERTION,
        BATCHING,
        RESERVE,
        GREEDY_RATE,
        KOOPMAN,
        HASTY_FIRST,
        CONTAINMENT,
    ]


@hookimpl
def patrolsim_incident_models() -> Sequence[IncidentModelSpec]:
    """Offer the shipped models of incidents."""
    return [SELF_EXCITING, NEAR_REPEAT, WEATHER_SHOCKS]
