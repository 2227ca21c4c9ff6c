"""``patrolsim validate``: mistakes at their place, for people, scripts and GitHub."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Call = Callable[..., Said]


@pytest.fixture
def broken(town: Path) -> Path:
    file = town / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("4.5 km/h", "4.5").replace("patrol: hot_spot_rounds", "patrol: hotspot")
    file.write_text(text.replace("nodes: nodes.csv", "nodes: nods.csv"), encoding="utf-8")
    return town


def test_a_good_scenario_is_fine(patrolsim: Call, town: Path) -> None:
    said = patrolsim("validate", town)
    assert said.code == 0
    assert said.out == (
        f"{town}/scenario.yaml: fine (2 teams, 3 kinds of incident, 2 strategies)\n"
    )


def test_folder_and_file_name_the_same_scenario(patrolsim: Call, town: Path) -> None:
    assert patrolsim("validate", town).out == patrolsim("validate", town / "scenario.yaml").out


def test_all_mistakes_show_with_their_line_and_a_caret(patrolsim: Call, broken: Path) -> None:
    said = patrolsim("validate", broken)
    assert said.code == 3
    assert "scenario.yaml:12:10: error: " in said.out
    assert "^^^^^^^^ did you mean 'nodes.csv'?" in said.out
    assert said.out.endswith(f"3 problems in {broken}/scenario.yaml. Nothing was run.\n")


def test_policies_are_checked_too(patrolsim: Call, town: Path) -> None:
    file = town / "scenario.yaml"
    text = file.read_text(encoding="utf-8").replace("hot_spot_rounds", "hot_spot_round")
    file.write_text(text, encoding="utf-8")
    said = patrolsim("validate", town)
    assert said.code == 3
    assert "there is no patrol policy called 'hot_spot_round'" in said.out
    assert "did you mean 'hot_spot_rounds'?" in said.out
    assert "patrolsim plugins list" in said.out


def test_several_scenarios_are_all_checked(patrolsim: Call, town: Path, tmp_path: Path) -> None:
    said = patrolsim("validate", tmp_path / "nowhere", town)
    assert said.code == 3
    assert "there is no such file" in said.out
    assert f"{town}/scenario.yaml: fine" in said.out


def test_json_lists_every_file(patrolsim: Call, broken: Path) -> None:
    said = patrolsim("validate", broken, "--format", "json")
    document = json.loads(said.out)
    assert said.code == 3
    assert document["is_fine"] is False
    assert [problem["line"] for problem in document["files"][0]["problems"]] == [12, 15, 66]


def test_json_of_a_good_file_has_no_problems(patrolsim: Call, town: Path) -> None:
    document = json.loads(patrolsim("validate", town, "--format", "json").out)
    assert document == {"is_fine": True, "files": [{"source": str(town), "problems": []}]}


def test_github_gets_one_annotation_a_line(patrolsim: Call, broken: Path) -> None:
    lines = patrolsim("validate", broken, "--format", "github").out.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("::error file=") for line in lines)


def test_github_hears_nothing_of_a_good_file(patrolsim: Call, town: Path) -> None:
    assert patrolsim("validate", town, "--format", "github").out == ""


def test_nothing_is_coloured_without_a_terminal(patrolsim: Call, broken: Path) -> None:
    assert "\033" not in patrolsim("validate", broken).out


def test_unknown_policies_and_parameters_are_shown_beside_all_other_mistakes(
    patrolsim: Call, town: Path
) -> None:
    file = town / "scenario.yaml"
    text = file.read_text(encoding="utf-8").replace("seed:", "seet:")
    strategies = "\nstrategies: {mine: {dispatch: closet, patrol: {policy: stand, hop: 1}}}\n"
    file.write_text(text.split("\nstrategies:")[0] + strategies, encoding="utf-8")
    said = patrolsim("validate", town)
    assert said.code == 3
    assert "there is no dispatch policy called 'closet'" in said.out
    assert "no parameter 'hop'" in said.out
