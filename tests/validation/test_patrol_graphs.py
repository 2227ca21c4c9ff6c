"""Shipped patrols on classic graphs: in the range and the order of published results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.patrol_graphs import (
    GRAPHS,
    Graph,
    patrols_of,
    read_graph,
    read_published,
    simulate_patrol,
)
from benchmarks.visits import intervals_between_visits
from tests.runs import run
from tests.unit.engine.test_beats import There, world

from patrolsim.verification import maps

if TYPE_CHECKING:
    from pathlib import Path

STREET_S = 20.0
RANGE = 0.25
"""Our reactive patrol and the published one of its family differ by less in the worst interval."""


def test_intervals_are_those_of_a_walk_worked_out_by_hand() -> None:
    # Node 0 is left alone for all 200 minutes; 1 is passed at 10, 2 reached at 20. The walk ends
    # there: its patrol stands by after its stay, so 1 waits 190 and 2 waits 180 minutes.
    one = world(199.0, 0, None)
    found = intervals_between_visits(run(one, patrol=There()), one)
    gaps_s = np.array([200.0, 10.0, 190.0, 20.0, 180.0]) * 60
    assert found.worst_s == pytest.approx(200 * 60)
    assert found.quadratic_mean_s == pytest.approx(np.sqrt(np.mean(gaps_s**2)))


@pytest.mark.parametrize("agents", [1, 4])
def test_a_round_leaves_no_corner_longer_than_its_length_by_the_patrols(agents: int) -> None:
    places = 8
    ways = [way for k in range(places) for way in maps.both_ways(k, (k + 1) % places, STREET_S)]
    ring = Graph(places, tuple(ways))
    found = simulate_patrol(ring, patrols_of(ring, agents)["cyclic"], agents, length_s=20_000)
    # Until everybody keeps the timetable it may take two rounds.
    assert found.worst_s <= 2 * places * STREET_S
    assert found.quadratic_mean_s == pytest.approx(places * STREET_S / agents, rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("name", GRAPHS)
def test_the_order_is_that_of_the_literature_and_the_reactive_patrol_in_its_range(
    name: str, shared_data: Path
) -> None:
    folder = shared_data / "instances" / "patrol_graphs"
    if not folder.is_dir():
        pytest.skip("the patrol graphs of the literature are not among the shared data")
    graph = read_graph(folder / f"{name}.json")
    published = [one for one in read_published(folder / f"results_{name}.csv") if one.agents == 1]
    ours = {
        policy: simulate_patrol(graph, written, 1)
        for policy, written in patrols_of(graph, 1).items()
    }
    order = ["cyclic", "hpcc", "conscientious_reactive", "random_walk"]
    assert sorted(ours, key=lambda policy: ours[policy].worst_s) == order
    assert sorted(ours, key=lambda policy: ours[policy].quadratic_mean_s) == order
    (vaw,) = (one.intervals for one in published if one.strategy == "RSearch-Vaw")
    reactive = ours["conscientious_reactive"]
    assert reactive.worst_s == pytest.approx(vaw.worst_s, rel=RANGE)
    assert vaw.quadratic_mean_s / 2 < reactive.quadratic_mean_s < 2 * vaw.quadratic_mean_s
    worst_s = [one.intervals.worst_s for one in published]
    assert ours["cyclic"].worst_s < min(worst_s)
    assert ours["random_walk"].worst_s > max(worst_s)
