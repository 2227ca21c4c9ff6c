"""The self-exciting model against the theory of Hawkes processes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from tests.plugins.drawing import DAY_S, drawn, flat

from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.testing import check_incident_model
from patrolsim.verification.self_exciting import compensator, count_ratio
from patrolsim_policies.self_exciting import SelfExciting, poisson_numbers

LEAST_P = 1e-3
MODEL = SelfExciting(children=0.5, delay_s=DAY_S, spread_m=0.0)


def test_it_keeps_the_rules() -> None:
    assert check_incident_model("self_exciting", parameters={"children": "70%", "delay": "3 h"})


def test_the_average_stays_whatever_the_children() -> None:
    setting = flat(4, 100)
    for children in (0.0, 0.3, 0.8):
        model = SelfExciting(children=children, delay_s=DAY_S / 2, spread_m=0.0)
        counts = [drawn(model, setting, number).times_s.size for number in range(60)]
        error = float(np.std(counts, ddof=1)) / 60**0.5
        assert np.mean(counts) == pytest.approx(400, abs=3.5 * error)
        assert model.expected_per_hour(setting).sum() == pytest.approx(400, rel=1e-5)


def test_counts_of_long_spans_scatter_as_hawkes_says() -> None:
    setting = flat(4, 1000)
    ratios = []
    for number in range(20):
        days = drawn(MODEL, setting, number).times_s / DAY_S
        counts = np.bincount((days // 20).astype(int), minlength=50)
        ratios.append(float(((counts - 80.0) ** 2).mean()) / 80)
    error = float(np.std(ratios, ddof=1)) / 20**0.5
    assert np.mean(ratios) == pytest.approx(count_ratio(20), abs=3 * error)
    assert error < 0.3


def test_rescaled_gaps_are_exponential() -> None:
    days = drawn(MODEL, flat(4, 2000)).times_s / DAY_S
    inner = compensator(days, days[days > 30], 2.0, 0.5)
    assert stats.kstest(np.diff(inner), stats.expon.cdf).pvalue > LEAST_P


def test_gaps_of_a_poisson_process_with_these_children_would_not_be() -> None:
    days = drawn(SelfExciting(0.0, DAY_S, 0.0), flat(4, 2000)).times_s / DAY_S
    inner = compensator(days, days[days > 30], 0.4, 0.9)
    assert stats.kstest(np.diff(inner), stats.expon.cdf).pvalue < LEAST_P


def test_without_children_it_is_a_poisson_process() -> None:
    counts = [
        drawn(SelfExciting(0.0, DAY_S, 0.0), flat(5, 30), n).times_s.size for n in range(200)
    ]
    ratio = np.var(counts, ddof=1) / np.mean(counts)
    assert stats.chi2(199).sf(199 * ratio) > LEAST_P
    assert stats.chi2(199).cdf(199 * ratio) > LEAST_P


def test_children_lie_at_the_place_of_their_parent_without_a_spread() -> None:
    found = drawn(MODEL, flat(4, 200))
    assert found.x is not None
    _places, counts = np.unique(found.x, return_counts=True)
    # the total progeny of a parent with half a child is 1 / (1 - 0.5); edges cut some off
    assert found.x.size / counts.size == pytest.approx(2.0, abs=0.25)


def test_children_scatter_with_the_given_deviation() -> None:
    near = drawn(SelfExciting(0.5, DAY_S, 30.0), flat(4, 400))
    same = drawn(SelfExciting(0.5, DAY_S, 0.0), flat(4, 400))
    assert near.times_s.tolist() == same.times_s.tolist()
    assert near.x is not None
    assert same.x is not None
    moved = (near.x - same.x)[near.x != same.x]
    # the n-th generation has n times the variance; the mean generation of a child is 2
    assert np.std(moved) == pytest.approx(30 * 2**0.5, rel=0.08)


def test_a_child_of_each_or_more_is_refused() -> None:
    host = PluginHost()
    host.load_installed()
    with pytest.raises(PluginError, match="below 100%"):
        host.build_model("self_exciting", {"children": 1.0})


def test_numbers_by_inversion_are_those_of_scipy() -> None:
    uniforms = (np.arange(999) + 0.5) / 999
    for mean in (0.0, 0.2, 3.7):
        wanted = stats.poisson(mean).ppf(uniforms)
        assert poisson_numbers(mean, uniforms).tolist() == wanted.tolist()
