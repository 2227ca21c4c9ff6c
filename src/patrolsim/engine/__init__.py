"""The simulation itself. The only SimPy."""

from patrolsim.engine.callers import Policies, preemption_of
from patrolsim.engine.simulation import simulate

__all__ = ["Policies", "preemption_of", "simulate"]
