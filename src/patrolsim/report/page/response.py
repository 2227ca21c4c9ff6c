"""How soon people are reached: over time, by kind, by hour and weekday."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.views import reached_over_time, week_of
from patrolsim.output_analysis import FEW
from patrolsim.report.figures.curves import reach_figure
from patrolsim.report.figures.dots import DotPlan, dots
from patrolsim.report.figures.heat import Column, heat
from patrolsim.report.figures.levels import Levels
from patrolsim.report.page.blocks import Figures, Paragraph, Section, Table
from patrolsim.report.page.told import FEW_INCIDENTS
from patrolsim.report.words.said import bare, level
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.report.figures.figure import Figure
    from patrolsim.report.figures.legends import Strategy
    from patrolsim.report.page.blocks import Block, Text
    from patrolsim.report.page.told import Told
    from patrolsim.report.words.said import Said

MOST_COLUMNS = 7
MOST_GROUPS = 16
"""More kinds or squares than that do not fit a figure; the table has them all."""


def response(told: Told) -> Section:
    """Return the section."""
    return Section(name="response", title=text("response"), blocks=list(_blocks(told)))


def _blocks(told: Told) -> Iterator[Block]:
    if not any(told.seen(name, "all") for name in told.strategies):
        yield Paragraph(text=text("nothing_to_show"))
        return
    figures = [_reach(told), *_within(told, "kind")]
    yield Figures(figures=figures)
    yield group_table(told, "kind")
    yield Figures(figures=list(_heats(told)))
    if len(told.groups("area")) > 1:
        yield group_table(told, "area", is_folded=True)
    yield group_table(told, "team", is_folded=True)


def strategies_of(told: Told) -> list[Strategy]:
    """Return the strategies as figures know them."""
    return [told.strategy(name) for name in told.strategies]


def _reach(told: Told) -> Figure:
    return reach_figure(
        {one: reached_over_time(told.run, one.name) for one in strategies_of(told)}
    )


def _within(told: Told, heading: str) -> Iterator[Figure]:
    """Yield the share within the target by group, where there are targets."""
    found = {
        group: [told.estimate(s, "within_target", f"{heading}={group}") for s in told.strategies]
        for group in told.groups(heading)
    }
    told_of = {group: row for group, row in found.items() if any(row)}
    if told_of and len(told_of) <= MOST_GROUPS:
        plan = DotPlan(
            name=f"within-{heading}",
            title=text(f"within_{heading}_title"),
            about=text(f"within_{heading}_about"),
            note=interval_note(told),
            strategies=strategies_of(told),
            groups=list(told_of.items()),
        )
        yield dots(plan)


def interval_note(told: Told) -> Said:
    """Return what the bars of a figure are."""
    if told.replications < 2:  # noqa: PLR2004 - a single value has no range
        return text("bars_none")
    return text("bars_range", few=FEW) if told.replications < FEW else text("bars_interval")


def group_table(told: Told, heading: str, *, is_folded: bool = False) -> Table:
    """Return the table of the groups under a heading, strategy by strategy."""
    rows = [
        _group_row(told, heading, group, name)
        for group in told.groups(heading)
        for name in told.strategies
        if told.seen(name, f"{heading}={group}")
    ]
    keys = ["seen", "median", "nine_in_ten"]
    if heading != "team":
        keys += ["within", "not_reached_mean", "open_mean"]
    if heading == "kind":
        keys.insert(0, "target")
    return Table(
        caption=text(f"by_{heading}"),
        head=[text(heading), text("strategy"), *(text(key) for key in keys)],
        rows=rows,
        note=text(f"by_{heading}_note", few=FEW_INCIDENTS),
        is_folded=is_folded,
        is_long=True,
    )


def _group_row(told: Told, heading: str, group: str, name: str) -> list[Text]:
    place = f"{heading}={group}"
    seen = told.seen(name, place)
    is_shown = seen >= FEW_INCIDENTS
    times: Sequence[Text] = [
        level(told.estimate(name, measure, place), "s") if is_shown else text("few")
        for measure in ("response_median_pooled_s", "response_p90_pooled_s")
    ]
    cells: list[Text] = [f"{seen:,}", *times]
    if heading != "team":
        cells.append(level(told.estimate(name, "within_target", place), "share"))
        cells += [level(told.estimate(name, m, place), "") for m in ("not_reached", "unserved")]
    if heading == "kind":
        cells.insert(0, bare(told.document["kinds"].get(group, {}).get("target_s"), "s"))
    return [group, told.strategy(name), *cells]


def _heats(told: Told) -> Iterator[Figure]:
    """Yield the tables of hours and weekdays: all in one where they fit, else one per strategy."""
    weeks = {name: week_of(told.run, name) for name in told.strategies}
    medians = (
        slot.median_s.value
        for week in weeks.values()
        for slot in week.values()
        if slot.median_s is not None and slot.seen >= FEW_INCIDENTS
    )
    levels = Levels.up_to(medians)
    days = sorted({day for week in weeks.values() for day, _hour in week})
    columns = [Column(day, name, week) for day in days for name, week in weeks.items()]
    if 0 < len(columns) <= MOST_COLUMNS:
        yield heat(columns, levels, FEW_INCIDENTS, "hours")
        return
    for name in weeks:
        own = [column for column in columns if column.strategy == name]
        if own:
            yield heat(own, levels, FEW_INCIDENTS, f"hours-{told.rank(name)}")
