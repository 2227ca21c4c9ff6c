"""Koopman's sharing-out equals published numbers, a general optimiser, and the law of Bayes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from patrolsim_policies.koopman import allocation

CHANCE = np.array([0.5, 0.3, 0.15, 0.05])
RATE = np.ones(4)


def success(chance: np.ndarray, rate: np.ndarray, effort: np.ndarray) -> float:
    return float((chance * -np.expm1(-rate * effort)).sum())


@pytest.mark.parametrize(
    ("budget", "effort", "chance_of_success"),
    [
        (1.0, (0.755413, 0.244587, 0.0, 0.0), 0.330183),
        (2.0, (1.238266, 0.727441, 0.034293, 0.0), 0.515170),
    ],
)
def test_the_effort_is_that_of_the_known_case(
    budget: float, effort: tuple[float, ...], chance_of_success: float
) -> None:
    found = allocation(CHANCE, RATE, budget)
    assert found == pytest.approx(effort, abs=1e-6)
    assert success(CHANCE, RATE, found) == pytest.approx(chance_of_success, abs=1e-6)


def test_the_chances_after_a_vain_search_are_those_of_the_known_case() -> None:
    after = CHANCE * np.exp(-allocation(CHANCE, RATE, 1.0))
    known = (0.350705, 0.350705, 0.223942, 0.074647)
    assert after / after.sum() == pytest.approx(known, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    chances=st.lists(st.floats(0.01, 1.0), min_size=2, max_size=5),
    rates=st.lists(st.floats(0.1, 3.0), min_size=5, max_size=5),
    budget=st.floats(0.05, 8.0),
)
def test_no_sharing_out_that_an_optimiser_finds_is_better(
    chances: list[float], rates: list[float], budget: float
) -> None:
    chance = np.array(chances) / sum(chances)
    rate = np.array(rates[: len(chances)])
    found = allocation(chance, rate, budget)
    assert found.sum() == pytest.approx(budget, rel=1e-9)
    assert found.min() >= 0.0

    def failure(effort: np.ndarray) -> float:
        return -success(chance, rate, effort)

    best = minimize(
        failure,
        np.full(len(chance), budget / len(chance)),
        bounds=[(0.0, budget)] * len(chance),
        constraints=LinearConstraint(np.ones((1, len(chance))), budget, budget),
        method="SLSQP",
    )
    assert success(chance, rate, found) >= -float(best.fun) - 1e-7


@settings(max_examples=60, deadline=None)
@given(first=st.floats(0.0, 5.0), second=st.floats(0.0, 5.0))
def test_two_searches_with_bayes_between_are_one_search(first: float, second: float) -> None:
    rate = np.array([1.0, 0.5, 2.0, 1.3])
    once = allocation(CHANCE, rate, first + second)
    before = allocation(CHANCE, rate, first)
    after = CHANCE * np.exp(-rate * before)
    then = allocation(after / after.sum(), rate, second)
    assert before + then == pytest.approx(once, abs=1e-6)


def test_streets_without_a_chance_and_budgets_of_nothing_get_nothing() -> None:
    chance = np.array([0.0, 1.0])
    assert allocation(chance, np.ones(2), 3.0).tolist() == pytest.approx([0.0, 3.0])
    assert allocation(chance, np.ones(2), 0.0).tolist() == [0.0, 0.0]
