"""Problems as people, scripts and GitHub read them."""

from __future__ import annotations

import json

import pytest

from patrolsim.errors import Problem, ScenarioError
from patrolsim.scenario.explain import explain, width

CHINESE = Problem(7, 8, 10, "'百' is no share", "write 30%", "队: {份: 百分, x: 1}")
WHOLE = Problem(None, None, None, "--set a=1: there is no key 'a'", "did you mean 'b'?")
ERROR = ScenarioError("town/scenario.yaml", (CHINESE, WHOLE))


def test_the_caret_stands_under_double_width_signs() -> None:
    assert explain(ERROR).splitlines() == [
        "town/scenario.yaml:7:8: error: '百' is no share",
        "7 | 队: {份: 百分, x: 1}",
        "  |          ^^^^ write 30%",
        "town/scenario.yaml: error: --set a=1: there is no key 'a' (did you mean 'b'?)",
        "",
        "2 problems in town/scenario.yaml. Nothing was run.",
    ]


def test_one_problem_is_one_problem() -> None:
    text = explain(ScenarioError("a.yaml", (Problem(None, None, None, "empty"),)))
    assert text == "a.yaml: error: empty\n\n1 problem in a.yaml. Nothing was run."


def test_colour_comes_only_when_asked_for() -> None:
    assert "\033" not in explain(ERROR)
    assert "\033[31merror\033[0m" in explain(ERROR, in_colour=True)


def test_nothing_in_a_file_can_steer_a_terminal() -> None:
    evil = Problem(1, 1, 2, "got \033[2J", "\u202ehint", "a\033[2J\tb\u202e")
    text = explain(ScenarioError("x\033.yaml", (evil,)), in_colour=False)
    assert "\033" not in text
    assert "\u202e" not in text
    assert "\t" not in text


def test_the_carets_stay_under_the_mistake_in_a_long_line() -> None:
    line = "a: " + "x" * 500 + " wrong " + "y" * 500
    lines = explain(ScenarioError("a.yaml", (Problem(1, 505, 510, "m", "", line),))).splitlines()
    start = lines[2].index("^")
    assert lines[1][start : start + 5] == "wrong"
    assert lines[2].count("^") == 5
    assert len(lines[1]) < 140


def test_a_mistake_at_the_end_of_a_line_has_a_caret() -> None:
    text = explain(ScenarioError("a.yaml", (Problem(1, 3, 3, "missing", "", "a:"),)))
    assert text.splitlines()[2] == "  |   ^"


def test_json_holds_every_part() -> None:
    document = json.loads(explain(ERROR, form="json"))
    assert document["source"] == "town/scenario.yaml"
    assert document["problems"][0] == {
        "line": 7,
        "column": 8,
        "end_column": 10,
        "message": "'百' is no share",
        "hint": "write 30%",
        "excerpt": "队: {份: 百分, x: 1}",
    }
    assert document["problems"][1]["line"] is None


def test_annotations_are_escaped_for_github() -> None:
    tricky = Problem(3, 5, 9, "100% wrong\n::error::x", "", "")
    error = ScenarioError("a,b:c%.yaml", (tricky, WHOLE))
    assert explain(error, form="github").splitlines() == [
        "::error file=a%2Cb%3Ac%25.yaml,line=3,col=5,endColumn=8::100%25 wrong ::error::x",
        "::error file=a%2Cb%3Ac%25.yaml::--set a=1: there is no key 'a' (did you mean 'b'?)",
    ]


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("队a", 3), ("e\u0301", 1), ("：", 2)])
def test_width_counts_columns_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns
