"""Small worlds for tests; `check_policy` and `check_incident_model` hold plugins to the rules."""

from patrolsim.testing.checking import PolicyCheckError, check_policy
from patrolsim.testing.examining import CHECKS, Outcome, Verdict
from patrolsim.testing.model_checks import check_incident_model
from patrolsim.testing.sample_worlds import islands, nobody_free, ordinary_day, two_at_one_instant
from patrolsim.testing.tiny_worlds import (
    DRIVE,
    WALK,
    Arc,
    Call,
    Person,
    TinyWorld,
    make_kind,
    make_search,
    make_streets,
)

__all__ = [
    "CHECKS",
    "DRIVE",
    "WALK",
    "Arc",
    "Call",
    "Outcome",
    "Person",
    "PolicyCheckError",
    "TinyWorld",
    "Verdict",
    "check_incident_model",
    "check_policy",
    "islands",
    "make_kind",
    "make_search",
    "make_streets",
    "nobody_free",
    "ordinary_day",
    "two_at_one_instant",
]
