"""A letter is known when a round has worked at its box, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tests.runs import run

from patrolsim.audit import audit
from patrolsim.demand.table import Particulars
from patrolsim.eventlog import NEVER_US, Event, Known
from patrolsim.testing import WALK, Arc, Call, Person, TinyWorld, make_kind, make_streets

if TYPE_CHECKING:
    from patrolsim.world import World

STREETS = make_streets(
    [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)],
    [Arc(0, 1, 100), Arc(1, 0, 100), Arc(1, 2, 100), Arc(2, 1, 100)],
    mode=WALK,
)
LETTER = make_kind("letter")
ROUND = make_kind("round", places=(("west box",), ("east box",)))


def letter(at_us: int, node: int, posted_us: int | None = None) -> Call:
    posted_us = at_us if posted_us is None else posted_us
    particulars = Particulars(posted_us=posted_us)
    return Call(at_us=at_us, node=node, kind=0, report_us=NEVER_US, particulars=particulars)


def walk(at_us: int) -> Call:
    return Call(at_us=at_us, node=0, kind=1, work_us=(10, 10))


def world_of(*calls: Call) -> World:
    return TinyWorld(
        calls=calls,
        people=[Person()],
        horizon_us=3000,
        streets=STREETS,
        kinds=(LETTER, ROUND),
        places={"west box": (0,), "east box": (2,)},
        rounds={0: 1},
    ).build()


def fetched_us(*calls: Call) -> list[int]:
    """Return when each letter becomes known, in that order; the trace is sound."""
    world = world_of(*calls)
    log = run(world)
    assert audit(world, log) == ()
    events = log.events
    rows = np.flatnonzero((events.event == Event.KNOWN) & (events.detail == Known.FETCHED))
    return events.time_us[rows].tolist()  # type: ignore[no-any-return]


def test_letters_wait_until_the_round_has_worked_at_their_box() -> None:
    assert fetched_us(letter(0, 0), letter(5, 2), walk(100)) == [110, 320]


def test_a_letter_goes_into_the_nearest_box() -> None:
    assert fetched_us(letter(0, 1), walk(100)) == [110]


def test_a_letter_after_the_round_waits_for_the_next_one() -> None:
    assert fetched_us(letter(111, 0), walk(100), walk(1000)) == [1210]


def test_a_letter_posted_at_the_very_moment_is_left() -> None:
    assert fetched_us(letter(50, 0, posted_us=110), walk(100), walk(1000)) == [1210]


def test_without_a_round_nobody_knows() -> None:
    assert fetched_us(letter(0, 0)) == []
