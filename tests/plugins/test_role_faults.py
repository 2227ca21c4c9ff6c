"""Each planted fault of alerts, appointments and searches is caught, and its rule is named."""

from __future__ import annotations

import pytest
from tests.plugins.planted_faults import NearestStreet
from tests.plugins.planted_role_faults import (
    ROLE_FAULTS,
    AlertsTwo,
    RoleFault,
    spec_of,
)

from patrolsim.policy import Role
from patrolsim.testing import CHECKS, Verdict
from patrolsim.testing.checking import subject_of
from patrolsim.testing.companions import FirstDueFirst
from patrolsim.testing.examining import PROCESSES, RUNS, Examination

HERE = [name for name in CHECKS if name not in {*PROCESSES, "any_world", "quick"}]
FIRST = [*RUNS, "no_global_random", "no_shared_state", "no_peeking", "explains"]


@pytest.mark.parametrize("fault", ROLE_FAULTS, ids=lambda one: one.policy.__name__)
def test_a_fault_is_caught_by_its_own_check_and_its_rule_is_named(fault: RoleFault) -> None:
    examination = Examination(subject_of(spec_of(fault)))
    outcomes = [examination.outcome(name) for name in FIRST]
    failed = [one for one in outcomes if one.verdict is Verdict.FAILED]
    assert [one.check for one in failed] == [fault.check]
    assert fault.said in failed[0].text


@pytest.mark.parametrize(
    ("role", "policy"),
    [
        (Role.ALERTS, AlertsTwo),
        (Role.APPOINTMENTS, FirstDueFirst),
        (Role.SEARCH, NearestStreet),
    ],
)
def test_what_the_faults_are_planted_in_is_sound(role: Role, policy: type) -> None:
    examination = Examination(subject_of(spec_of(RoleFault("", role, policy, ""))))
    outcomes = [examination.outcome(name) for name in HERE]
    assert [str(one) for one in outcomes if one.verdict is Verdict.FAILED] == []
