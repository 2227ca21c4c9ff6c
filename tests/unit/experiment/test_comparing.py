"""What a comparison decides, from results of known values."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t, ttest_rel
from tests.unit.experiment.test_estimates import NEVER, results

from patrolsim.errors import SimulationError
from patrolsim.experiment.comparing import (
    Pair,
    Verdict,
    compare_neighbours,
    compare_pair,
    compare_with_control,
    find_plateau,
    sound_arms,
)
from patrolsim.experiment.measures import (
    INCIDENTS,
    MAIN,
    MEDIAN_OF_ALL,
    NOT_REACHED,
    P90_OF_ALL,
    RESPONSE_MEAN,
    RESPONSE_P90,
    WITHIN_TARGET,
    Better,
)
from patrolsim.experiment.results import Failure, Task
from patrolsim.streams import RandomStreams

Days = list[tuple[float, ...]]


def days(n: int, *, later_s: float = 0.0, noise_s: float = 0.0, seed: int = 1) -> Days:
    """Return days of one call each, around a minute; the same seed gives the same days."""
    base = normal(n, seed=1)
    noise = normal(n, seed=seed + 1)
    return [(60.0 + 10 * a + later_s + noise_s * b,) for a, b in zip(base, noise, strict=True)]


def normal(n: int, *, seed: int) -> list[float]:
    return [float(x) for x in RandomStreams(seed, 0).generator("test").standard_normal(n)]


def single_calls(times_s: list[float]) -> Days:
    """Return days of one call each."""
    return [(time_s,) for time_s in times_s]


def one_pair(control: Days, plan: Days) -> Pair:
    return compare_with_control(results(today=control, plan=plan), [RESPONSE_MEAN])[0]


def test_the_p_value_of_one_call_a_day_is_that_of_a_paired_t_test() -> None:
    control, plan = days(30), days(30, later_s=2, noise_s=5)
    pair = one_pair(control, plan)
    expected = ttest_rel([d[0] for d in plan], [d[0] for d in control])
    assert pair.p == pytest.approx(float(expected.pvalue), rel=1e-9)
    assert pair.adjusted_p == pair.p


def test_pairing_is_worth_the_variances_by_that_of_the_difference() -> None:
    control, plan = days(40), days(40, later_s=2, noise_s=5)
    a, b = (np.array([d[0] for d in side]) for side in (plan, control))
    expected = (a.var(ddof=1) + b.var(ddof=1)) / (a - b).var(ddof=1)
    assert one_pair(control, plan).reduction == pytest.approx(float(expected), rel=1e-9)


def test_a_gain_is_better_and_a_loss_worse_in_the_direction_of_the_measure() -> None:
    today: Days = [(70.0, 90.0), (71.0, 91.0)] * 6
    plan: Days = [(50.0, 80.0), (52.0, 82.0)] * 6
    found = results(today=today, plan=plan)
    shorter, share = compare_with_control(found, [RESPONSE_MEAN, WITHIN_TARGET])
    assert (shorter.verdict, share.verdict) == (Verdict.BETTER, Verdict.BETTER)
    assert shorter.estimate is not None
    assert share.estimate is not None
    assert shorter.estimate.value < 0 < share.estimate.value


def test_of_a_measure_without_a_better_way_only_higher_or_lower_is_said() -> None:
    found = results(
        today=[(1.0,)] * 5 + [(1.0, 1.0)] * 5, plan=[(1.0, 1.0)] * 5 + [(1.0,) * 4] * 5
    )
    assert compare_with_control(found, [INCIDENTS])[0].verdict is Verdict.HIGHER


def test_equal_arms_are_exactly_the_same_and_need_no_more_days() -> None:
    pair = one_pair(days(12), days(12))
    assert (pair.verdict, pair.advised) == (Verdict.SAME, None)


def test_nine_replications_are_too_few_for_any_verdict() -> None:
    few, enough = (one_pair(days(n), days(n, later_s=-30, noise_s=1)) for n in (9, 10))
    assert (few.verdict, few.p, few.adjusted_p) == (Verdict.FEW, None, None)
    assert enough.verdict is Verdict.BETTER


def test_what_is_sure_alone_can_be_chance_among_many() -> None:
    control, plan = days(20), days(20, later_s=2.5, noise_s=5)
    alone = one_pair(control, plan)
    arms = {f"noise {n}": days(20, noise_s=5, seed=10 + n) for n in range(8)}
    found = compare_with_control(results(today=control, plan=plan, **arms), [RESPONSE_MEAN])
    assert alone.verdict is Verdict.WORSE
    assert found[0].verdict is Verdict.UNDECIDED
    assert (found[0].family, found[0].p) == (9, alone.p)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=6))
def test_holm_never_makes_a_p_value_smaller_nor_changes_the_order(effects: list[float]) -> None:
    arms = {
        f"plan {number}": days(15, later_s=effect, noise_s=4, seed=number)
        for number, effect in enumerate(effects)
    }
    pairs = compare_with_control(results(today=days(15), **arms), [RESPONSE_MEAN])
    tested = sorted((pair.p, pair.adjusted_p) for pair in pairs if pair.p is not None)
    assert len(tested) == len(effects)
    assert all(adjusted is not None and p <= adjusted <= 1 for p, adjusted in tested)
    assert [adjusted for _, adjusted in tested] == sorted(a for _, a in tested if a is not None)


def test_the_advised_number_decides_four_times_in_five() -> None:
    """Draw again and again from the truth that the first sample shows."""
    rng = RandomStreams(5, 0).generator("advice")
    n, effect, sd = 20, 1.0, 4.0
    noise = rng.standard_normal(n)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    pair = one_pair(
        single_calls([60.0] * n), single_calls([60.0 + effect + sd * x for x in noise.tolist()])
    )
    assert pair.advised is not None
    decided = [
        ttest_rel(effect + sd * rng.standard_normal(pair.advised), np.zeros(pair.advised)).pvalue
        <= 0.05
        for _ in range(400)
    ]
    assert 0.74 <= np.mean(decided) <= 0.88


def test_a_difference_near_nothing_gets_no_advice() -> None:
    noise = normal(20, seed=3)
    centred = [60 + x - math.fsum(noise) / 20 + 1e-9 for x in noise]
    pair = one_pair(single_calls([60.0] * 20), single_calls(centred))
    assert (pair.verdict, pair.advised) == (Verdict.UNDECIDED, None)


def test_quantiles_of_all_incidents_have_differences_too() -> None:
    found = results(
        today=[(10.0 + x, 50.0 + x, 90.0 + 2 * x) for x in range(20)],
        plan=[(5.0 + x, 40.0 + x, 60.0 + 2 * x) for x in range(20)],
    )
    median, p90 = compare_with_control(found, [MEDIAN_OF_ALL, P90_OF_ALL])
    assert median.estimate is not None
    assert p90.estimate is not None
    assert median.estimate.value == 49.0 - 59.0
    assert p90.estimate.value == 86.0 - 116.0
    assert p90.verdict is Verdict.BETTER


def test_a_time_without_end_cannot_be_compared_and_burdens_nobody_else() -> None:
    found = results(today=[(10.0, NEVER)] * 12, plan=[(10.0, 20.0)] * 12)
    p90, share = compare_with_control(found, [RESPONSE_P90, NOT_REACHED])
    assert (p90.verdict, p90.estimate) == (Verdict.NOTHING, None)
    assert (share.verdict, share.family) == (Verdict.BETTER, 1)


def test_arms_that_failed_are_left_out_and_a_failed_control_leaves_nothing() -> None:
    found = results(today=days(12), plan=days(12, later_s=5), broken=days(3))
    found.failures.append(Failure(Task("broken", 3), SimulationError("out of ideas")))
    assert sound_arms(found) == ["today", "plan"]
    assert {pair.arm for pair in compare_with_control(found, MAIN)} == {"plan"}
    found.failures[0] = Failure(Task("today", 3), SimulationError("out of ideas"))
    assert compare_with_control(found, MAIN) == []


def test_neighbours_are_compared_in_their_order_as_a_family_of_their_own() -> None:
    arms = {str(n): days(12, later_s=-n, noise_s=1, seed=n) for n in (10, 20, 30)}
    pairs = compare_neighbours(results(**arms), [RESPONSE_MEAN])
    assert [(pair.control, pair.arm) for pair in pairs] == [("10", "20"), ("20", "30")]
    assert {pair.family for pair in pairs} == {2}


@pytest.mark.parametrize("sign", [1, -1])
def test_a_plateau_bounds_what_all_later_arms_gain_together(sign: int) -> None:
    measure = RESPONSE_MEAN if sign < 0 else replace(RESPONSE_MEAN, better=Better.HIGHER)
    steps = {"1": 0, "2": 12, "3": 12.2, "4": 12.1}
    arms = {
        name: days(20, later_s=sign * step, noise_s=1, seed=int(name))
        for name, step in steps.items()
    }
    found = results(**arms)
    plateau = find_plateau(found, compare_neighbours(found, [measure]), measure)
    gains = [
        sign * np.array([b[0] - a[0] for a, b in zip(arms["2"], arms[later], strict=True)])
        for later in "34"
    ]
    bounds = [x.mean() + t.ppf(1 - 0.05 / 2, 19) * x.std(ddof=1) / math.sqrt(20) for x in gains]
    assert plateau is not None
    assert plateau.arm == "2"
    assert plateau.most == pytest.approx(max(bounds), rel=1e-9)


def test_two_arms_are_compared_on_the_days_that_both_have_finished() -> None:
    found = results(today=days(14), plan=days(12, later_s=3, noise_s=1))
    pair = compare_pair(found, "plan", "today", RESPONSE_MEAN)
    assert pair.estimate is not None
    assert pair.estimate.n == 12
