"""Arrival times follow the week, by inversion of the cumulative rate."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from patrolsim.demand.arrivals import (
    WEEK_S,
    WeeklyRate,
    _unit_poisson,
    draw_arrivals,
    expected_a_day,
    unroll,
    weekly_rate,
)
from patrolsim.streams import RandomStreams

DAY_S, HOUR_S, US = 86_400.0, 3600.0, 1_000_000
PER_DAY = 1 / DAY_S
FLAT = weekly_rate(20 * PER_DAY, {}, {})


def draw(rate: WeeklyRate, **changes: object) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    options: dict[str, object] = {
        "name": "theft",
        "start_s": 0.0,
        "horizon_us": int(WEEK_S) * US,
        "day_effect": 0.0,
        "streams": RandomStreams(1, 0),
        **changes,
    }
    return draw_arrivals(rate, **options)  # type: ignore[arg-type]


def rate_at(rate: WeeklyRate, second: float) -> float:
    piece = np.searchsorted(rate.breaks_s, second, side="right") - 1
    return float(rate.rate_per_s[piece])


def test_a_rate_without_profile_is_the_same_all_week() -> None:
    assert set(FLAT.rate_per_s.tolist()) == {20 * PER_DAY}
    assert FLAT.breaks_s[-1] == WEEK_S


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        ({(18 * HOUR_S, 21 * HOUR_S): 3.0}, {}),
        ({(22 * HOUR_S, 2 * HOUR_S): 5.0, (0.0, 3 * HOUR_S): 0.5}, {(5, 6): 1.5}),
        ({(7 * HOUR_S + 60, 7 * HOUR_S + 120): 40.0}, {(0,): 0.0}),
    ],
)
def test_the_average_over_the_week_stays_whatever_the_profile(
    hours: dict[tuple[float, float], float], days: dict[tuple[int, ...], float]
) -> None:
    assert expected_a_day(weekly_rate(12 * PER_DAY, hours, days)) == pytest.approx(12)


def test_boundaries_of_the_profile_hold_to_the_minute() -> None:
    rate = weekly_rate(PER_DAY, {(7 * HOUR_S + 17 * 60, 9 * HOUR_S + 43 * 60): 3.0}, {})
    before, inside = rate_at(rate, 7 * HOUR_S + 17 * 60 - 1), rate_at(rate, 7 * HOUR_S + 17 * 60)
    assert inside == pytest.approx(3 * before)
    assert rate_at(rate, 9 * HOUR_S + 43 * 60 - 1) == inside
    assert rate_at(rate, 9 * HOUR_S + 43 * 60) == before


def test_hours_over_midnight_count_at_both_ends_of_the_day() -> None:
    rate = weekly_rate(PER_DAY, {(22 * HOUR_S, 2 * HOUR_S): 4.0}, {})
    quiet = rate_at(rate, 12 * HOUR_S)
    for hour in (0, 1, 22, 23):
        assert rate_at(rate, hour * HOUR_S) == pytest.approx(4 * quiet)
    assert rate_at(rate, 2 * HOUR_S) == quiet


def test_hours_that_go_round_the_clock_change_nothing() -> None:
    rate = weekly_rate(PER_DAY, {(0.0, DAY_S): 4.0}, {})
    assert set(rate.rate_per_s.tolist()) == {PER_DAY}


def test_overlapping_hours_and_days_multiply() -> None:
    rate = weekly_rate(PER_DAY, {(0.0, HOUR_S): 2.0, (0.0, 2 * HOUR_S): 3.0}, {(0, 1): 5.0})
    rest = rate_at(rate, 3 * DAY_S + 12 * HOUR_S)
    assert rate_at(rate, 0.0) == pytest.approx(30 * rest)
    assert rate_at(rate, 3 * DAY_S) == pytest.approx(6 * rest)


def test_arrivals_rise_and_lie_in_the_period() -> None:
    times = draw(FLAT)
    assert (np.diff(times) >= 0).all()
    assert times[0] >= 0
    assert times[-1] < int(WEEK_S) * US


@pytest.mark.parametrize("day_effect", [0.0, 0.8])
def test_a_longer_period_leaves_the_earlier_part_as_it_is(day_effect: float) -> None:
    rate = weekly_rate(30 * PER_DAY, {(18 * HOUR_S, 21 * HOUR_S): 3.0}, {(6,): 2.0})
    short_us = int(2.37 * DAY_S * US)
    short = draw(rate, horizon_us=short_us, start_s=5 * DAY_S + 1000, day_effect=day_effect)
    long = draw(
        rate, horizon_us=int(60 * DAY_S) * US, start_s=5 * DAY_S + 1000, day_effect=day_effect
    )
    assert long[long < short_us].tolist() == short.tolist()


def test_no_incident_falls_into_hours_without_any() -> None:
    rate = weekly_rate(200 * PER_DAY, {(20 * HOUR_S, 6 * HOUR_S): 0.0}, {(2,): 0.0})
    times_s = draw(rate) / US
    hour = times_s % DAY_S / HOUR_S
    assert ((hour >= 6) & (hour < 20)).all()
    assert not (times_s // DAY_S == 2).any()


@pytest.mark.parametrize("times", [0.0, 5e-324])
def test_a_profile_that_leaves_no_time_gives_nothing(times: float) -> None:
    assert len(draw(weekly_rate(PER_DAY, {(0.0, DAY_S): times}, {}))) == 0


def test_the_week_goes_on_where_the_period_starts() -> None:
    rate = weekly_rate(70 * PER_DAY, {}, {(0,): 1.0, (1, 2, 3, 4, 5, 6): 0.0})
    times_s = draw(rate, start_s=6 * DAY_S + 12 * HOUR_S) / US
    assert (times_s >= 12 * HOUR_S).all()
    assert (times_s < 36 * HOUR_S).all()


def test_each_kind_and_replication_has_times_of_its_own() -> None:
    first = draw(FLAT).tolist()
    assert draw(FLAT).tolist() == first
    assert draw(FLAT, name="fire").tolist() != first
    assert draw(FLAT, streams=RandomStreams(1, 1)).tolist() != first


def test_twice_the_rate_keeps_the_pairing_of_incidents() -> None:
    once = draw(FLAT)
    twice = draw(weekly_rate(40 * PER_DAY, {}, {}))
    assert twice[: len(once)] * 2 == pytest.approx(once, abs=2)


def test_a_day_effect_stretches_whole_days_and_leaves_the_others() -> None:
    rate, streams = weekly_rate(50 * PER_DAY, {}, {}), RandomStreams(3, 0)
    breaks_s, pieces = unroll(rate, 0.0, WEEK_S)
    assert set(np.diff(breaks_s).tolist()) == {DAY_S}
    assert len(pieces) == 7
    counts = np.bincount(draw(rate, day_effect=1.0, streams=streams) // int(DAY_S * US))
    factors = -np.log1p(-streams.uniforms("day/theft", np.arange(7)))
    assert np.corrcoef(counts, factors)[0, 1] > 0.9


def test_a_period_is_cut_from_the_weeks_exactly() -> None:
    rate = weekly_rate(PER_DAY, {(6 * HOUR_S, 12 * HOUR_S): 2.0}, {})
    breaks_s, pieces = unroll(rate, 6.5 * DAY_S, DAY_S)
    assert breaks_s.tolist() == [0.0, 12 * HOUR_S, 18 * HOUR_S, DAY_S]
    assert (pieces * 86_400).tolist() == pytest.approx([0.8, 0.8, 1.6])


class Small:
    """A generator whose gaps are a thousandth, so that one block of them is too few."""

    def __init__(self) -> None:
        self.generator = np.random.Generator(np.random.Philox(key=5))
        self.calls = 0

    def exponential(self, scale: float, size: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        self.calls += 1
        return self.generator.exponential(scale / 1000, size)


def test_more_points_than_one_block_holds_are_the_same_points() -> None:
    small = Small()
    points = _unit_poisson(30.0, cast("np.random.Generator", small))
    assert small.calls > 2
    gaps = Small().exponential(1.0, len(points))
    assert points.tolist() == np.cumsum(gaps).tolist()
    assert 29.9 < points[-1] < 30
