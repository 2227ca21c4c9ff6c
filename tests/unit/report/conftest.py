"""A run folder for all tests of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.told_runs import write_run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the run folder of the town on ten evenings; nobody may change it."""
    return write_run(tmp_path_factory.mktemp("told") / "run")
