"""Batches: let go when they are full, old, or would be late; timelines worked by hand."""

from __future__ import annotations

import pytest
from tests.plugins.appointing import call, form, lived, started, street

from patrolsim.testing import Person

FAR = 2000


def test_a_batch_is_let_go_when_it_is_full() -> None:
    calls = [call(minute, 1) for minute in (0, 30, 70)]
    world = street(calls, [Person(node=0)], form(due_min=FAR))
    assert started(lived(world, "batching", size=3, hold="10 h"))[0] == (80.0, 0)


def test_a_batch_that_does_not_fill_is_let_go_when_its_oldest_has_waited() -> None:
    calls = [call(10, 1), call(50, 1)]
    world = street(calls, [Person(node=0)], form(due_min=FAR))
    log = lived(world, "batching", size=5, hold="2 h")
    assert [minute for minute, _ in started(log)] == [140.0, 150.0]


def test_nothing_is_held_until_it_would_be_late() -> None:
    world = street([call(0, 1)], [Person(node=0)], form(due_min=200, work_min=20))
    log = lived(world, "batching", size=5, hold="100 min")
    assert started(log) == [(90.0, 0)]


def test_kinds_are_held_apart() -> None:
    calls = [call(0, 1), call(0, 1, kind=1)]
    kinds = form("a", due_min=FAR), form("b", due_min=FAR)
    log = lived(street(calls, [Person(node=1)], *kinds), "batching", size=2, hold="5 h")
    assert [minute for minute, _ in started(log)] == [300.0, 310.0]


def test_a_batch_of_one_is_a_round_without_waiting() -> None:
    calls = [call(minute, node) for minute, node in ((0, 5), (0, 1), (3, 4))]
    world = street(calls, [Person(node=0)], form(due_min=FAR))
    log = lived(world, "batching", size=1)
    assert started(log) == started(lived(world, "insertion"))


@pytest.mark.parametrize("size", [0])
def test_a_batch_has_at_least_one_request(size: int) -> None:
    with pytest.raises(Exception, match="size must be 1 or more"):
        lived(street([], [Person()], form()), "batching", size=size)
