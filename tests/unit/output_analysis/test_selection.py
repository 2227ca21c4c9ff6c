"""The race for the best: by its formula, by what it promises, and at its borders."""

from __future__ import annotations

import math

import numpy as np
import pytest

from patrolsim.output_analysis.selection import KimNelson

NAMES = [f"plan {i}" for i in range(8)]


def rng(key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key))


def race(rows: list[dict[str, float]], **options: float) -> list[tuple[int, list[str]]]:
    """Return when who dropped out."""
    runner = KimNelson(list(rows[0]), options.pop("margin", 1.0), first_stage=3, alpha=0.05)
    return [(runner.n, out) for row in rows if (out := runner.feed(row))]


def brute_force(rows: list[dict[str, float]], margin: float) -> list[tuple[int, list[str]]]:
    """Return the same by a loop over the formula of the paper, first stage 3."""
    left, found = list(rows[0]), []
    eta = 0.5 * ((2 * 0.05 / (len(left) - 1)) ** (-2 / 2) - 1)
    for r in range(3, len(rows) + 1):
        out = []
        for i in left:
            for other in left:
                gaps = [row[i] - row[other] for row in rows[:3]]
                reach = 2 * eta * 2 * np.var(gaps, ddof=1) / margin**2
                width = max(0.0, margin / (2 * r) * (reach - r))
                means = [np.mean([row[name] for row in rows[:r]]) for name in (i, other)]
                if means[0] < means[1] - width and i not in out:
                    out.append(i)
        left = [name for name in left if name not in out]
        found += [(r, out)] if out else []
        if len(left) == 1:
            break
    return found


@pytest.mark.parametrize("key", range(6))
def test_the_race_is_the_one_of_the_paper(key: int) -> None:
    draw = rng(key)
    rows = [
        {name: float(i + draw.normal(0, 1.5)) for i, name in enumerate("abcd")} for _ in range(400)
    ]
    assert race(rows) == brute_force(rows, 1.0)


def test_nobody_drops_out_before_the_first_stage_is_over() -> None:
    runner = KimNelson(["a", "b"], 1.0, first_stage=5)
    gone = [runner.feed({"a": 100.0 + i, "b": 0.0 + i}) for i in range(5)]
    assert gone == [[], [], [], [], ["b"]]
    assert (runner.best, runner.still_in, runner.is_over) == ("a", ["a"], True)


def test_two_that_are_exactly_alike_leave_the_earlier_one() -> None:
    runner = KimNelson(["b", "a"], 1.0, first_stage=2)
    runner.feed({"b": 1.0, "a": 1.0})
    assert runner.feed({"b": 3.0, "a": 3.0}) == ["a"]
    assert runner.best == "b"


def test_a_budget_ends_a_race_without_a_winner() -> None:
    draw = rng(1)
    runner = KimNelson(["a", "b"], 0.01, first_stage=5, budget=10)
    while not runner.is_over:
        runner.feed({"a": draw.normal(0, 5), "b": draw.normal(0, 5)})
    assert runner.n == 10
    assert runner.best is None
    assert runner.leader in {"a", "b"}


def test_the_leader_has_the_largest_mean() -> None:
    runner = KimNelson(["a", "b"], 1.0)
    assert runner.leader is None
    runner.feed({"a": 1.0, "b": 2.0})
    assert runner.leader == "b"


@pytest.mark.parametrize("when", [0, 1, 4])
def test_who_cannot_go_on_leaves_the_race_to_the_others(when: int) -> None:
    runner = KimNelson(["a", "b", "c"], 1.0, first_stage=3)
    draw = rng(2)
    for replication in range(400):
        if replication == when:
            runner.drop("b")
        row = {"a": draw.normal(5, 3), "b": draw.normal(4.5, 3), "c": draw.normal(0, 3)}
        runner.feed({name: row[name] for name in runner.still_in})
    assert runner.best == "a"


def test_a_single_one_has_won() -> None:
    runner = KimNelson(["a"], 1.0, first_stage=2)
    assert runner.best == "a"
    assert [runner.feed({"a": 1.0}) for _ in range(3)] == [[], [], []]
    runner.drop("a")
    assert runner.leader is None
    with pytest.raises(ValueError, match="a is not in the race"):
        runner.drop("a")


@pytest.mark.parametrize("row", [{"a": 1.0}, {"a": 1.0, "b": math.inf}])
def test_a_value_that_is_missing_or_has_no_end_is_refused(row: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="for b"):
        KimNelson(["a", "b"], 1.0).feed(row)


@pytest.mark.parametrize(
    ("names", "margin", "options", "message"),
    [
        ([], 1.0, {}, "each only once"),
        (["a", "a"], 1.0, {}, "each only once"),
        (["a", "b"], 0.0, {}, "margin > 0"),
        (["a", "b"], 1.0, {"alpha": 0.5}, "margin > 0"),
        (["a", "b"], 1.0, {"first_stage": 1}, "margin > 0"),
    ],
)
def test_a_race_that_cannot_be_run_is_refused(
    names: list[str], margin: float, options: dict[str, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        KimNelson(names, margin, **options)


def slippage(key: int, correlation: float) -> tuple[bool, int]:
    """Race eight plans, the first better by the margin; return whether it won, and the cost."""
    draw = rng(key)
    shared = math.sqrt(correlation) * draw.normal(size=(4000, 1))
    noise = shared + math.sqrt(1 - correlation) * draw.normal(size=(4000, 8))
    noise[:, 0] += 0.1
    runner = KimNelson(NAMES, 0.5)
    spent = 0
    for values in (5 * noise).tolist():
        spent += len(runner.still_in)
        runner.feed(dict(zip(NAMES, values, strict=True)))
        if runner.is_over:
            break
    return runner.best == NAMES[0], spent


@pytest.mark.slow
def test_the_best_is_found_and_pairing_saves_three_quarters_of_the_replications() -> None:
    """Slippage of one margin, sd 5, 200 races: the published 0.95, and a quarter of the cost."""
    paired = [slippage(key, 0.8) for key in range(200)]
    alone = [slippage(key, 0.0) for key in range(200)]
    for races in (paired, alone):
        assert np.mean([is_right for is_right, _ in races]) >= 0.95
    costs = [np.mean([spent for _, spent in races]) for races in (alone, paired)]
    assert costs[0] / costs[1] >= 4
