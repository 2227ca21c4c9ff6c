"""What the end of a run says, from results of known values."""

from __future__ import annotations

import pytest
from tests.unit.experiment.test_estimates import NEVER, results

from patrolsim.cli.outcome import text_of
from patrolsim.output_analysis import estimate_mean
from patrolsim.report.words.numbers import count, duration, share

Days = list[tuple[float, ...]]


def said(**strategies: Days) -> str:
    return text_of(results(**strategies))


def days(n: int, *, later_s: float = 0.0, wobble_s: float = 0.0) -> Days:
    """Return responses of 30 s and 90 s a day, all somewhat later, some days more."""
    shifts = [later_s + wobble_s * (1 if number % 2 else -1) for number in range(n)]
    return [(30.0 + shift, 90.0 + shift) for shift in shifts]


def test_a_clear_difference_names_direction_size_interval_and_pairs() -> None:
    text = said(today=days(12), plan=days(12, later_s=-20, wobble_s=5))
    assert "plan against today: the mean response is 20.0 s shorter (95 %: 16.7 to 23.3 s;" in text
    assert "Holm p < 0.001; 12 paired replications)." in text


def test_worse_is_called_longer_and_lower() -> None:
    text = said(today=days(12), plan=days(12, later_s=300, wobble_s=5))
    assert "the mean response is 5.0 min longer" in text
    assert "the share within the target is 50.0 percentage points lower" in text


def test_better_shares_are_called_higher() -> None:
    text = said(today=days(12, later_s=300), plan=days(12))
    assert "the share within the target is 50.0 percentage points higher" in text


def test_noise_is_not_called_a_difference() -> None:
    text = said(today=days(12), plan=days(12, later_s=1, wobble_s=20))
    assert (
        "these data cannot tell whether the mean response differs (95 %: between 12.3 s shorter"
        " and 14.3 s longer; Holm p = 1.000;" in text
    )
    assert "is 1.0 s longer" not in text


def test_equal_strategies_are_called_exactly_the_same() -> None:
    text = said(today=days(12), plan=days(12))
    assert "the mean response is exactly the same in all 12 replications" in text


def test_few_replications_give_no_interval() -> None:
    text = said(today=days(4), plan=days(4, later_s=-20, wobble_s=5))
    assert "20.0 s shorter (4 paired replications, singly 15.0 to 25.0 s;" in text
    assert "95 %" not in text


def test_those_who_were_never_reached_are_told() -> None:
    text = said(today=[(30.0, NEVER)] * 12)
    assert "today: the mean response leaves out 12 incidents that nobody reached" in text
    assert "never" in text
    assert " 50.0% ± 0.0 " in text


def test_columns_stand_under_each_other_for_chinese_names_too() -> None:
    lines = said(现状=days(12), plan=days(12)).splitlines()
    assert lines[0].startswith("strategy  ")
    assert lines[1].startswith("现状      ")
    assert lines[2].startswith("plan      ")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([30.0], "30.0 s"),
        ([240.0, 250.0], "4.1 min (4.0 to 4.2)"),
        ([8000.0] * 10, "2.2 h ± 0.0"),
        ([30.0, NEVER], "never"),
    ],
)
def test_times_stand_in_the_unit_that_reads_best(values: list[float], expected: str) -> None:
    assert duration(estimate_mean(values)) == expected


def test_other_numbers_have_their_own_forms() -> None:
    assert share(estimate_mean([0.5, 0.75])) == "62.5% (50.0 to 75.0)"
    assert count(estimate_mean([1234.0])) == "1,234.0"
    assert duration(None) == share(None) == count(None) == "-"
