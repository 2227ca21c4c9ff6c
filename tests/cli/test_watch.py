"""``patrolsim view --watch``: a saved scenario is run again, Ctrl-C ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING

import pytest
from tests.cli.conftest import SHORT, Said

from patrolsim.cli.watching import inputs_of, saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Call = Callable[..., Said]

START = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
PATIENCE_S = 300
PROGRAM = f"{START} from patrolsim.cli import main; sys.exit(main(sys.argv[1:]))"


def looks(file: Path, texts: list[str]) -> Iterator[list[Path]]:
    """Return what is seen of a file that takes these texts, one in each pause."""
    left = iter(texts)

    def pause() -> None:
        file.write_text(next(left), encoding="utf-8")
        os.utime(file, (1, 1))

    return saved(lambda: [file], pause)


def test_a_saved_file_is_seen_once_it_is_quiet(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("a", encoding="utf-8")
    os.utime(file, (1, 1))
    texts = ["a", "a", "abc", "abcdef", "abcdef", "abcdef", "x", "x"]
    found = looks(file, texts)
    assert next(found) == [file]
    assert file.read_text(encoding="utf-8") == "abcdef"
    assert next(found) == [file]
    assert file.read_text(encoding="utf-8") == "x"


def test_what_is_saved_before_the_first_look_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("a", encoding="utf-8")
    found = looks(file, ["bc", "bc"])
    file.write_text("bc", encoding="utf-8")
    assert next(found) == [file]


def test_a_file_that_is_new_or_gone_is_seen(tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.touch()

    def pause() -> None:
        old.unlink(missing_ok=True)
        if not new.exists():
            new.touch()

    assert next(saved(lambda: [old, new], pause)) == [new, old]


def test_what_a_run_writes_into_the_scenario_folder_is_no_input(town: Path) -> None:
    before = inputs_of(town)
    assert {path.name for path in before} >= {"scenario.yaml", "nodes.csv", "edges.csv"}
    for name in ("result/run.json", "result/scenario.yaml", "ledger.sqlite", ".cache/map.csv"):
        (town / name).parent.mkdir(exist_ok=True)
        (town / name).touch()
    assert inputs_of(town) == before


def lines_until(stream: IO[str], words: str) -> str:
    """Read lines up to the one with these words."""
    read = ""
    while words not in read:
        line = stream.readline()
        assert line, read
        read += line
    return read


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_a_saved_scenario_is_shown_again_a_broken_one_told_and_ctrl_c_ends_it(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    assert patrolsim("run", town, "-o", "result", "-n", 1, "-q", "--no-pages", *SHORT).code == 0
    page, file = tmp_path / "result" / "playback.html", town / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "view", "result", "--watch", "--no-open"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        ends_whatever_it_does = threading.Timer(PATIENCE_S, process.kill)
        ends_whatever_it_does.start()
        lines_until(process.stderr, "Watching")
        first = page.read_bytes()
        file.write_text(text.replace("name: My town", "name: My other town"), encoding="utf-8")
        lines_until(process.stderr, "Watching goes on")
        second = page.read_bytes()
        file.write_text(text.replace("how often", "how offen"), encoding="utf-8")
        told = lines_until(process.stderr, "Watching goes on")
        process.send_signal(signal.SIGINT)
        _out, rest = process.communicate(timeout=PATIENCE_S)
        ends_whatever_it_does.cancel()
    assert process.returncode == 0
    assert rest == "Watching ended.\n"
    assert b"My other town" in second
    assert b"My other town" not in first
    assert "did you mean" in told
    assert page.read_bytes() == second


@pytest.mark.slow
def test_what_was_changed_before_the_watching_is_shown_at_once(
    patrolsim: Call, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert patrolsim("run", town, "-o", "result", "-n", 1, "-q", "--no-pages", *SHORT).code == 0
    file = town / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("name: My town", "name: My other town"), encoding="utf-8")

    def interrupt(*_given: object) -> Iterator[list[Path]]:
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr("patrolsim.cli.watching.saved", interrupt)
    said = patrolsim("view", "result", "--watch", "--no-open")
    assert said.code == 0
    assert said.err.endswith("Watching ended.\n")
    assert "My other town" in (tmp_path / "result" / "playback.html").read_text(encoding="utf-8")
