"""Every shipped policy keeps the rules, and every planted fault is caught by its own check."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.plugins.planted_faults import specs

from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.testing import CHECKS, PolicyCheckError, Verdict, check_policy
from patrolsim.testing.checking import subject_of, subjects_of
from patrolsim.testing.examining import PROCESSES, Examination

if TYPE_CHECKING:
    from patrolsim.policy import PolicySpec
    from patrolsim.testing.subject import Subject

FILE = Path(__file__).with_name("planted_faults.py")
EXAMPLE = Path(__file__).parents[2] / "plugins" / "example_policy" / "patrolsim_example.py"
HERE = [name for name in CHECKS if name not in PROCESSES]
PLANTED = [(check, spec) for check, spec in specs() if check not in {*PROCESSES, "quick"}]
MARKS = """
from pathlib import Path
Path(__file__).with_suffix(".lock").touch(exist_ok=False)
"""


def shipped() -> list[Subject]:
    host = PluginHost()
    host.load_installed()
    return [one for one in subjects_of(host) if one.offer.origin.plugin == "policies"]


def blamed(examination: Examination, names: list[str]) -> list[str]:
    """Return the checks that fail."""
    outcomes = [examination.outcome(name) for name in names]
    return [one.check for one in outcomes if one.verdict is Verdict.FAILED]


@pytest.mark.parametrize("subject", shipped(), ids=lambda one: one.spec.name)
def test_a_shipped_policy_keeps_every_rule(subject: Subject) -> None:
    examination = Examination(subject)
    failed = [examination.outcome(name) for name in HERE]
    assert [str(one) for one in failed if one.verdict is Verdict.FAILED] == []


@pytest.mark.slow
@pytest.mark.parametrize("subject", shipped(), ids=lambda one: one.spec.name)
def test_a_shipped_policy_is_the_same_in_other_processes(subject: Subject) -> None:
    examination = Examination(subject)
    assert [examination.outcome(name).verdict for name in sorted(PROCESSES)] == [
        Verdict.PASSED,
        Verdict.PASSED,
    ]


def test_the_policy_to_copy_keeps_every_rule() -> None:
    outcomes = check_policy("keep_reserve", plugin=EXAMPLE, only=HERE)
    assert [one.check for one in outcomes if one.verdict is Verdict.SKIPPED] == [
        "unclaimed",
        "explains",
    ]
    assert Verdict.FAILED not in {one.verdict for one in outcomes}


@pytest.mark.parametrize(
    ("check", "spec"), PLANTED, ids=[f"{check}-{spec.name}" for check, spec in PLANTED]
)
def test_a_planted_fault_is_caught_by_its_own_check_alone(check: str, spec: PolicySpec) -> None:
    examination = Examination(subject_of(spec))
    assert blamed(examination, HERE) == [check]


def test_a_slow_policy_is_told_so_and_breaks_no_rule() -> None:
    examination = Examination(subject_of(dict(specs())["quick"]))
    assert examination.outcome("quick").verdict is Verdict.ADVICE
    assert blamed(examination, HERE) == []


def test_every_check_has_a_planted_fault() -> None:
    assert {check for check, _spec in specs()} | {"workers", "relabelled"} == set(CHECKS)


@pytest.mark.parametrize("check", sorted(set(CHECKS) - {"relabelled"}))
def test_the_page_tells_of_every_check(check: str) -> None:
    page = (FILE.parents[2] / "docs" / "policy-kit.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{check}` \| {re.escape(CHECKS[check].rule)} \|", page, re.MULTILINE)


def test_an_expected_failure_is_no_error_and_keeps_its_reason() -> None:
    spec = dict(specs())["audited"]
    reason = {"audited": "it wants the farthest"}
    outcomes = check_policy(spec, expected_failed_checks=reason, only=["feasible", "audited"])
    assert [one.verdict for one in outcomes] == [Verdict.PASSED, Verdict.EXPECTED]
    assert outcomes[1].text.endswith("[expected: it wants the farthest]")


def test_an_expected_failure_that_does_not_fail_is_an_error() -> None:
    spec = dict(specs())["audited"]
    with pytest.raises(PolicyCheckError, match=r"feasible: is expected to fail .* take the exc"):
        check_policy(spec, expected_failed_checks={"feasible": "once it did"}, only=["feasible"])


def test_an_unknown_check_is_named_with_the_nearest() -> None:
    spec = dict(specs())["audited"]
    with pytest.raises(PluginError, match=r"there is no check 'feasable'.*feasible"):
        check_policy(spec, expected_failed_checks={"feasable": "a slip"})


def test_broken_rules_are_told_in_a_line_each() -> None:
    spec = dict(specs())["no_mutation"]
    with pytest.raises(PolicyCheckError) as caught:
        check_policy(spec, only=["feasible", "no_mutation", "deterministic"])
    head, *lines = str(caught.value).splitlines()
    assert head == "dispatch policy 'SetsTheClock' breaks 1 rules:"
    assert [line.partition(":")[0] for line in lines] == ["no_mutation"]
    assert "view.now_s" in lines[0]


def test_what_has_no_ground_is_skipped() -> None:
    spec = dict(specs())["builds"]
    outcome = Examination(subject_of(spec)).outcome("no_peeking")
    assert (outcome.verdict, outcome.text) == (Verdict.SKIPPED, "not tried: builds fails")


def test_a_function_needs_a_role() -> None:
    with pytest.raises(PluginError, match="needs role="):
        check_policy(lambda _parameters: object())


def test_a_policy_for_another_interface_is_refused_with_both_numbers() -> None:
    spec = replace(dict(specs())["audited"], api="2.0")
    with pytest.raises(PluginError, match=r"was written for interface 2\.0, this is 1"):
        check_policy(spec)


@pytest.mark.slow
def test_the_order_of_a_set_is_caught() -> None:
    examination = Examination(subject_of("GoesByASet", plugin=FILE))
    assert blamed(examination, list(CHECKS)) == ["hash_order"]


@pytest.mark.slow
def test_a_file_that_can_be_loaded_only_once_is_caught(tmp_path: Path) -> None:
    file = tmp_path / "once.py"
    text = EXAMPLE.read_text(encoding="utf-8")
    file.write_text(text.replace("MOST_URGENT = 1", f"{MARKS}\nMOST_URGENT = 1"), encoding="utf-8")
    examination = Examination(subject_of("keep_reserve", plugin=file))
    assert blamed(examination, list(CHECKS)) == ["workers"]
    assert "FileExistsError" in examination.outcome("workers").text
