"""`patrolsim plugins new` writes what works by itself, and `plugins check` says what is broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import SHORT, Said

from patrolsim.audit import audit
from patrolsim.cli.plugins import ROLES
from patrolsim.cli.policies import load_plugins
from patrolsim.cli.preparing import read_and_choose
from patrolsim.engine import simulate
from patrolsim.experiment import build_policies
from patrolsim.experiment.placing import builder_of
from patrolsim.policy import Role
from patrolsim.testing import CHECKS, check_policy
from patrolsim.testing.examining import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[..., Said]

ROOT = Path(__file__).parents[2]
OTHERS = [role for role in ROLES if role != "dispatch"]
MOST_CHECKS = [name for name in CHECKS if name not in {*PROCESSES, "any_world", "quick"}]
FILES = ["README.md", "mine.py", "pyproject.toml", "test_mine.py", "town"]


def pytest_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Return what pytest says in a folder."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "plugins")])
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


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


@pytest.fixture
def others(patrolsim: Call, tmp_path: Path) -> dict[str, Path]:
    """Return the folder of a new policy of each role but dispatch, by the role."""
    folders = {role: tmp_path / f"my_{role}" for role in OTHERS}
    for role, folder in folders.items():
        assert patrolsim("plugins", "new", folder, "--role", role).code == 0
    return folders


def test_the_scenario_of_each_role_is_valid_and_its_code_has_a_good_form(
    patrolsim: Call, others: dict[str, Path]
) -> None:
    for role, folder in others.items():
        said = patrolsim("validate", folder / "town", "--plugin", folder / f"my_{role}.py")
        assert (said.code, said.err) == (0, "")
        assert "2 strategies" in said.out
        texts = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.is_file()]
        assert not any("my_policy" in text or "the_other" in text for text in texts)
    folders = [str(folder) for folder in others.values()]
    for tool in (["check"], ["format", "--check"]):
        words = [sys.executable, "-m", "ruff", *tool, "--isolated", "--line-length", "99"]
        done = subprocess.run([*words, *folders], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_claims_of_each_role_about_its_policy_hold(
    others: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    tests = [str(folder / f"test_{folder.name}.py") for folder in others.values()]
    paths = " ".join(map(str, others.values()))
    words = ["-q", "-p", "no:cacheprovider", "-k", "not keeps_the_rules"]
    done = pytest_in(tmp_path / "elsewhere", *words, "-o", f"pythonpath={paths}", *tests)
    assert "12 passed, 6 deselected" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("role", OTHERS)
def test_the_policy_of_each_role_keeps_the_rules_and_decides_something(
    patrolsim: Call, tmp_path: Path, role: str
) -> None:
    assert patrolsim("plugins", "new", "mine", "--role", role).code == 0
    policy = tmp_path / "mine" / "mine.py"
    check_policy("mine", plugin=policy, only=MOST_CHECKS)
    host = load_plugins([policy])
    loaded, choices = read_and_choose(tmp_path / "mine" / "town", host, {"period.length": "1 day"})
    world = builder_of(loaded, host).build(0)
    logs = [simulate(world, build_policies(chosen, host)) for chosen in choices.values()]
    assert [list(audit(world, log)) for log in logs] == [[], []]
    assert logs[0].digest() != logs[1].digest()


@pytest.mark.slow
def test_its_own_test_passes(mine: Path) -> None:
    done = pytest_in(mine, "-q", "-p", "no:cacheprovider")
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


def test_the_roles_are_those_of_policies(patrolsim: Call) -> None:
    assert set(ROLES) == {role.value for role in Role}
    said = patrolsim("plugins", "new", "mine", "--role", "alert")
    assert said.code == 2
    assert "alerts" in said.err
    assert not Path("mine").exists()
