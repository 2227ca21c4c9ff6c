"""A browser, and the playback of an evening in town to look at."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests.browser.chromium import chromium, find_chromium

from patrolsim.cli import main
from patrolsim.cli.init import write_town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.chromium import Browser, Page

PERIOD = ("--set", "period.from=2025-03-10 00:00", "--set", "period.length=2 days")
BUSY = ("--set", "incidents.noise complaint.how often=60 per day")


class Shown(NamedTuple):
    """A run, and its playback in a window of 1440 by 900."""

    folder: Path
    page: Page

    @property
    def address(self) -> str:
        return (self.folder / "playback.html").as_uri()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium; where CI must have one, its absence is an error."""
    program = find_chromium()
    if program is None:
        if os.environ.get("PATROLSIM_NEEDS_BROWSER"):
            pytest.fail("PATROLSIM_NEEDS_BROWSER is set, and there is no chromium on the PATH")
        pytest.skip("there is no chromium on this machine: apt-get install chromium")
    with ExitStack() as stack:
        yield stack.enter_context(chromium(program))


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run of two days with three replications."""
    folder = tmp_path_factory.mktemp("browser")
    write_town(folder / "town")
    out = folder / "result"
    ledger = folder / "ledger.sqlite"
    words = ("run", folder / "town", "-o", out, "-n", 3, "-q", "--ledger", ledger, *PERIOD, *BUSY)
    assert main([str(word) for word in words]) == 0
    return out


@pytest.fixture
def shown(browser: Browser, run_folder: Path) -> Shown:
    """Return the playback at 20:00 of the first day, in English and light."""
    page = browser.new_page()
    page.prefer(prefers_color_scheme="light")
    page.size(1440, 900)
    found = Shown(run_folder, page)
    page.open(f"{found.address}#t=72000&lang=en")
    page.frames()
    return found


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the script of axe-core, fetched by npm for this test only; skip offline."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm on this machine to fetch axe-core with")
    folder = tmp_path_factory.mktemp("axe")
    words = [
        npm,
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "axe-core@4.10.2",
    ]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"axe-core cannot be fetched: {done.stderr.strip().splitlines()[-1:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def serious_violations(page: Page, axe: str) -> list[Any]:
    """Return what axe-core finds serious or critical on a page: the rule, and where."""
    page.run(axe)
    found = page.run("axe.run(document, {resultTypes: ['violations']})")
    return [
        (each["id"], [(node["target"], node["failureSummary"]) for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


def missing_glyphs(page: Page, text: str) -> str:
    """Return the signs of a text that the page shows as it shows a sign that no font has."""
    script = """text => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d', {willReadFrequently: true});
      context.font = `24px ${getComputedStyle(document.body).fontFamily}`;
      const picture = (each) => {
        context.clearRect(0, 0, 99, 99);
        context.fillText(each, 4, 30);
        return context.getImageData(0, 0, 60, 60).data.join();
      };
      const none = picture('\\uffff');
      return [...text].filter((each) => picture(each) === none).join('');
    }"""
    letters = "".join(sorted({sign for sign in text if ord(sign) > 127}))
    found: str = page.run(f"({script})({json.dumps(letters)})")
    return found


@pytest.fixture(scope="session")
def chinese_font() -> None:
    """Skip where no font has Chinese signs."""
    fonts = shutil.which("fc-list")
    found = subprocess.run([fonts, ":lang=zh"], capture_output=True, check=True) if fonts else None
    if found is None or not found.stdout:
        pytest.skip("there is no Chinese font on this machine: apt-get install fonts-wqy-zenhei")
