"""The distribution that researchers copy works by itself."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from patrolsim.plugins import PluginHost
from patrolsim.policy import Role

EXAMPLE = Path(__file__).parents[2] / "plugins" / "example_policy"
FILE = EXAMPLE / "patrolsim_example.py"


def test_its_own_tests_pass() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=EXAMPLE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "4 passed" in done.stdout, done.stdout + done.stderr


def test_its_file_can_be_loaded_without_installing_it() -> None:
    host = PluginHost()
    host.load_file(FILE)
    assert host.build(Role.DISPATCH, "keep_reserve", {"reserve": 1}) is not None


def test_its_entry_point_names_its_module() -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["patrolsim"] == {"example": FILE.stem}
