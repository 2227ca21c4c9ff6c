"""Values from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolsim.errors import ScenarioError
from patrolsim.scenario.reader import parse_scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolsim.scenario.loaded import LoadedScenario

    Change = Callable[[dict[str, str]], LoadedScenario]


@pytest.fixture
def change(folder: Path, good: str) -> Change:
    def read(overrides: dict[str, str]) -> LoadedScenario:
        return parse_scenario(good, folder / "scenario.yaml", overrides=overrides)

    return read


@pytest.fixture
def wrong(change: Change) -> Callable[[dict[str, str]], list[str]]:
    def find(overrides: dict[str, str]) -> list[str]:
        with pytest.raises(ScenarioError) as caught:
            change(overrides)
        assert all(problem.line is None for problem in caught.value.problems)
        return [f"{p.message} ({p.hint})" for p in caught.value.problems]

    return find


@pytest.mark.parametrize(
    "path",
    ["teams.red stewards.number", "teams.red_stewards.number", "teams.red-stewards.number"],
)
def test_a_name_is_found_in_any_spelling(change: Change, path: str) -> None:
    assert change({path: "1,200 人"}).scenario.teams["red stewards"].number == 1200


def test_keys_items_and_groups_can_be_set(change: Change) -> None:
    scenario = change(
        {
            "incidents.dispute.reach-within": "10 min",
            "incidents.dispute.hours.18:00-21:00": "2 times",
            "teams.red stewards.shifts.0.share": "40%",
            "teams.couriers.skills": "{mediation: 5%}",
            "teams.couriers.posts": "[residents]",
            "period.warm up": "0 h",
            "streets.speeds.foot": "5 km/h",
            "name": "Night patrol",
        }
    ).scenario
    assert scenario.incidents["dispute"].reach_within == 600.0
    assert scenario.incidents["dispute"].hours == {(64800.0, 75600.0): 2.0}
    assert scenario.teams["red stewards"].shifts[0].share == 0.4
    assert scenario.teams["couriers"].skills == {"mediation": 0.05}
    assert scenario.teams["couriers"].posts == ["residents"]
    assert scenario.period.warm_up == 0.0
    assert scenario.streets.speeds == {"foot": 5 / 3.6}
    assert scenario.name == "Night patrol"


def test_parameters_of_a_policy_can_be_set_also_of_one_by_its_bare_name(change: Change) -> None:
    loaded = change(
        {
            "strategies.hot-spot.patrol.look_back": "7 days",
            "strategies.hot-spot.dispatch.count": "3",
            "strategies.today.dispatch": "closest",
        }
    )
    hot_spot = loaded.scenario.strategies["hot-spot"]
    assert hot_spot.patrol is not None
    assert hot_spot.dispatch is not None
    assert hot_spot.patrol.model_extra == {"look_back": "7 days"}
    assert (hot_spot.dispatch.policy, hot_spot.dispatch.model_extra) == ("closest", {"count": 3})


def test_a_value_inside_a_distribution_can_be_set(folder: Path, good: str) -> None:
    text = good.replace("about 1.5 h", "{lognormal: {mean: 2 h, cv: 50%}}")
    path = {"incidents.dispute.takes.lognormal.mean": "3 h"}
    loaded = parse_scenario(text, folder / "scenario.yaml", overrides=path)
    takes = loaded.scenario.incidents["dispute"].takes
    assert takes is not None
    assert takes.mean_s == 10_800.0


def test_a_changed_value_loses_its_source(folder: Path, good: str) -> None:
    text = good.replace("12 per day", "{value: 12 per day, source: police}")
    path = {"incidents.dispute.how_often": "{value: 9 per day, given: true}"}
    loaded = parse_scenario(text, folder / "scenario.yaml", overrides=path)
    assert loaded.scenario.incidents["dispute"].how_often == 9 / 86400
    assert loaded.notes == ()
    assert loaded.overrides == (
        ("incidents.dispute.how_often", "{value: 9 per day, given: true}"),
    )


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("sede", "1", "there is no key 'sede' (did you mean 'seed'?)"),
        (
            "teams.red_stuarts.number",
            "1",
            "there is no 'red_stuarts' in the file (did you mean 'red",
        ),
        ("teams.red_stewards.nummer", "1", "there is no key 'nummer' (did you mean 'number'?)"),
        ("teams.couriers.posts.1", "x", "there is no item '1' (items are numbered from 0 to 0)"),
        ("teams.couriers.posts.first", "x", "there is no item 'first' (items are numbered"),
        ("teams.couriers.number.value", "1", "nothing can stand under 'value' here ()"),
        (
            "teams.red_stewards.skills.singing",
            "1%",
            "there is no 'singing' in the file (known: medi",
        ),
        ("seed", " ", "nothing stands after the '=' (write a value)"),
        ("seed", "yes", "'yes' reads differently in different YAML versions (write true or"),
        ("seed", "&a 1", "an anchor (&) is not allowed (put it in quotes when it is text)"),
        ("seed", "[1", "a ',' or a closing bracket is missing (check its indentation"),
        ("seed", "many", "'many' must be a whole number (write it like 30)"),
        ("teams.couriers.number", "-3", "'-3' is negative (write it like 30)"),
        ("compare", "tomorrow", "there is no strategy called 'tomorrow' (known: today, hot-spot)"),
        ("period", "{length: 7 days}", "'from' is missing here (add from: and its value)"),
        (
            "period",
            "{from: 2025-03-10, lenght: 1 h}",
            "unknown key 'lenght' (did you mean 'length'?)",
        ),
        ("seed", "{value: 3, sorce: x}", "unknown key 'sorce' (did you mean 'source'?)"),
        ("", "1", "there is no key '' (known: name"),
    ],
)
def test_a_wrong_setting_is_shown_with_its_words(
    path: str, value: str, problem: str, wrong: Callable[[dict[str, str]], list[str]]
) -> None:
    found = wrong({path: value})
    assert len(found) == 1, found
    assert problem in found[0]


def test_a_sum_that_a_setting_breaks_is_shown_in_the_file_with_the_setting(
    change: Change,
) -> None:
    with pytest.raises(ScenarioError) as caught:
        change({"teams.red_stewards.modes.foot": "90%"})
    (problem,) = caught.value.problems
    assert (problem.line, problem.message) == (10, "these shares add up to 110%, not 100%")
    assert problem.hint == "take 10% away; with --set teams.red_stewards.modes.foot=90%"


def test_the_words_are_those_of_the_command_line(
    wrong: Callable[[dict[str, str]], list[str]],
) -> None:
    assert wrong({"seed": "many"})[0].startswith("--set seed=many: 'many' must be")


def test_the_command_line_may_name_a_file_anywhere(
    change: Change, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("maps") / "other.graphml"
    other.touch()
    assert change({"streets.map": str(other)}).scenario.streets.map == other
