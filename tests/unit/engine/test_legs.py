"""A day on a large network, read through views, is the day that lists give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.smoke.test_engine_pace import small_day
from tests.runs import run

from patrolsim.engine.ground import Ground

if TYPE_CHECKING:
    import pytest


def test_views_of_the_streets_give_the_day_that_lists_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = small_day(12, travels=True)
    listed = run(world).digest()
    assert isinstance(Ground(world.streets).tail, list)
    monkeypatch.setattr("patrolsim.engine.ground.MOST_LISTED", 0)
    assert isinstance(Ground(world.streets).tail, memoryview)
    assert run(world).digest() == listed
