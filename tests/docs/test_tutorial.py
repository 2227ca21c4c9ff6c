"""What the tutorial shows is what its commands print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.docs.shown_commands import ROOT

from patrolsim.cli import main
from patrolsim.cli.init import write_town

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```([a-z]*)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
PRINTED = [text for language, text in BLOCKS if not language]
MINUTES = re.compile(r"about [\d.]+ (?:s|min|h) with \d+ workers?")


def lines_of(text: str) -> list[str]:
    """Return the lines that are not empty, without what depends on the machine."""
    return [MINUTES.sub("TIME", line.rstrip()) for line in text.splitlines() if line.strip()]


def test_the_dry_run_of_the_page_is_that_of_the_town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_town(tmp_path / "my-town")
    assert main(["run", "my-town", "--dry-run"]) == 0
    assert lines_of(capsys.readouterr().out) == lines_of(PRINTED[0])


@pytest.mark.slow
def test_the_numbers_of_the_page_are_those_of_its_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_town(tmp_path / "my-town")
    commands = (
        ["run", "my-town", "--out", "first"],
        ["sweep", "my-town", "teams.wardens.number=12,24,48"],
        ["compare", "my-town", "--until", "±10 s"],
    )
    assert len(PRINTED) == 1 + len(commands)
    for words, shown in zip(commands, PRINTED[1:], strict=True):
        assert main(words) == 0
        printed = lines_of(capsys.readouterr().out)
        assert [line for line in lines_of(shown) if line not in printed] == []
