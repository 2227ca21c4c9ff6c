"""Policies and models of incidents that ship with patrolsim, written against its public door."""

from patrolsim_policies.offers import patrolsim_incident_models, patrolsim_policies
from patrolsim_policies.staffing import cover_shifts, erlang_c, least_staff

__all__ = [
    "cover_shifts",
    "erlang_c",
    "least_staff",
    "patrolsim_incident_models",
    "patrolsim_policies",
]
