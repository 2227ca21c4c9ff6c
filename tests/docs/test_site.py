"""The site of the pages builds without a warning, and its pages are where the menu says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MENU = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
PAGES = sorted(
    path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")
)


def test_every_page_stands_in_the_menu_once() -> None:
    assert sorted(re.findall(r": (\S+\.md)$", MENU, flags=re.MULTILINE)) == PAGES


def test_links_between_pages_lead_somewhere() -> None:
    lost = [
        (name, link)
        for name in PAGES
        for link in _links(ROOT / "docs" / name)
        if not (ROOT / "docs" / name).parent.joinpath(link).exists()
    ]
    assert lost == []


def _links(page: Path) -> list[str]:
    """Return the links of a page that stay on this site."""
    found = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return [link for link in found if "://" not in link]


def test_pictures_have_a_text_for_those_who_do_not_see_them() -> None:
    texts = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in PAGES]
    assert [text for page in texts for text in re.findall(r"!\[\s*\]\(", page)] == []


def test_both_languages_explain_the_same_words() -> None:
    english = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    chinese = (ROOT / "docs" / "zh" / "glossary.md").read_text(encoding="utf-8")
    known = set(_cells(english, 0))
    assert [word for word in _cells(chinese, 1) if word not in known and word != "gave up"] == []


def _cells(page: str, column: int) -> list[str]:
    """Return the words of a column of the table of a page."""
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    return [word.strip() for row in rows[1:] for word in row[column].split(",")]


@pytest.mark.slow
@pytest.mark.skipif(
    find_spec("mkdocs") is None or find_spec("material") is None,
    reason="mkdocs-material is not installed: it comes with the extra docs",
)
def test_the_site_builds_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    fetched = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', page)
    assert fetched == []
