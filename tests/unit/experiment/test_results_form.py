"""Results as bytes and back, without loss."""

from __future__ import annotations

import pytest
from tests.experiments import bits
from tests.unit.experiment.test_estimates import NEVER, results

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.packing import PackingError, pack
from patrolsim.experiment.results import Failure, FailureKind, Task
from patrolsim.experiment.results_form import pack_results, unpack_results


def test_results_come_back_bit_by_bit() -> None:
    before = results(today=[(1.5, NEVER), (3.0,)], plan=[(1.0,), ()])
    before.findings[Task("plan", 1)] = ["somebody was in two places"]
    before.notices.append("a street is missing")
    before.failures.append(
        Failure(Task("plan", 1), PatrolsimError("no idea"), FailureKind.TIMEOUT)
    )
    after = unpack_results(pack_results(before))
    assert bits(after) == bits(before)
    assert (after.strategies, after.control, after.asked) == (("today", "plan"), "today", 2)
    assert after.findings == before.findings
    assert after.notices == before.notices
    assert [str(one) for one in after.failures] == [str(one) for one in before.failures]
    assert after.failures[0].kind is FailureKind.TIMEOUT
    assert not after.is_interrupted


@pytest.mark.parametrize(
    "data", [b"", b"no results", pack({"form": 99}), pack([1]), pack({"form": 1})]
)
def test_what_is_no_packed_results_is_refused(data: bytes) -> None:
    with pytest.raises(PackingError):
        unpack_results(data)
