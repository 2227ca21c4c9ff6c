"""Stages, needs, channels and weather: what does not fit together is said at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Problems = Callable[..., list[str]]

MATTERS = """\
name: Matters
streets: {map: streets.graphml}
places:
  west box: {lon: 114.4, lat: 30.5}
  residents: {file: residents.csv}
period:
  from: 2025-03-10 00:00
  length: 7 days
  weather: {rainstorm: {how often: 20 per year, lasts: 2-6 h, months: May-Sep}}
teams:
  red: {number: 9, skills: {mediation: 50%}, helps: {campus: 2 min}}
  campus: {number: 5, posts: [west box]}
  cars: {number: 2}
incidents:
  fraud:
    how often: 2 per day
    in weather: {rainstorm: 30 times}
    teams: [campus]
    escalates: 10%
    address: {places: {residents: 1}}
    stake: {amount: about 14000, unit: yuan, lost after: {exponential: 20 min}}
    channel: line
    stages:
      by phone: {where: remote, takes: 5 min, settles: 60%, chance: 90%}
      at the door: {where: address, takes: 30 min, needs: {campus: 1, mediation: 1}}
      police: {takes: 1 h, only when: escalated, teams: [cars]}
  letter: {how often: 1 per day, takes: 10 min, channel: box}
  letter round: {how often: 1 per day, stages: {empty: {where: nearest west box, takes: 5 min}}}
channels:
  line: {operators: 2, handling: 1-3 min}
  box: {emptied by: letter round}
  school box: {emptied: {days: Mon-Fri, hours: "08:00, 16:30"}}
"""

BROKEN = [
    (
        "rainstorm: 30 times",
        "rainstrom: 30 times",
        "17:18 there is no weather called 'rainstrom' (did you mean 'rainstorm'",
    ),
    ("months: May-Sep", "months: Mai-Sep", "9:71 'Mai' is not a month (did you mean 'May'?)"),
    (
        "{campus: 2 min}",
        "{capmus: 2 min}",
        "11:54 there is no team called 'capmus' (did you mean 'campus'?)",
    ),
    (
        "{campus: 2 min}",
        "{campus: 2 min, red: 1 min}",
        "11:69 'red' helps itself (name another team)",
    ),
    (
        "where: address,",
        "where: adress,",
        "25:28 'adress' is not where a stage can be (did you mean 'address'?)",
    ),
    (
        "    address: {places: {residents: 1}}\n",
        "",
        "24:28 nothing says where the address lies (give 'fraud' an address: {p",
    ),
    (
        "where: address, takes",
        "takes",
        "20:5 no stage leads to the address (write where: address in a stage)",
    ),
    (
        "{residents: 1}",
        "{resident: 1}",
        "20:24 there is no place called 'resident' (did you mean 'residents'?)",
    ),
    (
        "{campus: 1, med",
        "{capmus: 1, med",
        "25:60 nobody in the teams that answer has the skill 'capmus' (did you",
    ),
    (
        "{campus: 1, med",
        "{cars: 1, med",
        "25:60 the team 'cars' does not answer this (add it to teams: campus, r",
    ),
    (
        "skills: {mediation: 50%}",
        "skills: {mediation: 50%, campus: 9%}",
        "25:60 'campus' is both a skill and a team (give one of them another na",
    ),
    (
        "teams: [cars]",
        "teams: [car]",
        "26:58 there is no team called 'car' (did you mean 'cars'?)",
    ),
    (
        "only when: escalated",
        "only when: escalted",
        "26:39 'escalted' is not allowed here (did you mean 'escalated'?)",
    ),
    (
        "    escalates: 10%\n",
        "",
        "25:39 nothing of this kind is ever escalated (give it escalates: 10%)",
    ),
    ("settles: 60%, chance: 90%", "only when: settled", None),
    ("takes: 5 min, settles: 60%", "takes: 5 min, only when: settled, settles: 60%", None),
    ("at the door: {where", "at the door: {settles: 9%, only when: settled, where", None),
    (
        "about 14000",
        "about 14000 yuan",
        "21:21 '14000 yuan': 'yuan' is no unit of an amount (write the number a",
    ),
    ("settles: 60%", "settles: 160%", "24:56 '160%' is more than 100% (write it like 30%)"),
    (
        "operators: 2, handling: 1-3 min",
        "operators: 2",
        "30:10 nothing says how long an operator takes for a report (add handli",
    ),
    ("operators: 2, h", "operators: 0, h", "30:21 '0' is out of bounds (it must be at least 1)"),
    (
        "emptied by: letter round}",
        "emptied by: leter round}",
        "31:21 there is no kind of incident called 'leter round' (did you mean",
    ),
    (
        "where: nearest west box, takes",
        "takes",
        "31:21 no stage of 'letter round' is at a box (give 'letter round' a st",
    ),
    (
        "letter round: {how",
        "letter round: {channel: box, how",
        "31:21 'letter round' would wait in the box that it empties (let it com",
    ),
    (
        "emptied by: letter round}",
        "emptied by: letter round, hours: 08:00-09:00}",
        "31:35 'hours' cannot stand beside 'emptied_by' (keep one of them)",
    ),
    (
        '"08:00, 16:30"',
        '"08:00, 16:60"',
        "32:48 16:60 is no time of day (times go from 00:00 to 24:00)",
    ),
    (
        "{emptied: {days",
        "{operators: 1, handling: 1 min, emptied: {days",
        "32:16 nobody takes calls where letters wait: 'operators' beside 'empti",
    ),
]


def test_the_matters_are_good(problems: Problems) -> None:
    assert problems(MATTERS) == []


@pytest.mark.parametrize(("right", "wrong", "expected"), BROKEN)
def test_a_line_that_does_not_fit_is_the_one_problem(
    right: str, wrong: str, expected: str | None, problems: Problems
) -> None:
    assert MATTERS.count(right) >= 1
    found = problems(MATTERS.replace(right, wrong, 1))
    assert len(found) == (expected is not None), found
    assert all(problem.startswith(str(expected)) for problem in found), found


def test_a_stage_for_one_outcome_stands_behind_what_may_settle_the_matter(
    problems: Problems,
) -> None:
    early = "      early: {takes: 5 min, only when: settled}\n      by phone:"
    (found,) = problems(MATTERS.replace("      by phone:", early))
    assert found.startswith(
        "24:40 'by phone', which may settle the matter, comes later (put 'early'"
    )


def test_recorded_calls_do_not_follow_the_weather(problems: Problems) -> None:
    recorded = MATTERS.replace("how often: 2 per day", "replay: residents.csv", 1)
    (found,) = problems(recorded)
    assert found.startswith("17:5 recorded calls and follow-ups do not follow the weather")
