"""The commands that the pages name exist, and the quick ones stay quick."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
HEAVY = {"numpy", "scipy", "networkx", "simpy", "duckdb", "rich"}
LIGHT_MODULES = (
    "patrolsim.cli",
    "patrolsim.distributions",
    "patrolsim.errors",
    "patrolsim.incidents",
    "patrolsim.plugins",
    "patrolsim.policy",
    "patrolsim.scenario",
    "patrolsim.units",
    "patrolsim_policies",
)


def code_of(page: Path) -> str:
    """Return the text of a page that stands in code: fenced blocks and spans in backticks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", rest)])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_on_the_pages_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"^make ([a-z-]+)", code_of(page), flags=re.MULTILINE))
    assert named <= targets


def test_the_readme_names_the_three_commands() -> None:
    named = re.findall(r"^make ([a-z-]+)", code_of(ROOT / "README.md"), flags=re.MULTILINE)
    assert {"demo", "test", "check"} <= set(named)


def test_help_and_validate_need_no_heavy_library() -> None:
    script = f"import sys, {', '.join(LIGHT_MODULES)}; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert HEAVY & set(done.stdout.split()) == set()
