"""``patrolsim view``: a day of a run as a page, bit for bit the day that was measured."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.cli.conftest import SHORT, Said

from patrolsim.cli import pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Call = Callable[..., Said]

HOSTILE = "</script><script>alert(1)</script>"


def header_of(file: Path) -> dict[str, Any]:
    text = file.read_text(encoding="utf-8")
    match = re.search(r'id="trace-header">(.*?)</script>', text, re.DOTALL)
    assert match is not None
    header: dict[str, Any] = json.loads(match[1])
    return header


def shown(header: dict[str, Any]) -> list[tuple[str, int]]:
    return [(run["strategy"], run["replication"]) for run in header["runs"]]


def test_a_run_without_pages_makes_none(run: Path) -> None:
    assert not (run / pages.PLAYBACK).exists()


def test_the_page_shows_control_and_another_on_the_day_in_the_middle(
    patrolsim: Call, run: Path
) -> None:
    said = patrolsim("view", run, "--no-open")
    assert said == Said(0, f"Written: {run / pages.PLAYBACK}\n", "")
    header = header_of(run / pages.PLAYBACK)
    typical = header["typical"]
    assert shown(header) == [("as today", typical), ("busy places", typical)]
    assert header["replications"] == 3
    assert [pair["measure"] for pair in header["comparisons"]] == [
        "response_mean_s",
        "within_target",
    ]


def test_strategy_replications_language_and_file_are_chosen(
    patrolsim: Call, run: Path, tmp_path: Path
) -> None:
    words = ("--strategy", "busy places", "-r", 3, "-r", 1, "--lang", "zh", "--out", "page.html")
    assert patrolsim("view", run, *words, "--no-open").code == 0
    header = header_of(tmp_path / "page.html")
    assert shown(header) == [("busy places", 2), ("busy places", 0)]
    assert header["language"] == "zh"
    assert not (run / pages.PLAYBACK).exists()


def test_run_and_view_write_the_same_page(patrolsim: Call, town: Path, tmp_path: Path) -> None:
    patrolsim("run", town, "-o", "result", "-n", 3, "-q", *SHORT)
    page = tmp_path / "result" / pages.PLAYBACK
    first = page.read_bytes()
    assert patrolsim("view", "result", "--no-open").code == 0
    assert page.read_bytes() == first


def test_the_page_is_opened_unless_one_says_no(
    patrolsim: Call, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    patrolsim("view", run, "--no-open")
    assert opened == []
    patrolsim("view", run)
    assert opened == [(run / pages.PLAYBACK).as_uri()]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("-s", "busy"), "the run has no strategy 'busy': it has as today, busy places"),
        (("-r", "4"), "has no replication 4: the run has finished 3"),
        (("--day", "2"), "there is no day 2: the period has days 1 to 1"),
    ],
)
def test_what_the_run_has_not_is_said_and_nothing_is_written(
    patrolsim: Call, run: Path, words: tuple[str, ...], reason: str
) -> None:
    said = patrolsim("view", run, "--no-open", *words)
    assert said.code == 2
    assert reason in said.err
    assert "Traceback" not in said.err
    assert not (run / pages.PLAYBACK).exists()


def test_a_folder_without_a_run_is_refused(patrolsim: Call, town: Path) -> None:
    said = patrolsim("view", town, "--no-open")
    assert said.code not in {0, 130}
    assert "is no run folder: it holds no run.json" in said.err


def test_a_scenario_that_was_changed_since_is_refused(
    patrolsim: Call, run: Path, town: Path
) -> None:
    file = town / "scenario.yaml"
    file.write_text(file.read_text("utf-8").replace("turnout", "turnout").replace("24,", "25,"))
    said = patrolsim("view", run, "--no-open")
    assert said.code not in {0, 130}
    assert "has been changed since this run: run it again" in said.err


def test_a_map_that_was_changed_since_is_noticed_by_what_happens(
    patrolsim: Call, run: Path, town: Path
) -> None:
    edges = town / "edges.csv"
    head, *rows = edges.read_text("utf-8").splitlines()
    longer = [row.replace(",120,", ",127,") for row in rows]
    assert longer != rows
    edges.write_text("\n".join([head, *longer]) + "\n", encoding="utf-8")
    said = patrolsim("view", run, "--no-open")
    assert said.code not in {0, 130}
    assert "comes out otherwise than it did" in said.err


def test_a_scenario_that_is_gone_is_said(patrolsim: Call, run: Path, town: Path) -> None:
    (town / "scenario.yaml").rename(town / "elsewhere.yaml")
    said = patrolsim("view", run, "--no-open")
    assert said.code not in {0, 130}
    assert "the scenario of this run is not there any more" in said.err


def test_a_page_that_cannot_be_made_takes_nothing_from_a_run(
    patrolsim: Call, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patrolsim.report.playback import TraceError

    def fail(*_given: object) -> None:
        raise TraceError("too large")

    monkeypatch.setattr(pages, "playback_of", fail)
    said = patrolsim("run", town, "-o", "result", "-n", 1, *SHORT)
    assert said.code == 0
    assert "note: playback.html was not made: too large" in said.err
    assert (tmp_path / "result" / "run.json").is_file()


def test_a_hostile_name_enters_the_page_as_data(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    # The reader of scenarios refuses longer ones, and such signs in all other names.
    name = f'=1+" {HOSTILE}'
    file = town / "scenario.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("name: My town", f"name: {json.dumps(name)}"), encoding="utf-8")
    assert patrolsim("run", town, "-o", "result", "-n", 1, "-q", *SHORT).code == 0
    page = tmp_path / "result" / pages.PLAYBACK
    assert page.read_text("utf-8").count("<script") == 3
    assert header_of(page)["scenario"] == name


def test_the_pages_of_a_run_lead_to_each_other(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    patrolsim("run", town, "-o", "result", "-n", 1, "-q", *SHORT)
    folder = tmp_path / "result"
    assert header_of(folder / pages.PLAYBACK)["report"] == pages.REPORT
    assert f'href="{pages.PLAYBACK}"' in (folder / pages.REPORT).read_text(encoding="utf-8")


def test_a_page_leads_to_no_page_that_is_not_beside_it(
    patrolsim: Call, run: Path, tmp_path: Path
) -> None:
    patrolsim("report", run, "--no-open")
    assert f'href="{pages.PLAYBACK}"' not in (run / pages.REPORT).read_text(encoding="utf-8")
    # Another run's report may stand there.
    (tmp_path / pages.REPORT).write_text("of another run", encoding="utf-8")
    patrolsim("view", run, "--out", tmp_path / "page.html", "--no-open")
    assert header_of(tmp_path / "page.html")["report"] is None


def test_the_report_of_a_run_without_playback_leads_nowhere(
    patrolsim: Call, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patrolsim.report.playback import TraceError

    def fail(*_given: object) -> None:
        raise TraceError("too large")

    monkeypatch.setattr(pages, "playback_of", fail)
    patrolsim("run", town, "-o", "result", "-n", 1, "-q", *SHORT)
    text = (tmp_path / "result" / pages.REPORT).read_text(encoding="utf-8")
    assert f'href="{pages.PLAYBACK}"' not in text
