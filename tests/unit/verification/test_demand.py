"""What the scenarios of demand say, hour by hour."""

from __future__ import annotations

import pytest

from patrolsim.verification.demand import A_DAY, rate_per_hour


def test_the_rate_of_a_week_is_what_the_scenario_says() -> None:
    by_hour = rate_per_hour()
    assert by_hour.sum() == pytest.approx(7 * A_DAY)
    assert by_hour[19] == pytest.approx(3 * by_hour[12])
    assert by_hour[2] == pytest.approx(by_hour[12] / 4)
