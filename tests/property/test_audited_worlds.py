"""Whatever the world, the auditor finds nothing, and the same world gives the same log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs import Closest, Home, Stay, run

from patrolsim.audit import AuditRules, audit
from patrolsim.eventlog import NEVER_US, OFF_ROAD_STEP
from patrolsim.incidents import Kind, StartsWith
from patrolsim.network.streets import SHARES, Spot, Stop, Streets
from patrolsim.policy import Interruption, Preemption, StateView, Walk
from patrolsim.testing import DRIVE, WALK, Arc, Call, Person, TinyWorld, make_kind, make_streets

if TYPE_CHECKING:
    from collections.abc import Sequence

Places = st.SearchStrategy[Stop | None]
HORIZON_US = 3_000
SKILLS = ("mediation", "first aid")


@dataclass
class Wander:
    """Walks a few random streets, then rests for a random time."""

    def next_patrol(self, view: StateView, volunteer_id: int) -> Walk | None:
        here, nodes = view.node_of(volunteer_id), []
        for _ in range(int(view.rng.integers(1, 4))):
            ways = view.neighbours(volunteer_id, here)
            if not ways:
                break
            here = ways[int(view.rng.integers(0, len(ways)))]
            nodes.append(here)
        if not nodes:
            return None
        return Walk(tuple(nodes), dwell_s=float(view.rng.integers(0, 3)) * 1e-5)


@st.composite
def kinds(draw: st.DrawFn) -> tuple[Kind, ...]:
    return tuple(
        make_kind(
            f"kind {number}",
            needs=draw(
                st.sampled_from(
                    [
                        ((None, 1),),
                        ((None, 2),),
                        (("mediation", 1), (None, 1)),
                        (("first aid", 1),),
                    ]
                )
            ),
            places=draw(st.sampled_from([(None,), (None, ("clinic",)), (None, None)])),
            starts_with=draw(st.sampled_from(list(StartsWith))),
            can_hand_over=draw(st.booleans()),
            seen_by_patrols=draw(st.booleans()),
        )
        for number in range(3)
    )


@st.composite
def shifts(draw: st.DrawFn) -> tuple[tuple[int, int], ...] | None:
    if draw(st.booleans()):
        return None
    cuts = sorted(draw(st.sets(st.integers(0, HORIZON_US), min_size=2, max_size=4)))
    return tuple((cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2))


@st.composite
def stops_on(draw: st.DrawFn, streets: Streets, off_road_us: Sequence[int]) -> Stop | None:
    """Return a place in the middle of a street, or off it; each has a position of its own."""
    if not len(streets.tail):
        return None
    arc, share = draw(st.integers(0, len(streets.tail) - 1)), draw(st.integers(1, SHARES - 1))
    away_us = draw(st.sampled_from(off_road_us))
    tail, head = int(streets.tail[arc]), int(streets.head[arc])
    at, own = share / SHARES, draw(st.integers(1, 10**6)) * 1e-9 + arc * 1e-8
    x = streets.x[tail] + at * (streets.x[head] - streets.x[tail]) + own
    y = streets.y[tail] + at * (streets.y[head] - streets.y[tail])
    y += 2.0 + away_us * 1e-3 if away_us else 0.0
    node = tail if at <= 0.5 else head
    return Stop(float(x), float(y), (node,), (away_us,), (Spot(arc, share),))


@st.composite
def members(draw: st.DrawFn, nodes: st.SearchStrategy[int], places: Places) -> Person:
    return Person(
        node=draw(nodes),
        skills=frozenset(draw(st.sets(st.sampled_from(SKILLS)))),
        patrols=draw(st.booleans()),
        acceptance=draw(st.sampled_from([1.0, 1.0, 0.5])),
        overtime_us=draw(st.sampled_from([0, 40, NEVER_US])),
        shifts=draw(shifts()),
        base=draw(places),
    )


@st.composite
def tiny_worlds(draw: st.DrawFn, off_road_us: Sequence[int] = (0, 0, 7, 70)) -> TinyWorld:
    n = draw(st.integers(1, 7))
    weights = st.integers(1, 60)
    arcs = [Arc(i, (i + 1) % n, draw(weights)) for i in range(n)] if n > 1 else []
    for _ in range(draw(st.integers(0, 8)) if n > 1 else 0):
        tail, head, weight = (
            draw(st.integers(0, n - 1)),
            draw(st.integers(0, n - 1)),
            draw(weights),
        )
        arcs.append(Arc(tail, head, weight))
        if draw(st.booleans()):
            arcs.append(Arc(head, tail, weight))
    nodes = st.integers(0, n - 1)
    streets = make_streets(
        [(float(i), float(i * i % 5)) for i in range(n)],
        arcs,
        mode=draw(st.sampled_from([WALK, DRIVE])),
    )
    places: Places = stops_on(streets, off_road_us) if draw(st.booleans()) else st.none()
    calls = [
        Call(
            at_us=draw(st.integers(0, HORIZON_US - 1)),
            node=draw(nodes),
            work_us=(draw(st.integers(0, 300)), draw(st.integers(-1, 200))),
            kind=draw(st.integers(0, 2)),
            priority=draw(st.integers(1, 3)),
            patience_us=draw(st.sampled_from([NEVER_US, 50, 400])),
            report_us=draw(st.sampled_from([0, 0, 70, NEVER_US])),
            stop=draw(places),
        )
        for _ in range(draw(st.integers(1, 18)))
    ]
    people = draw(st.lists(members(nodes, places), min_size=1, max_size=5))
    return TinyWorld(
        calls=calls,
        people=people,
        horizon_us=HORIZON_US,
        streets=streets,
        kinds=draw(kinds()),
        places={"clinic": (draw(nodes), draw(nodes))},
    )


PAIRS = frozenset({(3, 1), (3, 2), (2, 1)})
PREEMPTIONS = [
    Preemption(),
    Preemption(divert=PAIRS),
    Preemption(interrupt=PAIRS),
    Preemption(divert=PAIRS, interrupt=PAIRS, interruption=Interruption.REPEAT),
]


@settings(max_examples=300, deadline=None)
@given(tiny=tiny_worlds(), preemption=st.sampled_from(PREEMPTIONS), goes_home=st.booleans())
def test_the_auditor_finds_nothing_in_any_world(
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


def test_a_way_off_the_road_may_be_broken_off_twice() -> None:
    streets = make_streets([(0.0, 0.0), (100.0, 0.0)], [Arc(0, 1, 100), Arc(1, 0, 100)])
    scene = Stop(60.0, 9.0, (1,), (50,), (Spot(0, SHARES * 6 // 10),))
    base = Stop(20.0, 9.0, (0,), (50,), (Spot(0, SHARES * 2 // 10),))
    calls = [
        Call(at_us=0, work_us=(10,), stop=scene),
        Call(at_us=170, node=1, patience_us=10),
        Call(at_us=190, node=1),
    ]
    world = TinyWorld(
        calls=calls, people=[Person(base=base)], horizon_us=1000, streets=streets
    ).build()
    log = run(world, dispatch=Closest(), standby=Home(), patrol=Wander())
    begun = [
        (leg, int(log.legs.step_arc[step])) for leg, step in enumerate(log.legs.first_step[:-1])
    ]
    assert begun[1:5] == [(leg, OFF_ROAD_STEP) for leg in range(1, 5)]
    assert audit(world, log, rules=AuditRules(nearest=True)) == ()
