"""Batches and fixed times: how many come at once, and when."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.demand.batches import BatchSize, FixedTimes
from patrolsim.streams import RandomStreams

HOUR_US = 3600 * 10**6


@given(least=st.integers(1, 50), more=st.integers(0, 30))
def test_a_batch_has_any_number_between_its_ends(least: int, more: int) -> None:
    ids = np.arange(200, dtype=np.int64)
    sizes = BatchSize(least, least + more).draw("cards", ids, RandomStreams(3, 0))
    assert least <= sizes.min() <= sizes.max() <= least + more


def test_every_size_is_as_likely_and_the_mean_is_that_of_the_ends() -> None:
    size = BatchSize(2, 6)
    drawn = size.draw("cards", np.arange(20_000, dtype=np.int64), RandomStreams(3, 0))
    assert np.bincount(drawn)[2:] == pytest.approx(4000, rel=0.06)
    assert drawn.mean() == pytest.approx(size.mean, abs=0.04)


def test_an_appointment_is_known_before_its_time_but_not_before_the_period() -> None:
    fixed = FixedTimes((HOUR_US, 5 * HOUR_US), 2 * HOUR_US)
    assert fixed.occurred_us().tolist() == [0, 3 * HOUR_US]
    assert FixedTimes((HOUR_US,), None).occurred_us().tolist() == [HOUR_US]
