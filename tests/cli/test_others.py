"""The commands init, demo, plugins and schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from patrolsim.cli.shipped import shipped_names, shipped_scenario
from patrolsim.policy import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Call = Callable[..., Said]


def test_init_writes_a_scenario_that_validates_and_runs(patrolsim: Call, tmp_path: Path) -> None:
    said = patrolsim("init", "my-town")
    assert said == (0, "Written: my-town. Now: patrolsim run my-town\n", "")
    assert patrolsim("validate", "my-town").code == 0
    assert patrolsim("run", "my-town", "-n", 1, "-q").code == 0
    written = sorted(entry.name for entry in (tmp_path / "my-town").iterdir())
    assert written == [
        ".patrolsim",
        "README.md",
        "edges.csv",
        "nodes.csv",
        "patrolsim.schema.json",
        "scenario.yaml",
    ]


def test_the_scenario_of_init_names_its_schema_and_speaks_both_languages(town: Path) -> None:
    text = (town / "scenario.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=./patrolsim.schema.json\n")
    assert "对照方案" in text


def test_init_never_writes_over_anything(patrolsim: Call, town: Path) -> None:
    said = patrolsim("init", town)
    assert said.code == 2
    assert "holds something already" in said.err


def test_init_knows_its_examples(patrolsim: Call) -> None:
    said = patrolsim("init", "x", "--example", "twn")
    assert said.code == 2
    assert "did you mean 'town'?" in said.err


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_can_be_copied_and_validate(patrolsim: Call, name: str) -> None:
    assert patrolsim("init", "copy", "--example", name).code == 0
    said = patrolsim("validate", "copy")
    assert said.code == 0, said.out


def test_scenarios_are_found_by_name_only() -> None:
    assert shipped_scenario("nowhere") is None
    assert shipped_scenario("..") is None


def test_demo_runs_the_shipped_scenario(
    patrolsim: Call, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = town / "scenario.yaml"
    text = file.read_text(encoding="utf-8").replace("length: 2 days", "length: 2 h")
    file.write_text(text.replace("20 times", "2 times"), encoding="utf-8")
    monkeypatch.setattr("patrolsim.cli.demo.shipped_scenario", lambda _name: town)
    monkeypatch.setattr("patrolsim.cli.demo.PLANS", ("as today",))
    said = patrolsim("demo", "--out", "result")
    assert said.code == 0
    assert said.out.endswith("Written: result\n")
    assert (tmp_path / "result" / "run.json").is_file()


def test_demo_without_its_scenario_says_so(
    patrolsim: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patrolsim.cli.demo.shipped_scenario", lambda _name: None)
    said = patrolsim("demo")
    assert said.code == 2
    assert said.err == "patrolsim: this installation lacks the scenario 'miaoshan'\n"


def test_plugins_are_listed_by_role(patrolsim: Call) -> None:
    said = patrolsim("plugins", "list")
    assert said.code == 0
    lines = said.out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads == [
        *(f"{role}:" for role in sorted(role.value for role in Role)),
        "incident model:",
    ]
    of_dispatch = lines[lines.index("dispatch:") : lines.index("patrol:")]
    assert any(line.startswith("  closest ") for line in of_dispatch)


def test_the_list_can_be_read_by_scripts(patrolsim: Call) -> None:
    policies = json.loads(patrolsim("plugins", "list", "--json").out)
    closest = next(policy for policy in policies if policy["name"] == "closest")
    assert (closest["role"], closest["parameters"]["queue"]["default"]) == ("dispatch", "priority")


def test_a_policy_shows_its_parameters_and_where_it_comes_from(patrolsim: Call) -> None:
    said = patrolsim("plugins", "show", "closest")
    assert said.code == 0
    assert said.out.startswith("closest: a dispatch policy, version 1\n")
    assert "  queue: priority | fcfs; default priority\n" in said.out


def test_a_policy_that_does_not_exist_is_a_wrong_word(patrolsim: Call) -> None:
    said = patrolsim("plugins", "show", "closets")
    assert said.code == 2
    assert "there is no policy or model 'closets': did you mean 'closest'?" in said.err


def test_a_plugin_file_stands_in_the_list(patrolsim: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from patrolsim import PolicySpec, Role, hookimpl\n"
        "@hookimpl\n"
        "def patrolsim_policies():\n"
        "    return [PolicySpec(name='mine', role=Role.DISPATCH, build=lambda p: None)]\n"
    )
    said = patrolsim("plugins", "show", "mine", "--plugin", "mine.py")
    assert said.code == 0
    assert "mine.py, sha256 " in said.out
    assert "It has no parameters." in said.out


def test_the_schema_is_json(patrolsim: Call) -> None:
    schema = json.loads(patrolsim("schema").out)
    assert schema["title"] == "patrolsim scenario"
