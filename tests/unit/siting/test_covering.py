"""Covering: the toy case of the literature."""

from __future__ import annotations

import numpy as np
import pytest

from patrolsim.siting import CoverAim, expected_cover, find_layout, solve_exactly

# Demands 2, 2, 1, 1; the sites cover {0, 1}, {1, 2}, {0, 3}: a unit test of JEMSS.jl.
COVERS = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1]], np.bool_)
WEIGHTS = np.array([2.0, 2.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("posts", "value", "sites"), [(1, 4.0, (0,)), (2, 6.0, (1, 2)), (3, 6.0, (0, 1, 2))]
)
def test_plain_covering_has_the_published_values(
    posts: int, value: float, sites: tuple[int, ...]
) -> None:
    aim = CoverAim(covers=COVERS, weights=WEIGHTS)
    assert solve_exactly(aim, posts) == (sites, -value, True)
    assert find_layout(aim, posts).value == -value


@pytest.mark.parametrize(
    ("busy", "values"), [(0.2, (3.2, 4.8, 5.44, 5.76)), (0.5, (2.0, 3.0, 4.0, 4.5))]
)
def test_expected_covering_has_the_values_of_brute_force(
    busy: float, values: tuple[float, ...]
) -> None:
    aim = CoverAim(covers=COVERS, weights=WEIGHTS, busy=busy)
    for posts, value in enumerate(values, start=1):
        layout = solve_exactly(aim, posts)
        assert layout is not None
        assert layout.value == pytest.approx(-value)
        assert len(layout.sites) == posts


def test_one_more_at_each_site_is_worth_what_the_definition_says() -> None:
    aim = CoverAim(covers=COVERS, weights=WEIGHTS, busy=0.4)
    one_more = [-expected_cover(aim, [0, 0, site]) for site in range(3)]
    assert aim.values_with([0, 0]) == pytest.approx(one_more)
