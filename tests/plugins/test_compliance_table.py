"""A nested table of posts: its rows, who fills the gap, and the values of the literature."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise
from typing import Any

import pytest
from tests.plugins.fakes import FakeView

from patrolsim import Base, GoTo, HotSpot
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role

# Demands 2, 2, 1, 1; sites 10 to 12 cover {0, 1}, {1, 2}, {0, 3}: the toy case of JEMSS.jl.
STREETS = {(10, 0): 1.0, (10, 1): 1.0, (11, 1): 1.0, (11, 2): 1.0, (12, 0): 1.0, (12, 3): 1.0}
SPOTS = tuple(HotSpot(node, 0.0, 0.0, weight) for node, weight in enumerate((2.0, 2.0, 1.0, 1.0)))
SITES = (("a", 10.0, 0.0), ("b", 11.0, 0.0), ("c", 12.0, 0.0))
COVERS = ((0, 1), (1, 2), (0, 3))


def table(**parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.STANDBY, "compliance_table", {"within": 1.0, **parameters})


def view(**heading: int) -> FakeView:
    """Return the toy district with people p0, p1, ... where they are or go."""
    places = {int(name[1:]): node for name, node in heading.items()}
    return FakeView(
        streets=STREETS,
        spots=SPOTS,
        places=SITES,
        place_times={(x, y): 1.0 for _name, x, y in SITES},
        nodes=dict(places),
        heading=places,
    )


@pytest.mark.parametrize(
    ("busy", "values"), [(0.2, (3.2, 4.8, 5.44, 5.76)), (0.5, (2.0, 3.0, 4.0, 4.5))]
)
def test_the_rows_come_near_the_best_expected_cover_of_the_toy_case(
    busy: float, values: tuple[float, ...]
) -> None:
    for people, best in enumerate(values, start=1):
        every = combinations_with_replacement(range(3), people)
        assert max(_cover(list(other), busy) for other in every) == pytest.approx(best)
        row = table(busy=busy).row(view(), 0, people)
        assert (1 - 1 / math.e) * best < _cover(row, busy) <= best + 1e-12
        # A nested table cannot have all rows best: with 2 people b and c are best, without a.
        assert people > 1 or _cover(row, busy) == pytest.approx(best)


def test_each_post_of_the_list_counts_for_the_next_one() -> None:
    assert table(busy=0.2).row(view(), 0, 3) == [0, 1, 2]


def test_each_row_is_the_one_before_and_a_post_more() -> None:
    policy = table()
    rows = [list(policy.row(view(), 0, people)) for people in range(1, 7)]
    assert all(later[:-1] == row for row, later in pairwise(rows))


def test_the_first_post_that_is_not_manned_is_filled() -> None:
    policy = table(order="b, a, c")
    assert policy.standby(view(p0=5), 0) == GoTo(11.0, 0.0)
    assert policy.standby(view(p0=5, p1=11), 0) == GoTo(10.0, 0.0)
    assert policy.standby(view(p0=5, p1=10), 0) == GoTo(11.0, 0.0)
    assert policy.standby(view(p0=5, p1=11, p2=10), 0) == GoTo(12.0, 0.0)


def test_who_holds_a_post_stays_there() -> None:
    assert table(order="b, a").standby(view(p0=11, p1=10), 0) == GoTo(11.0, 0.0)


def test_after_the_last_post_the_list_begins_again() -> None:
    assert table(order="b, a").standby(view(p0=5, p1=11, p2=10), 0) == GoTo(11.0, 0.0)


def test_a_post_without_a_way_is_passed_over() -> None:
    state = replace(view(p0=5), place_times={(11.0, 0.0): math.inf})
    assert table(order="b").standby(state, 0) is Base.OWN


def test_without_places_people_go_home() -> None:
    assert table().standby(replace(view(p0=5), places=()), 0) is Base.OWN


def test_a_post_that_the_scenario_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="no place 'd'"):
        table(order="d").standby(view(p0=5), 0)


def _cover(row: list[int], busy: float) -> float:
    counts = [sum(node in COVERS[site] for site in row) for node in range(4)]
    return sum(spot.weight * (1 - busy**count) for spot, count in zip(SPOTS, counts, strict=True))
