"""Where a report of a suite goes: stdout, a folder, and what GitHub shows of a workflow."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from patrolsim.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.bench import Report

FILES = {
    "results.json": "json",
    "summary.md": "markdown",
    "junit.xml": "junit",
    "results.csv": "csv",
}
"""What is written to a folder, and in which form."""


def in_form(report: Report, form: str) -> str:
    """Return a report as text, markdown, json, junit or csv."""
    if form in {"json", "csv"}:
        from patrolsim.bench.document import csv_of, json_of

        return json_of(report) if form == "json" else csv_of(report).rstrip("\n")
    if form == "junit":
        from patrolsim.bench.junit import junit_of

        return junit_of(report)
    from patrolsim.cli.bench_sheet import blocks_of
    from patrolsim.cli.sheet import as_markdown, as_text

    return (as_markdown if form == "markdown" else as_text)(blocks_of(report))


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds results already.

    Raises
    ------
    click.UsageError
        If it does, or is no folder.
    """
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"{folder} is no folder")
    taken = [name for name in FILES if (folder / name).exists()]
    if taken:
        raise click.UsageError(f"{folder} holds {taken[0]} already: name another folder")


def write_folder(report: Report, folder: Path) -> None:
    """Write a report in every form."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, form in FILES.items():
        (folder / name).write_text(f"{in_form(report, form)}\n", encoding="utf-8")


def tell_github(report: Report) -> None:
    """Annotate the workflow and fill its summary, when this is one.

    Annotations go to stderr, so that a JSON document on stdout stays one.
    """
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in annotations_of(report):
            say(line)
    if target := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(target).open("a", encoding="utf-8") as stream:
            stream.write(f"{in_form(report, 'markdown')}\n\n")


def annotations_of(report: Report) -> Iterator[str]:
    """Yield a workflow command for each row that fails the suite or could not be decided."""
    from patrolsim.cli.bench_sheet import remark_on
    from patrolsim.output_analysis.gate import Verdict
    from patrolsim.scenario.explain import annotation

    serious = {Verdict.FAIL, Verdict.ERROR, Verdict.STALE}
    if report.suite.model.gate.inconclusive == "fail":
        serious.add(Verdict.INCONCLUSIVE)
    for row in report.rows:
        if not row.counts or row.verdict not in {*serious, Verdict.INCONCLUSIVE}:
            continue
        places = {"file": report.suite.file, "title": f"{row.verdict.name} {row.name}"}
        level = "error" if row.verdict in serious else "warning"
        yield annotation("error" if level == "error" else "warning", places, remark_on(row))
