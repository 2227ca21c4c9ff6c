"""Spells of weather: expected counts are exact, and counts are those of a Poisson process."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from tests.plugins.drawing import drawn, flat

from patrolsim.demand.arrivals import draw_arrivals
from patrolsim.plugins import PluginHost
from patrolsim.scenario.parameters import read_parameter
from patrolsim.streams import RandomStreams
from patrolsim.testing import check_incident_model
from patrolsim.units import UnitError
from patrolsim_policies.incident_models import WEATHER_SHOCKS
from patrolsim_policies.weather_shocks import WeatherShocks

HOUR_S = 3600.0
LEAST_P = 1e-3
SPELLS = ((24 * HOUR_S, 48 * HOUR_S, 3.0), (40 * HOUR_S, 60 * HOUR_S, 0.5))
MODEL = WeatherShocks(SPELLS, (2 * HOUR_S, 10 * HOUR_S))


def factor_at(hour: float) -> float:
    """Return the product of the factors whose effect is on, straight from the definition."""
    found = 1.0
    for start, end, factor in ((26, 58, 3.0), (42, 70, 0.5)):
        found *= factor if start <= hour < end else 1.0
    return found


def test_it_keeps_the_rules() -> None:
    written = {"spells": {"24-48 h": "3 times", "40-60 h": "0.5 times"}, "lag": "2-10 h"}
    assert check_incident_model("weather_shocks", parameters=written)


def test_the_expected_counts_are_exact() -> None:
    expected = MODEL.expected_per_hour(flat(24, 5))
    assert expected == pytest.approx([factor_at(hour + 0.5) for hour in range(120)])


def test_counts_in_each_hour_are_poisson_with_that_mean() -> None:
    setting, runs = flat(240, 5), 120
    counts = np.zeros(120)
    for number in range(runs):
        hours = (drawn(MODEL, setting, number).times_s // HOUR_S).astype(int)
        counts += np.bincount(hours, minlength=120)
    expected = runs * MODEL.expected_per_hour(setting)
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    assert stats.chi2(120).sf(chi2) > LEAST_P
    assert stats.chi2(120).cdf(chi2) > LEAST_P


def test_without_spells_it_is_the_plain_process_to_the_bit() -> None:
    setting = flat(20, 7)
    found = drawn(WeatherShocks((), (0.0, 0.0)), setting)
    times_us = draw_arrivals(
        setting.rate,
        name=setting.kind,
        start_s=0.0,
        horizon_us=round(7 * 86_400e6),
        day_effect=0.0,
        streams=RandomStreams(11, 0),
    )
    assert np.rint(found.times_s * 1e6).astype(int).tolist() == times_us.tolist()


def test_a_spell_that_ends_before_the_period_begins_changes_nothing() -> None:
    setting = flat(20, 2)
    late = WeatherShocks(((72 * HOUR_S, 80 * HOUR_S, 5.0),), (0.0, 0.0))
    assert late.expected_per_hour(setting).sum() == pytest.approx(40)


def test_the_effect_starts_and_ends_with_its_lags() -> None:
    breaks_s, rates = WeatherShocks(SPELLS[:1], (2 * HOUR_S, 10 * HOUR_S)).pieces(flat(24, 5))
    on = np.flatnonzero(rates > rates[0])
    assert breaks_s[on[0]] == 26 * HOUR_S
    assert breaks_s[on[-1] + 1] == 58 * HOUR_S


def test_spells_are_read_with_their_units() -> None:
    spells = read_parameter({"24-48 h": "1.2 times"}, WEATHER_SHOCKS.parameters["spells"])
    assert spells == ((24 * HOUR_S, 48 * HOUR_S, 1.2),)


@pytest.mark.parametrize("written", ["hot", {"noon": 2}, {"24-24 h": 2}, {"24-48 h": "very"}])
def test_spells_that_are_none_are_refused(written: object) -> None:
    with pytest.raises(UnitError):
        read_parameter(written, WEATHER_SHOCKS.parameters["spells"])


def test_the_host_builds_it_with_its_defaults() -> None:
    host = PluginHost()
    host.load_installed()
    expected = host.build_model("weather_shocks", {}).expected_per_hour(flat(24, 1))
    assert expected == pytest.approx(np.ones(24))
