"""Fixtures that many tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real networks and recorded runs; skip where it is absent."""
    folder = Path(os.environ.get("PATROLSIM_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the shared data folder is not on this machine (PATROLSIM_SHARED_DATA)")
    return folder
