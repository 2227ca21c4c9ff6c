"""One file with everything in it, and nothing that a text could break."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report.playback.days import ASSETS, ask_page, town_runs

from patrolsim.experiment.provenance import COMPARED
from patrolsim.report.playback.page import SCRIPTS, json_for_script, page_of
from patrolsim.report.playback.trace import Trace, write_trace
from patrolsim.report.playback.window import window_of

if TYPE_CHECKING:
    from pathlib import Path

MOST_LINES = 400
HOSTILE = "</script><script>alert(1)</script><!-- %STYLE% %HEADER% \u2028 \u202e"


@given(
    st.recursive(st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_json_in_a_script_is_read_back_and_cannot_end_it(document: object) -> None:
    text = json_for_script(document)
    assert json.loads(text) == document
    assert "<" not in text


def test_a_hostile_name_stays_data() -> None:
    page = page_of(Trace(header={"scenario": HOSTILE}, packed=""), {"comparisons": [HOSTILE]})
    assert page.count("<script") == 3
    assert page.count("</script>") == 3
    assert "alert(1)</script>" not in page
    header = re.search(r'id="trace-header">(.*?)</script>', page, re.DOTALL)
    assert header is not None
    assert json.loads(header[1]) == {"scenario": HOSTILE, "comparisons": [HOSTILE]}


def test_the_page_asks_for_nothing() -> None:
    page = page_of(Trace(header={}, packed=""), {})
    assert re.findall(r"""(?:https?:)?//[a-z]|\bfetch\(|XMLHttp|@import|url\(""", page) == []
    assert re.findall(r' (?:src|href)="(?!data:)', page) == []


def test_texts_of_scenarios_never_enter_as_html() -> None:
    for name in SCRIPTS:
        source = (ASSETS / name).read_text(encoding="utf-8")
        assert (
            re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(", source)
            == []
        )


@pytest.mark.parametrize("name", [*SCRIPTS, "page.css", "page.html"])
def test_a_file_of_the_page_stays_readable(name: str) -> None:
    lines = (ASSETS / name).read_text(encoding="utf-8").splitlines()
    assert len(lines) < MOST_LINES
    assert max(map(len, lines)) <= 200


def test_every_script_of_the_folder_is_on_the_page() -> None:
    assert sorted(SCRIPTS) == sorted(path.name for path in ASSETS.glob("*.js"))


def test_both_languages_have_the_same_words_with_the_same_gaps(tmp_path: Path) -> None:
    trace = write_trace(town_runs(tmp_path / "town"), window_of(1))
    words = ask_page(trace, "return WORDS;")
    assert list(words["en"]) == list(words["zh"])
    gaps = {
        code: {key: sorted(re.findall(r"\{(\w+)\}", text)) for key, text in each.items()}
        for code, each in words.items()
    }
    assert gaps["en"] == gaps["zh"]


def test_every_word_is_used_and_every_used_word_exists(tmp_path: Path) -> None:
    trace = write_trace(town_runs(tmp_path / "town"), window_of(1))
    words = set(ask_page(trace, "return Object.keys(WORDS.en);"))
    sources = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS[1:])
    sources += (ASSETS / "page.html").read_text(encoding="utf-8")
    families = (*re.findall(r"say\(`(\w+_)\$\{", sources), "e_")
    named = set(re.findall(r'"(\w+)"', sources)) | {measure.name for measure in COMPARED}
    named |= set(re.findall(r'this.say\("(\w+)"', (ASSETS / SCRIPTS[0]).read_text("utf-8")))
    unused = {word for word in words - named if not word.startswith(families)}
    missing = set(re.findall(r'(?:say\(|data-say=|data-label=)"(\w+)"', sources)) - words
    assert (unused, missing) == (set(), set())
