"""The map: squares where they lie, streets once, gaps as large as they are long."""

from __future__ import annotations

import re

import numpy as np
import pytest

from patrolsim.experiment.street_lines import StreetLines
from patrolsim.experiment.views import Gap
from patrolsim.output_analysis import estimate_mean
from patrolsim.report.figures.figure import WIDTH
from patrolsim.report.figures.levels import Levels
from patrolsim.report.figures.maps import (
    MOST_HEIGHT,
    MOST_LINES,
    Square,
    frame_of,
    gap_map,
    response_map,
)

FEW = 20


def lines(*segments: tuple[float, float, float, float]) -> StreetLines:
    columns = np.array(segments, np.float64).T
    return StreetLines(*columns)


TOWN = lines((0, 0, 2000, 0), (2000, 0, 2000, 1000), (0, 0, 0, 1000))


def test_the_frame_holds_the_streets_and_north_is_up() -> None:
    frame = frame_of(TOWN, [])
    assert frame is not None
    assert frame.at(0, 0) == (0, frame.height)
    assert frame.at(2000, 1000) == (WIDTH, 0)
    assert frame.height == pytest.approx(WIDTH / 2)


def test_a_tall_map_stands_in_the_middle() -> None:
    frame = frame_of(lines((0, 0, 100, 0), (100, 0, 100, 10_000)), [])
    assert frame is not None
    assert frame.height == pytest.approx(MOST_HEIGHT)
    left, right = frame.at(0, 0)[0], frame.at(100, 0)[0]
    assert left + right == pytest.approx(WIDTH)


def test_without_streets_the_squares_say_how_large_it_is() -> None:
    frame = frame_of(None, ["A1", "C2"])
    assert frame is not None
    assert frame.at(3000, 2000) == (WIDTH, 0)
    assert not frame.streets
    assert frame_of(None, []) is None


def test_a_square_has_the_step_of_its_median_or_its_count() -> None:
    frame = frame_of(TOWN, [])
    assert frame is not None
    squares = {
        "A1": Square(50, estimate_mean([60.0, 60.0])),
        "B1": Square(3, estimate_mean([600.0])),
    }
    figure = response_map(frame, squares, Levels(300.0), FEW, ("plan", 0))
    assert 'class="cell h1"' in figure.drawing
    assert 'class="cell none"' in figure.drawing
    assert "(3)" in figure.drawing
    assert [row[:2] for row in figure.rows] == [["A1", "50"], ["B1", "3"]]


def test_a_square_half_off_the_map_has_name_and_value_in_the_half_that_is_seen() -> None:
    frame = frame_of(lines((0, 0, 2000, 0), (0, 0, 0, 1120)), [])
    assert frame is not None
    figure = response_map(
        frame, {"A2": Square(50, estimate_mean([498.0] * 2))}, Levels(900.0), FEW, ("plan", 0)
    )
    texts = re.findall(r'<text x="([-\d.]+)" y="([-\d.]+)"[^>]*>([^<]+)<', str(figure.drawing))
    places = {text: (float(x), float(y)) for x, y, text in texts}
    # The square is 200 wide, and 24 of its height are seen.
    assert places["8.3"] == (100.0, 16.0)
    assert 0 < places["A2"][1] < 24


def test_a_place_that_is_always_covered_has_no_circle() -> None:
    frame = frame_of(TOWN, [])
    assert frame is not None
    found = [(0.0, 0.2), (500.0, 0.9), (1000.0, 1.0)]
    gaps = [
        Gap(x, 0.0, 1 / 3, one) for x, share in found if (one := estimate_mean([share, share]))
    ]
    figure = gap_map(frame, gaps, 600.0, ("plan", 0))
    radii = [float(r) for r in re.findall(r'cy="200" r="([\d.]+)"', str(figure.drawing))]
    assert radii == [pytest.approx(2 + 7 * 0.8), pytest.approx(2 + 7 * 0.1)]
    assert "2 of 3" in figure.about.en


def test_a_large_city_is_drawn_with_few_lines() -> None:
    generator = np.random.Generator(np.random.Philox(1))
    ends = generator.uniform(0, 20_000, (60_000, 2))
    near = ends + generator.uniform(-100, 100, (60_000, 2))
    city = StreetLines(ends[:, 0], ends[:, 1], near[:, 0], near[:, 1])
    frame = frame_of(city, [])
    assert frame is not None
    assert str(frame.streets).count("M") <= MOST_LINES
    assert len(frame.streets) < 250_000
