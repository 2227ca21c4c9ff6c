"""What no strategy can beat on a drawn day, even one that knows the whole future."""

from patrolsim.bounds.measured import Column, bound_columns, measured_lateness, measured_response
from patrolsim.bounds.model import Bound, Roster, Strategies
from patrolsim.bounds.solving import bound_lateness, bound_response

__all__ = [
    "Bound",
    "Column",
    "Roster",
    "Strategies",
    "bound_columns",
    "bound_lateness",
    "bound_response",
    "measured_lateness",
    "measured_response",
]
