"""What becomes of requests with a time limit, of searches, and of what is at stake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.estimates import ALL
from patrolsim.report.page.blocks import Section, Table
from patrolsim.report.page.response import strategies_of
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
    if rows := list(_rows_by_name(told, REQUESTS[1:2], "request")):
        yield Table(caption=text("requests_by_kind"), head=head, rows=rows, is_folded=True)
    if rows := list(_rows_by_name(told, STAKES, "kind")):
        yield Table(caption=text("stakes_table"), head=head, rows=rows, note=text("stakes_note"))
    if rows := list(_rows_by_name(told, SEARCHES, "search")):
        yield Table(
            caption=text("searches_table"), head=head, rows=rows, note=text("searches_note")
        )


def _rows_by_name(told: Told, measures: Sequence[str], heading: str) -> Iterator[list[Text]]:
    for name in told.groups(heading):
        yield from _rows(told, measures, f"{heading}={name}", name)


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
