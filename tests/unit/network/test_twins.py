from __future__ import annotations

import numpy as np

from patrolsim.network.twins import pair_twins


def twins(*arcs: tuple[int, int, float, int]) -> list[int]:
    tail, head, length_m, way = zip(*arcs, strict=True)
    found: list[int] = pair_twins(
        np.array(tail, np.int32),
        np.array(head, np.int32),
        np.array(length_m, np.float64),
        np.array(way, np.int64),
    ).tolist()
    return found


def test_ends_swapped_way_and_length_the_same_make_a_pair() -> None:
    assert twins((0, 1, 5.0, 0), (1, 0, 5.0, 0)) == [1, 0]


def test_another_length_or_way_or_direction_makes_none() -> None:
    assert twins((0, 1, 5.0, 0), (1, 0, 5.1, 0)) == [-1, -1]
    assert twins((0, 1, 5.0, 0), (1, 0, 5.0, 1)) == [-1, -1]
    assert twins((0, 1, 5.0, 0), (0, 1, 5.0, 0)) == [-1, -1]


def test_loops_have_none() -> None:
    assert twins((0, 0, 5.0, 0), (0, 0, 5.0, 0)) == [-1, -1]


def test_parallel_streets_pair_by_length_and_each_only_once() -> None:
    arcs = [(0, 1, 5.0, 0), (0, 1, 7.0, 0), (1, 0, 7.0, 0), (1, 0, 5.0, 0), (0, 1, 5.0, 0)]
    assert twins(*arcs) == [3, 2, 1, 0, -1]


def test_a_street_without_a_way_back_keeps_no_other_from_its_pair() -> None:
    assert twins((0, 1, 7.0, 0), (1, 0, 5.0, 0), (1, 0, 7.0, 0)) == [2, -1, 0]
    assert twins((1, 0, 7.0, 0), (0, 1, 5.0, 0), (0, 1, 7.0, 0)) == [2, -1, 0]
