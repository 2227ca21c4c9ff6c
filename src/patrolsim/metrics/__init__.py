"""From an event log to numbers: response, workload, cover, dose. Never the engine."""

from patrolsim.metrics.alerts import Alerts, count_alerts
from patrolsim.metrics.coverage import Cover, CoverPlan, plan_cover
from patrolsim.metrics.incidents import IncidentRows, incident_table
from patrolsim.metrics.patrol import Dose
from patrolsim.metrics.searches import Searches
from patrolsim.metrics.services import Service
from patrolsim.metrics.stakes import StakeTotals
from patrolsim.metrics.summary import Metrics, Responses, measure, summarise
from patrolsim.metrics.workload import VolunteerTime, Workload, gini, volunteer_time

__all__ = [
    "Alerts",
    "Cover",
    "CoverPlan",
    "Dose",
    "IncidentRows",
    "Metrics",
    "Responses",
    "Searches",
    "Service",
    "StakeTotals",
    "VolunteerTime",
    "Workload",
    "count_alerts",
    "gini",
    "incident_table",
    "measure",
    "plan_cover",
    "summarise",
    "volunteer_time",
]
