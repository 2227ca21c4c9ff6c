"""`pytest --pyargs patrolsim.conformance` makes one test of each check of each policy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from patrolsim.testing import CHECKS

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "plugins" / "example_policy" / "patrolsim_example.py"
FAULTS = Path(__file__).with_name("planted_faults.py")
FEW = "feasible or no_mutation or audited"


def conformance(folder: Path, *words: str) -> tuple[int, str]:
    """Return the exit code of pytest in an empty folder, and what it says."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "plugins"), str(ROOT)])
    plugins = ["-p", "patrolsim.pytest_plugin", "-p", "no:cacheprovider", "-p", "no:xdist"]
    start = [sys.executable, "-m", "pytest", *plugins, "-rA", "--pyargs", "patrolsim.conformance"]
    done = subprocess.run(
        [*start, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_it_makes_a_test_of_each_check(tmp_path: Path) -> None:
    code, said = conformance(tmp_path, "--patrolsim-plugin", str(EXAMPLE), "--collect-only", "-q")
    assert code == 0
    assert [check for check in CHECKS if f"[dispatch-keep_reserve-{check}]" not in said] == []


def test_a_good_policy_passes_and_gets_its_advice(tmp_path: Path) -> None:
    words = ["--patrolsim-plugin", str(EXAMPLE), "-k", "feasible or relabelled"]
    code, said = conformance(tmp_path, *words)
    assert code == 0
    assert "2 passed" in said
    assert "assignments change when the people are numbered" in said


def test_a_faulty_policy_fails_by_its_check_alone(tmp_path: Path) -> None:
    words = ["--patrolsim-plugin", str(FAULTS), "--patrolsim-policy", "PromisesTooMuch", "-k", FEW]
    code, said = conformance(tmp_path, *words)
    assert code == 1
    assert "1 failed, 2 passed" in said
    assert "audited: the auditor finds" in said


def test_an_expected_failure_passes(tmp_path: Path) -> None:
    words = ["--patrolsim-plugin", str(FAULTS), "--patrolsim-policy", "PromisesTooMuch", "-k", FEW]
    code, said = conformance(tmp_path, *words, "--patrolsim-expect", "PromisesTooMuch:audited=why")
    assert code == 0
    assert "2 passed" in said
    assert "1 xfailed" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--patrolsim-plugin", "none.py"], "there is no such file"),
        (["--patrolsim-policy", "closset"], "did you mean"),
        (["--patrolsim-expect", "closest"], "is no POLICY:CHECK=REASON"),
    ],
)
def test_wrong_words_are_told_in_a_line(tmp_path: Path, words: list[str], told: str) -> None:
    code, said = conformance(tmp_path, *words)
    assert code != 0
    assert told in said
    assert "Traceback" not in said
