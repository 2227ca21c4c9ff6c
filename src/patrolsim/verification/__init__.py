"""The engine held against theory: a table of exact values and what the simulator makes of them."""

from patrolsim.verification.groups import GROUPS, all_rows
from patrolsim.verification.laboratory import Laboratory, verification_host
from patrolsim.verification.recorded import rows_of
from patrolsim.verification.rows import Finding, Limits, Row
from patrolsim.verification.verdicts import Verdict, judge, verify

__all__ = [
    "GROUPS",
    "Finding",
    "Laboratory",
    "Limits",
    "Row",
    "Verdict",
    "all_rows",
    "judge",
    "rows_of",
    "verification_host",
    "verify",
]
