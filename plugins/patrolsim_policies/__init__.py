"""The policies that ship with patrolsim, written against its public door only."""

from patrolsim_policies.offers import patrolsim_policies
from patrolsim_policies.staffing import cover_shifts, erlang_c, least_staff

__all__ = ["cover_shifts", "erlang_c", "least_staff", "patrolsim_policies"]
