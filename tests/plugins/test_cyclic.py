"""Rounds: the exact idleness of the engine's own log, and coming back after work."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runs import run

from patrolsim.errors import PluginError
from patrolsim.eventlog import Purpose
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_streets
from patrolsim_policies.cyclic import divide, round_length_s, solve_round

if TYPE_CHECKING:
    from patrolsim.eventlog import EventLog
    from patrolsim.world import World

SECOND_US = 1_000_000
ROUND = 12
STEP_S = 10
LENGTH_S = ROUND * STEP_S


def cyclic(name: str = "cyclic", /, **parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.PATROL, name, parameters)


def ring(people: list[Person], calls: list[Call], *, both_ways: bool = True) -> World:
    """Return twelve corners on a round, 10 s apart, all with the same risk."""
    angles = 2 * np.pi * np.arange(ROUND) / ROUND
    points = [(100.0 * float(np.cos(a)), 100.0 * float(np.sin(a))) for a in angles]
    arcs = [Arc(node, (node + 1) % ROUND, STEP_S * SECOND_US) for node in range(ROUND)]
    if both_ways:
        arcs += [Arc(arc.head, arc.tail, arc.weight_us) for arc in arcs]
    world = TinyWorld(
        calls=calls,
        people=people,
        horizon_us=3_600 * SECOND_US,
        streets=make_streets(points, arcs),
    ).build()
    return replace(world, forecast=replace(world.forecast, per_node=np.ones(ROUND)))


def visits_s(world: World, log: EventLog) -> dict[int, list[float]]:
    """Return when patrols came to each corner, by corner."""
    legs, found = log.legs, dict[int, list[float]]()
    passed = np.flatnonzero(legs.purpose == Purpose.PATROL)
    for leg in passed.tolist():
        last = legs.first_step[leg + 1] - 1
        if legs.step_end_us[last] <= legs.end_us[leg]:
            node = int(world.streets.head[legs.step_arc[last]])
            found.setdefault(node, []).append(int(legs.end_us[leg]) / SECOND_US)
    return {node: sorted(times) for node, times in found.items()}


def gaps_s(world: World, policy: Any, *, from_s: float = LENGTH_S + 1) -> np.ndarray[Any, Any]:
    """Return the times between two visits of a corner, after so long, for all corners."""
    visits = visits_s(world, run(world, patrol=policy))
    assert sorted(visits) == list(range(ROUND))
    return np.concatenate([np.diff([at for at in t if at >= from_s]) for t in visits.values()])


@pytest.mark.parametrize("people", [1, 2, 3, 4])
@pytest.mark.parametrize("both_ways", [True, False])
def test_the_longest_idleness_is_the_round_over_the_people(
    people: int,
    both_ways: bool,  # noqa: FBT001 - drawn by name
) -> None:
    # All start at one corner: they get to their places by the timetable.
    world = ring([Person(node=0, patrols=True)] * people, [], both_ways=both_ways)
    gaps = gaps_s(world, cyclic(people=people))
    assert gaps.max() == gaps.min() == LENGTH_S / people
    assert (gaps**2).sum() / (2 * gaps.sum()) == LENGTH_S / (2 * people)


def test_stops_lengthen_the_round() -> None:
    world = ring([Person(node=0, patrols=True)] * 2, [])
    gaps = gaps_s(world, cyclic(people=2, dwell=5.0), from_s=300.0)
    assert gaps.max() == gaps.min() == (LENGTH_S + ROUND * 5) / 2


def test_who_was_called_away_comes_back_to_their_place() -> None:
    call = Call(at_us=601 * SECOND_US, node=3, work_us=(217 * SECOND_US,))
    world = ring([Person(node=0, patrols=True)] * 2, [call])
    gaps = gaps_s(world, cyclic(people=2), from_s=601 + 217 + 3 * LENGTH_S)
    assert gaps.max() == gaps.min() == LENGTH_S / 2


def test_in_parts_each_walks_a_round_over_their_own() -> None:
    world = ring([Person(node=0, patrols=True)] * 3, [])
    gaps = gaps_s(world, cyclic("partition", people=3), from_s=300.0)
    # Four corners in a row: there and back takes 60 s.
    assert gaps.max() == gaps.min() == 60.0


def test_one_part_is_the_whole_round() -> None:
    world = ring([Person(node=4, patrols=True)], [])
    logs = [run(world, patrol=cyclic(name)) for name in ("cyclic", "partition")]
    assert logs[0].digest() == logs[1].digest()


def test_without_two_places_nobody_patrols() -> None:
    world = ring([Person(node=4, patrols=True)], [])
    world = replace(world, forecast=replace(world.forecast, per_node=np.eye(ROUND)[0]))
    assert len(run(world, patrol=cyclic()).legs.end_us) == 0


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_a_round_is_not_far_from_the_shortest(seed: int, places: int) -> None:
    draws = np.random.Generator(np.random.PCG64(seed))
    points = draws.random((places, 2))
    times_s = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)).tolist()
    order = solve_round(times_s)
    every = [round_length_s(times_s, [0, *rest]) for rest in permutations(range(1, places))]
    assert sorted(order) == list(range(places))
    assert order[0] == 0
    assert min(every) - 1e-9 <= round_length_s(times_s, order) <= 1.15 * min(every) + 0.01


@given(st.integers(0, 2**32 - 1))
def test_no_stretch_of_a_round_can_be_turned_to_shorten_it(seed: int) -> None:
    draws = np.random.Generator(np.random.PCG64(seed))
    points = 1_000 * draws.random((12, 2))
    times_s = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)).tolist()
    order = solve_round(times_s)
    length_s = round_length_s(times_s, order)
    for first, last in combinations(range(1, 13), 2):
        turned = order[:first] + order[first:last][::-1] + order[last:]
        assert round_length_s(times_s, turned) >= length_s - 0.01


@given(st.lists(st.integers(1, 9).map(float), max_size=7), st.integers(1, 3))
def test_no_other_division_has_a_lighter_heaviest_part(weights: list[float], parts: int) -> None:
    found = divide(weights, parts)
    assert [place for part in found for place in part] == list(range(len(weights)))
    assert len(found) == parts
    heaviest = max(sum(weights[place] for place in part) for part in found)
    assert heaviest == min(_heaviest_of_all(weights, parts))


@pytest.mark.parametrize("name", ["people", "hot_spots"])
def test_a_parameter_that_makes_no_sense_is_refused(name: str) -> None:
    with pytest.raises(PluginError, match=name):
        cyclic("cyclic", **{name: 0})


def _heaviest_of_all(weights: list[float], parts: int) -> list[float]:
    if parts == 1:
        return [sum(weights)]
    return [
        max(sum(weights[:cut]), rest)
        for cut in range(len(weights) + 1)
        for rest in _heaviest_of_all(weights[cut:], parts - 1)
    ]
