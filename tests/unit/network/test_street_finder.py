"""The nearest street is that of a loop over all streets, wherever the point is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.packing import CELL_M, SAMPLE_M, make_cells
from patrolsim.network.street_finder import SLACK_M, StreetFinder
from patrolsim.network.streets import CLOSED_US, Streets
from patrolsim.testing import Arc, make_streets

Point = tuple[float, float]


def streets_of(lines: list[tuple[Point, Point]]) -> Streets:
    points = [point for line in lines for point in line]
    return make_streets(points, [Arc(2 * k, 2 * k + 1, 1) for k in range(len(lines))])


def scattered(key: int, lines: int, side_m: float) -> Streets:
    """Return straight streets of 0 to 200 m anywhere in a square."""
    generator = np.random.Generator(np.random.Philox(key=key))
    start = generator.uniform(0, side_m, (lines, 2))
    turn, length_m = generator.uniform(0, math.tau, lines), generator.uniform(0, 200, lines)
    end = start + np.column_stack([np.cos(turn), np.sin(turn)]) * length_m[:, None]
    return streets_of([((a, b), (c, d)) for (a, b), (c, d) in zip(start, end, strict=True)])


def distance_to(streets: Streets, arc: int, x: float, y: float) -> float:
    """Return the distance to a street, by the complex quotient of point and street."""
    tail, head = int(streets.tail[arc]), int(streets.head[arc])
    start = complex(streets.x[tail], streets.y[tail])
    along = complex(streets.x[head], streets.y[head]) - start
    share = ((complex(x, y) - start) / along).real if along else 0.0
    return abs(complex(x, y) - start - along * min(max(share, 0.0), 1.0))


def finder(streets: Streets) -> StreetFinder:
    return StreetFinder(streets, 0, streets.usable[0])


@pytest.mark.parametrize(
    ("lines", "side_m", "beyond_m"), [(3, 300.0, 200.0), (12, 2000.0, 500.0), (60, 700.0, 9000.0)]
)
def test_no_street_is_nearer_than_the_one_that_is_found(
    lines: int, side_m: float, beyond_m: float
) -> None:
    for key in range(40):
        streets = scattered(key, lines, side_m)
        generator = np.random.Generator(np.random.Philox(key=1000 + key))
        x, y = generator.uniform(-beyond_m, side_m + beyond_m, (2, 25))
        found = finder(streets).nearest(x, y)
        for point in range(len(x)):
            where = float(x[point]), float(y[point])
            least = min(distance_to(streets, arc, *where) for arc in range(lines))
            assert found.distance_m[point] == pytest.approx(least, abs=1e-6)
            chosen = int(found.arcs[point])
            assert distance_to(streets, chosen, *where) == pytest.approx(least, abs=1e-6)


def test_a_street_is_found_whose_samples_are_farther_than_another_street() -> None:
    # The far street has a sample right in front; the near one lies between two of its samples.
    offset_m = 300.0
    for ahead_m in (0.001, 0.01, 0.1):
        near = ((-SAMPLE_M / 2, offset_m - ahead_m), (SAMPLE_M / 2, offset_m - ahead_m))
        far = ((0.0, -offset_m), (0.0, -offset_m - 1.0))
        for shift_m in np.arange(0, CELL_M, 3.7).tolist():
            moved = [tuple((x + shift_m, y + shift_m) for x, y in line) for line in (far, near)]
            streets = streets_of(moved)  # type: ignore[arg-type]  # pairs stay pairs
            found = finder(streets).nearest(np.array([shift_m]), np.array([shift_m]))
            assert found.arcs.tolist() == [1]
            assert found.distance_m[0] == pytest.approx(offset_m - ahead_m, abs=SLACK_M)


def test_of_equally_near_streets_the_lowest_number_counts() -> None:
    line = ((0.0, 0.0), (1000.0, 0.0))
    streets = streets_of([((0.0, 5.0), (1000.0, 5.0)), line, line])
    found = finder(streets).nearest(np.array([500.0, 500.0]), np.array([-3.0, 2.5]))
    assert found.arcs.tolist() == [1, 0]
    assert found.shares.tolist() == [0.5, 0.5]


def test_closed_streets_are_passed_over_however_far_the_next_is() -> None:
    streets = streets_of(
        [*(((k, 0.0), (k + 1.0, 0.0)) for k in range(50)), ((0.0, 20_000.0), (1.0, 20_000.0))]
    )
    weight_us = np.full((1, 51), CLOSED_US, np.int64)
    weight_us[0, 50] = 1
    found = finder(replace(streets, weight_us=weight_us)).nearest(np.array([0.5]), np.array([0.0]))
    assert (found.arcs.tolist(), found.distance_m.tolist()) == ([50], [20_000.0])
    with pytest.raises(NetworkError, match="nobody can get on"):
        finder(replace(streets, weight_us=np.full((1, 51), CLOSED_US)))


def test_kept_cells_give_what_fresh_ones_give() -> None:
    streets = scattered(7, 200, 3000.0)
    x, y = np.random.Generator(np.random.Philox(key=8)).uniform(-500, 3500, (2, 300))
    fresh = finder(streets).nearest(x, y)
    kept = finder(replace(streets, cells=make_cells(streets))).nearest(x, y)
    for ours, theirs in zip(fresh, kept, strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_every_cell_has_a_street_within_what_it_says() -> None:
    streets = scattered(9, 5, 2000.0)
    cells = make_cells(streets)
    x, y = np.random.Generator(np.random.Philox(key=10)).uniform(-3000, 5000, (2, 400))
    assert (finder(streets).nearest(x, y).distance_m <= cells.bounds_m(x, y)).all()


def test_among_streets_most_of_which_are_closed_none_is_nearer() -> None:
    for key in range(12):
        streets = scattered(key, 400, 2000.0)
        generator = np.random.Generator(np.random.Philox(key=2000 + key))
        is_open = generator.uniform(size=400) < 0.04
        is_open[key] = True
        weight_us = np.where(is_open, 1, CLOSED_US).reshape(1, -1)
        x, y = generator.uniform(-200, 2200, (2, 1500))
        found = finder(replace(streets, weight_us=weight_us)).nearest(x, y)
        start = streets.x[streets.tail] + 1j * streets.y[streets.tail]
        along = streets.x[streets.head] + 1j * streets.y[streets.head] - start
        away = (x + 1j * y)[:, None] - start[is_open]
        share = np.clip((away / along[is_open]).real, 0.0, 1.0)
        least = abs(away - along[is_open] * share).min(axis=1)
        assert np.allclose(found.distance_m, least, rtol=0, atol=1e-6)
