"""Simulate volunteer patrol and response on real streets, and compare plans honestly.

The names here are the public door for users and plugins; nobody inside imports them from here.
They are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patrolsim.demand.models import (
        DemandDraws,
        DemandSetting,
        IncidentModel,
        Occurrences,
    )
    from patrolsim.explanation import Explanation, Weighed
    from patrolsim.hookspecs import hookimpl
    from patrolsim.notebook import RunResults, run
    from patrolsim.policy import (
        Alert,
        AlertsOut,
        AlertsPolicy,
        Appointment,
        AppointmentsPolicy,
        Assignment,
        Base,
        Booking,
        Candidate,
        DemandMap,
        DispatchPolicy,
        GoTo,
        HotSpot,
        IncidentModelSpec,
        Interruption,
        Later,
        OpenIncident,
        Parameter,
        PatrolPolicy,
        PolicySpec,
        Preemption,
        Request,
        Role,
        RosterPolicy,
        RosterView,
        SearchPolicy,
        SearchTask,
        ShiftPlan,
        StandbyPolicy,
        StateView,
        Sweep,
        Visit,
        VolunteerView,
        Walk,
    )

__version__ = "0.1.0"

_HOMES = {
    "DemandDraws": "patrolsim.demand.models",
    "DemandSetting": "patrolsim.demand.models",
    "IncidentModel": "patrolsim.demand.models",
    "Occurrences": "patrolsim.demand.models",
    "Explanation": "patrolsim.explanation",
    "RunResults": "patrolsim.notebook",
    "hookimpl": "patrolsim.hookspecs",
    "run": "patrolsim.notebook",
    "Weighed": "patrolsim.explanation",
}

__all__ = [
    "Alert",
    "AlertsOut",
    "AlertsPolicy",
    "Appointment",
    "AppointmentsPolicy",
    "Assignment",
    "Base",
    "Booking",
    "Candidate",
    "DemandDraws",
    "DemandMap",
    "DemandSetting",
    "DispatchPolicy",
    "Explanation",
    "GoTo",
    "HotSpot",
    "IncidentModel",
    "IncidentModelSpec",
    "Interruption",
    "Later",
    "Occurrences",
    "OpenIncident",
    "Parameter",
    "PatrolPolicy",
    "PolicySpec",
    "Preemption",
    "Request",
    "Role",
    "RosterPolicy",
    "RosterView",
    "RunResults",
    "SearchPolicy",
    "SearchTask",
    "ShiftPlan",
    "StandbyPolicy",
    "StateView",
    "Sweep",
    "Visit",
    "VolunteerView",
    "Walk",
    "Weighed",
    "hookimpl",
    "run",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'patrolsim' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "patrolsim.policy")), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
