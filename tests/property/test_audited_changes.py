"""Whatever changes on the streets, the auditor finds nothing, and nobody is stranded."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_hours import a_thousand_times_larger
from tests.property.test_audited_worlds import HORIZON_US, PREEMPTIONS, Wander, tiny_worlds
from tests.runs import Closest, Home, Stay, run

from patrolsim.audit import AuditRules, audit
from patrolsim.errors import NetworkError
from patrolsim.network.phases import Effect, Intervention, check_phase
from patrolsim.network.streets import CLOSED_US
from patrolsim.policy import Interruption, Preemption

if TYPE_CHECKING:
    from patrolsim.network.streets import Streets
    from patrolsim.testing import TinyWorld


@st.composite
def spells(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    cuts = sorted(draw(st.sets(st.integers(0, HORIZON_US + 50), min_size=2, max_size=6)))
    return tuple((1000 * cuts[i], 1000 * cuts[i + 1]) for i in range(0, len(cuts) - 1, 2))


@st.composite
def interventions(draw: st.DrawFn, streets: Streets, name: str) -> Intervention:
    """Return one change of some streets; what opens is closed in the map before."""
    m = len(streets.tail)
    arcs = sorted(draw(st.sets(st.integers(0, m - 1), min_size=1, max_size=3)))
    closed = [arc for arc in arcs if streets.weight_us[0, arc] >= CLOSED_US]
    effect = draw(st.sampled_from([Effect.CLOSES, Effect.JAMS]))
    if closed:
        arcs, effect = closed, Effect.OPENS
    open_us = [[1000 * draw(st.integers(1, 60)) for _arc in arcs]] if closed else [[]]
    return Intervention(
        name=name,
        effect=effect,
        arcs=np.array(arcs, np.int64),
        modes=(0,),
        open_us=np.array(open_us, np.int64),
        thousandths=draw(st.sampled_from([100, 330, 500, 2000])),
        spells_us=draw(spells()),
    )


@st.composite
def changing_worlds(draw: st.DrawFn) -> TinyWorld:
    """Return a world with some changes; those that would cut corners off are left out."""
    tiny = a_thousand_times_larger(draw(tiny_worlds()))
    streets = tiny.streets
    if not len(streets.tail):
        return tiny
    n = len(streets.x)
    shut = sorted(draw(st.sets(st.integers(0, len(streets.tail) - 1), max_size=3)))
    weight_us = streets.weight_us.copy()
    weight_us[0, shut] = CLOSED_US
    gated = dataclasses.replace(streets, weight_us=weight_us)
    stops = [call.stop for call in tiny.calls] + [person.base for person in tiny.people]
    spots = [stop.spot(0) for stop in stops if stop is not None]
    used = {spot.arc for spot in spots if spot is not None}
    used |= {int(streets.twin[arc]) for arc in used}
    if n > 1 and not used & set(shut) and _is_joined(gated):
        streets = gated
    names = [f"change {number}" for number in range(draw(st.integers(1, 3)))]
    found = tuple(draw(interventions(streets, name)) for name in names)
    changing = dataclasses.replace(tiny, streets=streets, interventions=found)
    try:
        for phase in changing.build().phases:
            check_phase(phase, names)
    except NetworkError:
        kept = tuple(one for one in found if one.effect is not Effect.CLOSES)
        changing = dataclasses.replace(changing, interventions=kept)
    return changing


def _is_joined(streets: Streets) -> bool:
    from patrolsim.network.phases import Phase

    phase = Phase(start_us=0, active=(), streets=streets, local_us=streets.weight_us)
    try:
        check_phase(phase, [])
    except NetworkError:
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(tiny=changing_worlds(), preemption=st.sampled_from(PREEMPTIONS), goes_home=st.booleans())
def test_the_auditor_finds_nothing_while_streets_change(
    tiny: TinyWorld,
    preemption: Preemption,
    goes_home: bool,  # noqa: FBT001 - drawn by name
) -> None:
    world = tiny.build()
    policies = {
        "dispatch": Closest(preemption=preemption),
        "standby": Home() if goes_home else Stay(),
        "patrol": Wander(),
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
