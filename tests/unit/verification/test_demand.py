"""The statistics of demand against numpy, scipy and samples whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from patrolsim.verification.demand import A_DAY, cramer_von_mises, rate_per_hour


def test_the_rate_of_a_week_is_what_the_scenario_says() -> None:
    by_hour = rate_per_hour()
    assert by_hour.sum() == pytest.approx(7 * A_DAY)
    assert by_hour[19] == pytest.approx(3 * by_hour[12])
    assert by_hour[2] == pytest.approx(by_hour[12] / 4)


def test_the_statistic_is_that_of_scipy() -> None:
    values = np.sort(np.random.Generator(np.random.Philox(key=3)).random(50))
    found = stats.cramervonmises(values, "uniform")
    assert cramer_von_mises(values) == pytest.approx(found.statistic)


def test_the_statistic_of_uniform_values_is_a_sixth_on_average() -> None:
    generator = np.random.Generator(np.random.Philox(key=4))
    seen = [cramer_von_mises(np.sort(generator.random(30))) for _ in range(4_000)]
    error = np.std(seen) / np.sqrt(len(seen))
    assert np.mean(seen) == pytest.approx(1 / 6, abs=4 * error)
