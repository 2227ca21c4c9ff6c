"""Whatever the hours do to the speeds, the auditor finds nothing in any world."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hours import profiles
from tests.property.test_audited_worlds import PREEMPTIONS, Wander, tiny_worlds
from tests.runs import Closest, Home, Stay, run

from patrolsim.audit import AuditRules, audit
from patrolsim.eventlog import NEVER_US
from patrolsim.network.streets import NO_NODE, Stop
from patrolsim.policy import Interruption, Preemption
from patrolsim.testing import DRIVE, WALK

if TYPE_CHECKING:
    from patrolsim.network.warp import SpeedProfile
    from patrolsim.testing import TinyWorld
    from patrolsim.world import World

HOURS = profiles(until_us=3_000, slowest=200, fastest=1000)
ANY_HOURS = profiles(until_us=3_000_000, slowest=200)


def a_thousand_times_larger(tiny: TinyWorld) -> TinyWorld:
    """Return a world in milliseconds: there a microsecond is less than what positions show.

    Above the usual speed a step may end within a microsecond of the clock, and whoever changes
    the mode has what is left of the street in whole microseconds: the trace does not tell exactly
    how much lies behind.
    """

    def more(time_us: int) -> int:
        return 1000 * time_us if 0 < time_us < NEVER_US else time_us

    calls = [
        replace(
            call,
            at_us=more(call.at_us),
            work_us=tuple(more(work_us) for work_us in call.work_us),
            patience_us=more(call.patience_us),
            report_us=more(call.report_us),
            stop=_farther(call.stop),
        )
        for call in tiny.calls
    ]
    people = [
        replace(
            person,
            overtime_us=more(person.overtime_us),
            base=_farther(person.base),
            shifts=person.shifts and tuple((more(a), more(b)) for a, b in person.shifts),
        )
        for person in tiny.people
    ]
    streets = replace(tiny.streets, weight_us=1000 * tiny.streets.weight_us)
    horizon_us = more(tiny.horizon_us)
    return replace(tiny, calls=calls, people=people, streets=streets, horizon_us=horizon_us)


def _farther(stop: Stop | None) -> Stop | None:
    off_us = () if stop is None else tuple(1000 * off_us for off_us in stop.off_road_us)
    return None if stop is None else stop._replace(off_road_us=off_us)


def in_two_modes(tiny: TinyWorld, pace: int, hours: tuple[SpeedProfile, SpeedProfile]) -> World:
    """Return a world in which people patrol on foot and drive to the most urgent incidents."""
    streets = tiny.streets
    weight_us = np.vstack([streets.weight_us, streets.weight_us * pace])
    both = replace(
        streets,
        weight_us=weight_us,
        usable=np.vstack([streets.usable, streets.usable]),
        modes=(WALK, DRIVE),
    )
    world = replace(tiny, streets=both, calls=[replace(c, stop=None) for c in tiny.calls]).build()
    people = tuple(
        replace(person, mode_by_priority={1: 1}, base=_in_both(person.base))
        for person in world.volunteers
    )
    return replace(world, volunteers=people, profiles=hours)


def _in_both(stop: Stop) -> Stop:
    if len(stop.nodes) == 2:
        return stop
    node, off_us = stop.nodes[0], stop.off_road_us[0]
    assert node != NO_NODE
    return stop._replace(nodes=(node, node), off_road_us=(off_us, off_us), spots=stop.spots * 2)


def findings(world: World, preemption: Preemption, *, goes_home: bool) -> tuple[str, ...]:
    log = run(
        world,
        dispatch=Closest(preemption=preemption),
        standby=Home() if goes_home else Stay(),
        patrol=Wander(),
    )
    rules = AuditRules(
        queue="priority",
        nearest=True,
        work_conserving=True,
        divert=preemption.divert,
        interrupt=preemption.interrupt,
        repeat=preemption.interruption is Interruption.REPEAT,
    )
    return audit(world, log, rules=rules)


@settings(max_examples=100, deadline=None)
@given(tiny_worlds(), HOURS, st.sampled_from(PREEMPTIONS), st.booleans())
def test_the_auditor_finds_nothing_at_any_hour(
    tiny: TinyWorld,
    hours: SpeedProfile,
    preemption: Preemption,
    goes_home: bool,  # noqa: FBT001 - drawn
) -> None:
    world = replace(tiny, profiles=(hours,)).build()
    assert findings(world, preemption, goes_home=goes_home) == ()


@settings(max_examples=100, deadline=None)
@given(tiny_worlds(), ANY_HOURS, st.sampled_from(PREEMPTIONS), st.booleans())
def test_the_auditor_finds_nothing_where_people_are_faster_than_usual(
    tiny: TinyWorld,
    hours: SpeedProfile,
    preemption: Preemption,
    goes_home: bool,  # noqa: FBT001 - drawn
) -> None:
    world = replace(a_thousand_times_larger(tiny), profiles=(hours,)).build()
    assert findings(world, preemption, goes_home=goes_home) == ()


@settings(max_examples=100, deadline=None)
@given(tiny_worlds(), st.integers(1, 4), ANY_HOURS, ANY_HOURS, st.sampled_from(PREEMPTIONS))
def test_the_auditor_finds_nothing_where_each_mode_has_its_hours(
    tiny: TinyWorld,
    pace: int,
    on_foot: SpeedProfile,
    by_car: SpeedProfile,
    preemption: Preemption,
) -> None:
    world = in_two_modes(a_thousand_times_larger(tiny), pace, (on_foot, by_car))
    assert findings(world, preemption, goes_home=True) == ()
