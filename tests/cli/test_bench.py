"""``patrolsim bench`` from end to end: real runs of a small town, with policies from a file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from jsonschema import Draft7Validator
from junitparser import JUnitXml

from patrolsim.bench.document import SCHEMA
from patrolsim.cli import main
from patrolsim.cli.init import write_town

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

SUITE = """\
suite: own@1
baseline: kept/own.json
scenarios: {evening: town}
plugins: [mine.py]
strategies:
  shipped: {}
  mine: {dispatch: mine}
metrics:
  response_mean: {estimand: per_incident, better: lower, primary: true, margin: 30%}
  not_reached: {estimand: per_incident, better: lower, margin: 20 pp}
replications: {root_seed: 5, looks: [10, 20]}
gate: {alpha: 0.05, family: holm, inconclusive: warn, confirm_seed: 6}
budget: {wall_s: 500, per_replication_s: 300}
"""
PLUGIN = '''\
"""A dispatch policy that sends the closest, but for what is put in below."""

from patrolsim import Assignment, PolicySpec, Role, hookimpl


class Mine:
    def dispatch(self, view, incident):
        found = view.nearest(incident, 50)
        if not found:
            return None
        CHANGE
        return Assignment(incident.incident_id, (chosen.volunteer_id,))


@hookimpl
def patrolsim_policies():
    return [PolicySpec(name="mine", role=Role.DISPATCH, build=lambda values: Mine())]
'''
CLOSEST = "chosen = found[0]"
FARTHEST = "chosen = found[-1]"
NOW_AND_THEN = (
    "chosen = found[min(1, len(found) - 1)] if incident.incident_id % 9 == 4 else found[0]"
)
RAISES = 'raise ValueError("::error::\\x1b[31m evil | <b>")'


class Bench(NamedTuple):
    """A folder with a suite, a town, a plugin file and a baseline."""

    folder: Path

    @property
    def suite(self) -> Path:
        return self.folder / "own.yaml"

    @property
    def baseline(self) -> Path:
        return self.folder / "kept" / "own.json"

    def plug(self, change: str) -> None:
        """Write the plugin file."""
        text = PLUGIN.replace("CHANGE", change)
        (self.folder / "mine.py").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which a baseline has been made."""
    bench = Bench(tmp_path_factory.mktemp("bench"))
    write_town(bench.folder / "town")
    scenario = bench.folder / "town" / "scenario.yaml"
    text = scenario.read_text(encoding="utf-8")
    period = "period: {from: 2025-03-10 17:00, length: 4 h}\n"
    text = re.sub(r"^period: .*\n", period, text, flags=re.MULTILINE)
    scenario.write_text(text.replace("10 per day", "40 per day"), encoding="utf-8")
    bench.suite.write_text(SUITE, encoding="utf-8")
    bench.plug(CLOSEST)
    words = ["bench", bench.suite, "--update-baseline", "-w", "1", "-q"]
    assert main([str(word) for word in [*words, "--ledger", bench.folder / "l.sqlite"]]) == 0
    return bench.folder


@pytest.fixture
def bench(recorded: Path, tmp_path: Path) -> Bench:
    """Return a copy of that folder."""
    folder = tmp_path / "own"
    shutil.copytree(recorded, folder)
    return Bench(folder)


@pytest.fixture
def run(patrolsim: Callable[..., Said], bench: Bench) -> Callable[..., Said]:
    """Return the command, with one worker and the ledger of the folder."""
    ledger = bench.folder / "l.sqlite"
    return lambda *words: patrolsim("bench", bench.suite, "-w", 1, "--ledger", ledger, *words)


def verdicts_of(out: str) -> dict[tuple[str, str], str]:
    rows = json.loads(out)["rows"]
    return {(row["strategy"], row["metric"]): row["verdict"] for row in rows}


@pytest.mark.slow
def test_what_has_not_changed_is_identical(run: Callable[..., Said]) -> None:
    said = run("--format", "json", "-q")
    assert said.code == 0
    assert set(verdicts_of(said.out).values()) == {"IDENTICAL"}
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert list(Draft7Validator(schema).iter_errors(json.loads(said.out))) == []


@pytest.mark.slow
def test_a_worse_policy_fails_and_the_others_stay_identical(
    run: Callable[..., Said], bench: Bench
) -> None:
    bench.plug(FARTHEST)
    said = run("--format", "json", "-q", "--out", bench.folder / "out")
    assert said.code == 1
    found = verdicts_of(said.out)
    assert found["mine", "response_mean"] == "FAIL"
    assert found["shipped", "response_mean"] == "IDENTICAL"
    names = sorted(path.name for path in (bench.folder / "out").iterdir())
    assert names == ["junit.xml", "results.csv", "results.json", "summary.md"]
    xml = JUnitXml.fromfile(str(bench.folder / "out" / "junit.xml"))
    assert (xml.tests, xml.errors) == (4, 0)
    assert xml.failures >= 1
    assert json.loads((bench.folder / "out" / "results.json").read_text()) == json.loads(said.out)


@pytest.mark.slow
def test_a_small_change_passes_though_its_events_differ(
    run: Callable[..., Said], bench: Bench
) -> None:
    bench.plug(NOW_AND_THEN)
    said = run("--format", "json", "-q")
    assert said.code == 0
    assert verdicts_of(said.out)["mine", "response_mean"] in {"PASS", "SMALL"}
    assert any("dispatch" in note for note in json.loads(said.out)["notes"])


@pytest.mark.slow
def test_a_policy_that_raises_is_an_error_with_its_place(
    run: Callable[..., Said], bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    summary = bench.folder / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    bench.plug(RAISES)
    said = run()
    assert said.code == 4
    assert "mine.py:" in said.out
    assert "\x1b" not in said.out + said.err
    commands = [line for line in said.err.splitlines() if line.startswith("::")]
    assert commands
    assert all(line.startswith("::error file=") for line in commands)
    page = summary.read_text(encoding="utf-8")
    assert page.startswith("before\n")
    assert "<b>" not in page


@pytest.mark.slow
def test_another_scenario_is_stale_and_runs_nothing(
    run: Callable[..., Said], bench: Bench
) -> None:
    nodes = bench.folder / "town" / "nodes.csv"
    text = nodes.read_text(encoding="utf-8")
    nodes.write_text(text.replace("\n0,0,0\n", "\n0,1,0\n"), encoding="utf-8")
    said = run("--format", "json")
    assert said.code == 1
    assert set(verdicts_of(said.out).values()) == {"STALE"}
    assert json.loads(said.out)["runs"] == 0


@pytest.mark.slow
def test_a_second_update_changes_no_byte(run: Callable[..., Said], bench: Bench) -> None:
    before = bench.baseline.read_bytes()
    said = run("--update-baseline")
    assert said.code == 0
    assert "Nothing to write" in said.out
    assert bench.baseline.read_bytes() == before


@pytest.mark.slow
def test_a_baseline_does_not_depend_on_the_number_of_workers(
    patrolsim: Callable[..., Said], bench: Bench
) -> None:
    target, ledger = bench.folder / "other.json", bench.folder / "other.sqlite"
    words = ("--update-baseline", "--baseline", target, "-w", 2, "--ledger", ledger, "-q")
    assert patrolsim("bench", bench.suite, *words).code == 0
    assert target.read_bytes() == bench.baseline.read_bytes()


@pytest.mark.slow
def test_an_update_shows_what_it_changes_and_writes_it(
    run: Callable[..., Said], bench: Bench
) -> None:
    before = bench.baseline.read_bytes()
    bench.plug(FARTHEST)
    said = run("--update-baseline")
    assert "evening/mine/response_mean" in said.out
    assert "evening/shipped/response_mean" not in said.out
    assert bench.baseline.read_bytes() != before
    assert run("-q").code == 0


@pytest.mark.slow
def test_an_update_that_fails_leaves_the_baseline(run: Callable[..., Said], bench: Bench) -> None:
    before = bench.baseline.read_bytes()
    bench.plug(RAISES)
    said = run("--update-baseline")
    assert said.code == 4
    assert "stays as it is" in said.err
    assert bench.baseline.read_bytes() == before


def plain_suite(folder: Path, text: str = "") -> Path:
    """Return a suite without plugin files, of the town."""
    write_town(folder / "town")
    lines = [line for line in SUITE.splitlines() if "mine" not in line]
    file = folder / "own.yaml"
    file.write_text("\n".join(lines) + f"\n{text}", encoding="utf-8")
    return file


def test_a_missing_baseline_is_said_with_the_remedy(
    patrolsim: Callable[..., Said], tmp_path: Path
) -> None:
    said = patrolsim("bench", plain_suite(tmp_path))
    assert said.code == 1
    assert "there is no baseline" in said.err
    assert "--update-baseline" in said.err
    assert "STALE" in said.out


def test_a_baseline_that_is_none_is_said(patrolsim: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    said = patrolsim("bench", plain_suite(tmp_path), "--baseline", tmp_path / "b.json")
    assert said.code == 1
    assert "this is no baseline" in said.err


def test_a_wrong_suite_is_explained_line_by_line(
    patrolsim: Callable[..., Said], tmp_path: Path
) -> None:
    said = patrolsim("bench", plain_suite(tmp_path, "budgte: 3\nabuot: x\n"))
    assert said.code == 3
    assert "did you mean 'budget'?" in said.err
    assert "did you mean 'about'?" in said.err


def test_wrong_scenarios_are_all_explained(patrolsim: Callable[..., Said], tmp_path: Path) -> None:
    file = plain_suite(tmp_path)
    (tmp_path / "one.yaml").write_text("nmae: x\n", encoding="utf-8")
    (tmp_path / "two.yaml").write_text("seeed: x\n", encoding="utf-8")
    text = file.read_text(encoding="utf-8")
    both = text.replace("{evening: town}", "{a: one.yaml, b: two.yaml}")
    file.write_text(both, encoding="utf-8")
    said = patrolsim("bench", file)
    assert said.code == 3
    assert "one.yaml:1:1" in said.err
    assert "two.yaml:1:1" in said.err


def test_an_update_writes_no_report(patrolsim: Callable[..., Said], tmp_path: Path) -> None:
    file = plain_suite(tmp_path)
    for words in (("--format", "json"), ("--out", tmp_path / "out")):
        said = patrolsim("bench", file, "--update-baseline", *words)
        assert said.code == 2
        assert "leave out --format and --out" in said.err


def test_no_results_are_written_over(patrolsim: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.json").touch()
    said = patrolsim("bench", plain_suite(tmp_path), "--out", tmp_path / "out")
    assert said.code == 2
    assert "holds results.json already" in said.err


def test_the_shipped_suites_can_be_read(patrolsim: Callable[..., Said], tmp_path: Path) -> None:
    suites = sorted((Path(__file__).parents[2] / "benchmarks" / "suites").glob("*.yaml"))
    assert [suite.stem for suite in suites] == ["city", "library", "patrol", "smoke"]
    for suite in suites:
        said = patrolsim("bench", suite, "--baseline", tmp_path / "none.json", "--format", "json")
        assert said.code == 1, said.err
        assert set(verdicts_of(said.out).values()) == {"STALE"}
