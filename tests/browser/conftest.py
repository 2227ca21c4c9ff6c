"""A browser, and the playback of an evening in town to look at."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

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
