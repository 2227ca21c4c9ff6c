"""What this plugin offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim import hookimpl
from patrolsim_policies.closest import CLOSEST
from patrolsim_policies.hot_spot_rounds import HOT_SPOT_ROUNDS
from patrolsim_policies.peak_hours import PEAK_HOURS
from patrolsim_policies.proportional import PROPORTIONAL
from patrolsim_policies.random_walk import RANDOM_WALK, STAND
from patrolsim_policies.uniform import UNIFORM
from patrolsim_policies.waiting import HOME, NEAREST_POST, STAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim import PolicySpec


@hookimpl
def patrolsim_policies() -> Sequence[PolicySpec]:
    """Offer the shipped policies."""
    return [
        CLOSEST,
        HOME,
        STAY,
        NEAREST_POST,
        RANDOM_WALK,
        STAND,
        HOT_SPOT_ROUNDS,
        PEAK_HOURS,
        PROPORTIONAL,
        UNIFORM,
    ]
