"""What is said in Chinese has the numbers, the direction and the verdict of the English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from tests.cli.comparisons import comparison_of, days
from tests.unit.experiment.test_estimates import NEVER, results

from patrolsim.experiment.comparing import Verdict
from patrolsim.experiment.measures import NAMED
from patrolsim.experiment.search_measures import measures_of_searches
from patrolsim.metrics import Searches
from patrolsim.report.words import chinese
from patrolsim.report.words.said import first_sentence, further_sentences, gap, level, title_of

if TYPE_CHECKING:
    from patrolsim.experiment import Results

LOOKED_FOR = SimpleNamespace(searches={"lost elder": Searches.none()})
SEARCHES = [one for _group, one in measures_of_searches([LOOKED_FOR])]  # type: ignore[list-item]
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass
class Case:
    """Results, and words that the Chinese headline must have."""

    found: Results
    words: tuple[str, ...]


CASES = {
    "better": Case(
        results(today=days(30), plan=days(30, later_s=-20, noise_s=5)), ("优于", "缩短")
    ),
    "worse": Case(results(today=days(30), plan=days(30, later_s=20, noise_s=5)), ("劣于", "延长")),
    "open": Case(
        results(today=days(20), plan=days(20, later_s=2, noise_s=10)), ("尚无定论", "缩短", "延长")
    ),
    "few": Case(results(today=days(5), plan=days(5, later_s=-20)), ("太少", "不能定论")),
    "one": Case(results(today=days(1), plan=days(1, later_s=-20)), ("唯一", "不能证明")),
    "same": Case(results(today=days(12), plan=days(12)), ("完全相同",)),
    "alone": Case(results(today=days(12)), ("平均响应时间为",)),
    "nobody": Case(results(today=[(NEVER,)] * 12, plan=[(NEVER,)] * 12), ("无从比较",)),
    "many": Case(
        results(
            today=days(30),
            good=days(30, later_s=-20, noise_s=5),
            fair=days(30, later_s=-10, noise_s=5),
            bad=days(30, later_s=20, noise_s=5),
        ),
        ("优于", "也优于", "更差：“bad”"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_headline_says_which_way_and_how_surely(case: Case) -> None:
    said = first_sentence(comparison_of(case.found))
    for word in case.words:
        assert word in said.zh


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_both_languages_say_the_same_numbers(case: Case) -> None:
    comparison = comparison_of(case.found)
    for said in (first_sentence(comparison), *further_sentences(comparison)):
        english = set(NUMBER.findall(said.en.replace("95 %", "95%")))
        assert set(NUMBER.findall(said.zh)) - {"95"} <= english
        if "between" not in said.en:
            assert english - {"95"} <= set(NUMBER.findall(said.zh))


def test_every_measure_and_verdict_has_a_chinese_name() -> None:
    every = (*NAMED, *SEARCHES)
    names = {measure.name for measure in every}
    assert sorted(names ^ set(chinese.TITLES)) == []
    assert set(chinese.VERDICTS) == set(Verdict)
    assert all(title_of(measure).en != title_of(measure).zh for measure in every)


def test_levels_and_gaps_have_chinese_units() -> None:
    assert level(None, "s").zh == "-"
    assert gap(-90.0, "s") == ("-1.5 min", "-1.5 分钟")
    assert gap(0.015, "share") == ("+1.5 percentage points", "+1.5 个百分点")
    assert chinese.level(float("inf"), "s") == "未达到"
    assert chinese.level(0.5, "share") == "50.0%"


def test_a_time_without_end_is_said_to_have_none() -> None:
    comparison = comparison_of(results(today=[(NEVER,)] * 12))
    assert "-" in first_sentence(comparison).zh
