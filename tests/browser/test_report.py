"""The report in a real browser: no serious violation, no missing sign, nothing cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import missing_glyphs, serious_violations

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.chromium import Browser, Page

pytestmark = pytest.mark.slow

OUTSIDE = """[...document.querySelectorAll('figure svg')].flatMap((drawing) => {
  const frame = drawing.getBoundingClientRect();
  return [...drawing.querySelectorAll('text')].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1);
  }).map((text) => text.textContent);
})"""
CUT = """[...document.querySelectorAll('figure svg text')]
  .filter((text) => text.getBoundingClientRect().width && text.textContent.includes('…'))
  .map((text) => text.textContent)"""


def opened(browser: Browser, run_folder: Path, language: str, theme: str, width: int) -> Page:
    """Return the report in a window, with everything unfolded."""
    page = browser.new_page()
    page.prefer(prefers_color_scheme=theme)
    page.size(width, 900)
    page.call("Page.navigate", url=(run_folder / "report.html").as_uri())
    page.until("document.readyState === 'complete'")
    speak = f"document.documentElement.dataset.lang === '{language}'"
    page.run(f"{speak} || document.getElementById('language').click()")
    page.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.frames()
    return page


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Browser, run_folder: Path, axe: str, language: str, theme: str
) -> None:
    page = opened(browser, run_folder, language, theme, 1280)
    assert serious_violations(page, axe) == []


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_word_of_a_figure_is_cut_off(
    browser: Browser, run_folder: Path, language: str, width: int
) -> None:
    page = opened(browser, run_folder, language, "light", width)
    assert page.run("document.querySelectorAll('figure svg text').length") > 50
    assert page.run(OUTSIDE) == []
    assert page.run(CUT) == []


@pytest.mark.usefixtures("chinese_font")
def test_chinese_shows_no_missing_glyph_where_a_font_is(
    browser: Browser, run_folder: Path
) -> None:
    page = opened(browser, run_folder, "zh", "light", 1280)
    words = page.run("document.body.innerText")
    assert "平均响应时间" in words
    assert missing_glyphs(page, words) == ""


def test_the_link_leads_to_the_playback_and_back(browser: Browser, run_folder: Path) -> None:
    page = opened(browser, run_folder, "en", "light", 1280)
    there: str = page.run("document.querySelector('nav .day').href")
    assert there == (run_folder / "playback.html").as_uri()
    page.open(there)
    assert page.run("document.getElementById('report').offsetParent !== null")
    back: str = page.run("document.getElementById('report').href")
    assert back == (run_folder / "report.html").as_uri()
    assert page.complaints == []
