"""Worlds: a scenario made concrete for one replication."""

from patrolsim.world.builder import WorldBuilder
from patrolsim.world.model import Forecast, World

__all__ = ["Forecast", "World", "WorldBuilder"]
