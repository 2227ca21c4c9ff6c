"""A report of a suite for people: the verdict, a table, what to look at, and the standings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from patrolsim.bench.report import SEVERITY
from patrolsim.cli.sheet import Headline, Listed, Table
from patrolsim.output_analysis.gate import Verdict
from patrolsim.report.words.numbers import level, scale_of_gap
from patrolsim.report.words.verdicts import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.bench import Report, Row
    from patrolsim.bench.recording import Change
    from patrolsim.cli.sheet import Block
    from patrolsim.output_analysis import Estimate

HEADER = ("scenario/strategy/metric", "verdict", "n", "baseline", "now", "difference", "margin")
_QUIET = {Verdict.IDENTICAL, Verdict.PASS, Verdict.IMPROVED}
MOST_CHANGES = 200


def blocks_of(report: Report) -> list[Block]:
    """Return the blocks of a report, the verdict first."""
    primary = {metric.gauge.measure.name for metric in report.suite.metrics if metric.is_primary}
    standings = [
        f"{pair.arm} against {pair.control}: {sentence(pair)}"
        for pair in report.standings
        if pair.measure.name in primary
    ]
    return [
        Headline(headline_of(report)),
        Table("", [HEADER, *(_cells(row) for row in report.rows)]),
        "* decides. Differences are now minus baseline, paired, with 95 % intervals.",
        Listed("What to look at", list(_remarks(report))),
        Listed("Strategies against the control, on the same days", standings),
        Listed("Notes", report.notes),
    ]


def headline_of(report: Report) -> str:
    """Return the verdict of the suite in a line, with how often each verdict was given."""
    counts = Counter(row.verdict for row in report.rows)
    parts = [f"{counts[verdict]} {verdict.name}" for verdict in SEVERITY if counts[verdict]]
    end = ", interrupted" if report.is_interrupted else ""
    runs = f"{report.runs:,} runs"
    return f"{report.suite.model.suite}: {report.verdict.name} ({', '.join(parts)}; {runs}{end})"


def remark_on(row: Row) -> str:
    """Return what a row says, in a sentence."""
    text = f"{row.name}: {row.verdict.name}"
    if row.difference is not None:
        text += f", {_gap(row.difference, row)} on {row.n} replications"
    if row.fresh is not None:
        text += f", {_gap(row.fresh, row)} on {row.fresh.n} fresh ones"
    return f"{text}, margin {row.metric.margin.text}{f': {row.reason}' if row.reason else ''}"


def blocks_of_changes(changes: Sequence[Change]) -> list[Block]:
    """Return the blocks that show what a new baseline would change."""
    if not changes:
        return [Headline("No value of a metric differs from the last baseline")]
    rows = [
        (change.name, _bare(change.before), _bare(change.after))
        for change in changes[:MOST_CHANGES]
    ]
    left = len(changes) - len(rows)
    count = "1 value differs" if len(changes) == 1 else f"{len(changes)} values differ"
    return [
        Headline(f"{count} from the last baseline"),
        Table("", [("scenario/strategy/metric", "before", "after"), *rows]),
        f"and {left} more" if left else "",
    ]


def _cells(row: Row) -> tuple[str, ...]:
    mark = "*" if row.metric.is_primary else ""
    unit = row.metric.gauge.unit
    gap = "" if row.difference is None else _gap(row.difference, row)
    return (
        f"{row.name}{mark}",
        row.verdict.name,
        str(row.n) if row.n else "",
        level(row.baseline, unit),
        level(row.candidate, unit),
        gap,
        row.metric.margin.text,
    )


def _gap(found: Estimate, row: Row) -> str:
    """Return a difference with its sign, its share of the baseline, and half its interval."""
    scale = scale_of_gap(found.value, row.metric.gauge.unit)
    sign = "+" if found.value > 0 else "-" if found.value < 0 else ""
    text = f"{sign}{scale.text(abs(found.value))}"
    if found.half_width is not None:
        text += f" ± {scale.number(found.half_width)}"
    if row.baseline and row.metric.gauge.unit != "share":
        text += f" ({100 * found.value / row.baseline:+.1f} %)"
    return text


def _remarks(report: Report) -> Iterator[str]:
    """Yield a sentence about each row that is not well, the worst first.

    What an entry has in common is said once.
    """
    rows = [row for row in report.rows if row.verdict not in _QUIET]
    rows.sort(key=lambda row: -SEVERITY.index(row.verdict))
    said = set()
    for row in rows:
        if row.verdict not in {Verdict.ERROR, Verdict.STALE}:
            yield remark_on(row)
            continue
        text = f"{row.scenario}/{row.strategy}: {row.verdict.name}: {row.reason}"
        if text not in said:
            said.add(text)
            yield text
    if any(row.verdict is Verdict.STALE for row in report.rows):
        yield "STALE: if that is meant, make a new baseline with --update-baseline"


def _bare(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"
