"""What is at stake is kept safe by work that starts before the moment of the loss."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.runs import run

from patrolsim.audit import audit
from patrolsim.demand.table import Particulars
from patrolsim.distributions import Fixed
from patrolsim.eventlog import Event
from patrolsim.incidents import Stake
from patrolsim.testing import Call, Person, TinyWorld, make_kind

RISKY = replace(make_kind(), stake=Stake(amount=Fixed(7), unit="yuan", lost_after=Fixed(1)))


def told(call: Call, *people: Person) -> list[tuple[str, int, int]]:
    """Return event, time and amount of what the log says of stakes; the trace is sound."""
    particulars = call.particulars._replace(stake=7)
    calls = [replace(call, particulars=particulars)]
    world = TinyWorld(calls=calls, people=people, horizon_us=1000, kinds=(RISKY,)).build()
    log = run(world)
    assert audit(world, log) == ()
    rows = np.flatnonzero(log.events.event >= Event.AT_STAKE)
    return [
        (
            Event(int(log.events.event[i])).name,
            int(log.events.time_us[i]),
            int(log.events.detail[i]),
        )
        for i in rows.tolist()
    ]


def test_work_in_time_keeps_the_amount_safe() -> None:
    call = Call(at_us=100, work_us=(10,), particulars=Particulars(lost_us=101))
    assert told(call, Person()) == [("AT_STAKE", 100, 7), ("STAKE_KEPT", 100, 7)]


@pytest.mark.parametrize(("turnout_us", "kept"), [(19, "STAKE_KEPT"), (20, "STAKE_LOST")])
def test_work_at_the_very_moment_of_the_loss_is_too_late(turnout_us: int, kept: str) -> None:
    call = Call(at_us=100, work_us=(50,), particulars=Particulars(lost_us=120))
    person = Person(turnout_us=turnout_us)
    assert told(call, person) == [("AT_STAKE", 100, 7), (kept, 100 + turnout_us, 7)]


def test_it_is_lost_without_anybody_even_before_it_is_known() -> None:
    call = Call(at_us=100, report_us=500, particulars=Particulars(lost_us=120))
    assert told(call, Person()) == [("AT_STAKE", 100, 7), ("STAKE_LOST", 120, 7)]


def test_a_caller_who_gives_up_loses_it() -> None:
    call = Call(at_us=100, patience_us=50, particulars=Particulars(lost_us=400))
    assert told(call, Person(shifts=())) == [("AT_STAKE", 100, 7), ("STAKE_LOST", 150, 7)]


def test_what_is_undecided_at_the_end_is_neither_kept_nor_lost() -> None:
    call = Call(at_us=100, particulars=Particulars(lost_us=4000))
    assert told(call, Person(shifts=())) == [("AT_STAKE", 100, 7)]
