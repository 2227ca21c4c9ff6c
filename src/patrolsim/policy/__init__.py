"""What a policy sees and what it decides.

A policy is any object with the method of its role; nobody subclasses anything. It is built
fresh for each replication, sees a read-only `StateView`, and returns a decision. The engine
checks the decision and then applies it; an illegal one is a `PolicyError`.
"""

from patrolsim.policy.decisions import (
    Alert,
    Appointment,
    Assignment,
    Base,
    GoTo,
    Interruption,
    Later,
    Preemption,
    Sweep,
    Visit,
    Walk,
)
from patrolsim.policy.roles import (
    ROLE_METHODS,
    AlertsPolicy,
    AppointmentsPolicy,
    DispatchPolicy,
    PatrolPolicy,
    Role,
    RosterPolicy,
    SearchPolicy,
    StandbyPolicy,
)
from patrolsim.policy.search import SearchTask
from patrolsim.policy.seen import (
    AlertsOut,
    Booking,
    Candidate,
    DemandMap,
    HotSpot,
    OpenIncident,
    Request,
    ShiftPlan,
    VolunteerView,
)
from patrolsim.policy.specs import API_VERSION, IncidentModelSpec, Parameter, PolicySpec
from patrolsim.policy.views import RosterView, StateView

__all__ = [
    "API_VERSION",
    "ROLE_METHODS",
    "Alert",
    "AlertsOut",
    "AlertsPolicy",
    "Appointment",
    "AppointmentsPolicy",
    "Assignment",
    "Base",
    "Booking",
    "Candidate",
    "DemandMap",
    "DispatchPolicy",
    "GoTo",
    "HotSpot",
    "IncidentModelSpec",
    "Interruption",
    "Later",
    "OpenIncident",
    "Parameter",
    "PatrolPolicy",
    "PolicySpec",
    "Preemption",
    "Request",
    "Role",
    "RosterPolicy",
    "RosterView",
    "SearchPolicy",
    "SearchTask",
    "ShiftPlan",
    "StandbyPolicy",
    "StateView",
    "Sweep",
    "Visit",
    "VolunteerView",
    "Walk",
]
