"""From a file to a scenario, and every mistake at its place."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from patrolsim.distributions import Fixed, Lognormal, Uniform
from patrolsim.errors import ScenarioError
from patrolsim.scenario.reader import read_scenario, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolsim.scenario.loaded import LoadedScenario

    Load = Callable[..., LoadedScenario]
    Problems = Callable[..., list[str]]

NINE = """\
name: Miaoshan evening patrol
streets: {map: streets.graphml}
period:
  from: 2025-03-10 00:00
  length: 7 dayz
teams:
  红色管家:
    number: 900
    sped: {foot: 4.5 km/h}
    modes: {foot: 80%, bike: 30%}
    shifts:
      - {days: Mon-Fri, hours: 07:00-25:00, share: 30%}
      - {days: Mon-Fry, hours: 18:00-22:00, share: 50%}
    skills: {mediation: 20%}
incidents:
  dispute:
    how often: 12 per day
    takes: about 1.5 h
    needs: {mediation: two, 调解: 1}
    reach within: -30 min
strategies:
  today: {}
compare: tody
"""
ALLOWED = (
    "allowed here: about, number, members, coords, modes, mode_by_priority, homes, posts, "
    "skills, shifts, patrols, helps, acceptance, answers_after, turnout, overtime, "
    "hears, answer_within, tires, most_alerts"
)
PLACES_OF_NINE = [
    (5, 11, 17, "'7 dayz': 'dayz' is no unit of a length of time", "did you mean 'day'?"),
    (9, 5, 9, "unknown key 'sped'", ALLOWED),
    (10, 12, 34, "these shares add up to 110%, not 100%", "take 10% away"),
    (12, 32, 43, "25:00 is no time of day", "times go from 00:00 to 24:00"),
    (13, 16, 23, "'Fry' is not a weekday", "did you mean 'Fri'?"),
    (19, 24, 27, "'two' is not a count", "write it like 30"),
    (
        19,
        29,
        31,
        "nobody in the teams that answer has the skill '调解'",
        "known: mediation, anybody",
    ),
    (20, 19, 26, "'-30 min' is negative", "write it like 15 min"),
    (23, 10, 14, "there is no strategy called 'tody'", "did you mean 'today'?"),
]


def test_nine_mistakes_show_at_once_at_their_places(folder: Path) -> None:
    file = folder / "scenario.yaml"
    file.write_text(NINE, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    found = [(p.line, p.column, p.end_column, p.message, p.hint) for p in caught.value.problems]
    assert found == PLACES_OF_NINE
    lines = NINE.splitlines()
    assert [p.excerpt for p in caught.value.problems] == [lines[p[0] - 1] for p in PLACES_OF_NINE]


def test_a_folder_or_its_file_can_be_named(folder: Path, good: str) -> None:
    (folder / "scenario.yaml").write_text(good, encoding="utf-8")
    by_folder, by_file = read_scenario(folder), read_scenario(str(folder / "scenario.yaml"))
    assert by_folder == by_file
    assert by_folder.folder == folder
    assert by_folder.source == str(folder / "scenario.yaml")
    assert by_folder.text == good


def test_every_kind_of_value_is_read(load: Load, good: str, folder: Path) -> None:
    scenario = load(good).scenario
    stewards, dispute = scenario.teams["red stewards"], scenario.incidents["dispute"]
    assert scenario.streets.map == folder / "streets.graphml"
    assert scenario.period.start == datetime(2025, 3, 10)  # noqa: DTZ001  # local time
    assert scenario.period.warm_up == 21600.0
    assert stewards.number == 900
    assert stewards.modes == {"foot": 0.8, "e-bike": 0.2}
    assert stewards.shifts[0].days == (0, 1, 2, 3, 4)
    assert stewards.shifts[0].hours == (25200.0, 32400.0)
    assert dispute.how_often == 12 / 86400
    assert dispute.hours == {(64800.0, 75600.0): 3.0}
    assert dispute.takes == Lognormal(5400.0, 0.5)
    assert dispute.reach_within == 1800.0
    assert dispute.needs == {"mediation": 1, "anybody": 1}
    assert dispute.follow_up is not None
    assert dispute.follow_up.after == Fixed(172_800.0)
    assert scenario.incidents["quarrel"].stages["call"].takes == Uniform(600.0, 960.0)
    assert scenario.incidents["quarrel"].stages["call"].needs == 2
    assert scenario.strategies["today"].patrol is None
    assert scenario.strategies["hot-spot"].patrol is not None
    assert scenario.strategies["hot-spot"].patrol.model_extra == {"look_back": "28 days"}
    assert scenario.replications == 30


def test_keys_of_the_models_take_spaces_and_hyphens_but_names_stay(load: Load, good: str) -> None:
    spelled = good.replace("how often", "how-often").replace("warm up", "warm_up")
    assert load(spelled).scenario == load(good).scenario
    assert "hot-spot" in load(good).scenario.strategies
    assert "red stewards" in load(good).scenario.teams


def test_two_spellings_of_a_key_are_given_twice(problems: Problems, good: str) -> None:
    twice = good.replace("reach-within: 30 min", "reach-within: 30 min\n    reach within: 20 min")
    assert problems(twice) == ["24:5 'reach within' is given twice (the first is on line 23)"]


def test_a_value_may_say_where_it_comes_from(load: Load, good: str) -> None:
    noted = good.replace(
        "12 per day", '{value: 12 per day, source: "police, 2024", given: true}'
    ).replace("900 人", "{value: 900 人, source: guess}")
    loaded = load(noted)
    assert loaded.scenario == load(good).scenario
    assert [(n.path, n.value, n.source, n.given) for n in loaded.notes] == [
        ("teams.red stewards.number", "900 人", "guess", False),
        ("incidents.dispute.how_often", "12 per day", "police, 2024", True),
    ]


def test_sources_reach_into_distributions_and_groups(load: Load, good: str) -> None:
    noted = good.replace(
        "takes: 2 h", "takes: {lognormal: {mean: 2 h, cv: {value: 60%, source: guess}}}"
    ).replace("{mediation: 20%}", "{value: {mediation: 20%}, source: census}")
    loaded = load(noted)
    paths = [note.path for note in loaded.notes]
    assert paths == [
        "teams.red stewards.skills",
        "incidents.quarrel.stages.talk.takes.lognormal.cv",
    ]
    assert loaded.scenario.incidents["quarrel"].stages["talk"].takes == Lognormal(7200.0, 0.6)


def test_a_team_may_be_called_value(load: Load, good: str) -> None:
    assert "value" in load(good.replace("couriers", "value")).scenario.teams


@pytest.mark.parametrize(
    ("note", "problem"),
    [
        ("{value: 12, source: x}", "19:24 '12' is no rate (write it like 12 per day)"),
        ("{value: 12 per day, sorce: x}", "19:36 unknown key 'sorce' (did you mean 'source'?)"),
        ("{value: 12 per day, source: 7}", "19:44 a source must be text (put it in quotes)"),
        ("{value: 12 per day, given: 7}", "19:43 'given' must be true or false ()"),
    ],
)
def test_a_wrong_note_is_shown_at_its_place(
    note: str, problem: str, problems: Problems, good: str
) -> None:
    assert problems(good.replace("12 per day", note)) == [problem]


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        (
            "number: 40",
            "number: 100001",
            "15:13 '100001' is out of bounds (it must be at most 100000)",
        ),
        ("[red post]", "red post", "16:12 'red post' must be a list (write it like [a, b])"),
        ("seed: 2025", "seed: many", "38:7 'many' must be a whole number (write it like 30)"),
        ("lon: 114.4", "lon: east", "4:19 'east' must be a plain number (write it like 30.5)"),
        ("lon: 114.4", "lon: 214.4", "4:19 '214.4' is out of bounds (it must be at most 180)"),
        ("name: Evening patrol", "name: 7", "1:7 '7' must be text (put it in quotes)"),
        ("name: Evening patrol", "name: ''", "1:7 '' is empty (write some text)"),
        ("couriers:", "couri/ers:", "14:3 the name 'couri/ers' has the sign '/' in it (write"),
        ("couriers:", "'couriers ':", "14:3 the name 'couriers ' starts or ends with a space ()"),
        ("hours: 08:00", "snap: 1, hours: 08:00", "32:27 unknown key 'snap' (allowed here: about"),
        (
            "channel:",
            "priority: 0\n    channel:",
            "24:15 '0' is out of bounds (it must be at least 1)",
        ),
        (
            "number: 40",
            "number: 40\n    overtime: fin",
            "16:15 'fin' is not a length of time (did you",
        ),
        (
            "takes: 10-16 min, needs: 2",
            "takes: 1 h, starts with: frist",
            "30:54 'frist' is not allowed",
        ),
        (
            "period: {from: 2025-03-10 00:00, ",
            "period: {",
            "6:1 'from' is missing here (add from: and its value)",
        ),
        (
            "homes: {places: {residents: 1}}",
            "homes: here",
            "11:12 'here' must be a group of keys (write",
        ),
        ("channel:", "seen by patrols: 1\n    channel:", "24:22 '1' must be true or false ()"),
    ],
)
def test_a_wrong_value_is_the_one_problem(
    right: str, wrong: str, problem: str, problems: Problems, good: str
) -> None:
    found = problems(good.replace(right, wrong, 1))
    assert len(found) == 1, found
    assert found[0].startswith(problem)


def test_a_scenario_is_a_group_of_keys(problems: Problems) -> None:
    assert problems("- a") == [
        "1:1 a scenario is a group of keys (write it as lines of key: value)"
    ]


def test_a_mistake_of_syntax_is_shown_alone_with_what_was_read_before(problems: Problems) -> None:
    found = problems("name: 09\nteams: {a: [}\nseed: yes")
    assert found == [
        "1:7 '09' starts with a zero (put it in quotes when it is text)",
        "2:13 a value is missing here (write one, or put it in quotes)",
    ]


def test_settings_of_another_file_are_read_as_strictly(folder: Path) -> None:
    (folder / "city.yaml").write_text("name: a\nnodes: 3")
    assert read_settings(folder / "city.yaml") == {"name": "a", "nodes": 3}
    for wrong in ("name: no", "- a"):
        (folder / "city.yaml").write_text(wrong)
        with pytest.raises(ScenarioError):
            read_settings(folder / "city.yaml")


def test_missing_parts_are_named_at_the_top(problems: Problems) -> None:
    found = problems("name: x")
    missing = ("incidents", "period", "streets", "teams")
    assert found == [f"1:1 '{key}' is missing here (add {key}: and its value)" for key in missing]


def test_a_mistake_in_a_block_points_to_its_key(problems: Problems, good: str) -> None:
    block = good.replace("{foot: 80%, e-bike: 20%}", "\n      foot: 70%\n      e-bike: 20%")
    assert problems(block) == ["10:5 these shares add up to 90%, not 100% (add 10%)"]


def test_thousands_of_mistakes_are_cut_short(problems: Problems, good: str) -> None:
    many = "".join(f"    post {number}: {{node: 09}}\n" for number in range(150))
    more = "".join(f"    place {number}: {{nodd: 1}}\n" for number in range(150))
    found = problems(good.replace("places:\n", "places:\n" + (many + more).replace("    ", "  ")))
    assert len(found) == 201
    assert found[-1].endswith("more problems ()")


@pytest.mark.parametrize(
    ("name", "message"),
    [("absent", "there is no such file"), ("folder/pipe", "this is no regular file")],
)
def test_a_file_that_cannot_be_read_says_so(folder: Path, name: str, message: str) -> None:
    (folder / "folder").mkdir()
    os.mkfifo(folder / "folder" / "pipe")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder / name)
    assert [problem.message for problem in caught.value.problems] == [message]


def test_a_file_in_another_encoding_says_so(folder: Path) -> None:
    (folder / "scenario.yaml").write_bytes("name: 巡逻".encode("gbk"))
    with pytest.raises(ScenarioError, match=r"scenario\.yaml:1:.*not UTF-8"):
        read_scenario(folder)


def test_the_digest_follows_the_data_not_the_spelling(load: Load, good: str) -> None:
    digest = load(good).digest
    moved = "seed: 2025\n" + good.replace("seed: 2025\n", "# end\n")
    assert load(moved.replace("how often", "how_often")).digest == digest
    assert load(good.replace("seed: 2025", "seed: 2026")).digest != digest
    assert load(good, seed="2026").digest == load(good.replace("seed: 2025", "seed: 2026")).digest


def test_reading_costs_little(load: Load, good: str) -> None:
    times_s = []
    for _ in range(5):
        begin_s = time.process_time()
        load(good)
        times_s.append(time.process_time() - begin_s)
    assert min(times_s) < 0.06


def test_reading_needs_no_heavy_library() -> None:
    code = (
        "import sys, patrolsim.scenario.reader, patrolsim.scenario.explain, "
        "patrolsim.scenario.strategies; print([m for m in ('numpy', 'scipy', 'networkx', 'simpy', "
        "'duckdb', 'rich', 'pluggy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
