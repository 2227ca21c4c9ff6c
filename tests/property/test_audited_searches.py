"""Whoever is looked for in whatever world: the auditor finds nothing, and the log is the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_changes import changing_worlds
from tests.property.test_audited_hours import ANY_HOURS, a_thousand_times_larger
from tests.property.test_audited_worlds import PREEMPTIONS, Wander, tiny_worlds
from tests.runs import Closest, Home, Stay, run

from patrolsim.audit import AuditRules, audit
from patrolsim.demand.table import IF_LOST_US, SKIPPED_US
from patrolsim.distributions import Fixed
from patrolsim.incidents import Movement, Outcome, Stage, StartsWith
from patrolsim.network.streets import CLOSED_US, Mode, Stop, Streets
from patrolsim.policy import Interruption, Preemption, SearchTask, StateView, Sweep
from patrolsim.testing import Person, TinyWorld, make_search

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.network.phases import Intervention
    from patrolsim.network.warp import SpeedProfile

EXAMPLES = 20
LARGE = tiny_worlds().map(a_thousand_times_larger)


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


def with_a_pace(streets: Streets, slower: float) -> Streets:
    """Return streets with a second mode that takes so many times as long."""
    own = streets.modes[0]
    pace = Mode(name="pace", off_road_mps=own.off_road_mps, turns_round=own.turns_round)
    is_closed = streets.weight_us >= CLOSED_US
    slow_us = np.where(is_closed, CLOSED_US, _longer(streets.weight_us, slower))
    return replace(
        streets,
        weight_us=np.vstack([streets.weight_us, slow_us]),
        usable=np.vstack([streets.usable, streets.usable]),
        modes=(own, pace),
    )


def _longer(times_us: npt.NDArray[np.int64], slower: float) -> npt.NDArray[np.int64]:
    return np.maximum(np.minimum(times_us, 2**40) * slower, 1).astype(np.int64)


def for_both(change: Intervention, slower: float) -> Intervention:
    """Return a change of the streets that holds for the searchers' mode too."""
    open_us = np.vstack([change.open_us, _longer(change.open_us, slower)])
    return replace(change, modes=(0, 1), open_us=open_us)


def twice(stop: Stop | None) -> Stop | None:
    """Return a place of one mode as a place of two."""
    if stop is None:
        return None
    return stop._replace(
        nodes=stop.nodes * 2, off_road_us=stop.off_road_us * 2, spots=stop.spots * 2
    )


def movements(unit_us: int) -> st.SearchStrategy[Movement | None]:
    """Return walks of the lost in a world whose times are about so many microseconds."""
    paces = [(40_000.0, 300e-6), (300_000.0, 90e-6)]
    walks = [
        Movement(speed_mps=speed_mps / unit_us, lasts=Fixed(lasts_s * unit_us))
        for speed_mps, lasts_s in paces
    ]
    return st.sampled_from([None, *walks])


@st.composite
def search_stages(draw: st.DrawFn, like: Stage, unit_us: int) -> Stage:
    """Return a search by the people of another stage."""
    search = make_search(
        sweep=draw(st.sampled_from([0.2, 1.0, 5.0])),
        passers_by=draw(st.sampled_from([0.0, 0.2, 1.0])),
        ring_m=draw(st.sampled_from([None, 2.0])),
        movement=draw(movements(unit_us)),
        when_lost=draw(st.sampled_from([Outcome.ESCALATED, Outcome.GAVE_UP])),
    )
    return Stage(
        name="search",
        where=like.where,
        places=(),
        takes=Fixed(0.0),
        needs=like.needs,
        starts_with=draw(st.sampled_from(list(StartsWith))),
        can_hand_over=like.can_hand_over,
        search=search,
    )


@st.composite
def stages_with_searches(draw: st.DrawFn, first: Stage, unit_us: int) -> tuple[Stage, ...]:
    """Return three stages: a search comes first or second, and what follows one in vain."""
    search = draw(search_stages(first, unit_us))
    last = replace(first, only_when=Outcome.ESCALATED)
    again = replace(draw(search_stages(first, unit_us)), only_when=Outcome.ESCALATED)
    orders = [(search, first, last), (first, search, last), (search, again, last)]
    return draw(st.sampled_from(orders))


@st.composite
def works(draw: st.DrawFn, stages: tuple[Stage, ...], unit_us: int) -> tuple[int, ...]:
    """Return the work of stages; behind a search some happens only when it is in vain."""
    found = []
    for stage in stages:
        longest = 1500 if stage.search is not None else 300
        work_us = unit_us * draw(st.integers(1, longest))
        if stage.only_when is not None:
            work_us = draw(st.sampled_from([IF_LOST_US - work_us, SKIPPED_US]))
        found.append(work_us)
    return tuple(found)


@st.composite
def searched(
    draw: st.DrawFn,
    worlds: st.SearchStrategy[TinyWorld],
    unit_us: int = 1,
    slower: Sequence[float] = (1, 3),
) -> TinyWorld:
    """Return a world in which the first kind is looked for, in a mode of its own."""
    tiny = draw(worlds.filter(lambda one: len(one.streets.x) > 1))
    kind, pace = tiny.kinds[0], draw(st.sampled_from(slower))
    stages = draw(stages_with_searches(kind.stages[0], unit_us))
    calls = [
        replace(
            call,
            stop=twice(call.stop),
            work_us=draw(works(stages, unit_us)) if call.kind == 0 else call.work_us,
        )
        for call in tiny.calls
    ]
    people: list[Person] = [replace(one, base=twice(one.base)) for one in tiny.people]
    return replace(
        tiny,
        calls=calls,
        people=people,
        streets=with_a_pace(tiny.streets, pace),
        kinds=(replace(kind, stages=stages), *tiny.kinds[1:]),
        interventions=tuple(for_both(one, pace) for one in tiny.interventions),
    )


def findings(tiny: TinyWorld, preemption: Preemption, *, goes_home: bool) -> tuple[str, ...]:
    """Return what the auditor finds, and whether a second run is another one."""
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
    is_same = run(world, **policies).digest() == log.digest()
    return audit(world, log, rules=rules) + (() if is_same else ("another run",))


@settings(max_examples=EXAMPLES, deadline=None)
@given(searched(tiny_worlds()), st.sampled_from(PREEMPTIONS), st.booleans())
def test_the_auditor_finds_nothing_in_any_search(
    tiny: TinyWorld,
    preemption: Preemption,
    goes_home: bool,  # noqa: FBT001 - drawn
) -> None:
    assert findings(tiny, preemption, goes_home=goes_home) == ()


@settings(max_examples=EXAMPLES, deadline=None)
@given(searched(changing_worlds(), 1000), st.sampled_from(PREEMPTIONS), st.booleans())
def test_the_auditor_finds_nothing_in_a_search_while_streets_change(
    tiny: TinyWorld,
    preemption: Preemption,
    goes_home: bool,  # noqa: FBT001 - drawn
) -> None:
    assert findings(tiny, preemption, goes_home=goes_home) == ()


@settings(max_examples=EXAMPLES, deadline=None)
@given(searched(LARGE, 1000), ANY_HOURS, ANY_HOURS, st.sampled_from(PREEMPTIONS))
def test_the_auditor_finds_nothing_in_a_search_at_any_hour(
    tiny: TinyWorld, own: SpeedProfile, pace: SpeedProfile, preemption: Preemption
) -> None:
    assert findings(replace(tiny, profiles=(own, pace)), preemption, goes_home=True) == ()
