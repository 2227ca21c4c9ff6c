"""A reserve for emergencies: cover worked out by hand decides who can be spared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.plugins.appointing import CORNERS, call, form, lived, started, street

from patrolsim.testing import Person, make_kind
from patrolsim.units import UnitError
from patrolsim.world import Forecast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.incidents import Kind
    from patrolsim.testing import Call
    from patrolsim.world import World

HELP = make_kind("help")


def town(
    calls: Sequence[Call], people: Sequence[Person], *kinds: Kind, at: dict[int, float]
) -> World:
    """Return the street with expected incidents at some corners."""
    world = street(calls, people, *kinds)
    per_node = np.zeros(CORNERS)
    for node, count in at.items():
        per_node[node] = count
    return replace(world, forecast=Forecast(per_hour=world.forecast.per_hour, per_node=per_node))


@pytest.mark.parametrize(
    ("reserve", "expected"),
    [("50%", [0, 1]), ("51%", [0]), ("75%", [0]), ("76%", [])],
)
def test_a_request_starts_only_while_the_cover_of_the_rest_is_enough(
    reserve: str, expected: list[int]
) -> None:
    # All three cover the one busy corner: with busy 50 % two of them cover 75 %, one covers 50 %.
    people = [Person(node=1), Person(node=1), Person(node=1)]
    world = town(
        [call(0, 1, work_min=3000), call(1, 1, work_min=3000)], people, form(), at={1: 4.0}
    )
    log = lived(world, "reserve", reserve=reserve, busy="50%", within="5 min")
    assert [number for _, number in started(log)] == expected


def test_whoever_comes_back_lets_the_next_request_start() -> None:
    calls = [call(0, 1, work_min=30), call(0, 1, work_min=30)]
    world = town(calls, [Person(node=1), Person(node=1)], form(), at={1: 4.0})
    log = lived(world, "reserve", reserve="60%", busy="30%", within="5 min")
    assert started(log) == [(0.0, 0), (30.0, 1)]


def test_people_far_from_what_is_expected_can_be_spared() -> None:
    calls = [call(0, 5, work_min=30), call(0, 5, work_min=30)]
    world = town(calls, [Person(node=5), Person(node=0)], form(), at={0: 4.0})
    log = lived(world, "reserve", reserve="70%", busy="30%", within="5 min")
    assert started(log) == [(0.0, 0), (30.0, 1)]


def test_where_nothing_is_expected_nothing_waits() -> None:
    world = town([call(0, 1)], [Person(node=1)], form(), at={})
    assert started(lived(world, "reserve", reserve="100%")) == [(0.0, 0)]


def test_an_emergency_may_use_the_reserve() -> None:
    calls = [call(0, 1, work_min=60), call(5, 1, kind=1, work_min=60)]
    people = [Person(node=1), Person(node=1)]
    world = town(calls, people, form(), HELP, at={1: 4.0})
    log = lived(world, "reserve", reserve="60%", within="5 min")
    assert started(log) == [(0.0, 0), (5.0, 1)]


def test_a_reserve_of_more_than_everything_is_refused() -> None:
    with pytest.raises(UnitError):
        lived(town([], [Person()], form(), at={}), "reserve", reserve="120%")
