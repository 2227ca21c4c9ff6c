"""What a policy sees of a map of demand: times door to door, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.runs import run

from patrolsim.errors import PolicyError
from patrolsim.network.streets import NO_NODE, SHARES, Spot, Stop
from patrolsim.policy import Base, GoTo
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_streets
from patrolsim.world.demand_maps import DemandCells

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.policy import StateView
    from patrolsim.world import World

SECOND_US = 1_000_000
POINTS = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]
STREETS = make_streets(
    POINTS,
    [
        Arc(0, 1, 10 * SECOND_US),
        Arc(1, 0, 30 * SECOND_US),
        Arc(1, 2, 10 * SECOND_US),
        Arc(2, 1, 10 * SECOND_US),
    ],
)
MIDDLE = Stop(150.0, 0.0, (1,), (4 * SECOND_US,), (Spot(2, SHARES // 2),))


def cells(*nodes: int, off_road_s: float = 0.0) -> DemandCells:
    """Return a map with a cell at each of some corners, all of the same weight."""
    count = len(nodes)
    return DemandCells(
        x=np.array([POINTS[node][0] for node in nodes]),
        y=np.zeros(count),
        weight=np.full(count, 1 / count),
        nodes=np.array([nodes], np.int64),
        off_road_us=np.full((1, count), round(off_road_s * SECOND_US), np.int64),
    )


@dataclass
class Asks:
    """Asks the view something each time somebody is free, and stays there."""

    question: Callable[[StateView, int], Any]
    answers: list[Any] = field(default_factory=list)

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | Base | None:
        self.answers.append(self.question(view, volunteer_id))
        return None


def world_with(residents: DemandCells, *people: Person, call_s: int = 15) -> World:
    world = TinyWorld(
        calls=[Call(at_us=call_s * SECOND_US, node=1, work_us=(5 * SECOND_US,))],
        people=people or [Person(node=0)],
        horizon_us=100 * SECOND_US,
        streets=STREETS,
        places={"square": (2,)},
    ).build()
    return replace(world, demand_maps={"residents": residents})


def asked(
    question: Callable[[StateView, int], Any], residents: DemandCells, *people: Person
) -> list[Any]:
    asks = Asks(question)
    run(world_with(residents, *people), standby=asks)
    return asks.answers


def test_times_lead_from_a_point_to_the_cells_with_the_ways_off_the_road() -> None:
    residents = cells(0, 1, 2, off_road_s=3)
    answers = asked(lambda v, who: v.times_over_map_s(who, 200.0, 0.0, "residents"), residents)
    assert answers[0].tolist() == [43.0, 13.0, 3.0]


def test_a_base_in_the_middle_of_a_street_is_left_both_ways_and_off_the_road() -> None:
    person = Person(base=MIDDLE)
    answers = asked(
        lambda v, who: v.times_over_map_s(who, *v.bound_for(who), "residents"),
        cells(0, 1, 2),
        person,
    )
    assert answers[0].tolist() == [4 + 5 + 30, 4 + 5, 4 + 5]


def test_a_cell_that_nobody_gets_to_is_infinitely_far() -> None:
    residents = cells(0, 1)
    residents.nodes[0, 1] = NO_NODE
    answers = asked(lambda v, who: v.times_over_map_s(who, 0.0, 0.0, "residents"), residents)
    assert answers[0].tolist() == [0.0, math.inf]


def test_the_times_of_a_priority_are_those_of_the_mode_that_answers_it() -> None:
    walk, ride = replace(STREETS.modes[0]), replace(STREETS.modes[0], name="ride")
    streets = replace(
        STREETS,
        modes=(walk, ride),
        weight_us=np.concatenate([STREETS.weight_us, STREETS.weight_us // 2]),
        usable=np.repeat(STREETS.usable, 2, axis=0),
    )
    world = world_with(cells(0, 1, 2))
    both = replace(
        world.demand_maps["residents"],
        nodes=np.array([[0, 1, 2], [0, 1, 2]]),
        off_road_us=np.zeros((2, 3), np.int64),
    )
    (person,) = world.volunteers
    world = replace(
        world,
        streets=streets,
        volunteers=(replace(person, mode_by_priority={1: 1}, base=streets.stop_at_node(0)),),
        places={"square": (streets.stop_at_node(2),)},
        incidents=replace(world.incidents, stops=(streets.stop_at_node(1),)),
        demand_maps={"residents": both},
    )
    asks = Asks(
        lambda v, who: [
            v.times_over_map_s(who, 0.0, 0.0, "residents", priority).tolist()
            for priority in (None, 1, 3)
        ]
    )
    run(world, standby=asks)
    usual = [0.0, 10.0, 20.0]
    assert asks.answers[0] == [usual, [0.0, 5.0, 10.0], usual]


def test_somebody_has_worked_when_they_have_left_a_scene_and_not_before() -> None:
    answers = asked(lambda v, who: (v.now_s, v.volunteer(who).has_worked), cells(0))
    assert answers == [(0.0, False), (30.0, True)]


def test_a_new_shift_begins_without_work() -> None:
    shifts = ((0, 50 * SECOND_US), (60 * SECOND_US, 100 * SECOND_US))
    answers = asked(
        lambda v, who: (v.now_s, v.volunteer(who).has_worked), cells(0), Person(shifts=shifts)
    )
    assert answers == [(0.0, False), (30.0, True), (60.0, False)]


def test_where_somebody_goes_is_a_point() -> None:
    class Goes(Asks):
        def standby(self, view: StateView, volunteer_id: int) -> GoTo:
            super().standby(view, volunteer_id)
            return GoTo(200.0, 0.0)

    asks = Goes(lambda v, _who: [v.bound_for(0), v.bound_for(1)])
    run(world_with(cells(0), Person(node=0), Person(node=1)), standby=asks)
    assert asks.answers[:2] == [[(0.0, 0.0), (100.0, 0.0)], [(200.0, 0.0), (100.0, 0.0)]]


def test_the_weights_and_times_of_a_map_cannot_be_written_to() -> None:
    def write(view: StateView, who: int) -> None:
        with pytest.raises(ValueError, match="read-only"):
            view.times_over_map_s(who, 0.0, 0.0, "residents")[0] = 1.0

    asked(write, cells(0))


def test_a_map_that_the_scenario_does_not_have_is_named_with_those_it_has() -> None:
    asks = Asks(lambda v, _who: v.demand_map("resident"))
    with pytest.raises(PolicyError, match=r"no demand map 'resident': did you mean 'residents'"):
        run(world_with(cells(0)), standby=asks)
