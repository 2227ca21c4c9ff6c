"""A report as JUnit XML, which every CI server can show: one test case per row."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from patrolsim.output_analysis.gate import Verdict
from patrolsim.units import printable

if TYPE_CHECKING:
    from patrolsim.bench.report import Report, Row

_TAGS = {
    Verdict.FAIL: "failure",
    Verdict.STALE: "failure",
    Verdict.ERROR: "error",
    Verdict.INCONCLUSIVE: "skipped",
}
"""How a verdict stands in the file; the others have passed."""


def junit_of(report: Report) -> str:
    """Return a report as JUnit XML.

    FAIL and STALE are failures, ERROR is an error, INCONCLUSIVE is skipped unless the suite
    says that it fails. A FAIL of a metric that does not decide is skipped too, with its numbers.
    """
    cases = [_case(row, report) for row in report.rows]
    tags = [case[0].tag if len(case) else "" for case in cases]
    counts = {
        "tests": str(len(cases)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
    }
    root = ET.Element("testsuites", counts)
    suite = ET.SubElement(root, "testsuite", {"name": report.suite.model.suite, **counts})
    suite.extend(cases)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")


def numbers_of(row: Row) -> str:
    """Return the numbers of a row in one line, in the unit of the metric."""
    parts = [f"n={row.n}", f"margin {row.metric.margin.text}"]
    values = {"baseline": row.baseline, "candidate": row.candidate, "p_worse": row.p_worse}
    parts += [f"{name} {value:.6g}" for name, value in values.items() if value is not None]
    for name, found in (("difference", row.difference), ("on fresh days", row.fresh)):
        if found is not None:
            ends = "" if found.low is None else f" ({found.low:.6g} to {found.high:.6g})"
            parts.append(f"{name} {found.value:+.6g}{ends}")
    return f"{row.metric.gauge.unit}: {', '.join(parts)}"


def _case(row: Row, report: Report) -> ET.Element:
    names = {"classname": f"{row.scenario}.{row.strategy}", "name": row.metric.id}
    case = ET.Element("testcase", {key: printable(text) for key, text in names.items()})
    tag = _tag(row, report)
    if tag:
        reason = f": {row.reason}" if row.reason else ""
        found = ET.SubElement(case, tag, {"message": printable(f"{row.verdict.name}{reason}")})
        if tag != "skipped":
            found.set("type", row.verdict.name)
        found.text = printable(numbers_of(row))
    else:
        ET.SubElement(case, "system-out").text = printable(
            f"{row.verdict.name}; {numbers_of(row)}"
        )
    return case


def _tag(row: Row, report: Report) -> str:
    if row.verdict is Verdict.FAIL and not row.counts:
        return "skipped"
    if row.verdict is Verdict.INCONCLUSIVE and row.counts:
        return "failure" if report.suite.model.gate.inconclusive == "fail" else "skipped"
    return _TAGS.get(row.verdict, "")
