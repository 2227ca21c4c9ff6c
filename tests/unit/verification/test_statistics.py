"""Statistics of the table against scipy and samples whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from patrolsim.verification.statistics import cramer_von_mises


def test_the_statistic_is_that_of_scipy() -> None:
    values = np.sort(np.random.Generator(np.random.Philox(key=3)).random(50))
    found = stats.cramervonmises(values, "uniform")
    assert cramer_von_mises(values) == pytest.approx(found.statistic)


def test_the_statistic_of_uniform_values_is_a_sixth_on_average() -> None:
    generator = np.random.Generator(np.random.Philox(key=4))
    seen = [cramer_von_mises(np.sort(generator.random(30))) for _ in range(4_000)]
    error = np.std(seen) / np.sqrt(len(seen))
    assert np.mean(seen) == pytest.approx(1 / 6, abs=4 * error)
