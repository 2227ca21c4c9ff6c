"""One table of ratios at the end: what patrolsim costs beside what one would use instead."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parents[2]
ROWS = pytest.StashKey[list[tuple[str, str, str]]]()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real networks; skip where it is absent."""
    folder = Path(os.environ.get("PATROLSIM_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the shared data folder is not on this machine (PATROLSIM_SHARED_DATA)")
    return folder


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str, str, str], None]:
    """Take down one row of the table: the question, what it costs, and against what."""
    rows = request.config.stash.setdefault(ROWS, [])
    return lambda question, cost, against: rows.append((question, cost, against))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table."""
    rows = config.stash.get(ROWS, [])
    if not rows:
        return
    table = [("question", "cost", "against"), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    terminalreporter.section("ratios within this run")
    for row in table:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        terminalreporter.write_line(line.rstrip())
