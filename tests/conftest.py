"""Fixtures that many tests share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from patrolsim.network.tiers import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[1]

# The same examples each time, so that a test fails for a change and not by chance;
# HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real networks and recorded runs; skip where it is absent."""
    folder = Path(os.environ.get("PATROLSIM_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the shared data folder is not on this machine (PATROLSIM_SHARED_DATA)")
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line force a tier of the searches."""
    parser.addoption(
        "--kernels",
        choices=["compiled", "plain"],
        help="how routers run their searches that are not told; left out: compiled by numba",
    )


@pytest.fixture(autouse=True, scope="session")
def _kernels(request: pytest.FixtureRequest) -> Iterator[None]:
    """Force the tier of every router that is not told which."""
    wanted = request.config.getoption("--kernels")
    with pytest.MonkeyPatch.context() as patch:
        if wanted is not None:
            tier = Tier(wanted)
            patch.setattr("patrolsim.network.router.default_tier", lambda: tier)
        yield
