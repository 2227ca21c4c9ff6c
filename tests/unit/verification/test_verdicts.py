"""A row can fail in each way that it should."""

from __future__ import annotations

import math

import numpy as np
import pytest

from patrolsim.output_analysis import estimate_mean
from patrolsim.verification import Finding, Limits, Row, judge
from patrolsim.verification.verdicts import estimate

VALUES = [0.9, 1.1, 1.0, 1.05, 0.95, 1.02, 0.98, 1.0]


def row(limits: Limits | None) -> Row:
    return Row(
        id="x/y/z",
        group="x",
        what="something",
        source="somebody",
        find=lambda _laboratory: Finding(0.0, []),
        limits=limits,
    )


def fault(exact: float, limits: Limits, *, is_quick: bool = False) -> str:
    return judge(row(limits), Finding(exact, VALUES), is_quick=is_quick).fault


def test_a_value_that_agrees_holds() -> None:
    verdict = judge(row(Limits(None, 0.1)), Finding(1.0, VALUES), is_quick=False)
    assert verdict.holds
    assert verdict.replications == len(VALUES)


def test_a_shifted_exact_value_fails() -> None:
    assert "standard errors off" in fault(1.2, Limits(None, 0.1))


def test_an_interval_that_is_too_wide_fails_although_it_holds_the_value() -> None:
    assert "shows nothing" in fault(1.0, Limits(None, 0.01))


def test_the_quick_limit_counts_only_with_quick() -> None:
    limits = Limits(0.1, 0.01)
    assert fault(1.0, limits, is_quick=True) == ""
    assert fault(1.0, limits) != ""


def test_a_limit_can_be_a_share_of_something_else_than_the_exact_value() -> None:
    values = [value - 1 for value in VALUES]
    verdict = judge(row(Limits(None, 0.1, 1.0)), Finding(0.0, values), is_quick=False)
    assert verdict.limit == pytest.approx(0.1)
    assert verdict.holds


def test_a_mean_without_scatter_has_to_be_equal() -> None:
    limits = Limits(None, 0.1)
    assert judge(row(limits), Finding(2.0, [2.0] * 5), is_quick=False).holds
    off = judge(row(limits), Finding(2.0, [2.0001] * 5), is_quick=False)
    assert off.z == math.inf
    assert not off.holds


def test_not_a_number_fails() -> None:
    assert not judge(row(Limits(None, 0.1)), Finding(1.0, [math.nan] * 5), is_quick=False).holds


@pytest.mark.parametrize(("value", "holds"), [(7.0, True), (7.000001, False)])
def test_a_row_without_limits_asks_for_equality(value: float, *, holds: bool) -> None:
    verdict = judge(row(None), Finding(7.0, [value]), is_quick=False)
    assert verdict.holds is holds
    assert verdict.z is None


def test_without_controls_the_interval_is_the_usual_one() -> None:
    usual = estimate_mean(VALUES)
    assert usual is not None
    found = estimate(VALUES)
    assert (found.value, found.half_width) == (usual.value, usual.half_width)


def test_a_control_takes_away_what_it_explains() -> None:
    noise = np.random.Generator(np.random.Philox(key=1)).normal(size=(2, 40))
    values = 3.0 + 2.0 * noise[0] + 0.01 * noise[1]
    plain, controlled = estimate(values.tolist()), estimate(values.tolist(), noise[:1].T.tolist())
    assert controlled.half_width < plain.half_width / 20
    assert controlled.value == pytest.approx(3.0, abs=4 * controlled.error)


def test_intervals_with_controls_hold_the_mean_as_often_as_they_say() -> None:
    """1,000 data sets of 10 values and 2 controls: 95 % within 3 standard errors (0.7 %)."""
    generator = np.random.Generator(np.random.Philox(key=2))
    held = 0
    for _ in range(1_000):
        controls = generator.normal(size=(10, 2))
        values = 5.0 + controls @ [1.0, -2.0] + generator.normal(size=10)
        found = estimate(values.tolist(), controls.tolist())
        held += abs(found.value - 5.0) <= found.half_width
    assert abs(held / 1_000 - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 1_000)


@pytest.mark.parametrize(("values", "controls"), [([1.0], ()), ([1.0, 2.0], [[0.1], [0.2]])])
def test_too_few_replications_are_refused(
    values: list[float], controls: list[list[float]]
) -> None:
    with pytest.raises(ValueError, match="too few"):
        estimate(values, controls)
