"""When an experiment has enough: rules that see nothing but the replications so far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import t
from tests.unit.experiment.test_estimates import NEVER, results

from patrolsim.experiment.measures import NOT_REACHED, RESPONSE_MEAN, RESPONSE_P90, WITHIN_TARGET
from patrolsim.experiment.stopping import Goal, Selection, Stopping
from patrolsim.streams import RandomStreams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.experiment.results import Results

    Days = list[tuple[float, ...]]


def normal(n: int, seed: int) -> list[float]:
    return [float(x) for x in RandomStreams(seed, 0).generator("test").standard_normal(n)]


def calls(n: int, *, mean_s: float = 60.0, spread_s: float = 5.0, seed: int = 1) -> Days:
    """Return days of one call each."""
    return [(mean_s + spread_s * x,) for x in normal(n, seed)]


def first(found: Results, n: int) -> Results:
    finished = {task: done for task, done in found.finished.items() if task.replication < n}
    return replace(found, asked=n, finished=finished)


def feed(rule: Stopping | Selection, found: Results) -> list[tuple[int, Sequence[str]]]:
    """Ask a rule after each replication until it wants no more of any arm."""
    said: list[tuple[int, Sequence[str]]] = []
    left = set(found.strategies)
    for n in range(1, found.asked + 1):
        out = rule(first(found, n))
        left -= set(out)
        if out:
            said.append((n, tuple(out)))
        if not left:
            break
    return said


def until(amount: float, *, is_relative: bool = False, arms: Sequence[str]) -> Stopping:
    goal = Goal(measure=RESPONSE_MEAN, amount=amount, is_relative=is_relative)
    return Stopping(goal=goal, arms=arms, control=arms[0])


def half_width_of(gaps: Sequence[float]) -> float:
    n = len(gaps)
    return float(t.ppf(0.975, n - 1) * np.std(gaps, ddof=1) / np.sqrt(n))


def test_the_stop_is_the_first_at_which_every_difference_is_and_stays_precise() -> None:
    n = 200
    days = {"today": calls(n), "a": calls(n, seed=2), "b": calls(n, spread_s=8, seed=3)}
    found = results(**days)
    rule = until(2.0, arms=list(days))
    said = feed(rule, found)
    widths = [
        max(
            half_width_of(
                [x[0] - y[0] for x, y in zip(days[arm][:m], days["today"], strict=False)]
            )
            for arm in "ab"
        )
        for m in range(10, n)
    ]
    met = [width <= 2.0 for width in widths]
    expected = next(m for m in range(len(met)) if all(met[m : m + 6])) + 10
    assert rule.stop == expected
    assert said == [(expected + 5, ("today", "a", "b"))]
    assert rule.kept(found).asked == expected
    assert {task.replication for task in rule.kept(found).finished} == set(range(expected))


def test_nothing_stops_before_ten_replications() -> None:
    equal: Days = [(60.0,)] * 40
    rule = until(1.0, arms=["today", "plan"])
    assert feed(rule, results(today=equal, plan=equal)) == [(15, ("today", "plan"))]
    assert rule.stop == 10


def test_what_is_not_reached_has_no_stop() -> None:
    found = results(today=calls(30), plan=calls(30, seed=2))
    rule = until(0.01, arms=["today", "plan"])
    assert feed(rule, found) == []
    assert rule.stop is None
    assert rule.kept(found) is found


def test_a_single_arm_stops_by_its_level() -> None:
    found = results(today=calls(100))
    rule = until(2.0, arms=["today"])
    feed(rule, found)
    assert rule.stop is not None
    assert half_width_of([day[0] for day in calls(100)[: rule.stop]]) <= 2.0


def test_a_relative_precision_is_of_the_control_and_not_of_the_difference() -> None:
    days = {"today": calls(200), "plan": calls(200, seed=2)}
    relative, absolute = until(0.04, is_relative=True, arms=[*days]), until(2.4, arms=[*days])
    feed(relative, results(**days))
    feed(absolute, results(**days))
    assert relative.stop == pytest.approx(absolute.stop, abs=2)
    assert relative.wanted == pytest.approx(2.4, rel=0.05)


def test_an_arm_that_fails_no_longer_holds_the_others_up() -> None:
    days = {"today": calls(200), "plan": calls(200, seed=2), "broken": calls(8, seed=3)}
    alone = until(2.0, arms=["today", "plan"])
    feed(alone, results(today=days["today"], plan=days["plan"]))
    rule = until(2.0, arms=[*days])
    feed(rule, results(**days))
    assert rule.stop == alone.stop is not None


def test_without_a_control_nothing_is_run_on() -> None:
    rule = until(2.0, arms=["today", "plan"])
    said = feed(rule, results(today=calls(3), plan=calls(50, seed=2)))
    assert said == [(4, ("today", "plan"))]


def test_the_stop_does_not_depend_on_what_is_finished_beyond_it() -> None:
    days = {"today": calls(100), "plan": calls(100, seed=2)}
    short, long = until(2.5, arms=[*days]), until(2.5, arms=[*days])
    feed(long, results(**days))
    assert long.stop is not None
    end = long.stop + 5
    feed(short, results(**{name: some[:end] for name, some in days.items()}))
    assert short.stop == long.stop


def test_the_best_is_found_and_the_worst_drop_out_first() -> None:
    n = 400
    noise = normal(n, 9)
    days: dict[str, Days] = {
        name: [(60.0 + gap + 5 * x + 2 * y,) for x, y in zip(noise, normal(n, seed), strict=True)]
        for seed, (name, gap) in enumerate({"near": 1.5, "best": 0.0, "far": 20.0}.items())
    }
    rule = Selection(measure=RESPONSE_MEAN, margin=1.0, arms=[*days])
    said = feed(rule, results(**days))
    assert rule.best == "best"
    order = [name for _, names in said for name in names]
    assert order == ["far", "near", "best"]
    assert said[0][0] == 20


def test_more_is_better_where_the_measure_says_so() -> None:
    noise = normal(60, 4)
    low: Days = [(50.0, 70.0 + x, 70.0) for x in noise]
    high: Days = [(50.0, 50.0 + (x > 0) * 20, 50.0) for x in noise]
    rule = Selection(measure=WITHIN_TARGET, margin=0.1, arms=["low", "high"])
    feed(rule, results(low=low, high=high))
    assert rule.best == "high"


def test_at_the_budget_all_that_may_be_best_are_still_in() -> None:
    found = results(a=calls(25), b=calls(25, seed=2))
    rule = Selection(measure=RESPONSE_MEAN, margin=0.1, arms=["a", "b"])
    assert feed(rule, found) == []
    assert (rule.best, rule.still_in) == (None, ("a", "b"))


def test_a_replication_without_a_value_is_left_aside_for_all() -> None:
    a, b = calls(40), calls(40, mean_s=90, seed=2)
    rule = Selection(measure=RESPONSE_P90, margin=5.0, arms=["a", "b"])
    feed(rule, results(a=[(NEVER,), (), *a], b=[*b, (1.0,), (1.0,)]))
    assert rule.skipped == 2
    assert rule.best == "a"


def test_an_arm_that_fails_is_out_of_the_race() -> None:
    rule = Selection(measure=NOT_REACHED, margin=0.5, arms=["a", "b"])
    found = results(a=[(NEVER,)] * 12, b=[(1.0,)] * 3)
    assert feed(rule, found) == [(4, ("b", "a"))]
    assert rule.still_in == ("a",)
