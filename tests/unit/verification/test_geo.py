"""What the geometry rows draw and where they look."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from patrolsim.verification.geo import SQUARE_SIDE, Field, diamond, poisson_number, square_files


def test_numbers_of_people_are_poisson() -> None:
    drawn = np.array([poisson_number(30.0, draw) for draw in range(2_000)])
    edges = np.array([0, 24, 27, 29, 31, 33, 36, 1_000])
    seen = np.histogram(drawn, edges)[0]
    chances = np.diff(stats.poisson(30.0).cdf(edges - 1))
    assert stats.chisquare(seen, chances / chances.sum() * len(drawn)).pvalue > 1e-3


def test_a_diamond_has_as_many_corners_as_half_its_side_says() -> None:
    half = SQUARE_SIDE // 2
    assert len(diamond()) == 2 * half * (half + 1) + 1


@pytest.mark.parametrize("side", [5, 11])
def test_the_centre_is_the_middle_corner(side: int) -> None:
    text = Field(square_files(side), "number: 1, posts: [centre]").setup(10).text
    assert f"{{node: {side * (side // 2) + side // 2}}}" in text
