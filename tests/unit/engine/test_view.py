"""What a policy sees of places and people: as a dispatcher knows it, and nothing to write to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from tests.runs import run

from patrolsim.policy import Base, GoTo
from patrolsim.testing import Arc, Call, Person, TinyWorld, islands, make_streets

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.policy import StateView

SECOND_US = 1_000_000
POINTS = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (900.0, 900.0)]
STREETS = make_streets(
    POINTS,
    [
        Arc(0, 1, 10 * SECOND_US),
        Arc(1, 0, 30 * SECOND_US),
        Arc(1, 2, 10 * SECOND_US),
        Arc(2, 1, 10 * SECOND_US),
    ],
)


@dataclass
class Asks:
    """Stands by at a place, and asks the view something each time somebody is free."""

    question: Callable[[StateView, int], Any]
    answers: list[Any] = field(default_factory=list)

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | None:
        self.answers.append((volunteer_id, self.question(view, volunteer_id)))
        return GoTo(*POINTS[2]) if volunteer_id == 0 else None


def asked(question: Callable[[StateView, int], Any]) -> list[Any]:
    """Return the answers to a question in a world with two people and a call at 15 s."""
    world = TinyWorld(
        calls=[Call(at_us=15 * SECOND_US, node=1, work_us=(5 * SECOND_US,))],
        people=[Person(node=0), Person(node=1)],
        horizon_us=100 * SECOND_US,
        streets=STREETS,
        places={"square": (2,)},
    ).build()
    asks = Asks(question)
    run(world, standby=asks)
    return asks.answers


def test_who_goes_somewhere_has_that_as_destination() -> None:
    answers = asked(lambda view, _who: [view.destination(0), view.destination(1)])
    assert answers == [(0, [0, 1]), (1, [2, 1]), (1, [2, 1])]


def test_free_are_those_who_wait_or_go_to_wait() -> None:
    assert asked(lambda view, _who: list(view.free())) == [(0, [0]), (1, [0, 1]), (1, [0, 1])]


def test_times_lead_to_a_node_and_not_from_it() -> None:
    _who, times_s = asked(lambda view, who: view.times_to_s(who, 0).tolist())[0]
    assert times_s == [0.0, 30.0, 40.0, math.inf]


def test_times_cannot_be_written_to() -> None:
    def write(view: StateView, who: int) -> None:
        with pytest.raises(ValueError, match="read-only"):
            view.times_to_s(who, 0)[1] = 0.0

    asked(write)


def test_a_point_lies_at_the_nearest_node() -> None:
    assert asked(lambda view, who: view.node_near(who, 140.0, 5.0))[0] == (0, 1)


def test_the_teams_are_known_by_name() -> None:
    assert asked(lambda view, _who: list(view.team_names()))[0] == (0, ["team"])


class AsksAndGoes:
    """Goes to a place if the view says that a way leads there."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.times_s: set[float] = set()

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | Base:
        x, y = next((x, y) for name, x, y in view.posts() if name == self.place)
        time_s = view.travel_time_s(volunteer_id, x, y)
        self.times_s.add(time_s)
        return Base.OWN if time_s == math.inf else GoTo(x, y)


def test_a_named_place_that_no_way_leads_to_is_infinitely_far() -> None:
    policy = AsksAndGoes("harbour")
    run(islands(), standby=policy)
    assert policy.times_s == {math.inf}


def test_a_named_place_that_can_be_reached_is_not() -> None:
    policy = AsksAndGoes("gate")
    run(islands(), standby=policy)
    assert max(policy.times_s) < 3600.0
