"""Bounds of an experiment: which days, which strategies, and never beaten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.cli.init import write_town
from patrolsim.cli.preparing import Options, prepare
from patrolsim.experiment import arms_of
from patrolsim.experiment.bounding import MOST_DAYS, bound_arms

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from patrolsim.experiment import Arm
    from patrolsim.plugins import PluginHost

    Town = tuple[tuple[Arm, ...], PluginHost]


def read_town(folder: Path, *, dispatch: str = "") -> Town:
    """Return the strategies of the town over six hours."""
    write_town(folder)
    file = folder / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    if dispatch:
        text = text.replace("patrol: random_walk", f"dispatch: {dispatch}", 1)
    file.write_text(text, encoding="utf-8")
    short = ("period.from=2025-03-10 17:00", "period.length=6 h")
    loaded, host, choices = prepare(folder, Options(settings=short))
    return arms_of(loaded, choices), host


def test_the_bounds_are_means_over_the_days_that_were_met(tmp_path: Path) -> None:
    found = bound_arms(*read_town(tmp_path / "town"), range(3))
    assert found.replications == 3
    assert found.wait_s is not None
    assert found.within_target is not None
    assert found.wait_s.n == found.within_target.n == 3
    assert found.wait_s.value >= 0
    assert 0 <= found.within_target.value <= 1
    assert "the scenario's own roster" in found.holds_for
    assert "interrupts no work" in found.holds_for


def test_a_strategy_that_interrupts_work_has_bounds_that_allow_it(tmp_path: Path) -> None:
    dispatch = "{policy: closest, interrupt: lower_to_higher}"
    found = bound_arms(*read_town(tmp_path / "town", dispatch=dispatch), range(1))
    assert found.holds_for.startswith("any dispatch; ")


def test_no_more_than_the_first_days_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patrolsim.experiment.bounding.MOST_DAYS", 2)
    assert MOST_DAYS == 30
    assert bound_arms(*read_town(tmp_path / "town"), range(5)).replications == 2


def test_above_the_size_limit_there_are_no_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patrolsim.bounds.lateness.MOST_CASES", 0)
    found = bound_arms(*read_town(tmp_path / "town"), range(1))
    assert (found.is_too_large, found.wait_s, found.within_target) == (True, None, None)
