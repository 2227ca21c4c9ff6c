"""The p-median: by the definition, and near the published optima."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from patrolsim.siting import MedianAim, find_layout, solve_exactly

if TYPE_CHECKING:
    from pathlib import Path

SMALL, LARGER = (1, 3, 5, 7, 9), tuple(range(11, 41, 2))
"""Instances of up to 200 nodes, and the others of odd number, with up to 900."""


def pmed(shared_data: Path, number: int) -> tuple[MedianAim, int, int]:
    """Return an instance of the OR-Library, its posts and its published optimum."""
    folder = shared_data / "instances" / "pmed"
    with gzip.open(folder / f"pmed{number:02d}.txt.gz", "rt", encoding="ascii") as file:
        rows = [[int(word) for word in line.split()] for line in file if line.strip()]
    nodes, _edges, posts = rows[0]
    lengths = np.zeros((nodes, nodes))
    for a, b, length in rows[1:]:
        # Of an edge that is listed twice the last line counts.
        lengths[a - 1, b - 1] = lengths[b - 1, a - 1] = length
    with (folder / "optima.csv").open(encoding="utf-8") as file:
        optima = {int(row["instance"]): int(row["pmedian_opt"]) for row in csv.DictReader(file)}
    aim = MedianAim(times=shortest_path(lengths), weights=np.ones(nodes))
    return aim, posts, optima[number]


@pytest.mark.parametrize("number", SMALL + LARGER)
def test_exchange_comes_within_one_percent_of_the_published_optimum(
    shared_data: Path, number: int
) -> None:
    aim, posts, optimum = pmed(shared_data, number)
    assert optimum <= find_layout(aim, posts).value <= 1.01 * optimum


@pytest.mark.slow
@pytest.mark.parametrize("number", SMALL)
def test_the_program_finds_the_published_optimum(shared_data: Path, number: int) -> None:
    aim, posts, optimum = pmed(shared_data, number)
    layout = solve_exactly(aim, posts)
    assert layout is not None
    assert layout.value == optimum


def test_one_more_at_each_site_is_worth_what_the_definition_says() -> None:
    times = np.array([[0.0, 3.0, 9.0], [3.0, 0.0, 4.0], [9.0, 4.0, 0.0]])
    aim = MedianAim(times=times, weights=np.array([1.0, 2.0, 5.0]))
    assert aim.values_with([0]).tolist() == [aim.value([0, site]) for site in range(3)]
    assert aim.values_with([]).tolist() == [aim.value([site]) for site in range(3)]
