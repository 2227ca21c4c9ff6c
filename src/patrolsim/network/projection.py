"""Degrees to metres on a district: one plain formula and its inverse."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from patrolsim.errors import NetworkError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG 1980, R1)."""
WIDEST_DEGREES = 10.0
"""A map wider than this is no district: the formula would be wrong by percents at its rim."""

WIDEST_M = 2_000_000.0
"""The same in metres: places are looked for on samples of each street, so length costs memory."""

_Coordinate = TypeVar("_Coordinate", float, "npt.NDArray[np.float64]")


@dataclass(frozen=True, slots=True)
class Projection:
    """A flat map round a centre: metres are degrees from the centre times a fixed scale.

    Attributes
    ----------
    lon0, lat0
        Centre, in degrees; it becomes x = y = 0.
    x_scale, y_scale
        Metres to a degree of longitude and of latitude.

    References
    ----------
    Snyder (1987), Map Projections: A Working Manual, USGS Professional Paper 1395, page 90:
    equirectangular projection of the sphere, with the centre's latitude as standard parallel.
    """

    lon0: float
    lat0: float
    x_scale: float
    y_scale: float

    def to_metres(self, lon: _Coordinate, lat: _Coordinate) -> tuple[_Coordinate, _Coordinate]:
        """Return x and y in metres of points in degrees."""
        return (lon - self.lon0) * self.x_scale, (lat - self.lat0) * self.y_scale

    def to_degrees(self, x: _Coordinate, y: _Coordinate) -> tuple[_Coordinate, _Coordinate]:
        """Return longitude and latitude in degrees of points in metres."""
        return x / self.x_scale + self.lon0, y / self.y_scale + self.lat0


def local_projection(
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    metres_per_degree: tuple[float, float] | None = None,
) -> Projection:
    """Return the projection about the middle of these points.

    Parameters
    ----------
    lon, lat
        Degrees, at least one point.
    metres_per_degree
        Given scales (x, y) in place of those of the sphere.

    Raises
    ------
    NetworkError
        If the points span more than 10 degrees.
    """
    lon0, lat0 = _middle(lon, "longitude"), _middle(lat, "latitude")
    x_scale, y_scale = metres_per_degree or _scales(lat0)
    return Projection(lon0, lat0, x_scale, y_scale)


def check_extent_m(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> None:
    """Refuse a map in metres that is no district.

    Raises
    ------
    NetworkError
        If the points span more than 2,000 km.
    """
    for what, metres in (("x", x), ("y", y)):
        low, high = float(metres.min()), float(metres.max())
        if high - low > WIDEST_M:
            raise NetworkError(
                f"the map reaches from {what} {low:g} m to {high:g} m: a district spans less than"
                f" {WIDEST_M / 1000:,.0f} km; look for a node with a wrong {what}"
            )


def _middle(degrees: npt.NDArray[np.float64], what: str) -> float:
    low, high = float(degrees.min()), float(degrees.max())
    if high - low > WIDEST_DEGREES:
        raise NetworkError(
            f"the map reaches from {what} {low:g} to {high:g}: a district spans less than"
            f" {WIDEST_DEGREES:g} degrees; look for a node with a wrong {what}"
        )
    return (low + high) / 2


def _scales(lat: float) -> tuple[float, float]:
    # Rounded to millimetres, so that the last bit of a machine's cosine moves no node.
    y_scale = round(math.radians(EARTH_RADIUS_M), 3)
    return round(y_scale * math.cos(math.radians(lat)), 3), y_scale
