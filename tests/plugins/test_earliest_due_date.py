"""Earliest due date first, and people reserved not long before they are needed."""

from __future__ import annotations

from tests.plugins.appointing import HOUR_US, booked, call, form, lived, started, street

from patrolsim.testing import Person

URGENT, LAZY = form("urgent", due_min=60), form("lazy", due_min=600)


def test_what_is_due_first_is_started_first() -> None:
    world = street([call(0, 0), call(1, 0), call(2, 0, kind=1)], [Person()], LAZY, URGENT)
    assert [number for _, number in started(lived(world, "earliest_due_date"))] == [0, 2, 1]


def test_those_who_are_there_first_do_it() -> None:
    world = street([call(0, 5)], [Person(node=0), Person(node=3)], LAZY)
    assert started(lived(world, "earliest_due_date")) == [(20.0, 0)]


def test_people_are_reserved_for_an_opening_as_long_before_as_the_planner_says() -> None:
    world = street([call(0, 3)], [Person(node=0)], form(hours=(9, 12), due_min=900))
    for ahead in ("1 h", "2 h"):
        log = lived(world, "earliest_due_date", reserve_ahead=ahead)
        assert booked(log) == [(540.0 - 60 * int(ahead[0]), 0)]
        assert started(log) == [(540.0, 0)]


def test_nobody_is_reserved_who_is_off_duty_by_then() -> None:
    early = Person(shifts=((0, 9 * HOUR_US),))
    late = Person(node=5, shifts=((8 * HOUR_US, 20 * HOUR_US),))
    world = street([call(0, 0)], [early, late], form(hours=(9, 12), due_min=900))
    log = lived(world, "earliest_due_date")
    assert booked(log) == [(480.0, 0)]
    assert started(log) == [(540.0, 0)]


def test_whoever_cannot_be_there_before_the_window_closes_is_not_reserved_overnight() -> None:
    world = street([call(11 * 60 + 50, 5)], [Person(node=0)], form(hours=(9, 12), due_min=3000))
    log = lived(world, "earliest_due_date")
    assert booked(log) == [(24 * 60 + 7 * 60.0, 0)]
    assert started(log) == [(24 * 60 + 9 * 60.0, 0)]


def test_a_party_is_complete_or_does_not_start() -> None:
    pair = form("pair", needs=((None, 2),))
    second = Person(shifts=((3 * HOUR_US, 9 * HOUR_US),))
    log = lived(street([call(0, 0)], [Person(), second], pair), "earliest_due_date")
    assert booked(log) == [(180.0, 0), (180.0, 0)]
