"""People and places in the middle of streets, against brute force on split graphs.

The oracle cuts every street at the points that lie on it and asks networkx for the shortest way
between two points; it knows nothing of departures, joints or ways straight ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolsim.engine.legs import Errand
from patrolsim.engine.present import VolunteerState
from patrolsim.engine.travel import Travel
from patrolsim.eventlog import OFF_ROAD_STEP, Purpose
from patrolsim.network.streets import SHARES, UNREACHABLE_US, Spot, Stop, Streets
from patrolsim.testing import DRIVE, WALK, Arc, Person, TinyWorld, make_streets

if TYPE_CHECKING:
    from patrolsim.engine.legs import Leg

ERRAND = Errand(0, Purpose.TO_POST)


@dataclass
class StoppedClock:
    """A clock that stands where it is put."""

    now_us: int = 0


@st.composite
def towns(draw: st.DrawFn) -> Streets:
    """Return streets with parallels, loops and one-ways; not everything can be reached."""
    n = draw(st.integers(1, 6))
    nodes = st.integers(0, n - 1)
    weights = st.one_of(st.integers(1, 9), st.integers(1, 10**9))
    arcs = []
    for _ in range(draw(st.integers(1, 12))):
        tail, head, weight_us = draw(nodes), draw(nodes), draw(weights)
        arcs.append(Arc(tail, head, weight_us))
        if draw(st.booleans()):
            arcs.append(Arc(head, tail, weight_us))
    mode = draw(st.sampled_from([WALK, DRIVE]))
    return make_streets([(float(i), float(i * i)) for i in range(n)], arcs, mode=mode)


@st.composite
def places(draw: st.DrawFn, streets: Streets, favourite: int) -> Stop:
    """Return a place on or off a street; mostly on one and the same street."""
    arcs = st.one_of(st.just(favourite), st.integers(0, len(streets.tail) - 1))
    arc, share = draw(arcs), draw(st.integers(1, SHARES - 1))
    off_road_us = draw(st.sampled_from([0, 0, 13]))
    own = (float(draw(st.integers(10, 10**6))), -1.0)
    return Stop(*own, (int(streets.tail[arc]),), (off_road_us,), (Spot(arc, share),))


def split_graph(
    streets: Streets, starts: dict[str, tuple[int, int]], ends: dict[str, tuple[int, int]]
) -> nx.MultiDiGraph[object]:
    """Return the streets, cut at points given as name: (arc, time from its tail)."""
    graph: nx.MultiDiGraph[object] = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(streets.x)))
    for arc in range(len(streets.tail)):
        whole_us = int(streets.weight_us[0, arc])
        points = sorted([(at, name) for name, (on, at) in {**starts, **ends}.items() if on == arc])
        chain: list[tuple[int, object]] = [(0, int(streets.tail[arc])), *points]
        chain.append((whole_us, int(streets.head[arc])))
        for (at_us, here), (to_us, there) in pairwise(chain):
            graph.add_edge(here, there, weight=to_us - at_us)
            if to_us == at_us and isinstance(here, str) and isinstance(there, str):
                # one and the same point
                graph.add_edge(there, here, weight=0)
    return graph


def brute_force_us(
    streets: Streets, starts: dict[str, tuple[int, int]], ends: dict[str, tuple[int, int]]
) -> float:
    """Return the time of the fastest way from any start to any end, each a cut of a street."""
    graph = split_graph(streets, starts, ends)
    lengths = nx.multi_source_dijkstra_path_length(graph, set(starts)) if starts else {}
    return min((lengths[end] for end in ends if end in lengths), default=float("inf"))


def cuts_of(streets: Streets, stop: Stop, name: str) -> dict[str, tuple[int, int]]:
    """Return the cuts that a place makes in its street, one per direction."""
    spot = stop.spot(0)
    assert spot is not None
    cuts = {name: (spot.arc, int(streets.weight_us[0, spot.arc]) * spot.share // SHARES)}
    twin = int(streets.twin[spot.arc])
    if twin >= 0:
        back_us = int(streets.weight_us[0, twin]) * (SHARES - spot.share) // SHARES
        cuts[f"{name} back"] = (twin, back_us)
    return cuts


def cuts_of_walker(streets: Streets, leg: Leg, now_us: int) -> dict[str, tuple[int, int]]:
    """Return the cuts at a walker, worked out from the steps and the target of the leg alone."""
    step = next(i for i, end_us in enumerate(leg.ends_us) if end_us >= now_us)
    arc = leg.arcs[step]
    began_us = leg.ends_us[step - 1] if step else leg.start_us
    whole_us = int(streets.weight_us[0, arc])
    target = cuts_of(streets, leg.target, "target").values()
    roads = [i for i, arc in enumerate(leg.arcs) if arc != OFF_ROAD_STEP]
    at_us = now_us - began_us
    if step == roads[0]:
        ends_at_us = next((at for on, at in target if on == arc and at), whole_us)
        at_us = (ends_at_us if step == roads[-1] else whole_us) - (leg.ends_us[step] - now_us)
    cuts = {"walker": (arc, at_us)}
    twin = int(streets.twin[arc])
    if twin >= 0 and 0 < at_us < whole_us and streets.modes[0].turns_round:
        twin_us = int(streets.weight_us[0, twin])
        cuts["walker back"] = (twin, twin_us - twin_us * at_us // whole_us)
    if at_us == 0 and twin >= 0:  # at a corner every street is open
        cuts = {"walker": (arc, 0)}
    return cuts


def setting(streets: Streets, base: Stop) -> tuple[Travel, StoppedClock, VolunteerState]:
    world = TinyWorld(calls=[], people=[Person(base=base)], horizon_us=1, streets=streets).build()
    clock = StoppedClock()
    travel = Travel(streets, [], clock)  # type: ignore[arg-type] # a clock that stands still
    return travel, clock, VolunteerState(world.volunteers[0], stop=base)


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_from_place_to_place_takes_what_the_split_graph_says(data: st.DataObject) -> None:
    streets = data.draw(towns())
    favourite = data.draw(st.integers(0, len(streets.tail) - 1))
    base, goal = (data.draw(places(streets, favourite)) for _ in range(2))
    travel, _clock, who = setting(streets, base)
    between_us = brute_force_us(
        streets, cuts_of(streets, base, "base"), cuts_of(streets, goal, "goal")
    )
    off_us = base.off_road_us[0] + goal.off_road_us[0]
    time_us = travel.time_to(who, goal, 0)
    if base[:2] == goal[:2]:
        assert time_us == 0
    elif between_us == float("inf"):
        assert time_us == UNREACHABLE_US
    else:
        assert time_us == between_us + off_us
        leg = travel.leg_to(who, goal, ERRAND)
        assert leg.end_us == leg.ends_us[-1] == time_us
        assert list(leg.ends_us) == sorted(leg.ends_us)


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_a_redirect_on_the_street_takes_what_the_split_graph_says(data: st.DataObject) -> None:
    streets = data.draw(towns())
    favourite = data.draw(st.integers(0, len(streets.tail) - 1))
    base, first, goal = (data.draw(places(streets, favourite)) for _ in range(3))
    travel, clock, who = setting(streets, base)
    if travel.time_to(who, first, 0) in {0, UNREACHABLE_US}:
        return
    leg = travel.leg_to(who, first, ERRAND)
    who.stop, who.leg = None, leg
    steps = [step for step, arc in enumerate(leg.arcs) if arc != OFF_ROAD_STEP]
    if not steps:
        return
    step = data.draw(st.sampled_from(steps))
    began_us = leg.ends_us[step - 1] if step else leg.start_us
    clock.now_us = data.draw(st.integers(began_us + 1, max(began_us + 1, leg.ends_us[step])))
    if clock.now_us > leg.ends_us[step] or clock.now_us >= leg.end_us:
        return
    starts = cuts_of_walker(streets, leg, clock.now_us)
    way_us = brute_force_us(streets, starts, cuts_of(streets, goal, "goal"))
    time_us = travel.time_to(who, goal, 0)
    if way_us == float("inf"):
        assert time_us == UNREACHABLE_US
    else:
        assert time_us == way_us + goal.off_road_us[0]
        assert travel.leg_to(who, goal, ERRAND).end_us == clock.now_us + time_us


def test_a_walker_turns_round_and_a_driver_does_not() -> None:
    arcs = [Arc(0, 1, 1000), Arc(1, 0, 1000)]
    goal = Stop(0.25, 0.0, (0,), (0,), (Spot(0, SHARES // 4),))
    for mode, expected_us in ((WALK, 250), (DRIVE, 500 + 750)):
        streets = make_streets([(0.0, 0.0), (1.0, 0.0)], arcs, mode=mode)
        travel, clock, who = setting(streets, streets.stop_at_node(0))
        who.leg, who.stop = travel.leg_to(who, streets.stop_at_node(1), ERRAND), None
        clock.now_us = 500
        assert travel.position(who) == pytest.approx((0.5, 0.0))
        assert travel.time_to(who, goal, 0) == expected_us
