"""Nothing in the project names a machine it was written on, nor a host that it is fetched from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
MACHINE_PATHS = re.compile(rb"(?<![\w.])/(?:work|root|home|Users)/\w")
PINNED = re.compile(r"^[a-z0-9-]+==[\w.]+( ; [^\\]+)? \\$")
HASHED = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def files_of_the_project() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    files = [ROOT / name.decode() for name in listing.stdout.split(b"\0") if name]
    return [path for path in files if path.is_file() and not path.is_symlink()]


def test_no_file_names_a_path_of_a_machine() -> None:
    naming = [path for path in files_of_the_project() if MACHINE_PATHS.search(path.read_bytes())]
    assert naming == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_and_hashes_and_no_host(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not (PINNED.match(line) or HASHED.match(line))] == []


def test_both_locks_pin_the_same_versions() -> None:
    run, develop = (
        {line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if "==" in line}
        for lock in LOCKS
    )
    assert run <= develop
