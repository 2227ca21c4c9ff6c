"""The simulation itself. The only SimPy."""

from patrolsim.engine.callers import Policies, preemption_of
from patrolsim.engine.reasons import Reason, ReasonBook
from patrolsim.engine.simulation import simulate

__all__ = ["Policies", "Reason", "ReasonBook", "preemption_of", "simulate"]
