"""The formulas of the self-exciting process against integrals done another way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from patrolsim.verification.self_exciting import compensator, count_ratio

TIMES = np.array([0.5, 0.7, 2.0, 5.5])


def intensity(time: float, background: float, children: float) -> float:
    past = TIMES[time > TIMES]
    return background + children * float(np.exp(-(time - past)).sum())


def test_long_counts_have_the_ratio_of_theory() -> None:
    assert count_ratio(1e7) == pytest.approx(4.0, rel=1e-5)
    assert count_ratio(1e7, children=0.2) == pytest.approx(1 / 0.8**2, rel=1e-5)


def test_short_counts_are_nearly_poisson() -> None:
    assert count_ratio(1e-4) == pytest.approx(1.0, abs=1e-3)


def test_the_ratio_is_the_integral_of_the_covariance_density() -> None:
    decay, density = 0.5, 0.5 * 1.5 / (2 * 0.5)
    area, _error = quad(lambda t: (20 - t) * density * np.exp(-decay * t), 0, 20)
    assert count_ratio(20) == pytest.approx(1 + 2 * area / 20)


@pytest.mark.parametrize("end", [0.2, 0.6, 2.0, 4.0, 9.0])
def test_the_compensator_is_the_integral_of_the_intensity(end: float) -> None:
    area, _error = quad(
        intensity, 0, end, args=(1.5, 0.4), points=TIMES[end > TIMES].tolist() or None
    )
    assert compensator(TIMES, np.array([end]), 1.5, 0.4)[0] == pytest.approx(area, rel=1e-7)
