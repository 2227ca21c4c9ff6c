"""Nearest of N on a torus of streets, and patrols that intercept what happens.

References
----------
Larson and Odoni (1981), Urban Operations Research, chapters 3 and 5; on a lattice the numbers
of nodes within a distance are known exactly, so the expectation is a finite sum.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from tests.runs import Home, run
from tests.validation.queueing import estimate

from patrolsim.eventlog import NEVER_US, Event, EventLog
from patrolsim.policy import StateView, Visit, Walk
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets

SIDE = 40
BLOCK_US = 1_000_000


def torus(side: int) -> list[Arc]:
    """Return the streets of a square grid whose edges are glued together."""
    arcs = []
    for row in range(side):
        for column in range(side):
            here = row * side + column
            for other in (row * side + (column + 1) % side, ((row + 1) % side) * side + column):
                arcs += [Arc(here, other, BLOCK_US), Arc(other, here, BLOCK_US)]
    return arcs


def mean_distance_to_nearest(side: int, people: int) -> float:
    """Return E[min distance] in blocks of independent uniform people, right-angle metric."""
    ring = np.array([min(i, side - i) for i in range(side)])
    distance = (ring[:, None] + ring[None, :]).ravel()
    beyond = [(distance > k).mean() ** people for k in range(side + 1)]
    return float(np.sum(beyond))


@pytest.mark.slow
@pytest.mark.parametrize("people", [3, 10, 30])
def test_the_nearest_of_n_uniform_people_is_as_far_as_the_lattice_says(people: int) -> None:
    generator = np.random.Generator(np.random.Philox(key=people))
    streets = make_streets([(float(i), 0.0) for i in range(SIDE**2)], torus(SIDE))
    means = []
    for _ in range(60):
        nodes = generator.integers(0, SIDE**2, 20).tolist()
        gap_us = 1_000 * BLOCK_US
        calls = [Call(at_us=i * gap_us, node=node) for i, node in enumerate(nodes)]
        homes = generator.integers(0, SIDE**2, people).tolist()
        world = TinyWorld(
            calls=calls,
            people=[Person(node=home) for home in homes],
            horizon_us=21 * gap_us,
            streets=streets,
        ).build()
        log = run(world, standby=Home())
        means.append(float(response_us(log).mean() / BLOCK_US))
    exact = mean_distance_to_nearest(SIDE, people)
    estimate(means).check(exact, relative_half_width=0.06)


def test_the_lattice_sum_approaches_the_published_constant() -> None:
    """100 people: 0.6243 sqrt(area / n), right-angle (gamma-function value)."""
    side = 400
    assert mean_distance_to_nearest(side, 100) == pytest.approx(0.6243 * side / 10, rel=0.02)


def response_us(log: EventLog) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    table = log.events
    known = table.time_us[table.event == Event.KNOWN]
    arrived = table.time_us[table.event == Event.ARRIVED]
    waited: np.ndarray[tuple[int], np.dtype[np.int64]] = arrived - known
    return waited


@dataclass
class Round:
    """Walks round a ring for ever."""

    nodes: int

    def next_patrol(self, view: StateView, volunteer_id: int) -> Walk:
        here = view.node_of(volunteer_id)
        return Walk(tuple((here + step) % self.nodes for step in range(1, 6)))


@dataclass
class Anywhere:
    """Goes to a uniformly drawn other node, again and again."""

    nodes: int
    seen: dict[int, int] = field(default_factory=dict)

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit:
        here = view.node_of(volunteer_id)
        other = int(view.rng.integers(0, self.nodes - 1))
        return Visit(other + (other >= here))


def delays_blocks(log: EventLog, calls: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the time from occurrence to discovery in blocks; infinite for never."""
    table = log.events
    found = np.full(calls, np.inf)
    known = table.event == Event.KNOWN
    occurred = np.zeros(calls)
    mask = table.event == Event.OCCURRED
    occurred[table.incident_id[mask]] = table.time_us[mask]
    found[table.incident_id[known]] = table.time_us[known]
    return (found - occurred) / BLOCK_US


def unseen_calls(seed: int, number: int, nodes: int, period_us: int) -> list[Call]:
    generator = np.random.Generator(np.random.Philox(key=seed))
    at_us = np.sort(generator.integers(0, period_us, number))
    where = generator.integers(0, nodes, number)
    return [
        Call(at_us=int(at), node=int(node), report_us=NEVER_US)
        for at, node in zip(at_us, where, strict=True)
    ]


def patrol_world(calls: list[Call], nodes: int, arcs: list[Arc], walkers: list[int]) -> TinyWorld:
    points = [(float(i), float(i % 2)) for i in range(nodes)]
    return TinyWorld(
        calls=calls,
        people=[Person(node=node, patrols=True) for node in walkers],
        horizon_us=max(call.at_us for call in calls) + 2_000 * BLOCK_US,
        streets=make_streets(points, arcs),
        kinds=(make_kind(seen_by_patrols=True, needs=((None, 1),)),),
    )


class Ignore:
    """Answers nothing: the patrol goes on undisturbed."""

    def dispatch(self, _view: StateView, _incident: object) -> None:
        return None


@pytest.mark.parametrize("walkers", [1, 2, 4])
def test_k_people_equally_spaced_on_a_round_intercept_k_s_t_over_d(walkers: int) -> None:
    nodes, calls_count = 40, 3_000
    arcs = [Arc(i, (i + 1) % nodes, BLOCK_US) for i in range(nodes)]
    calls = unseen_calls(walkers, calls_count, nodes, 20_000 * BLOCK_US)
    homes = [i * nodes // walkers for i in range(walkers)]
    world = patrol_world(calls, nodes, arcs, homes).build()
    log = run(world, dispatch=Ignore(), patrol=Round(nodes))
    delay = delays_blocks(log, calls_count)
    worst = nodes / walkers
    assert delay.max() <= worst
    for blocks in (worst / 4, worst / 2, 3 * worst / 4):
        share = float((delay <= blocks).mean())
        exact = walkers * blocks / nodes
        assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / calls_count)


def test_memoryless_passes_intercept_as_the_formula_says() -> None:
    """A walker who draws the next node anew: (1 - 1/N)(1 - 1/(N-1))^(m-1) unseen after m."""
    nodes, calls_count = 12, 3_000
    arcs = [Arc(i, j, BLOCK_US) for i in range(nodes) for j in range(nodes) if i != j]
    calls = unseen_calls(5, calls_count, nodes, 30_000 * BLOCK_US)
    world = patrol_world(calls, nodes, arcs, [0]).build()
    log = run(world, dispatch=Ignore(), patrol=Anywhere(nodes))
    delay = delays_blocks(log, calls_count)
    for passes in (1, 5, 10, 20):
        exact = 1 - (1 - 1 / nodes) * (1 - 1 / (nodes - 1)) ** (passes - 1)
        share = float((delay <= passes).mean())
        assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / calls_count)
