"""Chinese coordinates: WGS-84 (OpenStreetMap, GPS), GCJ-02 (Amap, Tencent), BD-09 (Baidu).

Maps that are published in China show every point some hundred metres away from where WGS-84 has
it. Everything inside patrolsim is WGS-84; what is given otherwise is converted once, when it is
read.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

SEMI_MAJOR_M = 6_378_245.0
"""Semi-major axis of Krasovsky's ellipsoid (1940), metres."""
SQUARED_ECCENTRICITY = 0.00669342162296594323
"""The same ellipsoid's first eccentricity, squared."""
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""Outside this rectangle, in degrees, GCJ-02 is WGS-84."""
BAIDU_WAVES = np.pi * 3000.0 / 180.0
BAIDU_LON, BAIDU_LAT = 0.0065, 0.006
"""Degrees by which BD-09 lies east and north of GCJ-02, before its ripples."""
MOST_STEPS = 30
SMALL_DEGREES = 1e-12
"""A step of the inverse below this changes a place by less than a thousandth of a millimetre."""
DECIMALS = 9
"""Results are rounded to 0.1 mm: the last bit of a machine's sine must move no place."""


class Datum(StrEnum):
    """What the longitude and latitude of a point mean."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Point(NamedTuple):
    """Longitudes and latitudes, in degrees, as arrays of the same shape."""

    lon: Floats
    lat: Floats


def to_wgs84(datum: Datum, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Point:
    """Return the WGS-84 position of points given in a datum.

    Parameters
    ----------
    datum
        In which the points are given.
    lon, lat
        Degrees, scalars or arrays of one shape.

    Returns
    -------
    Point
        Degrees, float64, of the shape of the input; right to less than a millimetre, except
        within a kilometre of the rectangle where the shift begins: there a point of GCJ-02 may
        have come from two places.
    """
    point = _point(lon, lat)
    if datum is Datum.WGS84:
        return point
    if datum is Datum.BD09:
        point = _inverse(_gcj02_to_bd09, point)
    inside = is_shifted(*point)
    moved = _inverse(_shifted, point)
    return _rounded(
        Point(np.where(inside, moved.lon, point.lon), np.where(inside, moved.lat, point.lat))
    )


def from_wgs84(datum: Datum, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Point:
    """Return the position in a datum of points given in WGS-84.

    Parameters
    ----------
    datum
        That is wanted.
    lon, lat
        Degrees, scalars or arrays of one shape.

    Returns
    -------
    Point
        Degrees, float64, of the shape of the input.
    """
    point = _point(lon, lat)
    if datum is Datum.WGS84:
        return point
    inside, moved = is_shifted(*point), _shifted(point)
    point = Point(np.where(inside, moved.lon, point.lon), np.where(inside, moved.lat, point.lat))
    return _rounded(_gcj02_to_bd09(point) if datum is Datum.BD09 else point)


def is_shifted(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Say which points lie in the rectangle in which GCJ-02 differs from WGS-84."""
    inside: npt.NDArray[np.bool_] = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    return inside


def _point(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Point:
    return Point(np.asarray(lon, np.float64), np.asarray(lat, np.float64))


def _rounded(point: Point) -> Point:
    return Point(np.round(point.lon, DECIMALS), np.round(point.lat, DECIMALS))


def _shifted(point: Point) -> Point:
    """Return the GCJ-02 position of points in China, given in WGS-84.

    References
    ----------
    The formula was never published; this is the one found by reverse engineering, the same in
    all open implementations: G. Tang, eviltransform (github.com/googollee/eviltransform, 2013),
    after emq (China shift, 2010).
    """
    x, y = point.lon - 105.0, point.lat - 35.0
    root, product = np.sqrt(np.abs(x)), x * y
    common = 20.0 * (np.sin(6.0 * x * np.pi) + np.sin(2.0 * x * np.pi))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y**2 + 0.1 * product + 0.2 * root
    north += (
        (common + _waves(y, ((20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))))
        * 2.0
        / 3.0
    )
    east = 300.0 + x + 2.0 * y + 0.1 * x**2 + 0.1 * product + 0.1 * root
    east += (
        (common + _waves(x, ((20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))))
        * 2.0
        / 3.0
    )
    latitude = np.radians(point.lat)
    flattening = 1.0 - SQUARED_ECCENTRICITY * np.sin(latitude) ** 2
    along_meridian_m = SEMI_MAJOR_M * (1.0 - SQUARED_ECCENTRICITY) / flattening**1.5
    along_parallel_m = SEMI_MAJOR_M / np.sqrt(flattening) * np.cos(latitude)
    return Point(
        point.lon + np.degrees(east / along_parallel_m),
        point.lat + np.degrees(north / along_meridian_m),
    )


def _waves(value: Floats, waves: tuple[tuple[float, float], ...]) -> Floats:
    """Return the sum of sine waves, each (height, half turns to a degree)."""
    total = np.zeros_like(value)
    for height, half_turns in waves:
        total = total + height * np.sin(value * half_turns * np.pi)
    return total


def _gcj02_to_bd09(point: Point) -> Point:
    """Return the BD-09 position of points given in GCJ-02.

    References
    ----------
    Reverse engineered as well: wandergis, coordtransform (github.com/wandergis/coordtransform,
    2015), function gcj02tobd09.
    """
    lon, lat = point
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * BAIDU_WAVES)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * BAIDU_WAVES)
    return Point(radius * np.cos(angle) + BAIDU_LON, radius * np.sin(angle) + BAIDU_LAT)


def _inverse(forward: Callable[[Point], Point], wanted: Point) -> Point:
    """Return the points that a shift moves to the wanted ones, by fixed-point iteration.

    Both shifts are short and change little from place to place, so that each step divides the
    error by 20 or more; the second is below a millimetre for GCJ-02.
    """
    found = wanted
    for _ in range(MOST_STEPS):
        reached = forward(found)
        step = Point(wanted.lon - reached.lon, wanted.lat - reached.lat)
        found = Point(found.lon + step.lon, found.lat + step.lat)
        if max(np.max(np.abs(part), initial=0.0) for part in step) < SMALL_DEGREES:
            break
    return found
