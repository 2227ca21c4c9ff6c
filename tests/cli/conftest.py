"""A small town to run, and the command line to run it with."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest

from patrolsim.cli import main
from patrolsim.cli.init import write_town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


Command = "Callable[..., Said]"

SHORT = ("--set", "period.from=2025-03-10 17:00", "--set", "period.length=6 h", "--seed", "7")
"""Makes a run of the town take a moment only."""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Return a folder with the scenario that `patrolsim init` writes."""
    folder = tmp_path / "town"
    write_town(folder)
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the town and three replications of it: to be copied, not changed."""
    folder = tmp_path_factory.mktemp("finished")
    write_town(folder / "town")
    words = ["run", folder / "town", "-o", folder / "result", "-n", 3, "-q", "--no-pages", *SHORT]
    ledger = ["--ledger", folder / "ledger.sqlite"]
    assert main([str(word) for word in (*words, *ledger)]) == 0
    return folder


@pytest.fixture
def run(finished: Path, town: Path, tmp_path: Path) -> Path:
    """Return the folder of a run of the town with three replications and no page."""
    folder = tmp_path / "result"
    shutil.copytree(finished / "result", folder)
    record = (folder / "run.json").read_text(encoding="utf-8")
    own, copied = (json.dumps(str(path))[1:-1] for path in (finished / "town", town))
    assert own in record
    (folder / "run.json").write_text(record.replace(own, copied), encoding="utf-8")
    return folder


@pytest.fixture
def patrolsim(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Said]:
    """Return the command line, called in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*words: object) -> Said:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call
