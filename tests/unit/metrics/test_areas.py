"""Squares of the map."""

from __future__ import annotations

import numpy as np
import pytest

from patrolsim.metrics.areas import areas_of
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
