"""Weather: the spells of a queue with servers for all, and rates that keep their average."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import numpy as np
import pytest

from patrolsim.demand.arrivals import draw_arrivals, weekly_rate
from patrolsim.demand.weather import Weather, draw_spells, in_weather
from patrolsim.distributions import Exponential, Fixed, Uniform
from patrolsim.streams import RandomStreams

START = datetime(2025, 3, 10, 6)  # noqa: DTZ001 - local time of nowhere
DAY_S, YEAR_S = 86_400.0, 365 * 86_400.0
RAIN = Weather(name="rain", per_s=80 / YEAR_S, lasts=Uniform(7200, 21_600))
SUMMER = Weather(name="storm", per_s=20 / YEAR_S, lasts=Exponential(14_400), months=(6, 7, 8, 9))


def spells(weather: Weather, days: float, replication: int = 0) -> np.ndarray:
    streams = RandomStreams(1, replication)
    horizon_us = round(days * DAY_S * 1e6)
    found = draw_spells(weather, start=START, horizon_us=horizon_us, streams=streams)
    return np.array(found, np.float64).reshape(-1, 2) / 1e6


def test_spells_rise_and_do_not_touch() -> None:
    found = spells(RAIN, 2000).ravel()
    assert len(found) > 500
    assert (np.diff(found) > 0).all()


def test_the_share_of_the_time_is_that_of_the_theory() -> None:
    years = 60
    found = spells(RAIN, 365 * years)
    share = (found[:, 1] - found[:, 0]).sum() / (years * YEAR_S)
    mean_s = RAIN.lasts.mean_s
    assert RAIN.share == pytest.approx(1 - np.exp(-RAIN.per_s * mean_s))
    assert share == pytest.approx(RAIN.share, rel=0.05)


def test_a_season_has_all_the_spells_and_its_share_of_the_year() -> None:
    years = 80
    found = spells(SUMMER, 365.25 * years)
    months = {
        (np.datetime64(START) + np.timedelta64(int(s), "s")).astype(object).month
        for s in found[:, 0]
    }
    assert months <= {6, 7, 8, 9}
    share = (found[:, 1] - found[:, 0]).sum() / (years * 365.25 * DAY_S)
    assert share == pytest.approx(SUMMER.share, rel=0.08)
    assert len(found) / years == pytest.approx(20, rel=0.08)


def test_a_longer_period_leaves_its_beginning_alone() -> None:
    short, long = spells(RAIN, 100), spells(RAIN, 300)
    assert (long[: len(short) - 1] == short[:-1]).all()


def test_a_spell_may_hold_when_the_period_begins() -> None:
    always = Weather(name="fog", per_s=1 / 3600, lasts=Fixed(7200))
    begins = [spells(always, 1, n)[0, 0] for n in range(200)]
    assert np.mean(np.array(begins) == 0) == pytest.approx(always.share, abs=0.07)


def test_rates_are_higher_inside_a_spell_and_their_average_stays() -> None:
    holds = {"rain": [(10_000_000, 20_000_000), (50_000_000, 60_000_000)]}
    breaks_s, pieces = in_weather([(RAIN, 5.0)], holds, (np.array([0.0, 15.0, 100.0]), np.ones(2)))
    assert breaks_s.tolist() == [0, 10, 15, 20, 50, 60, 100]
    assert (pieces / pieces[0]).tolist() == [1, 5, 5, 1, 5, 1]
    assert pieces[0] * (1 + 4 * RAIN.share) == pytest.approx(1)


def test_a_spell_that_holds_from_the_start_counts() -> None:
    holds = {"rain": [(0, 10_000_000)]}
    breaks_s, pieces = in_weather([(RAIN, 3.0)], holds, (np.array([0.0, 100.0]), np.ones(1)))
    assert breaks_s.tolist() == [0, 10, 100]
    assert pieces[0] == pytest.approx(3 * pieces[1])


def counts(factor: float, window_s: float, windows: int) -> np.ndarray:
    """Return how many incidents fall into each of many windows, over several replications."""
    found = []
    for replication in range(6):
        streams = RandomStreams(2, replication)
        horizon_us = round(window_s * windows * 1e6)
        holds = {"rain": draw_spells(RAIN, start=START, horizon_us=horizon_us, streams=streams)}
        times_us = draw_arrivals(
            weekly_rate(12 / DAY_S, {}, {}),
            name="push",
            start_s=0.0,
            horizon_us=horizon_us,
            day_effect=0.0,
            streams=streams,
            weather=partial(in_weather, [(RAIN, factor)], holds),
        )
        edges = np.arange(windows + 1) * window_s * 1e6
        found.append(np.histogram(times_us, edges)[0])
    return np.concatenate(found)


def index_of_dispersion(weather: Weather, factor: float, window_s: float) -> float:
    """Return variance over mean of the counts in a window, by the theory of the M/G/inf queue.

    That nothing holds at two moments a time s apart has the probability
    exp(-rate (mean + E[min(duration, s)])), so the covariance of "holds" is that less the square.
    """
    rate, mean_s = weather.per_s, weather.lasts.mean_s
    durations = weather.lasts.quantile_us((np.arange(400) + 0.5) / 400) / 1e6
    apart_s = (np.arange(4000) + 0.5) * window_s / 4000
    least = np.minimum(durations[None, :], apart_s[:, None]).mean(axis=1)
    covariance = np.exp(-rate * (mean_s + least)) - np.exp(-2 * rate * mean_s)
    of_time = 2 * np.sum((window_s - apart_s) * covariance) * window_s / 4000
    per_s = 12 / DAY_S
    swing = per_s * (factor - 1) / (1 + (factor - 1) * weather.share)
    return float(1 + swing**2 * of_time / (per_s * window_s))


def test_the_long_run_average_and_the_dispersion_are_those_of_the_theory() -> None:
    found = counts(20.0, DAY_S, 2000)
    assert found.mean() == pytest.approx(12, rel=0.08)
    theory = index_of_dispersion(RAIN, 20.0, DAY_S)
    assert theory > 5
    assert found.var() / found.mean() == pytest.approx(theory, rel=0.12)


def test_without_a_multiplier_the_counts_are_those_of_poisson() -> None:
    found = counts(1.0, DAY_S, 500)
    assert found.var() / found.mean() == pytest.approx(1.0, abs=0.1)
