"""`patrolsim plugins new` writes what works by itself, and `plugins check` says what is broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import SHORT, Said

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[..., Said]

ROOT = Path(__file__).parents[2]
FILES = ["README.md", "mine.py", "pyproject.toml", "test_mine.py", "town"]


@pytest.fixture
def mine(patrolsim: Call, tmp_path: Path) -> Path:
    """Return the folder of a new policy."""
    assert patrolsim("plugins", "new", "mine").code == 0
    return tmp_path / "mine"


def test_it_says_what_to_do_next(patrolsim: Call) -> None:
    said = patrolsim("plugins", "new", "my-first")
    assert said.out.startswith("Written: my-first. Now:\n  cd my-first\n")
    assert "patrolsim run town --plugin my_first.py" in said.out


def test_no_name_of_the_template_is_left(mine: Path) -> None:
    assert sorted(file.name for file in mine.iterdir()) == FILES
    texts = [file.read_text(encoding="utf-8") for file in mine.iterdir() if file.is_file()]
    assert [text for text in texts if "my_policy" in text or "MyPolicy" in text] == []


def test_its_scenario_is_valid(patrolsim: Call, mine: Path) -> None:
    said = patrolsim("validate", mine / "town", "--plugin", mine / "mine.py")
    assert said.code == 0
    assert "2 strategies" in said.out


def test_its_scenario_runs(patrolsim: Call, mine: Path) -> None:
    words = ["-n", 1, "--no-pages", *SHORT]
    said = patrolsim("run", mine / "town", "--plugin", mine / "mine.py", *words)
    assert said.code == 0
    assert "mine against closest" in said.out


@pytest.mark.slow
def test_its_own_test_passes(mine: Path) -> None:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "plugins")])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=mine,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("tool", [["check"], ["format", "--check"]])
def test_its_code_has_a_good_form(mine: Path, tool: list[str]) -> None:
    words = [sys.executable, "-m", "ruff", *tool, "--isolated", "--line-length", "99", str(mine)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["1st", "Mine", "class", "so so", "patrolsim"])
def test_a_name_that_python_cannot_import_is_refused(patrolsim: Call, name: str) -> None:
    said = patrolsim("plugins", "new", name)
    assert said.code == 2
    assert "cannot be the name of a policy" in said.err
    assert not Path(name).exists()


def test_nothing_is_written_over(patrolsim: Call, mine: Path) -> None:
    said = patrolsim("plugins", "new", mine)
    assert said.code == 2
    assert "holds something already" in said.err


def test_check_tells_each_check(patrolsim: Call, mine: Path) -> None:
    said = patrolsim("plugins", "check", mine / "mine.py", "--quick")
    assert said.code == 0
    assert said.out.startswith("dispatch policy 'mine':\n  builds            passed\n")
    assert said.out.endswith("the policy kept every rule\n")
    assert "workers" not in said.out


def test_check_tells_what_is_broken(patrolsim: Call, mine: Path) -> None:
    file = mine / "mine.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("if not nearest or", "if"), encoding="utf-8")
    said = patrolsim("plugins", "check", file, "--quick")
    assert said.code == 1
    assert "IndexError" in said.out
    assert "mine.py:" in said.out
    assert said.out.endswith("broken\n")


def test_check_of_an_unknown_policy_names_the_nearest(patrolsim: Call, mine: Path) -> None:
    said = patrolsim("plugins", "check", mine / "mine.py", "--policy", "min")
    assert said.code == 4
    assert "did you mean 'mine'" in said.err
