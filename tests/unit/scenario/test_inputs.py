"""Every number of a scenario is marked as given, assumed, a file or a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolsim.cli.init import write_town
from patrolsim.scenario.inputs import Input, Mark, inputs_of

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
name: Town 7
about: 99 people
teams:
  about:
    number: {value: 24, source: "a report of 2025", given: true}
    modes: {foot: 75%, bike: 25%}
    about: 12 good people
    patrols: {value: 50%, source: "a guess"}
    overtime: finish
incidents:
  fall:
    how often: every 2 h
    takes: {lognormal: {mean: 2.5 h, cv: 60%}}
    replay: calls7.csv
    seen by patrols: true
    teams: [about]
seed: 7
"""


def found(settings: dict[str, str] | None = None) -> dict[str, Input]:
    return {one.path: one for one in inputs_of(TEXT, settings or {})}


def test_a_number_is_assumed_unless_the_file_says_that_it_is_given() -> None:
    marks = {path: one.mark for path, one in found().items()}
    assert marks == {
        "teams.about.number": Mark.GIVEN,
        "teams.about.modes.foot": Mark.ASSUMED,
        "teams.about.modes.bike": Mark.ASSUMED,
        "teams.about.patrols": Mark.ASSUMED,
        "teams.about.overtime": Mark.CHOICE,
        "incidents.fall.how_often": Mark.ASSUMED,
        "incidents.fall.takes.lognormal.mean": Mark.ASSUMED,
        "incidents.fall.takes.lognormal.cv": Mark.ASSUMED,
        "incidents.fall.replay": Mark.FILE,
        "incidents.fall.seen_by_patrols": Mark.CHOICE,
        "incidents.fall.teams": Mark.CHOICE,
        "seed": Mark.ASSUMED,
    }


def test_values_stand_as_they_are_written_with_their_source() -> None:
    number = found()["teams.about.number"]
    assert (number.value, number.source) == ("24", "a report of 2025")
    assert found()["incidents.fall.seen_by_patrols"].value == "true"
    assert found()["incidents.fall.teams"].value == "about"


def test_a_value_from_the_command_line_is_marked_and_loses_its_source() -> None:
    one = found({"teams.about.number": "40"})["teams.about.number"]
    assert one == Input("teams.about.number", "40", Mark.ASSUMED, "", is_set=True)
    assert not found({"teams.about.number": "40"})["seed"].is_set


@pytest.mark.parametrize("word", ["每天 12 起", "十二分钟", "12 per day", "3 times"])
def test_a_number_in_words_of_either_language_is_a_number(word: str) -> None:
    text = TEXT.replace("every 2 h", word)
    marks = {one.path: one.mark for one in inputs_of(text, {})}
    assert marks["incidents.fall.how_often"] is Mark.ASSUMED


def test_no_number_of_a_whole_scenario_is_missed(tmp_path: Path) -> None:
    write_town(tmp_path / "town")
    text = (tmp_path / "town" / "scenario.yaml").read_text(encoding="utf-8")
    values = " ".join(one.value for one in inputs_of(text, {}))
    for number in ("24", "75%", "13 km/h", "20:00", "3 times", "15-40 min", "about 1.5 h", "2025"):
        assert number in values or any(number in one.path for one in inputs_of(text, {}))
