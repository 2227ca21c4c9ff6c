"""Every command that a page shows does what it should: it is run, or at least understood."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path

import click
import pytest
from tests.docs.shown_commands import ROOT, Shown, shortened, shown_commands, write_workplace

from patrolsim.cli import main
from patrolsim.cli.commands import COMMANDS

ONLY_READ = {
    ("demo",): "tests/cli/test_others.py runs it; whole it takes minutes",
    ("plugins", "show", "keep_reserve"): "tests/plugins/test_example_policy.py installs it",
}
"""Commands that are not run here, and why."""
READ_BY_START = {
    ("streets", "import", "hubei.osm.pbf"): "tests/cli/test_streets.py imports small extracts",
    ("verify",): "make validate runs the whole table, tests/cli/test_verify.py parts of it",
    ("bench",): "tests/cli/test_bench.py runs suites",
}
SHOWN = shown_commands()


def is_only_read(shown: Shown) -> bool:
    starts = [shown.words[: len(start)] == start for start in READ_BY_START]
    return shown.words in ONLY_READ or any(starts)


FIRST = [
    shown
    for place, shown in enumerate(SHOWN)
    if shown.words not in {before.words for before in SHOWN[:place]}
]
"""Each command once, from the first page that shows it."""
RUN = [shown for shown in FIRST if not is_only_read(shown)]
READ = [shown for shown in FIRST if is_only_read(shown)]


def understood(words: list[str]) -> click.Context:
    """Return what click makes of the words of a command, without running it."""
    command: click.Command = import_module(COMMANDS[words[0]].module).command
    rest = words[1:]
    while isinstance(command, click.Group):
        command = command.commands[rest[0]]
        rest = rest[1:]
    return command.make_context(words[0], rest)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with everything that the pages take for granted, and a run."""
    folder = tmp_path_factory.mktemp("pages")
    write_workplace(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        words = ["run", "my-town", "-n", "1", "-q", "--set", "period.length=3 h"]
        assert main([*words, "--out", "runs/my-town"]) == 0
    return folder


@pytest.mark.parametrize("shown", SHOWN, ids=str)
def test_a_command_on_a_page_is_understood(shown: Shown) -> None:
    assert understood(list(shown.words)).command is not None


@pytest.mark.slow
@pytest.mark.parametrize(
    "shown",
    RUN,
    ids=str,
)
def test_a_command_on_a_page_works(
    workplace: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = workplace / "my-town" if "." in shown.words else workplace
    monkeypatch.chdir(here)
    monkeypatch.setattr(click, "launch", lambda _url: 0)
    words = shortened(shown.words)
    for place, word in enumerate(words[:-1]):
        if word in {"--out", "-o"} and Path(words[place + 1]).is_dir():
            shutil.rmtree(words[place + 1])
    if words[0] == "init":
        words[1] = f"new-{words[1]}"
        shutil.rmtree(words[1], ignore_errors=True)
    assert main(words) == 0


def test_there_are_commands_on_the_pages_and_most_of_them_are_run() -> None:
    assert len(RUN) > 3 * len(READ) > 0
    assert {one.page for one in SHOWN} >= {"README.md", "docs/tutorial.md", "docs/zh/tutorial.md"}


def test_what_is_not_run_stands_on_a_page_still() -> None:
    words = {shown.words for shown in SHOWN}
    assert set(ONLY_READ) - words <= {("demo",)}
    assert all(any(one[: len(start)] == start for one in words) for start in READ_BY_START)


def test_the_page_on_the_command_line_lists_every_command() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"| `patrolsim {name}" not in page] == []
