"""What the pages on policies say is so: examples run, tables match the code."""

from __future__ import annotations

import inspect
import re
import shlex
from pathlib import Path

import pytest

from patrolsim import policy
from patrolsim.cli import main
from patrolsim.plugins import PluginHost
from patrolsim.policy import ROLE_METHODS, PolicySpec, Role
from patrolsim.scenario.parameters import read_parameter

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "write-a-policy.md").read_text(encoding="utf-8")
CATALOGUE = (DOCS / "policies.md").read_text(encoding="utf-8")
MOST_LINES = 30


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", HOW_TO, flags=re.MULTILINE | re.DOTALL)


def shipped() -> list[PolicySpec]:
    host = PluginHost()
    host.load_installed()
    return [offer.spec for offer in host.offers() if offer.origin.plugin == "policies"]


def rows(text: str) -> list[list[str]]:
    """Return the cells of all rows of the tables in a text."""
    lines = [line for line in text.splitlines() if line.strip().startswith("|")]
    return [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in lines]


def signature(view: type, name: str) -> str:
    """Return a member as the page writes it: without types."""
    member = inspect.getattr_static(view, name)
    if isinstance(member, property):
        return f"view.{name}"
    parameters = list(inspect.signature(member).parameters.values())[1:]
    plain = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
    return f"view.{name}({', '.join(str(parameter) for parameter in plain)})"


@pytest.mark.parametrize("name", ["StateView", "RosterView"])
def test_the_table_of_a_view_is_that_of_the_code(name: str) -> None:
    kind = getattr(policy, name)
    table = HOW_TO.partition(f"a `{name}`:")[2].partition("\n\n")[2].partition("\n\n")[0]
    members = [member for member in vars(kind) if not member.startswith("_")]
    listed = [row[0].strip("`") for row in rows(table)[2:]]
    assert listed == [signature(kind, member) for member in members]


@pytest.mark.parametrize(
    "name",
    [
        "OpenIncident",
        "Request",
        "Booking",
        "Candidate",
        "VolunteerView",
        "AlertsOut",
        "HotSpot",
        "DemandMap",
        "ShiftPlan",
        "SearchTask",
    ],
)
def test_the_page_lists_the_fields(name: str) -> None:
    row = next(row for row in rows(HOW_TO) if row[0] == f"`{name}`")
    listed = re.findall(r"`(\w+)`", row[1])
    fields = list(getattr(policy, name)._fields)
    assert [field for field in listed if field in fields] == fields


@pytest.mark.parametrize("role", Role)
def test_the_page_tells_of_every_role(role: Role) -> None:
    row = next(row for row in rows(HOW_TO) if row[0] == f"`Role.{role.name}`")
    assert row[1].startswith(f"`{ROLE_METHODS[role]}(view")


def test_the_page_lists_the_kinds_of_parameters() -> None:
    section = HOW_TO.partition("\n## Parameters")[2].partition("\n## ")[0]
    for kind, written in [(row[0].strip("`"), row[1]) for row in rows(section)[2:]]:
        value = re.findall(r"`([^`]+)`", written) or ["word"]
        plain = {
            "count": 20,
            "number": 1.5,
            "pairs": [[3, 1]],
            "waves": [["30 s", 4]],
            "factors": {"24-48 h": 1.2},
            "durations by priority": {"1": "6 min"},
            "shares by priority": {"1": "40%"},
            "demand map": "residents",
        }
        example = plain.get(kind, value[0])
        assert read_parameter(example, policy.Parameter(kind=kind, default=None)) is not None


def test_the_first_example_is_short() -> None:
    assert len(blocks("python")[0].splitlines()) <= MOST_LINES


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the page has been followed up to its first run."""
    folder = tmp_path_factory.mktemp("stranger")
    (folder / "keep_reserve.py").write_text(blocks("python")[0], encoding="utf-8")
    assert main(["init", str(folder / "my-town")]) == 0
    assert main(["plugins", "new", str(folder / "my_reserve")]) == 0
    file = folder / "my-town" / "scenario.yaml"
    head, line, tail = file.read_text(encoding="utf-8").partition("\nstrategies:")
    rest, end, after = tail.partition("\n")
    file.write_text(head + line + rest + end + blocks("yaml")[0] + after, encoding="utf-8")
    return folder


def commands() -> list[list[str]]:
    """Return the commands of the page that start patrolsim, as words."""
    lines = "\n".join(blocks("console")).splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("patrolsim ")]


def makes_a_folder(words: list[str]) -> bool:
    """Whether a command is one of those that the fixture has done."""
    return words[0] == "init" or words[:2] == ["plugins", "new"]


@pytest.mark.parametrize("words", [c for c in commands() if not makes_a_folder(c)], ids=" ".join)
def test_the_commands_of_the_page_work(
    town: Path,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(town)
    shorter = ["--replications", "1", "--set", "period.length=12 h"] if words[0] == "run" else []
    assert main([*words, *shorter]) == 0
    assert "reserve" in capsys.readouterr().out


def test_the_second_example_runs(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(town)
    (town / "draws.py").write_text(blocks("python")[1], encoding="utf-8")
    chosen = ["--set", "strategies.busy places.patrol=any_hot_spot", "--strategy", "busy places"]
    shorter = ["--replications", "1", "--set", "period.length=12 h"]
    plugins = ["--plugin", "draws.py", "--plugin", "keep_reserve.py"]
    assert main(["run", "my-town", *plugins, *chosen, *shorter]) == 0
    assert "busy places" in capsys.readouterr().out


def test_a_policy_that_fails_is_told_with_its_line(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(town)
    broken = blocks("python")[0].replace("view.nearest", "view.neerest")
    (town / "broken.py").write_text(broken.replace("keep_reserve", "broken"), encoding="utf-8")
    chosen = ["--set", "strategies.with reserve.dispatch=broken", "--strategy", "with reserve"]
    plugins = ["--plugin", "broken.py", "--plugin", "keep_reserve.py"]
    assert main(["run", "my-town", *plugins, *chosen, "--replications", "1"]) == 4
    assert "broken.py:12" in capsys.readouterr().err


@pytest.mark.parametrize("spec", shipped(), ids=lambda spec: spec.name)
def test_the_catalogue_tells_of_every_shipped_policy(spec: PolicySpec) -> None:
    chapter = CATALOGUE.partition(f"\n## {spec.role.value.capitalize()}:")[2].partition("\n## ")[0]
    common, _, section = chapter.partition(f"\n### `{spec.name}`")
    own = section.partition("\n### ")[0]
    listed = _parameters(own)
    if spec.role in {Role.ROSTER, Role.APPOINTMENTS}:
        listed |= _parameters(common.partition("\n### ")[0])
    assert section
    assert listed == {key: _plain(one.default) for key, one in spec.parameters.items()}


@pytest.mark.parametrize("spec", shipped(), ids=lambda spec: spec.name)
def test_every_policy_and_parameter_says_what_it_is(spec: PolicySpec) -> None:
    assert spec.about.endswith(".")
    assert [key for key, one in spec.parameters.items() if not one.about.endswith(".")] == []


def _parameters(text: str) -> dict[str, str]:
    """Return the parameters of the tables of a section, with their defaults."""
    table = text.partition("| parameter |")[2].partition("\n\n")[0]
    found = re.findall(r"^\| `(\w+)` \| (.+?) \|", table, flags=re.MULTILINE)
    return {key: default.strip("`") for key, default in found}


def _plain(default: object) -> str:
    return "none" if default is None else str(default).replace("'", "")
