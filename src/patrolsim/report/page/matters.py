"""What becomes of requests with a time limit, of searches, and of what is at stake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.estimates import ALL
from patrolsim.report.page.blocks import Section, Table
from patrolsim.report.page.response import strategies_of
from patrolsim.report.page.told import FEW_INCIDENTS
from patrolsim.report.words.said import Said, level, title_of
from patrolsim.report.words.showing import MOST_OF_A_NAME, shown
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.experiment.estimates import Line
    from patrolsim.report.page.blocks import Block, Text
    from patrolsim.report.page.told import Told

REQUESTS = (
    *("requests", "requests_in_time", "tardiness_mean_s", "tardiness_of_late_s"),
    *("backlog", "overdue"),
)
STAKES = ("kept_safe", "share_kept_safe")
SEARCHES = (
    *("searches", "found", "found_within_target"),
    *("time_to_find_median_pooled_s", "searched_s"),
)


def matters(told: Told) -> Section:
    """Return the section; without blocks where a scenario has none of these."""
    return Section(name="matters", title=text("matters"), blocks=list(_blocks(told)))


def _blocks(told: Told) -> Iterator[Block]:
    head: list[Text] = [text("measure"), *strategies_of(told)]
    if rows := list(_rows(told, REQUESTS)):
        yield Table(
            caption=text("requests_table"), head=head, rows=rows, note=text("requests_note")
        )
    if rows := list(_rows_by_name(told, REQUESTS[:2], "request")):
        yield Table(
            caption=text("requests_by_kind"),
            head=head,
            rows=rows,
            note=text("few_cases", n=FEW_INCIDENTS),
            is_folded=True,
        )
    if rows := list(_rows_by_name(told, STAKES, "kind", counted="incidents")):
        yield Table(
            caption=text("stakes_table"),
            head=head,
            rows=rows,
            note=text("stakes_note", n=FEW_INCIDENTS),
        )
    if rows := list(_rows_by_name(told, SEARCHES, "search")):
        yield Table(
            caption=text("searches_table"),
            head=head,
            rows=rows,
            note=text("searches_note", n=FEW_INCIDENTS),
        )


def _rows_by_name(
    told: Told, measures: Sequence[str], heading: str, counted: str | None = None
) -> Iterator[list[Text]]:
    """Yield the rows of each group; of few cases only the first measure, which is no share."""
    for name in told.groups(heading):
        group = f"{heading}={name}"
        cases = [told.estimate(one, counted or measures[0], group) for one in told.strategies]
        seen = max((one.value * one.n for one in cases if one is not None), default=0.0)
        yield from _rows(told, measures if seen >= FEW_INCIDENTS else measures[:1], group, name)


def _rows(
    told: Told, measures: Sequence[str], group: str = ALL, name: str = ""
) -> Iterator[list[Text]]:
    """Yield a row for each of some measures of a group that has values."""
    for measure in measures:
        lines = [told.line(one, measure, group) for one in told.strategies]
        found = [line for line in lines if line is not None and line.estimate is not None]
        if found:
            yield [_title(found[0], name), *(_cell(line) for line in lines)]


def _title(line: Line, name: str) -> Text:
    title = title_of(line.measure)
    if not name:
        return title
    owner = shown(name, MOST_OF_A_NAME)
    return Said(f"{owner}: {title.en}", f"{owner}：{title.zh}")


def _cell(line: Line | None) -> Text:
    return level(None, "") if line is None else level(line.estimate, line.measure.unit)
