"""The table of texts: both languages say everything, with the same gaps."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from patrolsim.report.words.said import Said
from patrolsim.report.words.texts import text, texts

REPORT = Path(__file__).parents[4] / "src" / "patrolsim" / "report"
HAN = re.compile(r"[\u4e00-\u9fff]")
WITHOUT_HAN = {"holm_p", "stress_1_1_told", "stress_5_1_told", "stress_5_4_told"}


def gaps(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


def keys_in_the_code() -> set[str]:
    """Return all words in quotes of the package: the keys are among them."""
    words: set[str] = set()
    for path in REPORT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    template = (REPORT / "page" / "page.html.j2").read_text(encoding="utf-8")
    return words | set(re.findall(r"t\('(\w+)'\)", template))


@pytest.mark.parametrize("key", sorted(texts()))
def test_both_languages_say_it_with_the_same_gaps(key: str) -> None:
    said = texts()[key]
    assert said.en
    assert said.zh
    assert gaps(said.en) == gaps(said.zh)
    assert HAN.search(said.zh) or key in WITHOUT_HAN
    assert not HAN.search(said.en)


def test_no_text_is_left_over() -> None:
    words = keys_in_the_code()
    made = re.compile(r"(weekday_\d|stress_\d_\d(_told)?|mark_\w+|by_\w+|within_\w+|estimand_\w+)")
    assert [key for key in texts() if key not in words and not made.fullmatch(key)] == []


def test_a_gap_takes_numbers_names_and_what_differs_by_language() -> None:
    said = text("legend_few", few=1234)
    assert "1,234" in said.en
    assert "1,234" in said.zh
    assert text("levels", n=Said("30 days", "30 天")) == (
        "What each strategy achieves: 30 days",
        "各方案的表现：30 天",
    )


def test_a_name_with_braces_stays_a_name() -> None:
    assert text("no_incidents", strategy="{x!r}").en.startswith("{x!r}: ")


def test_an_unknown_key_and_an_empty_gap_are_errors() -> None:
    with pytest.raises(KeyError):
        text("no such text")
    with pytest.raises(KeyError):
        text("levels")
