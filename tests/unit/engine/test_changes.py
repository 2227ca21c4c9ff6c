"""People under way when the streets change, on a square of four corners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.runs import Home, rows, run
from tests.unit.network.test_phases import change

from patrolsim.audit import AuditRules, audit
from patrolsim.eventlog import NOBODY, Event
from patrolsim.network.phases import Effect, Intervention
from patrolsim.network.streets import CLOSED_US, SHARES, Spot, Stop
from patrolsim.policy import StateView, Walk
from patrolsim.testing import DRIVE, WALK, Arc, Call, Person, TinyWorld, make_streets

if TYPE_CHECKING:
    from patrolsim.eventlog import EventLog
    from patrolsim.network.streets import Mode, Streets

RULES = AuditRules(nearest=True, work_conserving=True)


def square(mode: Mode = WALK) -> Streets:
    """Return 0 - 1 - 2 of 100 us each, the long way 2 - 3 - 0, and a gate from 0 to 2, shut."""
    ways = [(0, 1, 100), (1, 2, 100), (2, 3, 500), (3, 0, 500), (0, 2, CLOSED_US)]
    arcs = [Arc(*ends, us) for a, b, us in ways for ends in ((a, b), (b, a))]
    points = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    return make_streets(points, arcs, mode=mode)


def ways(streets: Streets, *ends: tuple[int, int]) -> list[int]:
    return [
        int(arc)
        for tail, head in ends
        for arc in np.flatnonzero((streets.tail == tail) & (streets.head == head))
    ]


def day(
    *changes: Intervention, mode: Mode = WALK, stop: Stop | None = None, at_us: int = 0
) -> EventLog:
    """Return the log of one who goes from corner 0 to an incident, as a rule at corner 2."""
    world = TinyWorld(
        calls=[Call(at_us=at_us, node=2, work_us=(10,), stop=stop)],
        people=[Person(node=0)],
        horizon_us=9_000,
        streets=square(mode),
        interventions=changes,
    ).build()
    log = run(world)
    assert audit(world, log, rules=RULES) == ()
    return log


def anew(log: EventLog) -> list[tuple[int, int]]:
    """Return (time, intervention) of those who planned anew."""
    events = log.events
    here = events.event == Event.PLANNED_ANEW
    return list(zip(events.time_us[here].tolist(), events.detail[here].tolist(), strict=True))


def test_whoever_can_turn_round_goes_back_to_a_gate_that_opens() -> None:
    gate = ways(square(), (0, 2), (2, 0))
    log = day(change(Effect.OPENS, gate, ((50, 9_000),), open_us=30))
    assert rows(log)[0].arrived_us == 50 + 50 + 30
    assert anew(log) == [(50, 0)]


def test_a_driver_goes_on_to_the_end_of_the_street_first() -> None:
    gate = ways(square(), (0, 2), (2, 0))
    log = day(change(Effect.OPENS, gate, ((50, 9_000),), open_us=30), mode=DRIVE)
    assert rows(log)[0].arrived_us == 200
    assert anew(log) == []


def test_a_gate_that_shuts_again_sends_people_the_old_way() -> None:
    gate = ways(square(), (0, 2), (2, 0))
    log = day(change(Effect.OPENS, gate, ((50, 60),), open_us=30))
    assert rows(log)[0].arrived_us == 60 + 60 + 100


def test_whoever_is_in_a_gate_when_it_shuts_walks_out_of_it() -> None:
    gate = ways(square(), (0, 2), (2, 0))
    log = day(change(Effect.OPENS, gate, ((0, 20),), open_us=30))
    assert rows(log)[0].arrived_us == 30
    assert anew(log) == []


def test_whoever_is_on_a_street_that_closes_goes_on_to_its_end() -> None:
    log = day(change(Effect.CLOSES, ways(square(), (0, 1), (1, 0)), ((50, 400),)))
    assert rows(log)[0].arrived_us == 200


def test_a_street_ahead_that_closes_is_gone_round() -> None:
    log = day(change(Effect.CLOSES, ways(square(), (1, 2), (2, 1)), ((50, 9_000),)))
    assert rows(log)[0].arrived_us == 50 + 50 + 1_000
    assert anew(log) == [(50, 0)]


def test_whoever_stands_at_the_corner_of_a_street_that_closes_goes_round_it() -> None:
    log = day(change(Effect.CLOSES, ways(square(), (1, 2), (2, 1)), ((100, 9_000),)))
    assert rows(log)[0].arrived_us == 100 + 100 + 1_000


def test_a_place_on_a_closed_street_is_reached_from_both_ends() -> None:
    street = ways(square(), (1, 2), (2, 1))
    stop = Stop(100.0, 75.0, (2,), (0,), (Spot(street[0], SHARES * 3 // 4),))
    log = day(change(Effect.CLOSES, street, ((0, 9_000),)), stop=stop)
    assert rows(log)[0].arrived_us == 175


def test_in_a_jam_the_rest_of_a_street_takes_its_share_of_the_time() -> None:
    log = day(change(Effect.JAMS, ways(square(), (0, 1)), ((40, 9_000),), thousandths=500))
    assert rows(log)[0].arrived_us == 40 + 2 * 60 + 100
    assert anew(log) == [(40, NOBODY)]


def test_a_jam_that_ends_makes_people_faster_at_once() -> None:
    log = day(change(Effect.JAMS, ways(square(), (0, 1)), ((0, 40),), thousandths=500))
    assert rows(log)[0].arrived_us == 40 + 80 + 100


def test_somebody_at_home_leaves_by_the_gate_that_has_opened() -> None:
    gate = ways(square(), (0, 2), (2, 0))
    log = day(change(Effect.OPENS, gate, ((50, 9_000),), open_us=30), at_us=60)
    assert rows(log)[0].arrived_us == 60 + 30


def test_who_is_nearest_is_reckoned_on_the_present_streets() -> None:
    streets = square()
    street = ways(streets, (0, 1), (1, 0))
    home = Stop(75.0, 0.0, (1,), (0,), (Spot(street[0], SHARES * 3 // 4),))
    world = TinyWorld(
        calls=[Call(at_us=60, node=1), Call(at_us=1_000, node=1)],
        people=[Person(base=home), Person(node=2)],
        horizon_us=9_000,
        streets=streets,
        interventions=(change(Effect.JAMS, street, ((50, 500),), thousandths=100),),
    ).build()
    found = rows(run(world, standby=Home()))
    assert (found[0].volunteer, found[0].arrived_us) == (1, 160)
    assert (found[1].volunteer, found[1].arrived_us) == (0, 1_025)


def test_whoever_stands_in_the_middle_of_a_street_leaves_at_its_present_pace() -> None:
    streets = square(DRIVE)
    world = TinyWorld(
        calls=[Call(at_us=0, node=2, patience_us=60), Call(at_us=500, node=1)],
        people=[Person(node=0)],
        horizon_us=9_000,
        streets=streets,
        interventions=(
            change(Effect.JAMS, ways(streets, (0, 1)), ((100, 900),), thousandths=500),
        ),
    ).build()
    log = run(world)
    assert audit(world, log, rules=RULES) == ()
    assert rows(log)[1].arrived_us == 500 + 2 * 40


def test_a_change_far_away_changes_no_plan() -> None:
    log = day(change(Effect.JAMS, ways(square(), (2, 3), (3, 2)), ((50, 60),), thousandths=500))
    assert rows(log)[0].arrived_us == 200
    assert anew(log) == []
    assert len(log.legs.start_us) == 1


def test_the_log_tells_each_change_once() -> None:
    log = day(change(Effect.JAMS, [0], ((50, 60), (70, 80)), thousandths=500), at_us=8_000)
    events = log.events
    told = np.isin(events.event, [Event.INTERVENTION_BEGAN, Event.INTERVENTION_ENDED])
    assert events.time_us[told].tolist() == [50, 60, 70, 80]
    assert set(events.detail[told].tolist()) == {0}


class Round:
    """Walks from corner 0 to corner 2 by corner 1, once."""

    def next_patrol(self, view: StateView, volunteer_id: int) -> Walk | None:
        return Walk((1, 2), dwell_s=1.0) if view.node_of(volunteer_id) == 0 else None


@pytest.mark.parametrize(
    ("changes", "arrives_us"),
    [
        ([change(Effect.OPENS, ways(square(), (0, 2), (2, 0)), ((50, 900),), open_us=30)], 200),
        ([change(Effect.JAMS, ways(square(), (1, 2)), ((50, 900),), thousandths=500)], 300),
        ([change(Effect.CLOSES, ways(square(), (1, 2), (2, 1)), ((50, 900),))], 1_100),
    ],
    ids=["a gate beside it", "a jam on it", "a street of it that closes"],
)
def test_a_patrol_keeps_its_way_unless_that_is_closed(
    changes: list[Intervention], arrives_us: int
) -> None:
    world = TinyWorld(
        calls=[],
        people=[Person(node=0, patrols=True)],
        horizon_us=9_000,
        streets=square(),
        interventions=tuple(changes),
    ).build()
    log = run(world, patrol=Round())
    assert audit(world, log, rules=RULES) == ()
    assert int(log.legs.end_us[-1]) == arrives_us
