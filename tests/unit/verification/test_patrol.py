"""Gaps between passes, by hand; and a patrol that turns round is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from patrolsim.verification import Laboratory, Row, all_rows, verification_host, verify
from patrolsim.verification.patrol import ROUND, gaps_us, passes_of, ring_beat


def test_gaps_are_those_of_one_place_each() -> None:
    times, places = np.array([1, 4, 6, 9, 20]), np.array([0, 1, 0, 1, 0])
    assert sorted(gaps_us(times, places).tolist()) == [5, 5, 14]


def test_patrols_start_at_equal_distances() -> None:
    starts = ring_beat(4).starts
    assert set(np.diff([*starts, starts[0] + ROUND]).tolist()) == {ROUND // 4}


def row(name: str) -> Row:
    return next(row for row in all_rows() if row.id == name)


@pytest.mark.parametrize("name", ["patrol2/k4/worst", "patrol4/k2/worst"])
def test_rounds_and_tours_keep_their_distance(name: str) -> None:
    laboratory = Laboratory(verification_host(), is_quick=True)
    (verdict,) = verify([row(name)], laboratory, lambda _verdict: None)
    assert verdict.holds


def test_patrols_that_start_together_leave_places_alone_for_longer() -> None:
    beat = ring_beat(4)._replace(starts=(0, 0, 0, 0))

    (trial,) = Laboratory(verification_host(), is_quick=True).trials(beat.setup(300))
    passes = passes_of(trial)
    assert int(gaps_us(passes.time_us, passes.node).max()) == ROUND * 1_000_000
