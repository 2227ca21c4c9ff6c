"""Whoever is looked for in whatever world: the auditor finds nothing, and the log is the same."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_worlds import PREEMPTIONS, Wander, tiny_worlds
from tests.runs import Closest, Home, Stay, run

from patrolsim.audit import AuditRules, audit
from patrolsim.distributions import Fixed
from patrolsim.incidents import Kind, Movement, Outcome, Stage, StartsWith
from patrolsim.network.streets import Mode, Stop, Streets
from patrolsim.policy import Interruption, Preemption, SearchTask, StateView, Sweep
from patrolsim.testing import Person, TinyWorld, make_search


@dataclass
class AnyStreets:
    """Searches one to three streets in a row, or stands at a corner, or has nothing to say."""

    def next_search(self, view: StateView, task: SearchTask) -> Sweep | None:
        near = np.flatnonzero(np.isfinite(task.tail_s) & np.isfinite(task.head_s))
        what = int(view.rng.integers(0, 6))
        if what == 0 or not len(near):
            return None
        street = int(near[int(view.rng.integers(0, len(near)))])
        if what == 1:
            return Sweep((int(task.tail[street]),), 1e-6 * float(view.rng.integers(1, 300)))
        nodes = [int(task.tail[street]), int(task.head[street])]
        for _ in range(int(view.rng.integers(0, 3))):
            onward = np.flatnonzero(task.tail == nodes[-1])
            if len(onward):
                nodes.append(int(task.head[onward[0]]))
        return Sweep(tuple(nodes), 1e-6 * float(view.rng.integers(0, 2) * 40))


def with_a_pace(streets: Streets, slower: int) -> Streets:
    """Return streets with a second mode that takes so many times as long."""
    own = streets.modes[0]
    pace = Mode(name="pace", off_road_mps=own.off_road_mps, turns_round=own.turns_round)
    return replace(
        streets,
        weight_us=np.vstack([streets.weight_us, streets.weight_us * slower]),
        usable=np.vstack([streets.usable, streets.usable]),
        modes=(own, pace),
    )


def twice(stop: Stop | None) -> Stop | None:
    """Return a place of one mode as a place of two."""
    if stop is None:
        return None
    return stop._replace(
        nodes=stop.nodes * 2, off_road_us=stop.off_road_us * 2, spots=stop.spots * 2
    )


@st.composite
def searched_kinds(draw: st.DrawFn, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """Return kinds of which the first looks for somebody, in its first or its second stage."""
    movement = draw(
        st.sampled_from(
            [
                None,
                Movement(speed_mps=40_000.0, lasts=Fixed(300e-6)),
                Movement(speed_mps=300_000.0, lasts=Fixed(90e-6)),
            ]
        )
    )
    search = make_search(
        sweep=draw(st.sampled_from([0.2, 1.0, 5.0])),
        passers_by=draw(st.sampled_from([0.0, 0.2, 1.0])),
        ring_m=draw(st.sampled_from([None, 2.0])),
        movement=movement,
        when_lost=draw(st.sampled_from([Outcome.ESCALATED, Outcome.GAVE_UP])),
    )
    first = kinds[0].stages[0]
    stage = Stage(
        name="search",
        where=first.where,
        places=(),
        takes=Fixed(0.0),
        needs=first.needs,
        starts_with=draw(st.sampled_from(list(StartsWith))),
        can_hand_over=first.can_hand_over,
        search=search,
    )
    stages = (stage, *kinds[0].stages) if draw(st.booleans()) else (first, stage)
    return (replace(kinds[0], stages=stages), *kinds[1:])


@st.composite
def searched_worlds(draw: st.DrawFn) -> TinyWorld:
    tiny = draw(tiny_worlds().filter(lambda one: len(one.streets.x) > 1))
    calls = [
        replace(
            call,
            stop=twice(call.stop),
            work_us=(draw(st.integers(100, 1500)), *call.work_us)
            if call.kind == 0
            else call.work_us,
        )
        for call in tiny.calls
    ]
    people: list[Person] = [replace(one, base=twice(one.base)) for one in tiny.people]
    return replace(
        tiny,
        calls=calls,
        people=people,
        streets=with_a_pace(tiny.streets, draw(st.sampled_from([1, 3]))),
        kinds=draw(searched_kinds(tiny.kinds)),
    )


@settings(max_examples=300, deadline=None)
@given(tiny=searched_worlds(), preemption=st.sampled_from(PREEMPTIONS), goes_home=st.booleans())
def test_the_auditor_finds_nothing_in_any_search(
    tiny: TinyWorld,
    preemption: Preemption,
    goes_home: bool,  # noqa: FBT001 - drawn by name
) -> None:
    world = tiny.build()
    policies = {
        "dispatch": Closest(preemption=preemption),
        "standby": Home() if goes_home else Stay(),
        "patrol": Wander(),
        "search": AnyStreets(),
    }
    log = run(world, **policies)
    rules = AuditRules(
        queue="priority",
        nearest=True,
        work_conserving=True,
        divert=preemption.divert,
        interrupt=preemption.interrupt,
        repeat=preemption.interruption is Interruption.REPEAT,
    )
    assert audit(world, log, rules=rules) == ()
    assert run(world, **policies).digest() == log.digest()
