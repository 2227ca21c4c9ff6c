"""Texts that people wrote are shown in one line, with nothing hidden in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from patrolsim.report.words.showing import MOST_SIGNS, shown
from patrolsim.scenario.scalars import SECRET_SIGNS


@given(st.text(max_size=400))
def test_what_is_shown_has_no_secret_sign_and_one_line(text: str) -> None:
    found = shown(text)
    assert not SECRET_SIGNS.search(found)
    assert len(found.splitlines()) <= 1


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"]), max_size=200))
def test_plain_words_stay_as_they_are(text: str) -> None:
    if not SECRET_SIGNS.search(text):
        assert shown(text) == text


def test_an_endless_text_is_cut_and_says_how_long_it_was() -> None:
    found = shown("x" * 10_000)
    assert len(found) < MOST_SIGNS + 20
    assert found.endswith("… (10,000)")


def test_a_mark_that_turns_the_text_round_becomes_visible() -> None:
    assert shown("a\u202eb\x1b[31m") == "a\ufffdb\ufffd[31m"
