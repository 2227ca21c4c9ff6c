"""``patrolsim.run`` in a notebook: the same numbers as the command line, shown as HTML."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pytest

import patrolsim as ps
from patrolsim.cli import main
from patrolsim.cli.init import write_town
from patrolsim.errors import PatrolsimError, PolicyError, ScenarioError
from patrolsim.notebook.plots import plot_differences, plot_responses

if TYPE_CHECKING:
    from pathlib import Path

EVENING = {"period.from": "2025-03-10 17:00", "period.length": "6 h", "seed": 7}
HOSTILE = """<script>alert(1)</script>"'&"""
FAILING = """
from patrolsim import PolicySpec, Role, hookimpl

class Fails:
    def dispatch(self, view, incident):
        raise RuntimeError("out of ideas")

@hookimpl
def patrolsim_policies():
    return [PolicySpec(name="fails", role=Role.DISPATCH, build=lambda parameters: Fails())]
"""


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a town in it."""
    folder = tmp_path_factory.mktemp("notebook")
    write_town(folder / "town")
    return folder


@pytest.fixture(scope="module")
def results(workplace: Path) -> ps.RunResults:
    """Return ten replications of an evening in the town."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(workplace)
        found = ps.run("town", replications=10, workers=2, settings=EVENING)
        return ps.RunResults(
            results=found.results, stage=found.stage, folder=found.folder.absolute()
        )


class Tags(HTMLParser):
    """Notes the tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.words += data


def test_importing_the_root_loads_nothing_heavy() -> None:
    script = (
        "import patrolsim, sys; print(*[m for m in sys.modules if m.startswith('patrolsim.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_the_numbers_are_those_of_the_command_line(
    workplace: Path,
    results: ps.RunResults,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workplace)
    words = [word for key, value in EVENING.items() for word in ("--set", f"{key}={value}")]
    assert main(["run", "town", "-n", "10", "--json", "-q", "--out", "cli", *words]) == 0
    document = json.loads(capsys.readouterr().out)
    assert results.estimates() == document["estimates"]
    assert results.comparisons() == document["comparisons"]


def test_the_answer_names_both_strategies_and_its_interval(results: ps.RunResults) -> None:
    assert results.answer.startswith("busy places against as today: ")
    assert "95 %: " in results.answer
    assert results.answer.splitlines()[0] in repr(results)


def test_html_holds_one_table_and_the_answer(results: ps.RunResults) -> None:
    page = Tags(results._repr_html_())
    assert page.tags.count("table") == 1
    assert page.tags.count("tr") == 3
    assert results.answer.splitlines()[0] in page.words


def test_tables_are_those_of_the_run_folder(results: ps.RunResults) -> None:
    found = duckdb.execute(
        "SELECT count(*) FROM read_parquet(?)", [str(results.incidents.file)]
    ).fetchone()
    assert (len(list(results.incidents.run.rows("incidents"))),) == found
    assert "first_on_scene_s" in repr(results.incidents)
    page = Tags(results.volunteers._repr_html_())
    assert page.tags.count("tr") == 11
    assert "first 10 rows" in page.words


def test_a_table_is_a_data_frame_on_demand(results: ps.RunResults) -> None:
    pytest.importorskip("pandas", reason="pandas comes with the extra notebook")
    frame = results.incidents.to_pandas()
    assert list(frame.columns) == results.incidents.run.columns("incidents")
    assert len(frame) == len(list(results.incidents.run.rows("incidents")))
    assert frame["response_s"].min() >= 0


def test_a_table_is_an_arrow_table_on_demand(results: ps.RunResults) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow comes with the extra notebook")
    table = results.legs.to_arrow()
    assert table.num_rows == len(list(results.legs.run.rows("legs")))


@pytest.mark.parametrize("form", ["to_pandas", "to_arrow"])
def test_a_missing_package_is_named_with_its_extra(
    results: ps.RunResults, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(PatrolsimError, match=r"pip install 'patrolsim\[notebook\]'"):
        getattr(results.incidents, form)()


class Canvas:
    """Stands for the axes of matplotlib, and keeps what is drawn."""

    def __init__(self) -> None:
        self.drawn: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> object:
        def draw(*values: object, **how: object) -> None:
            self.drawn.append((name, *values, how))

        return draw


def test_the_curve_of_responses_ends_at_the_share_that_was_reached(results: ps.RunResults) -> None:
    canvas = Canvas()
    assert plot_responses(results.results, canvas) is canvas
    curves = [one for one in canvas.drawn if one[0] == "step"]
    for strategy, (_, minutes, percent, how) in zip(
        results.results.strategies, curves, strict=True
    ):
        row = duckdb.execute(
            "SELECT count(*) FILTER (known_s IS NOT NULL), count(response_s), max(response_s)"
            " FROM read_parquet(?) WHERE strategy = ? AND is_counted",
            [str(results.incidents.file), strategy],
        ).fetchone()
        known, reached, slowest_s = row or (0, 0, 0)
        assert (how["where"], how["label"]) == ("post", strategy)
        assert np.asarray(percent)[-1] == pytest.approx(100 * reached / known)
        assert np.asarray(minutes)[-1] == pytest.approx(slowest_s / 60)


def test_the_plot_of_differences_shows_value_and_interval(results: ps.RunResults) -> None:
    canvas = Canvas()
    plot_differences(results.results, canvas)
    (found,) = [c for c in results.comparisons() if c["measure"] == "response_mean_s"]
    lines = [one for one in canvas.drawn if one[0] == "plot"]
    assert found["low"] < found["value"] < found["high"]
    assert lines[0][1] == found["value"]
    assert lines[1][1] == [found["low"], found["high"]]


def test_plots_return_axes_of_matplotlib(results: ps.RunResults) -> None:
    matplotlib = pytest.importorskip(
        "matplotlib", reason="matplotlib comes with the extra notebook"
    )
    matplotlib.use("Agg")
    axes = results.plot_responses()
    assert axes.get_ylim() == (0, 100)
    assert results.plot_differences().get_yticks().tolist() == [0]
    assert results.plot_responses(axes) is axes


def test_a_page_that_is_there_is_shown_in_a_frame_that_cannot_break_out(
    results: ps.RunResults, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(results.folder, folder)
    (folder / "playback.html").write_text(f"<p title='x'>{HOSTILE}</p>", encoding="utf-8")
    copy = ps.RunResults(results=results.results, stage=results.stage, folder=folder)
    html = copy.playback()._repr_html_()
    assert Tags(html).tags == ["iframe"]
    assert 'sandbox="allow-scripts allow-downloads"' in html


@pytest.mark.slow
def test_pages_are_made_when_they_are_first_asked_for(results: ps.RunResults) -> None:
    for page in (results.playback(), results.report()):
        html = page._repr_html_()
        assert Tags(html).tags == ["iframe"]
        assert page.file.parent == results.folder
        assert "My town" in html


def test_a_page_that_cannot_be_made_says_why(results: ps.RunResults, tmp_path: Path) -> None:
    bare = ps.RunResults(results=results.results, stage=results.stage, folder=tmp_path)
    with pytest.raises(PatrolsimError, match="is no run folder"):
        bare.report()


def test_hostile_names_are_text(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    write_town(workplace / "hostile")
    file = workplace / "hostile" / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    quoted = "'" + HOSTILE.replace("'", "''") + "'"
    text = text.replace("name: My town", f"name: {quoted}")
    file.write_text(text, encoding="utf-8")
    found = ps.run("hostile", replications=2, workers=1, settings=EVENING)
    assert set(Tags(found._repr_html_()).tags) <= {
        "h4",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert HOSTILE in repr(found)
    assert HOSTILE in Tags(found._repr_html_()).words


def test_strategies_are_chosen_by_name(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    found = ps.run("town", strategies=["as today"], replications=1, settings=EVENING)
    assert found.results.strategies == ("as today",)
    assert found.answer == ""
    with pytest.raises(PatrolsimError, match="nothing to be compared with"):
        found.plot_differences()


def test_mistakes_are_told_as_on_the_command_line(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workplace)
    with pytest.raises(PatrolsimError, match="did you mean 'as today'"):
        ps.run("town", strategies=["as todai"])
    with pytest.raises(ScenarioError, match="'many' is not a count"):
        ps.run("town", settings={"teams.wardens.number": "many"})


def test_when_every_strategy_fails_its_error_is_raised_and_no_folder_is_left(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fails.py").write_text(FAILING, encoding="utf-8")
    chosen = {**EVENING, "strategies.as today.dispatch": "fails"}
    with pytest.raises(PolicyError, match="out of ideas"):
        ps.run(workplace / "town", strategies="as today", plugins=["fails.py"], settings=chosen)
    assert [entry.name for entry in (tmp_path / "runs").iterdir() if entry.is_dir()] == []
