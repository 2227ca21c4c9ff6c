"""What a suite file may say, and that every mistake is shown at its place, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.bench.fakes import TEXT, make_suite

from patrolsim.bench import read_suite
from patrolsim.bench.gauges import estimands_of, known_names
from patrolsim.bench.margins import parse_margin
from patrolsim.cli.policies import load_plugins
from patrolsim.errors import PluginError, ScenarioError
from patrolsim.units import UnitError

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.errors import Problem

BROKEN = """\
suite: Smoke 1
scenarios: {town: twon, other: /abs}
strategies:
  a: {dispatch: closset}
  b: {patrol: {policy: random_walk, k: 3}}
contrl: a
control: c
metrics:
  response_mean: {estimand: per_incident, better: higher, margin: 2 pp}
  response_p91: {estimand: per_incident, better: lower, margin: 5%}
  within_target: {estimand: per_replication, better: higher, margin: 5%}
  not_reached: {estimand: per_incident, better: lower, margin: 5%, primry: true}
replications: {root_seed: 1, looks: [10, 10, 5]}
gate: {alpha: 2, confirm_seed: 1}
budget: {wall_s: 10 min}
"""
MISTAKES = {
    (1, 8): "'Smoke 1' is no name with a version",
    (2, 19): "there is no file 'twon'",
    (2, 32): "'/abs' is no relative path",
    (4, 17): "there is no dispatch policy called 'closset'",
    (5, 37): "this policy has no parameter 'k'",
    (6, 1): "unknown key 'contrl'",
    (7, 10): "there is no strategy called 'c'",
    (8, 1): "no metric decides",
    (9, 51): "response_mean is not better when it is higher",
    (9, 67): "'2 pp' is no margin for a metric in s",
    (10, 3): "there is no metric called 'response_p91'",
    (11, 29): "within_target is not estimated per_replication",
    (12, 64): "not_reached may be 0, of which no share is left",
    (12, 68): "unknown key 'primry'",
    (13, 37): "looks must rise",
    (13, 46): "'5' is out of bounds",
    (14, 15): "'2' is out of bounds",
    (14, 32): "these days are those of root_seed, not fresh ones",
    (15, 18): "'10 min' must be a plain number",
}


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        make_suite(folder, text)
    return caught.value.problems


def test_nineteen_mistakes_are_shown_at_once_each_at_its_place(tmp_path: Path) -> None:
    found = {(one.line, one.column): one.message for one in problems_of(tmp_path, BROKEN)}
    assert found == MISTAKES


def test_the_nearest_right_word_is_named(tmp_path: Path) -> None:
    hints = {(one.line, one.column): one.hint for one in problems_of(tmp_path, BROKEN)}
    assert hints[6, 1] == "did you mean 'control'?"
    assert hints[10, 3] == "did you mean 'response_p90'?"
    assert hints[11, 29] == "write per_incident"
    assert "closest" in hints[4, 17]


def test_a_suite_is_read_with_its_defaults(tmp_path: Path) -> None:
    suite = make_suite(tmp_path)
    assert suite.control == "plain"
    assert suite.most == 80
    assert suite.baseline_file == tmp_path / "tiny.baseline.json"
    assert suite.choices["rounds"]["patrol"].policy == "hot_spot_rounds"
    assert [metric.is_primary for metric in suite.metrics] == [True, False]


def test_a_baseline_stands_where_the_suite_says(tmp_path: Path) -> None:
    suite = make_suite(tmp_path, f"baseline: ../kept/b.json\n{TEXT}")
    assert suite.baseline_file == tmp_path / "../kept/b.json"


def test_a_mean_of_those_reached_needs_a_metric_that_counts_the_others(tmp_path: Path) -> None:
    text = "\n".join(line for line in TEXT.splitlines() if "not_reached" not in line)
    (problem,) = problems_of(tmp_path, text)
    assert problem.message == "response_mean leaves out whom nobody reached"


def test_a_file_that_is_not_there_is_a_suite_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="give the YAML file of a suite"):
        read_suite(tmp_path / "absent.yaml", load_plugins())


def test_a_suite_is_a_group_of_keys(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "- a\n")
    assert problem.message == "a suite is a group of keys"


PLUGIN = """\
from pathlib import Path
from patrolsim import PolicySpec, Role, hookimpl
Path(__file__).with_suffix(".ran").touch()
class Nobody:
    def dispatch(self, view, incident):
        return None
@hookimpl
def patrolsim_policies():
    return [PolicySpec(name="nobody", role=Role.DISPATCH, build=lambda values: Nobody())]
"""
WITH_PLUGIN = f"plugins: [mine.py]\n{TEXT.replace('plain: {}', 'plain: {dispatch: nobody}')}"


def test_a_suite_brings_the_policies_of_the_files_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(PLUGIN, encoding="utf-8")
    suite = make_suite(tmp_path, WITH_PLUGIN)
    assert suite.choices["plain"]["dispatch"].policy == "nobody"


def test_no_plugin_file_runs_while_the_suite_is_wrong_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(PLUGIN, encoding="utf-8")
    assert problems_of(tmp_path, WITH_PLUGIN.replace("alpha: 0.05", "alpha: 5"))
    assert not (tmp_path / "mine.ran").exists()


def test_a_policy_that_no_plugin_file_offers_is_shown_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(PLUGIN, encoding="utf-8")
    text = WITH_PLUGIN.replace("dispatch: nobody", "dispatch: nobdy")
    (problem,) = problems_of(tmp_path, text)
    assert problem.line == 5
    assert "did you mean 'nobody'?" in problem.hint


def test_a_plugin_file_must_be_a_python_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    text = WITH_PLUGIN.replace("[mine.py]", "[mine.txt, absent.py]")
    messages = [problem.message for problem in problems_of(tmp_path, text)]
    assert messages == ["'mine.txt' is no Python file", "there is no file 'absent.py'"]


def test_a_broken_plugin_file_is_a_plugin_error(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("1 / 0\n", encoding="utf-8")
    with pytest.raises(PluginError, match="ZeroDivisionError"):
        make_suite(tmp_path, WITH_PLUGIN)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5%", 0.05, "%"),
        ("5 %", 0.05, "%"),
        ("2pp", 0.02, "pp"),
        ("30 s", 30.0, "s"),
        ("1.5 min", 90.0, "min"),
        ("0.5", 0.5, ""),
        (2, 2.0, ""),
        (0.25, 0.25, ""),
    ],
)
def test_margins_are_read_as_people_write_them(text: object, value: float, unit: str) -> None:
    found = parse_margin(text)
    assert found.value == pytest.approx(value)
    assert found.unit == unit
    assert found.is_relative is (unit == "%")


@pytest.mark.parametrize("text", ["0%", 0, "-5%", "5 m", "", "a lot", None, True, [5], "1e9%"])
def test_what_is_no_margin_is_refused(text: object) -> None:
    with pytest.raises(UnitError):
        parse_margin(text)


@given(
    st.decimals(min_value="0.001", max_value="999", places=3), st.sampled_from(["%", "pp", "s"])
)
def test_a_margin_in_its_one_spelling_means_the_same(number: object, unit: str) -> None:
    found = parse_margin(f"{number}{unit}")
    assert parse_margin(found.text) == found


@pytest.mark.parametrize("name", known_names())
def test_every_metric_that_is_named_has_an_estimand(name: str) -> None:
    assert estimands_of(name)


@pytest.mark.parametrize("name", ["within_0min", "within_15", "within_15 min", "response", ""])
def test_there_is_no_such_metric(name: str) -> None:
    assert estimands_of(name) == []
