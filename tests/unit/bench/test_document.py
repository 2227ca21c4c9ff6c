"""Reports for scripts and CI servers: valid, whatever stands in names and messages."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator
from junitparser import Error, Failure, JUnitXml, Skipped
from tests.unit.bench.fakes import NAMES, TEXT, FakeMeans, day, make_suite, report_of, same

from patrolsim.bench.document import SCHEMA, csv_of, json_of
from patrolsim.bench.junit import junit_of
from patrolsim.cli.bench_outlets import annotations_of, in_form
from patrolsim.errors import PolicyError
from patrolsim.output_analysis.gate import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.bench import Report

EVIL = (
    "</failure></testcase><testcase name='x'/>",
    "]]> & < > \" '",
    "\x1b[31mred\x1b[0m \x07\x00\x0b",
    "\n::error file=x::injected\n::set-output name=a::b",
    "%0A::warning::x",
    "| a | b |\n|---|---|",
    "<script>alert(1)</script> <img src=x onerror=y>",
    "[click](javascript:alert(1)) ![x](http://example.invalid/p.png) www.example.invalid",
    "@everyone #1 `code` **bold** $x$",
    "=cmd|' /C calc'!A0",
    "\ud800 lone, \u202e turned, \u200b hidden, \u2028 line",
    "{{ template }} ${env}",
)


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Return a report with a failure, an error and what is not decided."""
    days = {NAMES[0]: day(factor=1.12, noise_s=1), NAMES[1]: day()}
    errors = {NAMES[1]: (2, PolicyError("mine", 3.0, 4, "raised", "mine.py:7"))}
    suite = make_suite(tmp_path)
    return report_of(suite, FakeMeans(days=days, fresh=days, errors=errors))


def spoiled(report: Report, text: str) -> Report:
    """Return a report with a text wherever somebody else chooses the words."""
    rows = [
        replace(row, scenario=text, strategy=text, reason=text, verdict=verdict)
        for row in report.rows
        for verdict in Verdict
    ]
    failures = [
        one._replace(
            task=one.task._replace(strategy=f"{text}/{text}"),
            error=PolicyError(text, 1.0, 2, text, text),
        )
        for one in report.failures
    ]
    return replace(report, rows=rows, failures=failures, notes=[text])


def problems_of(text: str) -> list[Any]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    return list(Draft7Validator(schema).iter_errors(json.loads(text)))


def test_the_document_is_as_its_schema_says(report: Report) -> None:
    assert problems_of(json_of(report)) == []


@pytest.mark.parametrize(
    "means",
    [same(day(), day(seed=2)), same(day(noise_s=80)), same(day(), interrupted_after=3)],
    ids=["identical", "inconclusive", "interrupted"],
)
def test_other_ends_are_as_the_schema_says_too(tmp_path: Path, means: FakeMeans) -> None:
    assert problems_of(json_of(report_of(make_suite(tmp_path), means))) == []


def test_the_schema_notices_a_key_too_many_and_one_that_is_missing(report: Report) -> None:
    document = json.loads(json_of(report))
    del document["verdict"]
    document["rows"][0]["more"] = 1
    assert len(problems_of(json.dumps(document))) == 2


@pytest.mark.parametrize("text", EVIL)
def test_no_name_breaks_the_document(report: Report, text: str) -> None:
    found = json_of(spoiled(report, text))
    assert problems_of(found) == []
    assert "\x1b" not in found


def test_junit_has_a_case_per_row_and_counts_them_right(report: Report) -> None:
    xml = JUnitXml.fromstring(junit_of(report).encode())
    cases = [case for suite in xml for case in suite]
    assert len(cases) == len(report.rows) == xml.tests
    found = [type(case.result[0]) if case.result else None for case in cases]
    assert (xml.failures, xml.errors, xml.skipped) == (
        found.count(Failure),
        found.count(Error),
        found.count(Skipped),
    )


def test_junit_says_what_a_verdict_means(report: Report) -> None:
    tree = ET.fromstring(junit_of(report))  # noqa: S314 - we wrote it
    tags = {case.get("name"): [part.tag for part in case] for case in tree.iter("testcase")}
    row = report.rows[0]
    assert row.verdict is Verdict.FAIL
    first = next(tree.iter("testcase"))
    assert [part.tag for part in first] == ["failure"]
    assert "on fresh days" in (first[0].text or "")
    assert tags["not_reached"] == ["error"]


def test_junit_skips_what_is_not_decided_with_its_numbers(tmp_path: Path) -> None:
    report = report_of(make_suite(tmp_path), same(day(noise_s=80)))
    case = next(ET.fromstring(junit_of(report)).iter("testcase"))  # noqa: S314 - we wrote it
    assert [part.tag for part in case] == ["skipped"]
    assert "n=80" in (case[0].text or "")


def test_junit_fails_what_is_not_decided_where_the_suite_does(tmp_path: Path) -> None:
    suite = make_suite(tmp_path, TEXT.replace("inconclusive: warn", "inconclusive: fail"))
    report = report_of(suite, same(day(noise_s=80)))
    case = next(ET.fromstring(junit_of(report)).iter("testcase"))  # noqa: S314 - we wrote it
    assert [part.tag for part in case] == ["failure"]


@pytest.mark.parametrize("text", EVIL)
def test_no_name_breaks_the_xml(report: Report, text: str) -> None:
    evil = spoiled(report, text)
    xml = JUnitXml.fromstring(junit_of(evil).encode())
    assert sum(1 for suite in xml for _ in suite) == len(evil.rows)


@pytest.mark.parametrize("text", EVIL)
def test_no_name_breaks_the_page(report: Report, text: str) -> None:
    page = in_form(spoiled(report, text), "markdown")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert len(rows) == len(spoiled(report, text).rows) + 2
    assert {line.count("|") for line in rows} == {8}
    assert not any(sign in page for sign in ("<script", "<img", "](", "\x1b", "@everyone"))


@pytest.mark.parametrize("text", EVIL)
def test_no_name_breaks_a_terminal_or_starts_a_command(report: Report, text: str) -> None:
    shown = in_form(spoiled(report, text), "text")
    assert all(sign.isprintable() or sign == "\n" for sign in shown)
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


@pytest.mark.parametrize("text", EVIL)
def test_each_annotation_is_one_command_in_one_line(report: Report, text: str) -> None:
    lines = list(annotations_of(spoiled(report, text)))
    assert lines
    for line in lines:
        assert line.startswith(("::error file=", "::warning file="))
        assert line.isprintable()
        assert line.count("::") == line.count("::", 0) >= 2
        properties = line[2:].partition("::")[0]
        assert properties.count(",") == 1


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_the_sheet_is_a_formula(report: Report, text: str) -> None:
    lines = list(csv.reader(io.StringIO(csv_of(spoiled(report, text)))))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert not any(cell.startswith(("=", "@", "\t")) for line in lines for cell in line)


def test_what_does_not_fail_the_suite_is_no_error_annotation(tmp_path: Path) -> None:
    found = report_of(make_suite(tmp_path), same(day(noise_s=80)))
    assert all(line.startswith("::warning") for line in annotations_of(found))
    passed = report_of(make_suite(tmp_path), same(day(), day(seed=2)))
    assert list(annotations_of(passed)) == []
