"""The page of a real run: whole, honest, the same colours everywhere, and for odd runs too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.told_runs import change_document, change_results, copied, write_run
from tests.unit.report.page.parsing import parsed

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.results import Failure, Results, Task
from patrolsim.report.page import make_report
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def page(run: Path) -> str:
    return make_report(run).html()


def told(run: Path, language: int = 0) -> str:
    """Return the words of a page in one language, on one line."""
    words = parsed(make_report(run).html()).words[language]
    return " ".join(words.split())


def test_the_answer_stands_first_in_both_languages(page: str) -> None:
    start = page.index('class="lead"')
    lead = page[start : page.index("</p>", start)]
    assert "as today" in lead
    assert 'lang="en"' in lead
    assert 'lang="zh-Hans"' in lead
    assert page.index('class="lead"') < page.index("<table")


def test_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    found = parsed(page)
    assert {link for link in found.links if not link.startswith("#")} <= {"data:,"}
    assert "default-src 'none'" in page
    assert "http" not in re.sub(r"http-equiv", "", page)
    assert "@import" not in page
    assert "url(" not in page


def test_every_link_leads_somewhere_and_no_id_comes_twice(page: str) -> None:
    found = parsed(page)
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)


def test_each_figure_says_in_words_what_it_shows(page: str) -> None:
    figures = page.count("<figure")
    assert figures > 5
    assert page.count('role="img" aria-labelledby="t-') == figures
    assert len(re.findall(r'<desc id="d-[^"]*" data-en="[^"]+" data-zh="[^"]+">', page)) == figures


def test_a_strategy_has_one_colour_in_tables_and_figures(page: str) -> None:
    dots = re.findall(r'<span class="dot s(\d)"></span><bdi>([^<]+)</bdi>', page)
    marks = re.findall(r'class="mark s(\d)[^>]*></(?:circle|path)><text[^>]*>([^<]+)<', page)
    names = {name for _colour, name in dots}
    assert set(dots) == {("0", "as today"), ("1", "busy places")}
    assert {mark for mark in marks if mark[1] in names} == set(dots)


def test_the_order_is_that_of_the_scenario_not_of_merit(page: str) -> None:
    start = page.index("What each strategy achieves")
    table = page[start : page.index("</table>", start)]
    assert table.index("as today") < table.index("busy places")


def test_every_value_has_its_mark(run: Path) -> None:
    words = told(run)
    assert "teams.wardens.number 24 assumption an example" in words
    assert "incidents.fall or injury.reach_within 8 min assumption" in words
    assert "defaults" in words
    assert "period.length 6 h assumption, set for this run" in words


def test_how_sure_and_how_to_repeat_are_said(run: Path) -> None:
    words = told(run)
    for said in (
        "5 differences are judged together",
        'exactly the same incidents as "as today"',
        "was fixed beforehand",
        "The logs were not audited",
        "patrolsim verify",
        "patrolsim run town",
        "SHA-256",
    ):
        assert said in words, said


def test_the_checklist_has_twenty_items_and_leaves_gaps_by_name(page: str) -> None:
    items = re.findall(r'role="rowheader">([1-6]\.[1-5])</th>', page)
    assert len(items) == len(set(items)) == 20
    assert page.count("To be written:") >= 2


def test_an_audited_run_says_what_the_auditor_found(run: Path, tmp_path: Path) -> None:
    clean = copied(run, tmp_path / "clean")
    change_document(clean, lambda document: document.update(is_audited=True))
    assert "read all 20 runs against the rules and found nothing" in told(clean)
    dirty = copied(clean, tmp_path / "dirty")

    def add(results: Results) -> None:
        results.findings[Task("as today", 3)] = ["volunteer 7 was in two places"]

    change_results(dirty, add)
    assert "volunteer 7 was in two places" in told(dirty)
    assert "The auditor found contradictions, 1 in all" in told(dirty)


def test_one_replication_has_no_interval_and_proves_nothing(tmp_path: Path) -> None:
    words = told(write_run(tmp_path / "run", replications=1))
    assert "One replication: no interval can be given." in words
    assert "which proves nothing" in words
    assert "±" not in words.partition("Left to their defaults")[0].replace("± 0.0 says", "")
    assert "no difference is called decided" in words


def test_few_replications_have_ranges(tmp_path: Path) -> None:
    words = told(write_run(tmp_path / "run", replications=3))
    assert "fewer than 10 give no interval" in words
    assert "with the range of single replications" in words
    assert "too few replications" in words


def test_one_strategy_is_told_alone(tmp_path: Path) -> None:
    words = told(write_run(tmp_path / "run", replications=2, arms=1))
    assert "There is nothing to compare" in words
    assert "figure-differences" not in make_report(tmp_path / "run").html()


def test_a_failed_strategy_is_said_to_have_failed(run: Path, tmp_path: Path) -> None:
    broken = copied(run, tmp_path / "run")

    def fail(results: Results) -> None:
        results.failures.append(Failure(Task("busy places", 4), PatrolsimError("no idea")))

    change_results(broken, fail)
    words = told(broken)
    assert "busy places failed and is left out: no idea" in words
    assert "busy places failed" in words


def test_a_failed_control_leaves_nothing_to_compare(run: Path, tmp_path: Path) -> None:
    broken = copied(run, tmp_path / "run")

    def fail(results: Results) -> None:
        results.failures.append(Failure(Task("as today", 4), PatrolsimError("no idea")))

    change_results(broken, fail)
    assert 'Nothing can be compared: "as today", the control, failed.' in told(broken)


def test_no_incidents_are_told_as_none(run: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    from patrolsim.metrics import Responses

    quiet = copied(run, tmp_path / "run")

    def silence(results: Results) -> None:
        for task, done in results.finished.items():
            none = replace(
                done.metrics,
                responses=Responses.none(),
                by_kind={},
                by_area={},
                by_hour={},
                by_team={},
            )
            results.finished[task] = done._replace(metrics=none)

    change_results(quiet, silence)
    words = told(quiet)
    assert "as today: no incident became known" in words
    assert text("nothing_to_show").en in words


def test_without_streets_the_map_has_squares_only(run: Path, tmp_path: Path) -> None:
    bare = copied(run, tmp_path / "run")
    (bare / "streets.parquet").unlink()
    assert text("no_streets").en in told(bare)


def test_the_same_folder_gives_the_same_page(run: Path, tmp_path: Path) -> None:
    folder = copied(run, tmp_path / "run")
    assert make_report(folder).html() == make_report(folder).html()


def test_a_page_is_small_enough_for_an_e_mail(page: str) -> None:
    assert len(page.encode()) < 400_000


def test_a_language_that_is_asked_for_is_fixed(run: Path) -> None:
    report = make_report(run)
    assert '<html lang="zh-Hans" data-lang="zh" data-wanted="zh">' in report.html("zh")
    assert '<html lang="en" data-lang="en" data-wanted="">' in report.html()
