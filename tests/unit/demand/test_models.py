"""What a model sees of its kind: rates as pieces, also before the period; keyed numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.demand.areas import PointArea
from patrolsim.demand.arrivals import WeeklyRate, weekly_rate
from patrolsim.demand.models import DemandDraws, DemandSetting
from patrolsim.streams import RandomStreams

DAY_S, HOUR_S, WEEK_S = 86_400.0, 3600.0, 604_800.0
RATE = weekly_rate(24 / DAY_S, {(18 * HOUR_S, 22 * HOUR_S): 3.0}, {(5, 6): 2.0})
AREA = PointArea(np.arange(3.0), np.zeros(3), np.ones(3), 0.0)


def setting(**changes: object) -> DemandSetting:
    options: dict[str, object] = {"kind": "theft", "rate": RATE, "start_s": 3 * DAY_S + 7200.0}
    return DemandSetting(**{**options, "period_s": 10 * DAY_S, **changes})  # type: ignore[arg-type]


def rate_at(rate: WeeklyRate, second_of_week: float) -> float:
    piece = np.searchsorted(rate.breaks_s, second_of_week % WEEK_S, side="right") - 1
    return float(rate.rate_per_s[piece])


def draws(replication: int = 0, day_effect: float = 0.0) -> DemandDraws:
    return DemandDraws(setting(), RandomStreams(4, replication), AREA, day_effect)


@given(from_h=st.integers(-400, 100), at=st.floats(0.001, 0.999))
def test_pieces_say_the_rate_of_the_week_before_and_in_the_period(from_h: int, at: float) -> None:
    one = setting()
    breaks_s, rates = one.pieces(from_h * HOUR_S)
    when_s = breaks_s[0] + at * (breaks_s[-1] - breaks_s[0])
    piece = np.searchsorted(breaks_s, when_s, side="right") - 1
    assert breaks_s[0] == from_h * HOUR_S
    assert breaks_s[-1] == one.period_s
    assert rates[piece] == rate_at(RATE, one.start_s + when_s)


def test_the_mean_is_that_of_the_week() -> None:
    assert setting().mean_per_s == pytest.approx(24 / DAY_S)


@pytest.mark.parametrize(("period_s", "hours"), [(3600.0, 1), (3601.0, 2), (1800.0, 1)])
def test_a_begun_hour_counts(period_s: float, hours: int) -> None:
    assert setting(period_s=period_s).hours == hours


def test_the_integral_of_hours_is_that_of_minutes() -> None:
    one = setting(period_s=2.25 * DAY_S)
    middles_s = (np.arange(int(one.period_s / 60)) + 0.5) * 60
    rates = [60 * rate_at(RATE, one.start_s + middle) for middle in middles_s.tolist()]
    by_hour = np.array(rates).reshape(-1, 60).sum(axis=1)
    assert one.per_hour(*one.pieces()) == pytest.approx(by_hour)


def test_a_begun_hour_holds_what_lies_in_the_period() -> None:
    one = setting(period_s=1800.0)
    assert one.per_hour(*one.pieces())[0] == pytest.approx(1800 * rate_at(RATE, one.start_s))


def test_numbers_are_keyed_by_purpose_kind_and_replication() -> None:
    ids = np.arange(4, dtype=np.int64)
    first = draws().uniforms("delay", ids)
    assert draws().uniforms("delay", ids[2:]).tolist() == first[2:].tolist()
    assert draws().uniforms("angle", ids).tolist() != first.tolist()
    assert draws(1).uniforms("delay", ids).tolist() != first.tolist()
    assert draws().generator("delay").random() == draws().generator("delay").random()
    assert draws().generator("delay").random() != draws().generator("angle").random()


def test_places_are_those_of_the_area() -> None:
    x, y = draws().places("place", np.arange(50, dtype=np.int64))
    assert set(x.tolist()) <= {0.0, 1.0, 2.0}
    assert not y.any()


def test_the_chance_of_days_stretches_the_process_and_keeps_its_mean() -> None:
    counts = [
        [draws(number, effect).poisson(*setting().pieces()).size for number in range(300)]
        for effect in (0.0, 0.8)
    ]
    plain, by_days = (np.array(one, float) for one in counts)
    assert by_days.var() > 2 * plain.var()
    assert by_days.mean() == pytest.approx(plain.mean(), rel=0.05)
