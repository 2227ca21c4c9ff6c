"""What a worker does around a run: it leaves the process as it was."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from tests.experiments import town_design

from patrolsim.errors import PolicyError
from patrolsim.experiment import Task
from patrolsim.experiment.workshop import SELDOM, Workshop

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.policy import StateView


def test_cycles_are_looked_for_seldom_during_a_run_and_as_before_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patrolsim_policies.closest import Closest

    seen: set[int] = set()
    dispatch = Closest.dispatch

    def watched(self: Closest, view: StateView, incident: object) -> object:
        seen.add(gc.get_threshold()[0])
        return dispatch(self, view, incident)  # type: ignore[arg-type]

    monkeypatch.setattr(Closest, "dispatch", watched)
    design, host = town_design(tmp_path / "town", replications=1)
    before = gc.get_threshold()
    Workshop(design.arms, host).do(Task(design.arms[0].name, 0))
    assert seen == {SELDOM}
    assert gc.get_threshold() == before


def test_they_are_looked_for_as_before_after_a_policy_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patrolsim_policies.closest import Closest

    def fails(_self: Closest, _view: StateView, _incident: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Closest, "dispatch", fails)
    design, host = town_design(tmp_path / "town", replications=1)
    before = gc.get_threshold()
    with pytest.raises(PolicyError):
        Workshop(design.arms, host).do(Task(design.arms[0].name, 0))
    assert gc.get_threshold() == before
