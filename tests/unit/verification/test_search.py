"""The walk of the rows on searches, their exact values by brute force, and a fault that shows."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from patrolsim.verification import Laboratory, Row, all_rows, verification_host, verify
from patrolsim.verification.maps import grid
from patrolsim.verification.search import EFFORT, SIDE, STEPS, STREETS, share_found, tour

if TYPE_CHECKING:
    from collections.abc import Iterator


def rows() -> Iterator[Row]:
    return (row for row in all_rows() if row.is_named("search1/k1"))


def test_the_walk_takes_each_street_once_each_way() -> None:
    walk = tour()
    assert (walk[0], walk[-1]) == (0, 0)
    assert sorted(pairwise(walk)) == sorted((way.tail, way.head) for way in grid(SIDE, 1.0))
    assert len(walk) == max(STEPS) + 1 == 2 * STREETS + 1


def test_the_share_found_is_that_of_each_street_by_itself() -> None:
    assert share_found(1, max(STEPS)) == pytest.approx(1 - math.exp(-2 * EFFORT))
    assert share_found(2, max(STEPS)) == pytest.approx(1 - math.exp(-4 * EFFORT))
    first = tour()[:3]
    assert len(set(first)) == 3
    assert share_found(1, 2) == pytest.approx(2 * (1 - math.exp(-EFFORT)) / STREETS)


def test_the_rows_hold_and_a_searcher_who_sees_less_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    laboratory = Laboratory(verification_host(), is_quick=True)
    verdicts = verify(rows(), laboratory, lambda _verdict: None)
    assert [one.row.id for one in verdicts if not one.holds] == []
    monkeypatch.setattr("patrolsim.incidents.Search.effort_of_searcher", 0.3)
    blind = Laboratory(verification_host(), is_quick=True)
    assert not all(one.holds for one in verify(rows(), blind, lambda _verdict: None))
