"""Larson's model against published numbers and a chain that is walked step by step."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from patrolsim.verification import queueing
from patrolsim.verification.hyper import LARSON_ODONI, SMALLEST, Case, mean_travel, town_on_a_line
from patrolsim.verification.hypercube import Region, solve

LINE = town_on_a_line()


def walked(region: Region, *, room: int) -> dict[tuple[tuple[bool, ...], int], float]:
    """Return the chances of (who is busy, how many wait), by repeating small steps of time."""
    n, step = region.servers, 0.2 / (region.rate + region.servers)
    states = [(busy, 0) for busy in product((False, True), repeat=n)]
    states += [((True,) * n, waiting) for waiting in range(1, room + 1)]
    number = {state: index for index, state in enumerate(states)}
    move = np.eye(len(states))

    def add(start: tuple[tuple[bool, ...], int], end: object, rate: float) -> None:
        move[number[start], number[end]] += step * rate  # type: ignore[index]
        move[number[start], number[start]] -= step * rate

    for busy, waiting in states:
        for rate, order in zip(region.rates, region.lists, strict=True):
            free = [who for who in order if not busy[who]]
            if free:
                after = tuple(b or who == free[0] for who, b in enumerate(busy))
                add((busy, waiting), (after, 0), rate)
            elif waiting < room:
                add((busy, waiting), (busy, waiting + 1), rate)
        for who in range(n):
            if busy[who] and waiting:
                add((busy, waiting), (busy, waiting - 1), 1.0)
            elif busy[who]:
                after = tuple(b and other != who for other, b in enumerate(busy))
                add((busy, waiting), (after, 0), 1.0)
    p = np.linalg.matrix_power(move, 20_000)[0]
    return dict(zip(states, p.tolist(), strict=True))


@pytest.mark.parametrize("region", [LARSON_ODONI, LINE.region, SMALLEST])
@pytest.mark.parametrize("loses", [True, False])
def test_workloads_are_those_of_the_chain_that_is_walked(region: Region, *, loses: bool) -> None:
    if region is SMALLEST:
        region = Region((0.7,), ((0, 1),))
    p = walked(region, room=0 if loses else 60)
    loads = [sum(c for (busy, _), c in p.items() if busy[who]) for who in range(region.servers)]
    found = solve(region, loses=loses)
    assert found.workloads == pytest.approx(loads, abs=1e-6)
    assert found.waiting == pytest.approx(sum(w * c for (_, w), c in p.items()), abs=1e-6)
    refused = sum(c for (busy, _), c in p.items() if all(busy))
    assert found.refused == pytest.approx(refused, abs=1e-6)


def test_the_published_workloads_of_larson_and_odoni() -> None:
    found = solve(LARSON_ODONI, loses=False).workloads
    assert found == pytest.approx([0.5574, 0.4734, 0.4693], abs=5e-5)


def test_the_computed_values_of_larson_and_odoni() -> None:
    queue, loss = solve(LARSON_ODONI, loses=False), solve(LARSON_ODONI, loses=True)
    assert queue.shares[1] == pytest.approx([0.101527, 0.027982, 0.141301, 0.044771], abs=1e-6)
    assert loss.shares[2] == pytest.approx([0.041445, 0.050574, 0.029011, 0.185453], abs=1e-6)
    assert loss.refused == pytest.approx(0.134328, abs=1e-6)


def test_where_somebody_goes_does_not_change_how_long_all_wait() -> None:
    found = solve(LARSON_ODONI, loses=False)
    assert found.mean_wait(1.5) == pytest.approx(queueing.mean_wait(3, 1.5))
    assert found.refused == pytest.approx(queueing.erlang_c(3, 1.5))


def test_the_smallest_case_has_the_published_loads() -> None:
    found = solve(SMALLEST, loses=True)
    assert found.workloads == pytest.approx([0.5, 0.3])
    assert found.refused == pytest.approx(0.2)


@pytest.mark.parametrize("loses", [True, False])
def test_shares_of_answers_add_up_to_one(*, loses: bool) -> None:
    assert solve(LINE.region, loses=loses).shares.sum() == pytest.approx(1.0)


def test_the_mean_ways_on_a_line_are_the_computed_ones() -> None:
    assert mean_travel(Case(LINE, loses=True)) == pytest.approx(1.071409, abs=1e-6)
    assert mean_travel(Case(LINE, loses=False)) == pytest.approx(1.149441, abs=1e-6)
