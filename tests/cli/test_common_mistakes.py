"""Every common mistake is answered with its place, what is wrong and how to mend it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.cli.mistakes import MISTAKES, VALIDATE, Mistake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Call = Callable[..., Said]

LEAST = 40


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_with_its_place_and_its_remedy(
    patrolsim: Call, town: Path, mistake: Mistake
) -> None:
    mistake.make(town)
    said = patrolsim(*mistake.words)
    text = (said.out + said.err).replace(f"{town.parent}/", "").replace(f"{town}/", "town/")
    text = text.replace(f"{town}:", "town:")
    assert said.code == mistake.code
    assert text.startswith(mistake.place)
    assert mistake.says in text
    assert mistake.mends in text


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_the_one_problem_and_no_traceback(
    patrolsim: Call, town: Path, mistake: Mistake
) -> None:
    mistake.make(town)
    said = patrolsim(*mistake.words)
    text = said.out + said.err
    assert "Traceback" not in text
    assert "This is a bug" not in text
    assert len(re.findall(r"^\S+: error: |^patrolsim: ", text, flags=re.MULTILINE)) == 1


def test_there_are_at_least_forty_of_them_and_no_two_alike() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES) >= LEAST
    assert len({(m.edits, m.files, m.words) for m in MISTAKES}) == len(MISTAKES)


def test_the_town_without_a_mistake_is_fine(patrolsim: Call, town: Path) -> None:
    assert town.name == VALIDATE[1]
    assert patrolsim(*VALIDATE).code == 0
