"""Travel times from the doors before and after interventions, against times worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.world.test_interventions import town

from patrolsim.errors import MisfitError
from patrolsim.experiment.door_times import Question, ask_what_if

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from patrolsim.experiment.door_times import WhatIf

GATE = {"does": "open", "street": "East Gate", "every_strategy": False}
JAM = {"does": "jam", "between": ["n00", "n01"], "speed": "50%", "modes": ["foot"]}
ENDS = ("n01", "n10")
ANYTHING = Question()
MEMBERS = ["post", "n00", "n11", "n44"]


def ask(folder: Path, question: Question = ANYTHING, **changes: dict[str, Any]) -> WhatIf:
    """Ask about three doors, at n00, n11 and n44, and the places market (n11) and hall (n44)."""
    places = {name: {"node": node} for name, node in (("market", "n11"), ("hall", "n44"))}
    doors = {node: {"node": node} for node in MEMBERS[1:]}
    helpers = {"number": 3, "posts": MEMBERS[1:], "modes": {"foot": "100%"}}
    builder = town(folder, places={**places, **doors}, teams={"helpers": helpers}, **changes)
    return ask_what_if(builder.build(0), question._replace(places=("market", "hall")))


def minutes(values_s: np.ndarray[Any, Any]) -> list[list[float]]:
    """Return times in minutes: on foot a block of 100 m takes 75 s."""
    return [[round(float(value) / 60, 3) for value in row] for row in values_s]


def test_a_gate_shortens_the_ways_that_lead_through_it(tmp_path: Path) -> None:
    (foot,) = ask(tmp_path, gate=GATE).modes
    assert foot.mode == "foot"
    assert minutes(foot.before_s) == [[2.5, 10.0], [0.0, 7.5], [7.5, 0.0]]
    assert minutes(foot.after_s) == [[1.75, 9.25], [0.0, 7.5], [7.5, 0.0]]
    assert foot.changed.tolist() == [True, False, False]
    assert foot.areas == ("A1", "A1", "A1")


def test_what_is_given_holds_before_and_after(tmp_path: Path) -> None:
    jams = {f"jam {end}": {**JAM, "between": ["n00", end], "modes": ["foot"]} for end in ENDS}
    question = Question(changes=("gate",), given=tuple(jams))
    (foot,) = ask(tmp_path, question, gate=GATE, **jams).modes
    assert minutes(foot.before_s)[0] == [3.75, 11.25]
    assert minutes(foot.after_s)[0] == [1.75, 9.25]


def test_all_that_is_not_given_is_judged_together(tmp_path: Path) -> None:
    answer = ask(tmp_path, Question(given=("jam",)), gate=GATE, jam=JAM)
    assert (answer.changes, answer.given) == (("gate",), ("jam",))


def test_hours_do_not_matter(tmp_path: Path) -> None:
    late = {**GATE, "hours": "03:00-04:00", "from": "2025-03-16 00:00"}
    (foot,) = ask(tmp_path, gate=late).modes
    assert foot.changed.any()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (Question(changes=("gaet",)), "there is no intervention called 'gaet'"),
        (Question(given=("gate",)), "there is no intervention to judge"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path: Path, question: Question, message: str) -> None:
    with pytest.raises(MisfitError, match=message):
        ask(tmp_path, question, gate=GATE)
