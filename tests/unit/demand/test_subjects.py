"""Who is looked for: keyed draws, exponential coverage, ways that keep to the streets."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from patrolsim.demand.search_ground import SearchGround, make_search_ground
from patrolsim.demand.subjects import FOR_EVER_US, Part, Subject, draw_subject, stop_at_spot
from patrolsim.distributions import Fixed
from patrolsim.incidents import Movement, Search
from patrolsim.network.streets import SHARES, Spot
from patrolsim.streams import RandomStreams
from patrolsim.testing import Arc, Call, TinyWorld, make_search, make_streets

SQUARE = make_streets(
    [(0, 0), (100, 0), (100, 100), (0, 300)],
    [Arc(a, b, 100) for one in ((0, 1), (1, 2), (2, 3), (3, 0)) for a, b in (one, one[::-1])],
)
INCIDENTS = (
    TinyWorld(
        calls=[Call(at_us=1_000_000) for _ in range(2000)],
        people=[],
        horizon_us=2_000_000,
        streets=SQUARE,
    )
    .build()
    .incidents
)
WALK = Movement(speed_mps=1.0, lasts=Fixed(600.0))


def ground_of(search: Search) -> SearchGround:
    found = make_search_ground(SQUARE, search, 0, [])
    assert found is not None
    return found


def subjects(search: Search, count: int, *, replication: int = 0) -> list[Subject]:
    ground, streams = ground_of(search), RandomStreams(7, replication)
    return [draw_subject(ground, SQUARE, INCIDENTS.row(row), 0, streams) for row in range(count)]


def test_they_are_on_streets_by_the_chances_and_anywhere_along_them() -> None:
    ground, found = ground_of(make_search()), subjects(make_search(), 2000)
    arcs = [one.parts[0].arc for one in found]
    seen = np.array([arcs.count(arc) for arc in ground.arc.tolist()])
    assert stats.chisquare(seen, 2000 * ground.prior(0.0, 0.0)).pvalue > 0.001
    along = [one.parts[0].from_share / SHARES for one in found]
    assert stats.kstest(along, "uniform").pvalue > 0.001


def test_the_coverage_that_finds_them_is_exponential_with_mean_one() -> None:
    found = [one.coverage for one in subjects(make_search(), 2000)]
    assert stats.kstest(found, "expon").pvalue > 0.001


def test_the_draws_hang_on_seed_replication_and_incident_alone() -> None:
    assert subjects(make_search(), 5) == subjects(make_search(), 9)[:5]
    assert subjects(make_search(), 5) != subjects(make_search(), 5, replication=1)


def test_a_walk_goes_on_from_corner_to_corner_at_its_speed_and_ends_in_time() -> None:
    for one in subjects(make_search(movement=WALK), 50):
        *ways, stay = one.parts
        assert (ways[0].begin_us, stay.begin_us) == (1_000_000, 601_000_000)
        assert (stay.end_us, stay.from_share) == (FOR_EVER_US, stay.to_share)
        for before, after in pairwise(one.parts):
            assert before.end_us == after.begin_us
            away = np.subtract(point(*last(before)), point(after.arc, after.from_share))
            assert np.hypot(*away) < 0.001
        for part in ways:
            way_m = abs(part.to_share - part.from_share) / SHARES * SQUARE.length_m[part.arc]
            assert way_m == pytest.approx((part.end_us - part.begin_us) / 1e6, abs=1e-3)


def test_a_walk_turns_back_only_where_there_is_no_other_way() -> None:
    for one in subjects(make_search(movement=WALK), 50):
        arcs = [part.arc for part in one.parts[:-1]]
        assert all(a != b for a, b in pairwise(arcs))


def test_where_somebody_is_at_a_moment_lies_between_the_ends_of_the_part() -> None:
    one = subjects(make_search(movement=WALK), 1)[0]
    part = one.parts[1]
    arc, share = one.spot_at((part.begin_us + part.end_us) // 2)
    assert arc == part.arc
    assert share == pytest.approx((part.from_share + part.to_share) / 2, abs=2)
    assert one.spot_at(0) == (one.parts[0].arc, one.parts[0].from_share)


def test_a_find_in_the_middle_of_a_street_is_a_place_on_it_and_at_its_end_a_corner() -> None:
    stop = stop_at_spot(SQUARE, 0, 0, SHARES // 4)
    assert stop.spots == (Spot(0, SHARES // 4),)
    assert (stop.x, stop.y) == pytest.approx(tuple(point(0, SHARES // 4)))
    assert stop_at_spot(SQUARE, 0, 0, SHARES) == SQUARE.stop_at_node(int(SQUARE.head[0]))


def last(part: Part) -> tuple[int, int]:
    return part.arc, part.to_share


def point(arc: int, share: int) -> np.ndarray:
    tail, head = SQUARE.tail[arc], SQUARE.head[arc]
    ends = np.array([SQUARE.x, SQUARE.y])
    found: np.ndarray = ends[:, tail] + share / SHARES * (ends[:, head] - ends[:, tail])
    return found
