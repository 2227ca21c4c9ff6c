"""Chinese coordinates against published points, against each other, and there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.network.datum import Datum, from_wgs84, to_wgs84
from patrolsim.network.projection import local_projection

MIAOSHAN = (114.38, 30.43)
MILLIMETRE = 1e-3 / 111_320
WGS84_GCJ02 = (
    # (lon, lat) in WGS-84 and GCJ-02: Shanghai, Shenzhen, Beijing of eviltransform's own tests,
    # then the example of coordtransform.
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
)
GCJ02_BD09 = ((116.404, 39.915), (116.41036949371029, 39.92133699351021))
"""The example of coordtransform."""
SHIFTED = [Datum.GCJ02, Datum.BD09]
LON_IN_CHINA, LAT_IN_CHINA = st.floats(72.1, 137.7), st.floats(0.9, 55.7)


@pytest.mark.parametrize(("wgs84", "gcj02"), WGS84_GCJ02)
def test_published_points_are_met(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert from_wgs84(Datum.GCJ02, *wgs84) == pytest.approx(gcj02, abs=2e-9)
    assert to_wgs84(Datum.GCJ02, *gcj02) == pytest.approx(wgs84, abs=MILLIMETRE)


def test_the_published_point_of_baidu_is_met() -> None:
    gcj02, bd09 = GCJ02_BD09
    wgs84 = to_wgs84(Datum.GCJ02, *gcj02)
    assert from_wgs84(Datum.BD09, *wgs84) == pytest.approx(bd09, abs=MILLIMETRE)
    assert to_wgs84(Datum.BD09, *bd09) == pytest.approx(wgs84, abs=MILLIMETRE)


def test_at_miaoshan_the_shift_is_590_metres() -> None:
    moved = from_wgs84(Datum.GCJ02, *MIAOSHAN)
    here = local_projection(np.array(MIAOSHAN[:1]), np.array(MIAOSHAN[1:]))
    east_m, north_m = here.to_metres(*moved)
    # Measured elsewhere; another figure of the earth makes a difference below a metre.
    assert (east_m, north_m) == pytest.approx((531, -259), abs=1)
    assert np.hypot(east_m, north_m) == pytest.approx(590, abs=1)


@given(LON_IN_CHINA, LAT_IN_CHINA, st.sampled_from(SHIFTED))
def test_there_and_back_is_the_same_place(lon: float, lat: float, datum: Datum) -> None:
    there = from_wgs84(datum, lon, lat)
    assert to_wgs84(datum, *there) == pytest.approx((lon, lat), abs=MILLIMETRE)


@given(LON_IN_CHINA, LAT_IN_CHINA, st.sampled_from(SHIFTED))
def test_back_and_there_is_the_same_place(lon: float, lat: float, datum: Datum) -> None:
    back = to_wgs84(datum, lon, lat)
    assert from_wgs84(datum, *back) == pytest.approx((lon, lat), abs=MILLIMETRE)


@given(st.floats(-179, 179), st.floats(-89, 89))
def test_outside_the_rectangle_gcj02_changes_nothing(lon: float, lat: float) -> None:
    is_inside = 72.0 <= lon <= 137.9 and 0.8 <= lat <= 55.9
    if not is_inside:
        assert from_wgs84(Datum.GCJ02, lon, lat) == pytest.approx((lon, lat), abs=1e-9)
        assert to_wgs84(Datum.GCJ02, lon, lat) == pytest.approx((lon, lat), abs=1e-9)


@pytest.mark.parametrize(
    ("lon", "lat", "is_shifted"),
    [
        (72.003, 40.0, False),
        (72.005, 40.0, True),
        (137.834, 40.0, True),
        (137.835, 40.0, False),
        (100.0, 0.829, False),
        (100.0, 0.830, True),
        (100.0, 55.827, True),
        (100.0, 55.828, False),
    ],
)
def test_the_rectangle_lies_where_it_is_published(
    lon: float, lat: float, *, is_shifted: bool
) -> None:
    moved = from_wgs84(Datum.GCJ02, lon, lat)
    assert ([float(part) for part in moved] != [lon, lat]) == is_shifted


@given(
    st.lists(st.tuples(st.floats(-179, 179), st.floats(-89, 89)), max_size=20),
    st.sampled_from(list(Datum)),
)
def test_many_points_at_once_are_the_same_as_one_by_one(
    points: list[tuple[float, float]], datum: Datum
) -> None:
    lon, lat = np.array(points).reshape(-1, 2).T
    for convert in (to_wgs84, from_wgs84):
        together = np.column_stack(convert(datum, lon, lat))
        singly = np.array([convert(datum, *point) for point in points]).reshape(-1, 2)
        # One may stop a step earlier, or have another last bit in a sine.
        np.testing.assert_allclose(together, singly, rtol=0, atol=1.1e-9)


def test_wgs84_is_left_alone_to_the_last_bit() -> None:
    place = [114.1234567890123, 30.1]
    assert [float(part) for part in to_wgs84(Datum.WGS84, *place)] == place
    assert [float(part) for part in from_wgs84(Datum.WGS84, *place)] == place
