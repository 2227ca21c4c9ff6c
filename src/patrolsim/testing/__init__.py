"""Small worlds for tests, and `check_policy`, which holds anybody's policy to the rules."""

from patrolsim.testing.checking import PolicyCheckError, check_policy
from patrolsim.testing.examining import CHECKS, Outcome, Verdict
from patrolsim.testing.sample_worlds import islands, nobody_free, ordinary_day, two_at_one_instant
from patrolsim.testing.tiny_worlds import (
    DRIVE,
    WALK,
    Arc,
    Call,
    Person,
    TinyWorld,
    make_kind,
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
    "check_policy",
    "islands",
    "make_kind",
    "make_streets",
    "nobody_free",
    "ordinary_day",
    "two_at_one_instant",
]
