"""The trace auditor: knows the rules of the simulation and shares no code with the engine."""

from patrolsim.audit.auditor import audit
from patrolsim.audit.rules import AuditRules

__all__ = ["AuditRules", "audit"]
