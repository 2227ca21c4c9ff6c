"""Estimates with their intervals, group by group: a dot and a bar for each strategy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from patrolsim.report.figures.figure import WIDTH, Figure
from patrolsim.report.figures.legends import legend
from patrolsim.report.figures.palette import place
from patrolsim.report.figures.scales import Axis, tick_label, ticks
from patrolsim.report.figures.svg import label, line, marker
from patrolsim.report.words.numbers import ends
from patrolsim.report.words.said import level
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.output_analysis import Estimate
    from patrolsim.report.figures.legends import Strategy
    from patrolsim.report.words.said import Said

    Text = Said | str

LEFT, RIGHT, ROW, GAP = 152.0, WIDTH - 20.0, 12.0, 12.0
MOST_OF_A_GROUP = 21
"""So many columns fit to the left of the axis, in both scripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DotPlan:
    """What a figure of dots shows.

    Attributes
    ----------
    name, title, about, note
        As `Figure`.
    strategies
        Whose estimates, in order.
    groups
        For each group an estimate per strategy; None where there is none. Shares, from 0 to 1.
    """

    name: str
    title: Said
    about: Said
    note: Text
    strategies: Sequence[Strategy]
    groups: Sequence[tuple[Text, Sequence[Estimate | None]]]


def dots(plan: DotPlan) -> Figure:
    """Return the figure."""
    drawing, top = legend(plan.strategies, 10.0)
    height = ROW * len(plan.strategies) + GAP
    bottom = top + height * len(plan.groups)
    axis = Axis(0.0, 1.0, LEFT, RIGHT)
    parts = [drawing]
    for value in ticks(0.0, 1.0, 4, "share"):
        parts.append(line((axis.at(value), top), (axis.at(value), bottom), "rule"))
        parts.append(
            label(axis.at(value), bottom + 15, tick_label(value, "share"), class_="soft mid")
        )
    for number, (group, estimates) in enumerate(plan.groups):
        start = top + number * height
        parts.append(
            label(LEFT - 11, start + height / 2 + 4, group, most=MOST_OF_A_GROUP, class_="end")
        )
        parts += _marks(axis, estimates, plan.strategies, start + GAP / 2)
    return Figure(
        name=plan.name,
        title=plan.title,
        about=plan.about,
        height=bottom + 24,
        drawing=Markup().join(parts),
        head=[text("group"), *(strategy.name for strategy in plan.strategies)],
        rows=[
            [group, *(level(one, "share") for one in estimates)]
            for group, estimates in plan.groups
        ],
        note=plan.note,
    )


def _marks(
    axis: Axis,
    estimates: Sequence[Estimate | None],
    strategies: Sequence[Strategy],
    top: float,
) -> list[Markup]:
    parts = []
    for number, (found, strategy) in enumerate(zip(estimates, strategies, strict=True)):
        if found is None:
            continue
        y = top + ROW * (number + 0.5)
        if found.n > 1:
            low, high = ends(found)
            look = "range" if found.is_from_few else "bar"
            ends_at = (axis.at(low), y), (axis.at(high), y)
            parts.append(line(*ends_at, f"{look} s{place(strategy.rank)}"))
        parts.append(marker(axis.at(found.value), y, strategy.rank))
    return parts
