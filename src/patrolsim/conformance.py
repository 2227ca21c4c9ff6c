"""Tests for anybody's policies: ``pytest --pyargs patrolsim.conformance --patrolsim-plugin FILE``.

`patrolsim.pytest_plugin` makes one test of each check of each policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.testing.examining import Examination


def test_policy(
    patrolsim_examination: Examination,
    patrolsim_check: str,
    record_property: Callable[[str, object], None],
) -> None:
    """Hold a policy to one rule; an advice stands at the end of the report."""
    import pytest

    from patrolsim.pytest_plugin import ADVICE
    from patrolsim.testing.checking import PolicyCheckError
    from patrolsim.testing.examining import Verdict

    outcome = patrolsim_examination.outcome(patrolsim_check)
    if outcome.verdict is Verdict.FAILED:
        raise PolicyCheckError(patrolsim_examination.title, (str(outcome),))
    if outcome.verdict is Verdict.SKIPPED:
        pytest.skip(outcome.text)
    if outcome.verdict is Verdict.EXPECTED:
        pytest.xfail(outcome.text)
    if outcome.verdict is Verdict.ADVICE:
        record_property(ADVICE, f"{patrolsim_examination.title}: {outcome}")
