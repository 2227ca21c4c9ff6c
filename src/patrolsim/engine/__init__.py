"""The simulation itself. The only SimPy."""

from patrolsim.engine.callers import Policies
from patrolsim.engine.simulation import simulate

__all__ = ["Policies", "simulate"]
