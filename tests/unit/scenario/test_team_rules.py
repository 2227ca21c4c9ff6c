"""Rules for trades, growth and habits: each by one broken line, with its place and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Problems = Callable[..., list[str]]

TEAM = "    number: 40\n"
BROKEN = [
    (
        "trades: {guards: {share: 50%}, clerks: {share: 40%}}",
        "16:13 these shares add up to 90%, not 100% (add 10%)",
    ),
    (
        "trades: {guards: {share: 100%, posts: [red pots]}}",
        "16:44 there is no place called 'red pots' (did you mean 'red post'?)",
    ),
    (
        "trades: {guards: {share: 100%, modes: {foot: 90%}}}",
        "16:43 these shares add up to 90%, not 100% (add 10%)",
    ),
    (
        "trades: {guards: {share: 100%, homes: {everywhere: false}}}",
        "16:36 'homes' does not say where",
    ),
    (
        "trades: {guards: {share: 100%, skils: {a: 5%}}}",
        "16:36 unknown key 'skils' (did you mean 'skills'?)",
    ),
    ("trades: {guards: {posts: [red post]}}", "16:14 'share' is missing here"),
    (
        "hears: 85%",
        "16:5 who does not hear it never answers: nobody would notice (add answer_within",
    ),
    (
        "trades: {guards: {share: 100%, hears: 85%}}",
        "16:36 who does not hear it never answers: nobody would notice (add answer_within",
    ),
    (
        "most_alerts: 6",
        "16:18 '6' is no limit for a week (write it like 6 per week)",
    ),
    (
        "grows: {from: 50, mentors: 20%, takes: 60 days}",
        "16:19 the team starts with 50 people and ends with 40 (write at most 40)",
    ),
    ("grows: {from: 5, mentors: 20%}", "16:5 'takes' is missing here (add takes"),
    (
        "shifts: [{hours: 08:00-10:00, from: 2025-09-02, until: 2025-09-01}]",
        "16:60 this shift ends before it begins (write a date from 2025-09-02 on)",
    ),
    (
        "shifts: [{hours: 08:00-10:00, except: [2025-13-01]}]",
        "16:44 there is no date '2025-13-01' (check the day)",
    ),
]


@pytest.mark.parametrize(("line", "expected"), BROKEN)
def test_a_line_that_does_not_fit_is_the_one_problem(
    line: str, expected: str, problems: Problems, good: str
) -> None:
    found = problems(good.replace(TEAM, f"{TEAM}    {line}\n", 1))
    assert len(found) == 1, found
    assert found[0].startswith(expected)


@pytest.mark.parametrize(
    "line",
    [
        "hears: 85%\n    answer within: 2 min",
        "answer within: 2 min\n    trades: {guards: {share: 100%, hears: 85%}}",
        "trades: {guards: {share: 100%, hears: 85%, answer within: 1 min}}",
        "grows: {from: 40, mentors: 1%, takes: 1 h}",
        "shifts: [{hours: 08:00-10:00, from: 2025-09-02, until: 2025-09-02}]",
    ],
)
def test_a_line_that_fits_is_none(line: str, problems: Problems, good: str) -> None:
    assert problems(good.replace(TEAM, f"{TEAM}    {line}\n", 1)) == []


def test_a_table_of_members_says_where_the_people_of_a_trade_wait(
    problems: Problems, good: str
) -> None:
    text = "    members: residents.csv\n    trades: {guards: {share: 100%, homes: {nodes: [1]}}}\n"
    found = problems(good.replace(TEAM, text, 1).replace("    posts: [red post]\n", "", 1))
    assert any("'members' says where people wait (leave it out)" in one for one in found)


def test_a_skill_of_a_trade_is_a_skill_of_the_team(problems: Problems, good: str) -> None:
    asked = good.replace("{mediation: 1, anybody: 1}", "{first aid: 1}", 1)
    old = "    skills: {mediation: 20%}\n"
    trades = "    trades: {nurses: {share: 100%, skills: {first aid: 10%}}}\n"
    assert problems(asked.replace(old, old + trades, 1)) == []
    assert len(problems(good.replace(old, old + trades, 1))) == 1
