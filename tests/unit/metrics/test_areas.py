"""Squares of the map."""

from __future__ import annotations

import numpy as np
import pytest

from patrolsim.metrics.areas import areas_of, column_and_row
from patrolsim.testing import make_streets

STREETS = make_streets([(500.0, -300.0), (40_000.0, 9000.0)], [])


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [
        (500.0, -300.0, "A1"),
        (1499.0, 699.0, "A1"),
        (1500.0, -300.0, "B1"),
        (500.0, 700.0, "A2"),
        (26_400.0, -300.0, "Z1"),
        (26_600.0, -300.0, "AA1"),
        (27_600.0, -300.0, "AB1"),
        (-5000.0, -5000.0, "A1"),
    ],
)
def test_squares_are_named_as_on_a_town_map(x: float, y: float, name: str) -> None:
    assert areas_of(np.array([x]), np.array([y]), STREETS) == [name]


@pytest.mark.parametrize("columns", [1, 26, 27, 60, 702, 703])
def test_the_name_of_a_square_says_where_it_lies(columns: int) -> None:
    streets = make_streets([(0.0, 0.0), (1e6, 0.0)], [])
    x = np.array([1000.0 * (columns - 1) + 1])
    (name,) = areas_of(x, np.array([4001.0]), streets)
    assert column_and_row(name) == (columns - 1, 4)


@pytest.mark.parametrize("text", ["", "4", "c4", "C", "<b>1"])
def test_what_is_no_square_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no square|invalid literal"):
        column_and_row(text)
