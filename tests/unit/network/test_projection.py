"""Degrees become metres and back; a map that is no district is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.projection import (
    EARTH_RADIUS_M,
    Projection,
    check_extent_m,
    local_projection,
)

WUHAN = (np.array([114.30, 114.40, 114.50]), np.array([30.40, 30.45, 30.50]))
NOTHING = np.zeros(2)


def test_the_middle_of_the_map_is_the_origin() -> None:
    projection = local_projection(*WUHAN)
    assert projection.lon0 == pytest.approx(114.4)
    assert projection.lat0 == pytest.approx(30.45)
    assert projection.to_metres(projection.lon0, projection.lat0) == (0.0, 0.0)


def test_a_degree_is_as_long_as_on_the_sphere() -> None:
    projection = local_projection(*WUHAN)
    degree_m = 2 * math.pi * EARTH_RADIUS_M / 360
    assert projection.y_scale == pytest.approx(degree_m, abs=0.001)
    shrunk_m = degree_m * math.cos(math.radians(30.45))
    assert projection.x_scale == pytest.approx(shrunk_m, abs=0.001)


def test_given_scales_replace_those_of_the_sphere() -> None:
    projection = local_projection(*WUHAN, (100_000.0, 111_000.0))
    assert (projection.x_scale, projection.y_scale) == (100_000.0, 111_000.0)


def test_metres_go_back_to_degrees() -> None:
    projection = Projection(114.4, 30.45, 95_900.0, 111_195.0)
    lon, lat = projection.to_degrees(*projection.to_metres(*WUHAN))
    np.testing.assert_allclose((lon, lat), WUHAN, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("lon", "lat", "what"),
    [(np.array([0.0, 10.1]), NOTHING, "longitude"), (NOTHING, np.array([-5.1, 5.0]), "latitude")],
)
def test_a_map_wider_than_ten_degrees_is_refused(
    lon: np.ndarray[tuple[int], np.dtype[np.float64]],
    lat: np.ndarray[tuple[int], np.dtype[np.float64]],
    what: str,
) -> None:
    with pytest.raises(NetworkError, match=f"a node with a wrong {what}"):
        local_projection(lon, lat)


@pytest.mark.parametrize("axis", ["x", "y"])
def test_a_map_in_metres_wider_than_a_country_is_refused(axis: str) -> None:
    wide = {"x": NOTHING, "y": NOTHING, axis: np.array([4e6, 6.1e6])}
    with pytest.raises(NetworkError, match=f"a node with a wrong {axis}"):
        check_extent_m(**wide)
    check_extent_m(np.array([4e6, 5.9e6]), NOTHING)
