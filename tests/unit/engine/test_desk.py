"""The queue: who waits is offered people in order, and nobody is passed over."""

from __future__ import annotations

from tests.runs import Closest, run

from patrolsim.eventlog import Event
from patrolsim.policy import Preemption
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_streets


def test_an_urgent_call_behind_two_others_may_still_turn_somebody_round() -> None:
    streets = make_streets([(0, 0), (9, 0)], [Arc(0, 1, 50), Arc(1, 0, 50)])
    calls = [
        Call(at_us=0, priority=1, work_us=(100,)),
        *(Call(at_us=at, node=1, priority=2, work_us=(10,)) for at in (1, 2)),
        Call(at_us=3, node=1, priority=1, work_us=(10,)),
    ]
    tiny = TinyWorld(calls=calls, people=[Person()], horizon_us=1_000, streets=streets)
    rules = Preemption(divert=frozenset({(2, 1)}))
    log = run(tiny.build(), dispatch=Closest(preemption=rules, fcfs=True))
    table = log.events
    arrived = table.incident_id[table.event == Event.ARRIVED].tolist()
    # Free at 100, sent to the second call, which came first, and turned round at once.
    assert arrived == [0, 3, 1, 2]
