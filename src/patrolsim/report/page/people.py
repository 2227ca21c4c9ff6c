"""What the plan asks of people: load, its fairness, and the patrol of hot spots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.alert_measures import ALERT_MEASURES
from patrolsim.experiment.measures import NAMED
from patrolsim.report.figures.dots import DotPlan, dots
from patrolsim.report.page.blocks import Figures, Paragraph, Section, Table
from patrolsim.report.page.response import interval_note, strategies_of
from patrolsim.report.words.said import level, title_of
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.report.page.blocks import Block
    from patrolsim.report.page.told import Told

SHARES = ("utilisation", "travelling", "working", "patrolling")
SHOWN = (
    *("on_duty_s", *SHARES, "overtime_s", "gini_of_work"),
    *("hot_spot_visits", "hot_spot_stopped_s", "hot_spot_stops_10_to_16_min"),
    *(measure.name for measure in ALERT_MEASURES),
)


def people(told: Told) -> Section:
    """Return the section."""
    return Section(name="people", title=text("people"), blocks=list(_blocks(told)))


def _blocks(told: Told) -> Iterator[Block]:
    by_name = {measure.name: measure for measure in NAMED}
    groups = [
        (title_of(by_name[name]), [told.estimate(one, name) for one in told.strategies])
        for name in SHARES
    ]
    if not any(found for _title, row in groups for found in row):
        yield Paragraph(text=text("nobody_on_duty"))
        return
    plan = DotPlan(
        name="load",
        title=text("load_title"),
        about=text("load_about"),
        note=interval_note(told),
        strategies=strategies_of(told),
        groups=groups,
    )
    yield Figures(figures=[dots(plan)])
    measures = [by_name[name] for name in SHOWN]
    yield Table(
        caption=text("load_table"),
        head=[text("measure"), *strategies_of(told)],
        rows=[
            [
                title_of(one),
                *(level(told.estimate(s, one.name), one.unit) for s in told.strategies),
            ]
            for one in measures
            if any(told.estimate(s, one.name) for s in told.strategies)
        ],
        note=text("load_note"),
    )
