"""Bounds against everything that tries to beat them: shipped rules, prophets, brute force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, permutations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hours import profiles
from tests.property.test_audited_changes import changing_worlds
from tests.property.test_audited_worlds import PREEMPTIONS, Wander, tiny_worlds
from tests.property.test_traces import all_pairs
from tests.runs import Closest, Home, NoPatrol, Stay, run
from tests.scenarios.miaoshan_files import FOLDER
from tests.towns import build_town
from tests.unit.network.test_phases import arc_of, change, ring

from patrolsim.bounds import (
    Roster,
    bound_lateness,
    bound_response,
    measured_lateness,
    measured_response,
)
from patrolsim.cli.init import write_town
from patrolsim.cli.preparing import Options, prepare
from patrolsim.distributions import Uniform
from patrolsim.engine import simulate
from patrolsim.experiment import Task, build_policies
from patrolsim.metrics import incident_table
from patrolsim.network.phases import Effect
from patrolsim.network.streets import CLOSED_US, Spot
from patrolsim.policy import Assignment, GoTo, Preemption, Role, ShiftPlan, Visit
from patrolsim.testing import DRIVE, Arc, Call, Person, TinyWorld, make_kind, make_streets
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patrolsim.eventlog import EventLog
    from patrolsim.network.streets import Stop, Streets
    from patrolsim.policy import OpenIncident, RosterView, StateView
    from patrolsim.world import World

NOBODY_IS_TAKEN_AWAY = Preemption()
TURNS = 20
"""More than anybody turns round between two arrivals in worlds as small as these."""


@pytest.fixture(autouse=True, scope="module")
def _few_turns() -> Iterator[None]:
    """Keep the allowance for rounding small against the streets of these worlds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("patrolsim.bounds.footing.ROUNDING_US", TURNS)
        yield


@dataclass
class Anybody:
    """Sends anybody who may be sent, or lets the incident wait."""

    preemption: Preemption = NOBODY_IS_TAKEN_AWAY

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        found = view.nearest(incident, 4)
        if not found or view.rng.uniform() < 0.1:
            return None
        chosen = found[int(view.rng.integers(0, len(found)))]
        return Assignment(incident.incident_id, (chosen.volunteer_id,))

    def queue_key(self, incident: OpenIncident) -> tuple[float, ...]:
        return (-incident.known_s,)


@dataclass
class Prophet:
    """Waits, or patrols, where one of the next incidents will be: it has seen the future."""

    world: World

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | None:
        node = self._next_node(view, volunteer_id)
        if node is None:
            return None
        streets = self.world.streets
        return GoTo(float(streets.x[node]), float(streets.y[node]))

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | None:
        node = self._next_node(view, volunteer_id)
        return (
            None if node is None else Visit(node, dwell_s=float(view.rng.integers(1, 60)) * 1e-6)
        )

    def _next_node(self, view: StateView, volunteer_id: int) -> int | None:
        table = self.world.incidents
        coming = np.flatnonzero(table.occurred_us >= round(view.now_s * 1e6))
        if not len(coming):
            return None
        mine = coming[min(int(view.rng.integers(0, 3)), len(coming) - 1)]
        mode = self.world.volunteers[volunteer_id].mode
        return int(table.stops[mine].nodes[mode])


@dataclass
class Shuffled:
    """Cuts everybody's duty at random moments: a new shift begins at the own base."""

    world: World

    def plan_roster(self, view: RosterView) -> list[ShiftPlan]:
        plans = []
        for person in self.world.volunteers:
            cuts = np.unique(view.rng.integers(0, round(view.period_s * 1e6), 6)).tolist()
            gap = int(view.rng.integers(0, 2))
            spans = [(a + gap, b) for a, b in pairwise(cuts) if a + gap < b]
            plans += [ShiftPlan(person.volunteer_id, a / 1e6, b / 1e6) for a, b in spans]
        return plans


@st.composite
def varied_worlds(draw: st.DrawFn) -> World:
    """Return a small world with targets, and with what else a bound must allow for."""
    tiny: TinyWorld = draw(tiny_worlds())
    targets = st.sampled_from([None, 0, 30, 100, 400])
    kinds = tuple(
        replace(kind, target_s=None if (us := draw(targets)) is None else us / 1e6)
        for kind in tiny.kinds
    )
    world = replace(tiny, kinds=kinds).build()
    if draw(st.booleans()):
        world = in_two_modes(world, fast=draw(st.integers(1, 9)))
    if draw(st.booleans()):
        hours = profiles(until_us=3_000, slowest=200)
        world = replace(world, profiles=tuple(draw(hours) for _mode in world.streets.modes))
    slow = Uniform(5e-6, 20e-6)
    people = tuple(
        replace(person, answers_after=slow) if draw(st.booleans()) else person
        for person in world.volunteers
    )
    return replace(world, volunteers=people, warm_up_us=draw(st.sampled_from([0, 0, 500])))


def in_two_modes(world: World, *, fast: int) -> World:
    """Return the world in which urgent incidents are answered in a second, faster mode."""
    streets, table = world.streets, world.incidents
    twice = partial(joined_twice, streets=streets)
    quick_us = np.maximum(streets.weight_us * 3 // (3 + fast), 1)
    doubled = replace(
        streets,
        weight_us=np.concatenate([streets.weight_us, quick_us]),
        usable=np.concatenate([streets.usable, streets.usable]),
        modes=(*streets.modes, replace(DRIVE, name="cart", turns_round=True)),
    )
    people = tuple(
        replace(person, base=twice(person.base), mode_by_priority={1: 1, 3: 1})
        for person in world.volunteers
    )
    places = {name: tuple(twice(stop) for stop in stops) for name, stops in world.places.items()}
    incidents = replace(table, stops=tuple(twice(stop) for stop in table.stops))
    return replace(world, streets=doubled, volunteers=people, places=places, incidents=incidents)


def joined_twice(stop: Stop, streets: Streets) -> Stop:
    """Return a place that people of a second mode reach from another street."""
    spots: tuple[Spot | None, ...] = ()
    nodes = stop.nodes
    if stop.spots and stop.spots[0] is not None:
        spot = stop.spots[0]
        arc = (spot.arc + 1) % len(streets.tail)
        spots = (spot, Spot(arc, spot.share))
        nodes = (*stop.nodes, int(streets.tail[arc]))
    else:
        nodes = stop.nodes * 2
    return stop._replace(nodes=nodes, off_road_us=(stop.off_road_us[0], 3), spots=spots)


def is_beaten(world: World, log: EventLog, *, preempts: bool, roster: Roster) -> bool:
    """Say whether a run is better than one of the bounds."""
    rows = incident_table(log, world)
    late, waited = measured_lateness(rows, world), measured_response(rows, world)
    no_later = bound_lateness(world, preempts=preempts, roster=roster)
    no_less = bound_response(world, preempts=preempts, roster=roster)
    assert (no_later.count, no_less.count) == (late[1], waited[1])
    return no_later.value > late[0] or no_less.value > waited[0]


POLICIES = st.fixed_dictionaries(
    {
        "dispatch": st.sampled_from([Closest, Anybody]),
        "standby": st.sampled_from(["home", "stay", "prophet"]),
        "patrol": st.sampled_from(["none", "wander", "prophet"]),
    }
)


def chosen(world: World, names: dict[str, object], preemption: Preemption) -> dict[str, object]:
    prophet = Prophet(world)
    dispatch = names["dispatch"]
    assert callable(dispatch)
    standby = {"home": Home(), "stay": Stay(), "prophet": prophet}
    patrol = {"none": NoPatrol(), "wander": Wander(), "prophet": prophet}
    return {
        "dispatch": dispatch(preemption=preemption),
        "standby": standby[str(names["standby"])],
        "patrol": patrol[str(names["patrol"])],
    }


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(tiny=changing_worlds(), preemption=st.sampled_from(PREEMPTIONS), names=POLICIES)
def test_no_opened_gate_beats_the_bound(
    tiny: TinyWorld, preemption: Preemption, names: dict[str, object]
) -> None:
    world = tiny.build()
    log = run(world, **chosen(world, names, preemption))
    preempts = bool(preemption.interrupt)
    assert not is_beaten(world, log, preempts=preempts, roster=Roster.OWN)


def test_a_gate_that_opens_is_part_of_the_bound() -> None:
    streets = ring()
    gate = change(Effect.OPENS, [arc_of(streets, 0, 2, CLOSED_US)], ((0, 9_000),), open_us=7)
    tiny = TinyWorld(
        calls=[Call(at_us=10, node=2)], people=[Person()], horizon_us=9_000, streets=streets
    )
    world = replace(tiny, interventions=(gate,)).build()
    assert not is_beaten(world, run(world), preempts=False, roster=Roster.OWN)
    assert bound_response(replace(tiny, interventions=()).build()).value == 190 / 1e6
    assert bound_response(world).value <= 7 / 1e6


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(world=varied_worlds(), preemption=st.sampled_from(PREEMPTIONS), names=POLICIES)
def test_no_strategy_beats_the_bound_for_the_scenarios_own_roster(
    world: World, preemption: Preemption, names: dict[str, object]
) -> None:
    log = run(world, **chosen(world, names, preemption))
    assert not is_beaten(world, log, preempts=bool(preemption.interrupt), roster=Roster.OWN)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(world=varied_worlds(), preemption=st.sampled_from(PREEMPTIONS), names=POLICIES)
def test_no_strategy_with_a_roster_of_its_own_beats_the_bound_for_any_roster(
    world: World, preemption: Preemption, names: dict[str, object]
) -> None:
    log = run(world, roster=Shuffled(world), **chosen(world, names, preemption))
    assert not is_beaten(world, log, preempts=bool(preemption.interrupt), roster=Roster.ANY)


@st.composite
def plain_worlds(draw: st.DrawFn) -> tuple[TinyWorld, list[Arc]]:
    """Return a world of up to four calls and two people who work without any choice but order."""
    n = draw(st.integers(1, 4))
    arcs = [Arc(i, (i + 1) % n, draw(st.integers(1, 60))) for i in range(n)] if n > 1 else []
    nodes = st.integers(0, n - 1)
    calls = [
        Call(
            at_us=draw(st.integers(0, 300)), node=draw(nodes), work_us=(draw(st.integers(0, 90)),)
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    tiny = TinyWorld(
        calls=sorted(calls, key=lambda call: call.at_us),
        people=[Person(node=draw(nodes)) for _ in range(draw(st.integers(1, 2)))],
        horizon_us=5_000,
        streets=make_streets([(float(i), 0.0) for i in range(n)], arcs),
        kinds=(replace(make_kind(), target_s=draw(st.integers(0, 120)) / 1e6),),
    )
    return tiny, arcs


def all_plans(tiny: TinyWorld, times: list[list[int]]) -> Iterator[list[int | None]]:
    """Yield when each call is reached, for each way to share and to order some of the calls."""
    numbers = range(len(tiny.calls))
    for owners in product(range(-1, len(tiny.people)), repeat=len(numbers)):
        for order in permutations(numbers):
            where = [person.node for person in tiny.people]
            free_us = [0] * len(tiny.people)
            reached: list[int | None] = [None] * len(numbers)
            for number in order:
                who, call = owners[number], tiny.calls[number]
                if who >= 0:
                    way_us = times[where[who]][call.node]
                    reached[number] = max(call.at_us, free_us[who] + way_us)
                    free_us[who] = max(call.at_us, free_us[who] + way_us) + call.work_us[0]
                    where[who] = call.node
            yield reached


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(drawn=plain_worlds())
def test_the_best_of_all_plans_is_not_below_the_bounds(
    drawn: tuple[TinyWorld, list[Arc]],
) -> None:
    tiny, arcs = drawn
    target_us = round((tiny.kinds[0].target_s or 0.0) * 1e6)
    late, waited = [], []
    for plan in all_plans(tiny, all_pairs(len(tiny.streets.x), arcs)):
        known = [call.at_us for call in tiny.calls]
        waits = [
            tiny.horizon_us - at if us is None else us - at
            for us, at in zip(plan, known, strict=True)
        ]
        late.append(
            sum(us is None or wait > target_us for us, wait in zip(plan, waits, strict=True))
        )
        waited.append(sum(waits))
    world = tiny.build()
    for preempts in (False, True):
        for roster in Roster:
            no_later = bound_lateness(world, preempts=preempts, roster=roster)
            no_less = bound_response(world, preempts=preempts, roster=roster)
            assert no_later.value <= min(late)
            assert round(no_less.value * 1e6) <= min(waited)


@pytest.mark.slow
def test_a_bound_for_a_crowded_town_is_not_trivial_and_holds(tmp_path: Path) -> None:
    kind = {"how_often": "60 per day", "takes": "about 1 h", "reach_within": "15 min"}
    builder = build_town(
        tmp_path,
        period={"from": "2025-03-10 00:00", "length": "1 day"},
        teams={"helpers": {"number": 3}},
        incidents={"help": kind},
    )
    for replication in range(3):
        world = builder.build(replication)
        late = bound_lateness(world, preempts=False, roster=Roster.OWN)
        waiting = bound_response(world, preempts=False, roster=Roster.OWN)
        assert late.value >= 3
        assert (waiting.per_incident or 0.0) > 400.0
        for standby in (Home(), Stay(), Prophet(world)):
            log = run(world, dispatch=Closest(), standby=standby)
            assert not is_beaten(world, log, preempts=False, roster=Roster.OWN)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["miaoshan", "town"])
def test_no_strategy_of_a_shipped_scenario_beats_its_bounds(place: str, tmp_path: Path) -> None:
    folder = FOLDER if place == "miaoshan" else tmp_path / "town"
    if place == "town":
        write_town(folder)
    loaded, host, choices = prepare(folder, Options())
    builder = WorldBuilder(loaded.scenario)
    beaten = []
    days = 1 if place == "miaoshan" else 3
    for replication, (name, chosen) in product(range(days), choices.items()):
        world = builder.build(replication)
        log = simulate(world, build_policies(chosen, host))
        roster = Roster.ANY if Role.ROSTER.value in chosen else Roster.OWN
        if is_beaten(world, log, preempts=False, roster=roster):
            beaten.append(Task(name, replication))
    assert beaten == []
