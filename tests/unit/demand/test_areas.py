"""Points are drawn from areas by weight, each keyed by its own number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from patrolsim.demand.areas import (
    Area,
    CellArea,
    PointArea,
    PolygonArea,
    StreetArea,
    contains,
    filling,
    polygon_area,
)
from patrolsim.network.streets import CLOSED_US
from patrolsim.streams import RandomStreams
from patrolsim.testing import Arc, make_streets

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.network.streets import Streets

    Floats = npt.NDArray[np.float64]

MANY = np.arange(20_000, dtype=np.int64)
STREAMS = RandomStreams(7, 0)
SQUARE = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]])
HOLE = np.array([[25.0, 25.0], [75.0, 25.0], [75.0, 75.0], [25.0, 75.0]])


def row_of_streets() -> Streets:
    """Return a street of 100 m both ways from 0, then a one-way street of 300 m, and back."""
    points = [(0.0, 0.0), (100.0, 0.0), (400.0, 0.0)]
    return make_streets(points, [Arc(0, 1, 10), Arc(1, 0, 10), Arc(1, 2, 30), Arc(2, 0, 77)])


def without_the_way_back(streets: Streets) -> Streets:
    """Return the same streets, the arc from 2 to 0 closed to everybody."""
    weight_us = streets.weight_us.copy()
    weight_us[0, (streets.tail == 2) & (streets.head == 0)] = CLOSED_US
    return replace(streets, weight_us=weight_us)


def sample(area: Area, ids: npt.NDArray[np.int64] = MANY) -> tuple[Floats, Floats]:
    return area.sample(ids, "place", STREAMS)


AREAS: dict[str, Area] = {
    "streets": StreetArea(row_of_streets()),
    "points": PointArea(np.array([0.0, 9.0]), np.array([0.0, 1.0]), np.array([1.0, 2.0]), 0.0),
    "spread": PointArea(np.zeros(1), np.zeros(1), np.ones(1), 40.0),
    "cells": CellArea(np.array([0.0, 50.0]), np.zeros(2), np.ones(2), 50.0, 20.0),
    "polygons": PolygonArea([[SQUARE, HOLE], [SQUARE + 500]], np.array([1.0, 3.0])),
}


@pytest.mark.parametrize("area", AREAS.values(), ids=AREAS)
def test_one_more_point_changes_no_other(area: Area) -> None:
    few_x, few_y = sample(area, MANY[:50])
    x, y = sample(area, MANY[:80])
    assert x[:50].tolist() == few_x.tolist()
    assert y[:50].tolist() == few_y.tolist()


@pytest.mark.parametrize("area", AREAS.values(), ids=AREAS)
def test_the_order_in_which_points_are_asked_for_does_not_matter(area: Area) -> None:
    x, y = sample(area, MANY[:50])
    back_x, back_y = sample(area, MANY[:50][::-1])
    assert (back_x[::-1].tolist(), back_y[::-1].tolist()) == (x.tolist(), y.tolist())


@pytest.mark.parametrize("area", AREAS.values(), ids=AREAS)
def test_no_points_are_drawn_for_no_ids(area: Area) -> None:
    x, y = sample(area, MANY[:0])
    assert (len(x), len(y)) == (0, 0)


def test_places_along_streets_follow_their_length_one_way_or_both() -> None:
    x, _ = sample(StreetArea(without_the_way_back(row_of_streets())))
    assert np.mean(x > 100) == pytest.approx(0.75, abs=0.01)
    assert stats.kstest(x, stats.uniform(0, 400).cdf).pvalue > 0.01


def test_nothing_happens_on_a_street_that_is_closed_to_everybody() -> None:
    bent = replace(without_the_way_back(row_of_streets()), y=np.array([0.0, 0.0, 50.0]))
    x, y = sample(StreetArea(bent))
    along = np.where(x <= 100, 0.0, (x - 100) / 6)
    assert y == pytest.approx(along, abs=1e-5)


def test_a_node_that_no_mode_uses_ends_no_street() -> None:
    streets = row_of_streets()
    x, _ = sample(StreetArea(replace(streets, usable=np.array([[True, True, False]]))))
    assert x.max() <= 100


def test_points_come_by_weight_and_never_with_a_weight_of_0() -> None:
    area = PointArea(np.arange(4.0), np.zeros(4), np.array([0.0, 1.0, 2.0, 1.0]), 0.0)
    x, _ = sample(area)
    counts = np.bincount(x.astype(int), minlength=4)
    assert counts[0] == 0
    assert stats.chisquare(counts[1:], len(MANY) * np.array([0.25, 0.5, 0.25])).pvalue > 0.01


def test_the_spread_is_a_normal_scatter_in_each_direction() -> None:
    x, y = sample(AREAS["spread"])
    assert stats.kstest(x, stats.norm(0, 40).cdf).pvalue > 0.01
    assert stats.kstest(y, stats.norm(0, 40).cdf).pvalue > 0.01
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.02


def test_the_spread_does_not_change_which_point_is_chosen() -> None:
    far = np.array([0.0, 1e6, 2e6])
    plain = PointArea(far, far, np.ones(3), 0.0)
    spread = replace(plain, spread_m=10.0)
    assert np.round(sample(spread)[0] / 1e6).tolist() == (sample(plain)[0] / 1e6).tolist()


def test_points_fill_their_cell_evenly() -> None:
    x, y = sample(AREAS["cells"])
    assert stats.kstest(x, stats.uniform(-25, 100).cdf).pvalue > 0.01
    assert stats.kstest(y, stats.uniform(-10, 20).cdf).pvalue > 0.01


def test_points_fill_a_polygon_evenly_and_leave_its_hole_free() -> None:
    x, y = sample(PolygonArea([[SQUARE, HOLE]], np.ones(1)))
    assert contains([SQUARE], x, y).all()
    assert not contains([HOLE], x, y).any()
    west = np.mean(x < 25)
    assert west == pytest.approx(2500 / 7500, abs=0.01)


def test_polygons_come_by_their_weight() -> None:
    x, _ = sample(AREAS["polygons"])
    assert np.mean(x > 300) == pytest.approx(0.75, abs=0.01)


def test_a_thin_polygon_is_filled_all_the_same() -> None:
    thin = np.array([[0.0, 0.0], [1000.0, 998.0], [1000.0, 1000.0]])
    assert filling([thin]) == pytest.approx(0.001)
    x, y = sample(PolygonArea([[thin]], np.ones(1)), MANY[:50])
    assert contains([thin], x, y).mean() > 0.99


def test_positions_are_whole_micrometres() -> None:
    x, y = sample(AREAS["spread"], MANY[:100])
    assert np.round(x, 6).tolist() == x.tolist()
    assert np.round(y, 6).tolist() == y.tolist()


def test_the_area_of_a_polygon_is_that_of_its_outline_without_holes() -> None:
    assert polygon_area([SQUARE]) == 10_000
    assert polygon_area([SQUARE[::-1], HOLE]) == 7_500
    assert filling([SQUARE, HOLE]) == 0.75
    assert filling([np.zeros((3, 2))]) == 0
