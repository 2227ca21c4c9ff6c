"""Distributions of durations: their words, their means, their quantiles."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from patrolsim.distributions import (
    LONGEST_US,
    Distribution,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Triangular,
    Uniform,
    Weibull,
    parse_distribution,
)
from patrolsim.units import UnitError

CASES: dict[str, tuple[object, Distribution]] = {
    "fixed": ("15 min", Fixed(900)),
    "span with one unit": ("10-16 min", Uniform(600, 960)),
    "span with two units": ("30 s - 2 min", Uniform(30, 120)),
    "span in Chinese": ("10至16分钟", Uniform(600, 960)),
    "span of full-width signs": ("１０～１６ 分钟", Uniform(600, 960)),
    "about": ("about 1.5 h", Lognormal(5400, 0.5)),
    "about in Chinese": ("约1.5小时", Lognormal(5400, 0.5)),
    "exponential": ({"exponential": "12 min"}, Exponential(720)),
    "exponential, spelled out": ({"exponential": {"mean": "12 min"}}, Exponential(720)),
    "lognormal": ({"lognormal": {"mean": "2.5 h", "cv": "60%"}}, Lognormal(9000, 0.6)),
    "gamma": ({"gamma": {"mean": "8 min", "cv": "50%"}}, Gamma(480, 0.5)),
    "weibull": ({"weibull": {"shape": 1.5, "scale": "18 min"}}, Weibull(1.5, 1080)),
    "triangular": ({"triangular": ["5 min", "10 min", "30 min"]}, Triangular(300, 600, 1800)),
    "one of": ({"one of": ["7 min", "5 min"]}, Empirical((420, 300))),
    "one_of": ({"one_of": ["7 min"]}, Empirical((420,))),
}
EXACT = {
    "exponential": (Exponential(720), stats.expon(scale=720)),
    "uniform": (Uniform(600, 960), stats.uniform(600, 360)),
    "weibull": (Weibull(1.5, 1080), stats.weibull_min(1.5, scale=1080)),
    "gamma": (Gamma(480, 0.5), stats.gamma(4, scale=120)),
    "triangular": (Triangular(300, 600, 1800), stats.triang(0.2, 300, 1500)),
    "lognormal": (
        Lognormal(9000, 0.6),
        stats.lognorm(math.sqrt(math.log(1.36)), scale=9000 / math.sqrt(1.36)),
    ),
}
ALL = [known for _, known in CASES.values()]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_planner_writes_is_read(case: tuple[object, Distribution]) -> None:
    written, meant = case
    assert parse_distribution(written) == meant


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("16-10 min", "ends before it begins"),
        ("-5 min", "negative"),
        ("5-7", "no unit"),
        ("soon", "soon"),
        (None, "is not a duration"),
        (True, "is not a duration"),
        (["5 min"], "is not a duration"),
        ({}, "is not a duration"),
        ({"exponential": "5 min", "gamma": "5 min"}, "is not a duration"),
        ({"poisson": "5 min"}, "no distribution called 'poisson'"),
        ({"exponential": {}}, "'mean' is missing"),
        ({"exponential": {"mean": "5 min", "cv": "50%"}}, "there is no 'cv' here"),
        ({"lognormal": "5 min"}, "'mean' is missing"),
        ({"lognormal": {"mean": "5 min"}}, "'cv' is missing"),
        ({"lognormal": {"mean": "5 min", "cv": "50%", "sd": 1}}, "there is no 'sd' here"),
        ({"gamma": {"mean": "5 min", "cv": "0%"}}, "above 0"),
        ({"weibull": {"shape": "round", "scale": "5 min"}}, "is not a shape"),
        ({"weibull": {"shape": True, "scale": "5 min"}}, "is not a shape"),
        ({"weibull": {"shape": 0.01, "scale": "5 min"}}, "out of range"),
        ({"weibull": {"shape": math.nan, "scale": "5 min"}}, "out of range"),
        ({"triangular": ["5 min", "10 min"]}, "needs three values"),
        ({"triangular": "5 min"}, "needs three values"),
        ({"triangular": ["5 min", "30 min", "10 min"]}, "must rise"),
        ({"one of": []}, "needs a list"),
        ({"one of": "5 min"}, "needs a list"),
    ],
)
def test_what_means_nothing_is_refused_in_words(written: object, complaint: str) -> None:
    with pytest.raises(UnitError, match=complaint):
        parse_distribution(written)


@pytest.mark.parametrize("known", ALL, ids=CASES)
def test_a_distribution_can_be_told_in_words(known: Distribution) -> None:
    assert known.text


@pytest.mark.parametrize(("ours", "theirs"), EXACT.values(), ids=EXACT)
def test_quantiles_and_mean_are_those_of_the_textbook(
    ours: Distribution, theirs: stats.rv_continuous
) -> None:
    u = np.linspace(0.001, 0.999, 999)
    assert ours.quantile_us(u) / 1e6 == pytest.approx(theirs.ppf(u), rel=1e-9, abs=1e-6)
    assert ours.mean_s == pytest.approx(theirs.mean(), rel=1e-12)


@pytest.mark.parametrize("known", ALL, ids=CASES)
def test_the_mean_is_the_mean_of_what_is_drawn(known: Distribution) -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    assert known.quantile_us(u).mean() / 1e6 == pytest.approx(known.mean_s, rel=1e-3)


@pytest.mark.parametrize("known", [*ALL, Gamma(60, 5.0)], ids=[*CASES, "gamma of large cv"])
def test_one_number_and_many_give_the_same_bits(known: Distribution) -> None:
    u = (np.arange(1001) + 0.5) / 1001
    many = known.quantile_us(u)
    assert many.dtype == np.int64
    assert many.tolist() == [known.quantile_us(float(one)) for one in u]
    assert many[::7].tolist() == known.quantile_us(u[::7]).tolist()
    assert isinstance(known.quantile_us(0.5), int)


@pytest.mark.parametrize("known", ALL, ids=CASES)
def test_draws_at_the_very_ends_are_durations(known: Distribution) -> None:
    ends = np.array([2.0**-54, 1 - 2.0**-53])
    least, most = known.quantile_us(ends).tolist()
    assert 0 <= least <= most <= LONGEST_US


def test_a_duration_beyond_the_clock_is_cut_not_wrapped_round() -> None:
    assert Exponential(1e12).quantile_us(0.999999999) == LONGEST_US
    assert Lognormal(1e12, 10.0).quantile_us(1 - 2.0**-53) == LONGEST_US


@pytest.mark.parametrize("known", [Lognormal(0, 0.5), Gamma(0, 0.5), Triangular(0, 0, 0)])
def test_a_mean_of_nothing_is_always_nothing(known: Distribution) -> None:
    assert known.quantile_us(np.array([0.1, 0.9])).tolist() == [0, 0]


def test_draws_are_rounded_to_the_nearest_microsecond_at_once() -> None:
    assert Fixed(0.0000014).quantile_us(0.5) == 1
    assert Fixed(0.0000016).quantile_us(0.5) == 2


def test_given_values_come_equally_often_whatever_their_order() -> None:
    drawn = Empirical((420, 300, 360)).quantile_us((np.arange(300) + 0.5) / 300)
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [300_000_000, 360_000_000, 420_000_000]
    assert counts.tolist() == [100, 100, 100]
