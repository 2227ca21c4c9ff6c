"""The policies that ship with patrolsim, written against its public door only."""

from patrolsim_policies.offers import patrolsim_policies

__all__ = ["patrolsim_policies"]
