"""The ways on from a corner: one per neighbour, the fastest that is open."""

from __future__ import annotations

from patrolsim.engine.ground import Ground
from patrolsim.network.streets import CLOSED_US
from patrolsim.testing import Arc, make_streets

POINTS = [(0.0, 0.0), (9.0, 0.0), (0.0, 9.0), (9.0, 9.0)]


def ways(*arcs: Arc) -> dict[int, int]:
    """Return the neighbours of corner 0, rising as they come, with the time of the way."""
    streets = make_streets(POINTS, list(arcs))
    ground = Ground(streets)
    found = ground.ways_from(0, 0)
    assert ground.ways_from(0, 0) is found
    return {node: ground.weight_us[0][arc] for node, arc in found.items()}


def test_of_parallel_streets_the_fastest_is_the_way() -> None:
    back = [Arc(1, 0, 7), Arc(2, 0, 7)]
    found = ways(Arc(0, 2, 8), Arc(0, 1, 5), Arc(0, 1, 3), Arc(0, 1, 9), *back)
    assert found == {1: 3, 2: 8}
    assert list(found) == [1, 2]


def test_a_closed_street_and_a_loop_are_no_ways() -> None:
    assert ways(Arc(0, 0, 4), Arc(0, 1, CLOSED_US), Arc(0, 2, 6), Arc(1, 0, 5), Arc(2, 0, 6)) == {
        2: 6
    }


def test_a_dead_end_has_no_way_on() -> None:
    streets = make_streets(POINTS, [Arc(0, 1, 5), Arc(1, 0, 5)])
    assert dict(Ground(streets).ways_from(3, 0)) == {}
