"""A key changes with everything that a result depends on, and with nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolsim.cli.init import write_town
from patrolsim.cli.policies import choose_policies, load_plugins
from patrolsim.experiment.design import arm_of
from patrolsim.experiment.keys import arm_digest, engine, scenario_digest
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NOTHING: dict[str, str] = {}
PLUGIN = """
from patrolsim import Assignment, Parameter, PolicySpec, Role, hookimpl

class First:
    def dispatch(self, view, incident):
        found = view.available(incident)
        return Assignment(incident.incident_id, (found[0],)) if found else None

@hookimpl
def patrolsim_policies():
    return [PolicySpec(name="first", role=Role.DISPATCH, build=lambda values: First())]
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    write_town(tmp_path / "town")
    return tmp_path / "town"


def digest(
    town: Path,
    strategy: str = "",
    plugins: Sequence[Path] = (),
    changed: Mapping[str, str] = NOTHING,
) -> str:
    host = load_plugins(plugins)
    loaded = read_scenario(town, overrides=changed)
    choices = choose_policies(loaded, host)
    name = strategy or next(iter(choices))
    return arm_digest(arm_of(name, loaded, choices, name), host)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_same_folder_has_the_same_key(town: Path) -> None:
    assert digest(town) == digest(town)


def test_a_folder_that_was_moved_keeps_its_key(town: Path, tmp_path: Path) -> None:
    before = digest(town)
    assert digest(town.rename(tmp_path / "elsewhere")) == before


@pytest.mark.parametrize(
    "changed",
    [
        {"seed": "99"},
        {"teams.wardens.number": "7"},
        {"period.length": "3 h"},
        {"teams.wardens.acceptance": "55%"},
    ],
)
def test_a_changed_number_changes_the_key(town: Path, changed: dict[str, str]) -> None:
    assert digest(town, changed=changed) != digest(town)


def test_names_remarks_and_the_number_of_replications_do_not(town: Path) -> None:
    before = digest(town)
    assert digest(town, changed={"replications": "77"}) == before
    file = town / "scenario.yaml"
    edit(file, "strategies:", "# a remark\nstrategies:")
    edit(file, "name: ", "name: New ")
    assert digest(town) == before


def test_each_strategy_has_a_key_of_its_own(town: Path) -> None:
    host = load_plugins()
    choices = choose_policies(read_scenario(town), host)
    assert len({digest(town, name) for name in choices}) == len(choices) > 1


def test_the_contents_of_the_map_count(town: Path) -> None:
    before = digest(town)
    files = [path for path in town.iterdir() if path.suffix in {".csv", ".gz", ".graphml"}]
    assert files
    files[0].write_bytes(files[0].read_bytes() + b"\n")
    assert digest(town) != before


def test_the_code_of_a_plugin_file_counts(town: Path, tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(PLUGIN)
    edit(town / "scenario.yaml", "strategies:", "strategies:\n  mine: {dispatch: first}")
    before = digest(town, "mine", [plugin])
    plugin.write_text(PLUGIN.replace("found[0]", "found[-1]"))
    assert digest(town, "mine", [plugin]) != before


def test_the_scenarios_own_digest_leaves_strategies_out(town: Path) -> None:
    before = scenario_digest(read_scenario(town).scenario)
    edit(town / "scenario.yaml", "strategies:", "strategies:\n  other: {standby: home}")
    assert scenario_digest(read_scenario(town).scenario) == before


def test_the_engine_says_code_streams_and_versions() -> None:
    assert set(engine()) == {"code", "streams", "python", "numpy"}
    assert len(engine()["code"]) == 64


GATE = (
    "\n  interventions: {gate: {does: close, between: [A, B], every strategy: EVERY}}\n\nplaces:"
)


def with_gate(town: Path, every: str) -> None:
    """Close a street of the town under every strategy, or only where one lists it."""
    file = town / "scenario.yaml"
    nodes = (town / "edges.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[:2]
    gate = GATE.replace("A", f'"{nodes[0]}"').replace("B", f'"{nodes[1]}"')
    edit(file, "\n\nplaces:", gate.replace("EVERY", every))


def test_an_intervention_that_nobody_lists_keeps_the_key(town: Path) -> None:
    before = digest(town)
    with_gate(town, "false")
    assert digest(town) == before


def test_an_intervention_of_every_strategy_gives_another_key(town: Path) -> None:
    before = digest(town)
    with_gate(town, "true")
    assert digest(town) != before


def test_a_strategy_that_lists_an_intervention_has_another_key(town: Path) -> None:
    with_gate(town, "false")
    name = next(iter(read_scenario(town).scenario.strategies))
    before = digest(town, name)
    assert digest(town, name, changed={f"strategies.{name}.interventions": "[gate]"}) != before


def test_a_shift_with_dates_has_a_digest_that_changes_with_them(town: Path) -> None:
    file = town / "scenario.yaml"
    text, old = file.read_text(encoding="utf-8"), "hours: 08:00-16:00,"
    digests = set()
    for more in ("", " except: [2025-03-12],", " except: [2025-03-13],", " from: 2025-03-12,"):
        file.write_text(text.replace(old, old + more, 1), encoding="utf-8")
        digests.add(scenario_digest(read_scenario(town).scenario))
    assert len(digests) == 4
