"""`patrolsim report`, and the pages that a run leaves."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.cli.conftest import SHORT
from tests.told_runs import write_run

from patrolsim.cli import pages
from patrolsim.errors import PatrolsimError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the run folder of the town on two evenings."""
    return write_run(tmp_path_factory.mktemp("report") / "run", replications=2)


def test_it_writes_the_page_into_the_run_folder(
    patrolsim: Callable[..., Said], told: Path
) -> None:
    said = patrolsim("report", told, "--no-open")
    assert (said.code, said.out) == (0, f"Written: {told / 'report.html'}\n")
    assert (told / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_page_goes_where_it_is_wanted_in_the_language_that_is_wanted(
    patrolsim: Callable[..., Said], told: Path, tmp_path: Path
) -> None:
    page = tmp_path / "new" / "page.html"
    assert patrolsim("report", told, "--out", page, "--lang", "zh", "--no-open").code == 0
    assert 'data-lang="zh"' in page.read_text(encoding="utf-8")


def test_figures_become_files(patrolsim: Callable[..., Said], told: Path, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    said = patrolsim("report", told, "--no-open", "--figures", folder)
    files = sorted(file.name for file in folder.iterdir())
    assert {"differences.svg", "response.svg", "map-0.svg", "hours.svg", "load.svg"} <= set(files)
    assert f"{len(files)} figures in {folder}" in said.out


def test_png_without_its_library_is_refused_before_anything_is_written(
    patrolsim: Callable[..., Said], told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    said = patrolsim(
        "report", told, "--no-open", "--figures", tmp_path / "figures", "--format", "png"
    )
    assert said.code != 0
    assert "patrolsim[png]" in said.err
    assert not (tmp_path / "figures").exists()


def test_a_format_without_figures_is_no_word_to_be_ignored(
    patrolsim: Callable[..., Said], told: Path
) -> None:
    said = patrolsim("report", told, "--format", "png")
    assert said.code == 2
    assert "--figures" in said.err


def test_a_folder_that_is_no_run_folder_is_refused_in_one_line(
    patrolsim: Callable[..., Said], tmp_path: Path
) -> None:
    said = patrolsim("report", tmp_path / "nothing", "--no-open")
    assert said.code != 0
    assert "is no run folder" in said.err
    assert "Traceback" not in said.err


def test_the_browser_opens_only_at_a_terminal(
    patrolsim: Callable[..., Said], told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", open_page)
    patrolsim("report", told)
    assert opened == []
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    patrolsim("report", told)
    assert opened == [(told / "report.html").absolute().as_uri()]
    patrolsim("report", told, "--no-open")
    assert len(opened) == 1


@pytest.mark.slow
def test_a_run_leaves_its_page_and_says_where(
    patrolsim: Callable[..., Said], town: Path, tmp_path: Path
) -> None:
    said = patrolsim("run", town, *SHORT, "-n", "1", "-w", "1", "--out", "out")
    assert said.code == 0
    assert "Page: out/report.html" in said.err
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.slow
def test_a_run_without_pages_leaves_none_and_no_name_of_a_scenario_does_harm(
    patrolsim: Callable[..., Said], town: Path, tmp_path: Path
) -> None:
    name = "<script>alert(1)</script> =cmd|'/c calc'!A0"
    said = patrolsim(
        *("run", town, *SHORT, "-n", "1", "-w", "1", "--out", "out", "--no-pages"),
        *("--set", f'name="{name}"'),
    )
    assert said.code == 0
    assert "Page" not in said.err
    assert not (tmp_path / "out" / "report.html").exists()
    assert not any(sign in said.out + said.err for sign in "\x1b\x07\u202e")
    with (tmp_path / "out" / "summary.csv").open(encoding="utf-8") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not any(cell.startswith(("=", "+", "@", "<")) for cell in cells)
    patrolsim("report", "out", "--no-open")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_page_that_cannot_be_written_costs_nothing_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_folder: Path, **_given: object) -> str:
        raise PatrolsimError("the disk is full")

    monkeypatch.setattr(pages, "report_of", fail)
    monkeypatch.setattr(pages, "playback_of", lambda _folder, _stage: "<!doctype html>")
    assert pages.write_pages(tmp_path, cast("Any", None)) == [tmp_path / pages.PLAYBACK]
    assert "report.html was not made: the disk is full" in capsys.readouterr().err
