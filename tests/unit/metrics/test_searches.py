"""Searches are measured from the log: found or not, how soon, and whose time it took."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.runs import run
from tests.unit.engine.test_searching import Told, place, still, world_of

from patrolsim.demand.subjects import Subject
from patrolsim.experiment.metrics_form import metrics_of_plain, plain_of_metrics
from patrolsim.experiment.search_measures import measures_of_searches
from patrolsim.metrics import Searches, measure
from patrolsim.policy import Sweep
from patrolsim.testing import Person, make_search

if TYPE_CHECKING:
    from patrolsim.world import World


def world(monkeypatch: pytest.MonkeyPatch, *, target_s: float | None = None) -> World:
    """Return a world in which the subject is found at 2500 by whoever walks the line first."""
    place(monkeypatch, Subject(coverage=1.0, parts=(still(2, 3, 0.5),)))
    search = replace(make_search(sweep=2.0), target_s=target_s)
    return world_of(search, Person(node=0), Person(node=1), needed=2).build()


def searches(built: World, *sweeps: Sweep) -> Searches:
    return measure(run(built, search=Told(list(sweeps))), built).searches["call"]


def test_the_time_of_all_who_search_is_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    found = searches(world(monkeypatch), Sweep((0, 1, 2, 3)), Sweep((0,), 1.0))
    assert found.found_s.tolist() == pytest.approx([0.0025])
    # one searches from 0 on, the other from 1000 on, when they have come
    assert found.searched_s == pytest.approx((2500 + 1500) / 1e6)
    assert (found.known, found.found, found.with_target) == (1, 1, 0)


def test_whoever_is_not_found_is_kept_as_longer_than_any(monkeypatch: pytest.MonkeyPatch) -> None:
    found = searches(world(monkeypatch, target_s=1.0), Sweep((0,), 1.0), Sweep((0,), 1.0))
    assert found.found_s.tolist() == [np.inf]
    assert (found.found, found.with_target, found.within_target) == (0, 1, 0)


@pytest.mark.parametrize(("target_s", "within"), [(0.0025, 1), (0.002499, 0)])
def test_found_within_the_target_counts_to_the_microsecond(
    target_s: float, within: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = world(monkeypatch, target_s=target_s)
    found = searches(built, Sweep((0, 1, 2, 3)), Sweep((0,), 1.0))
    assert (found.with_target, found.within_target) == (1, within)


def test_the_measures_of_a_kind_come_with_its_name_and_survive_being_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built = world(monkeypatch)
    metrics = measure(run(built, search=Told([Sweep((0, 1, 2, 3))])), built)
    again = metrics_of_plain(plain_of_metrics(metrics))
    told = {(group, one.name) for group, one in measures_of_searches([again])}
    assert told == {
        ("search=call", name)
        for name in (
            "searches",
            "found",
            "found_within_target",
            "time_to_find_median_pooled_s",
            "searched_s",
        )
    }
    assert list(measures_of_searches([])) == []
