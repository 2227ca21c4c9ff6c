"""Figures as files of their own: one language, no names of colours, nothing to fetch."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from patrolsim.report.figures.export import FigureError, Form, standalone, write_figures
from patrolsim.report.page import make_report

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.report.page import Report

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def report(run: Path) -> Report:
    return make_report(run)


def drawn_texts(picture: str) -> str:
    root = ET.fromstring(picture)  # noqa: S314 - our own
    return " ".join("".join(e.itertext()) for e in root.iter() if e.tag.endswith("}text"))


def test_a_file_speaks_one_language(report: Report) -> None:
    for figure in report.figures:
        english, other = standalone(figure, "en"), standalone(figure, "zh")
        assert not HAN.search(drawn_texts(english)), figure.name
        assert f"<title>{figure.title.zh}</title>" in other


def test_a_file_needs_nothing_else(report: Report) -> None:
    for figure in report.figures:
        picture = standalone(figure, "en")
        assert "var(" not in picture
        links = set(re.findall(r'(?:href|src)="([^"]*)"', picture))
        assert links <= {"#streets"}
        assert not links or 'id="streets"' in picture


def test_each_figure_has_its_file(report: Report, tmp_path: Path) -> None:
    files = write_figures(report.figures, tmp_path / "new", form=Form.SVG, language="zh")
    assert len({file.name for file in files}) == len(report.figures) > 5
    assert all(file.suffix == ".svg" and file.stat().st_size > 500 for file in files)


def test_png_is_made_by_the_optional_library(report: Report, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    (file,) = write_figures(report.figures[:1], tmp_path, form=Form.PNG, language="en")
    content = file.read_bytes()
    assert content.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(content[16:20], "big") == 1600


def test_without_the_library_png_is_refused_in_words_and_nothing_is_written(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(FigureError, match=r"patrolsim\[png\]"):
        write_figures(report.figures, tmp_path / "out", form=Form.PNG, language="en")
    assert not (tmp_path / "out").exists()
