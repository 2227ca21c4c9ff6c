"""The share reached within a time: against scipy, plain shares, and a walk by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolsim.output_analysis.reaching import ReachCurve, reach_curve

REACHED, LOST, OPEN = "reached", "lost", "open"
CASES = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from([REACHED, LOST, OPEN])), min_size=1, max_size=60
)


def curve(cases: list[tuple[int, str]]) -> ReachCurve:
    times = np.array([time for time, _end in cases], np.float64)
    ends = np.array([end for _time, end in cases])
    return reach_curve(times, ends == REACHED, ends == OPEN)


def height(found: ReachCurve, time_s: float) -> float:
    steps = found.share[found.time_s <= time_s]
    return float(steps[-1]) if steps.size else 0.0


@given(CASES)
def test_without_losses_it_is_the_estimator_of_kaplan_and_meier(
    cases: list[tuple[int, str]],
) -> None:
    kept = [(time, REACHED if end == LOST else end) for time, end in cases]
    uncensored = [time for time, end in kept if end == REACHED]
    if not uncensored:
        return
    still = [time for time, end in kept if end == OPEN]
    data: Any = stats.CensoredData(uncensored=uncensored, right=still)
    expected = stats.ecdf(data).cdf.evaluate(np.arange(21.0)).tolist()
    found = curve(kept)
    for time, share in enumerate(expected):
        assert height(found, time) == pytest.approx(share, abs=1e-12)


@given(CASES)
def test_without_open_ones_it_is_the_plain_share(cases: list[tuple[int, str]]) -> None:
    kept = [(time, LOST if end == OPEN else end) for time, end in cases]
    found = curve(kept)
    for time in range(21):
        share = sum(end == REACHED and at <= time for at, end in kept) / len(kept)
        assert height(found, time) == pytest.approx(share, abs=1e-12)


@given(CASES)
def test_it_is_the_walk_of_aalen_and_johansen_from_time_to_time(
    cases: list[tuple[int, str]],
) -> None:
    waiting, reached = 1.0, 0.0
    expected = {}
    for time in range(21):
        at_risk = sum(at >= time for at, _ in cases)
        now = {end: sum(at == time and e == end for at, e in cases) for end in (REACHED, LOST)}
        if at_risk:
            reached += waiting * now[REACHED] / at_risk
            waiting *= 1 - (now[REACHED] + now[LOST]) / at_risk
        expected[time] = reached
    found = curve(cases)
    for time, share in expected.items():
        assert height(found, time) == pytest.approx(share, abs=1e-12)


@given(CASES)
def test_it_rises_within_0_and_1_and_counts_everybody(cases: list[tuple[int, str]]) -> None:
    found = curve(cases)
    assert np.all(np.diff(found.share) > -1e-15)
    assert not found.share.size or 0 < found.share[0] <= found.share[-1] <= 1
    assert found.n == len(cases) == found.reached + found.lost + found.open_at_end


def test_leaving_out_who_is_open_would_flatter() -> None:
    cases = [(10, REACHED), (20, REACHED), (15, OPEN), (16, OPEN)]
    assert height(curve(cases), 12) == pytest.approx(0.25)
    assert height(curve([case for case in cases if case[1] != OPEN]), 12) == pytest.approx(0.5)


def test_nothing_is_a_curve_without_steps() -> None:
    none = np.empty(0)
    found = reach_curve(none, none.astype(bool), none.astype(bool))
    assert (found.n, found.time_s.size, found.share.size) == (0, 0, 0)
