"""Exact distances on lattices: finite sums that go over into the published constants."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def torus_distances(side: int) -> Floats:
    """Return the right-angle distance of each node of a torus from one of them, in blocks."""
    across = np.minimum(np.arange(side), side - np.arange(side))
    return np.add.outer(across, across).ravel().astype(np.float64)


def beyond(distances: Floats, people: int, acceptance: float = 1.0) -> Floats:
    """Return P(nearest of n uniform people who accepts is farther than k), k = 0, 1, ... max.

    Each person is within k with probability F(k) and accepts with probability p, independently
    of the others, so nobody does with probability (1 - p F(k))^n. The last entry is the
    probability that nobody accepts at all.
    """
    within = np.array([(distances <= k).mean() for k in range(int(distances.max()) + 1)])
    return (1 - acceptance * within) ** people


def mean_of_nearest(distances: Floats, people: int, acceptance: float = 1.0) -> float:
    """Return the mean distance to the nearest who accepts, given that somebody does."""
    over = beyond(distances, people, acceptance)
    nobody = float(over[-1])
    return float((over[:-1] - nobody).sum()) / (1 - nobody)


def beyond_poisson(distances: Floats, mean_people: float) -> Floats:
    """Return P(nearest is farther than k) for a Poisson number of uniform people.

    The probability that a number of blocks holds nobody is exp(-density x nodes within k).
    """
    over: Floats = np.array(
        [
            math.exp(-mean_people * float((distances <= k).mean()))
            for k in range(int(distances.max()) + 1)
        ]
    )
    return over


def mean_between(points: Sequence[tuple[float, float]], *, straight: bool) -> float:
    """Return the mean distance of two independent uniform points of a set."""
    xy = np.array(points)
    step = xy[:, None, :] - xy[None, :, :]
    return float(_length(step, straight=straight).mean())


def mean_from(
    origin: tuple[float, float], points: Sequence[tuple[float, float]], *, straight: bool
) -> float:
    """Return the mean distance of a uniform point of a set from one place."""
    return float(_length(np.array(points) - np.array(origin), straight=straight).mean())


def _length(step: Floats, *, straight: bool) -> Floats:
    found: Floats = np.hypot(step[..., 0], step[..., 1]) if straight else np.abs(step).sum(axis=-1)
    return found
