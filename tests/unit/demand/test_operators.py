"""A line with operators is the queue of the theory, and first come is first served."""

from __future__ import annotations

from dataclasses import replace
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.demand.operators import answer_calls
from patrolsim.eventlog import NEVER_US
from patrolsim.streams import RandomStreams
from patrolsim.testing import Call, Person, TinyWorld

if TYPE_CHECKING:
    from patrolsim.demand.table import IncidentTable

CALLS, BUSY = 120_000, 0.8


def table(calls_us: list[int], takes_us: list[int]) -> IncidentTable:
    world = TinyWorld(
        calls=[Call(at_us=0) for _ in calls_us], people=[Person()], horizon_us=10
    ).build()
    known_us = np.array(calls_us, np.int64)
    return replace(world.incidents, known_us=known_us, ready_us=known_us + np.array(takes_us))


def test_two_operators_take_calls_in_turn() -> None:
    (answered,) = answer_calls([table([0, 1, 2, 3], [10, 4, 5, 1])], 2)
    assert answered.known_us.tolist() == [10, 5, 10, 11]
    assert answered.ready_us.tolist() == answered.known_us.tolist()


def test_kinds_share_their_operators() -> None:
    first, second = answer_calls([table([0, 20], [10, 1]), table([5], [30])], 1)
    assert first.known_us.tolist() == [10, 41]
    assert second.known_us.tolist() == [40]


def test_a_call_that_never_comes_keeps_nobody_busy() -> None:
    (answered,) = answer_calls([table([NEVER_US, 3], [5, 5])], 1)
    assert answered.known_us.tolist() == [NEVER_US, 8]


@pytest.mark.parametrize("operators", [1, 3])
def test_the_mean_wait_is_that_of_erlang(operators: int) -> None:
    rng = RandomStreams(7, operators).generator("calls")
    calls_us = np.cumsum(rng.exponential(1e6 / (BUSY * operators), CALLS)).astype(np.int64)
    takes_us = rng.exponential(1e6, CALLS).astype(np.int64)
    one = table([0], [0])
    many = replace(one, known_us=calls_us, ready_us=calls_us + takes_us)
    (answered,) = answer_calls([many], operators)
    waits = (answered.known_us - calls_us - takes_us) / 1e6
    load = BUSY * operators
    last = load**operators / factorial(operators) / (1 - BUSY)
    waiting = last / (sum(load**k / factorial(k) for k in range(operators)) + last)
    assert waits.mean() == pytest.approx(waiting / (operators * (1 - BUSY)), rel=0.06)
    assert np.mean(waits > 0) == pytest.approx(waiting, abs=0.02)
