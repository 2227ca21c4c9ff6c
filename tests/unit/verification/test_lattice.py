"""Distances to the nearest against every possible placing of people."""

from __future__ import annotations

from itertools import product
from math import dist

import pytest

from patrolsim.verification import lattice, maps

SIDE = 3
NODES = SIDE * SIDE


def around(one: int, other: int) -> int:
    """Return the right-angle distance of two nodes of the torus."""
    steps = [abs(a - b) for a, b in zip(divmod(one, SIDE), divmod(other, SIDE), strict=True)]
    return sum(min(step, SIDE - step) for step in steps)


def test_the_nearest_of_two_is_as_far_as_all_placings_say() -> None:
    nearest = [min(around(0, a), around(0, b)) for a, b in product(range(NODES), repeat=2)]
    found = lattice.mean_of_nearest(lattice.torus_distances(SIDE), 2)
    assert found == pytest.approx(sum(nearest) / len(nearest))


def test_the_nearest_who_accepts_is_as_far_as_all_answers_say() -> None:
    p, total, weight = 0.3, 0.0, 0.0
    for a, b in product(range(NODES), repeat=2):
        for yes in product((True, False), repeat=2):
            chance = (p if yes[0] else 1 - p) * (p if yes[1] else 1 - p)
            there = [around(0, node) for node, says in zip((a, b), yes, strict=True) if says]
            if there:
                total += chance * min(there)
                weight += chance
    found = lattice.mean_of_nearest(lattice.torus_distances(SIDE), 2, p)
    assert found == pytest.approx(total / weight)


def test_a_poisson_number_is_a_mixture_of_fixed_numbers() -> None:
    from scipy.stats import poisson

    distances, mean = lattice.torus_distances(5), 4.0
    mixed = sum(poisson(mean).pmf(n) * lattice.beyond(distances, n) for n in range(60))
    assert lattice.beyond_poisson(distances, mean) == pytest.approx(mixed)


def test_a_fine_torus_approaches_the_published_constant() -> None:
    """100 people: 0.6243 sqrt(area / n), right-angle."""
    found = lattice.mean_of_nearest(lattice.torus_distances(400), 100)
    assert found == pytest.approx(0.6243 * 400 / 10, rel=0.02)


def test_means_between_and_from_are_those_of_all_pairs() -> None:
    points = maps.square(4)
    pairs = [dist(a, b) for a, b in product(points, repeat=2)]
    assert lattice.mean_between(points, straight=True) == pytest.approx(sum(pairs) / len(pairs))
    away = [abs(x - 1) + abs(y - 2) for x, y in points]
    found = lattice.mean_from((1.0, 2.0), points, straight=False)
    assert found == pytest.approx(sum(away) / len(away))


def test_a_fine_square_approaches_two_thirds() -> None:
    points = maps.square(30)
    assert lattice.mean_between(points, straight=False) / 30 == pytest.approx(2 / 3, rel=2e-3)
