"""What the quick commands cost, and what they must not import."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"numpy", "scipy", "networkx", "simpy", "duckdb", "rich", "pandas"}
TRIES = 7
HELP_S, VALIDATE_S = 0.15, 0.25
"""Budgets of processor time, on a machine that needs `LOOP_S` for the loop below."""
LOOP_S = 0.05
LOOP = "total = 0\nfor i in range(1_000_000): total += i"
"""What says how slow this machine is today: shared ones are up to four times as slow as they are
when nobody else is there."""


def run(*words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "patrolsim", *words], check=True, stdout=subprocess.DEVNULL
    )


def slowness() -> float:
    """Return how many times slower this machine is than the one of the budgets; 1 or more."""
    return max(1.0, processor_s("-c", LOOP) / LOOP_S)


def processor_s(*words: str) -> float:
    """Return the processor time of Python with these words: the least of several tries."""
    # Compiled modules are kept, as on a user's machine.
    env = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    spent = []
    for _ in range(TRIES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=env)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def modules_after(*words: str) -> set[str]:
    """Return the names of the modules that are loaded after a command."""
    script = (
        "import sys; from patrolsim.cli import main; code = main(sys.argv[1:]);"
        " print(*sorted(sys.modules), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    return set(done.stderr.split())


def test_the_help_imports_nothing_heavy() -> None:
    assert modules_after("--help") & (HEAVY | {"pydantic", "yaml", "pluggy"}) == set()


def test_validate_imports_nothing_heavy(town: Path) -> None:
    assert modules_after("validate", str(town)) & HEAVY == set()


def test_plugins_and_schema_import_nothing_heavy() -> None:
    assert modules_after("plugins", "list") & HEAVY == set()
    assert modules_after("schema") & HEAVY == set()


@pytest.mark.skipif(sys.gettrace() is not None, reason="a tracer slows everything down")
def test_the_help_stays_within_its_budget() -> None:
    assert processor_s("-m", "patrolsim", "--help") < HELP_S * slowness()


@pytest.mark.skipif(sys.gettrace() is not None, reason="a tracer slows everything down")
def test_validate_stays_within_its_budget(town: Path) -> None:
    assert processor_s("-m", "patrolsim", "validate", str(town)) < VALIDATE_S * slowness()


def test_the_module_can_be_run(town: Path) -> None:
    run("validate", str(town))
